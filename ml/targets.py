"""What is predicted, where its labels lie, and whether there are enough of them to learn from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.config import ModelsConfig, TargetName
from ml.splits import SLICES, TimeSplit

PROBABILITIES: tuple[TargetName, ...] = ("interview_probability", "offer_probability")
TARGETS: tuple[TargetName, ...] = (*PROBABILITIES, "salary_prediction", "time_to_hire")
COMPETITIVENESS = "competitiveness_score"

LABEL_COLUMNS = (
    "is_interviewed",
    "is_offered",
    "offer_salary_usd",
    "days_to_offer_lower",
    "days_to_offer_upper",
)


@dataclass(frozen=True)
class Labels:
    """One target's labels over the whole snapshot.

    ``usable``: (rows,) bool, rows with a label. ``event``: (rows,) bool, rows in which the thing happened
    (an interview, an offer, an offer with pay). ``values``: (rows,) 0 or 1, USD a year, or days observed.
    ``upper``: (rows,) days, infinite where censored; only for the time to hire.
    """

    usable: np.ndarray
    event: np.ndarray
    values: np.ndarray
    upper: np.ndarray | None = None


def read_labels(frame: pd.DataFrame, target: TargetName, horizon_days: float) -> Labels:
    """Labels of a target from the columns of ``features.training_examples``.

    Days to an offer are watched up to the horizon: what comes later is censored there.
    """
    if target in PROBABILITIES:
        column = "is_interviewed" if target == "interview_probability" else "is_offered"
        values = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
        return Labels(~np.isnan(values), values == 1, values)
    if target == "salary_prediction":
        values = frame["offer_salary_usd"].to_numpy(dtype=np.float64, na_value=np.nan)
        paid = values > 0
        return Labels(paid, paid, values)
    lower = frame["days_to_offer_lower"].to_numpy(dtype=np.float64, na_value=np.nan)
    upper = frame["days_to_offer_upper"].to_numpy(dtype=np.float64, na_value=np.nan)
    observed = ~np.isnan(upper) & (lower <= horizon_days)
    watched = np.minimum(lower, horizon_days)
    return Labels(lower > 0, observed, watched, np.where(observed, upper, np.inf))


def why_not_trained(labels: Labels, split: TimeSplit, target: TargetName, config: ModelsConfig) -> str | None:
    """The reason why a target cannot be trained on this snapshot, or ``None`` when it can be.

    A probability needs events and non-events; what is rarer of the two counts.
    """
    needed = dict.fromkeys(SLICES, config.minimum_slice_events.value)
    needed["train"] = config.targets[target].minimum_training_events.value
    for name in SLICES:
        rows = split.mask(name) & labels.usable
        count = int((rows & labels.event).sum())
        if target in PROBABILITIES:
            count = min(count, int((rows & ~labels.event).sum()))
        if count < needed[name]:
            return f"{count} labelled events in the {name} slice, {needed[name]:g} are needed"
    return None
