"""Is a feature too good to be true? What one feature alone says about a target, and what a model leans on.

A leak that no test of the warehouse has seen shows here: a feature that knows the outcome tells it nearly
alone, which nothing does that is known beforehand. Weak leaks pass; the warehouse's tests are for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from sklearn.metrics import r2_score, roc_auc_score

from cvplus.errors import PermanentError
from ml.binning import bin_edges, bins
from ml.config import ModelsConfig, TargetName
from ml.encoding import Encoded, Feature, fit_encoder
from ml.promotion import Comparison
from ml.splits import TimeSplit
from ml.targets import PROBABILITIES, TARGETS, Labels, read_labels, why_not_trained

# A bin's mean is drawn to the overall mean as if so many average rows stood in it.
PRIOR_ROWS = 5.0


class FeatureTooGood(PermanentError):
    """A feature tells a target too well to be known beforehand."""

    code = "feature_too_good"


@dataclass(frozen=True)
class Suspicion:
    """A figure above its limit. ``measure``: ``AUC``, ``R2`` or ``share of importance``."""

    feature: str
    target: str
    measure: str
    figure: float
    limit: float
    before: float | None = None

    def __str__(self) -> str:
        before = "" if self.before is None else f", {self.before:.2f} in the version that serves"
        return (
            f"{self.feature} for {self.target} ({self.measure} {self.figure:.3f}, "
            f"at most {self.limit:g}{before})"
        )


def single_feature_scores(
    frame: pd.DataFrame,
    encoded: Encoded,
    names: list[str],
    target: TargetName,
    split: TimeSplit,
    config: ModelsConfig,
) -> dict[str, float]:
    """What each feature alone says about a target, by name; nothing where there is too little to tell.

    A feature is cut into bins of equal count on the training slice (categories as they are, missing is a bin
    of its own), each bin says its mean there, and that is measured on the tune and calibration slices: AUC of
    a probability, R2 of log pay and of log days to an offer. The evaluation slice is not read.
    """
    labels = read_labels(frame, target, config.time_to_hire.horizon_days.value)
    if why_not_trained(labels, split, target, config) is not None:
        return {}
    usable, values = _measured(labels, target)
    learnt, told = split.mask("train") & usable, split.mask("tune", "calibrate") & usable
    scores = {}
    for position, name in enumerate(names):
        column = encoded.matrix[:, position]
        place = bins(column, bin_edges(column[learnt], config.leak_check.bins))
        count = int(place.max()) + 1
        mean = values[learnt].mean()
        rows = np.bincount(place[learnt], minlength=count)
        sums = np.bincount(place[learnt], values[learnt], minlength=count)
        said = ((sums + PRIOR_ROWS * mean) / (rows + PRIOR_ROWS))[place[told]]
        measure = roc_auc_score if target in PROBABILITIES else r2_score
        scores[name] = float(measure(values[told], said))
    return scores


def _measured(labels: Labels, target: TargetName) -> tuple[np.ndarray, np.ndarray]:
    """(rows,) bool, which rows count, and (rows,) what is told of them."""
    if target in PROBABILITIES:
        return labels.usable, labels.values
    usable = labels.usable & labels.event
    return usable, np.log(np.where(usable, labels.values, 1.0))


def find_too_good(
    frame: pd.DataFrame, features: tuple[Feature, ...], split: TimeSplit, config: ModelsConfig
) -> list[Suspicion]:
    """Features that alone tell a target better than the limit, worst first."""
    encoder = fit_encoder(frame[split.mask("train")], features, config.encoding.minimum_category_rows)
    encoded, names = encoder.encode(frame), encoder.names
    found = []
    for target in TARGETS:
        limit = config.leak_check.limits[target].value
        measure = "AUC" if target in PROBABILITIES else "R2"
        scores = single_feature_scores(frame, encoded, names, target, split, config)
        for name, figure in scores.items():
            if figure > limit and not config.leak_check.is_allowed(name, target):
                found.append(Suspicion(name, target, measure, figure, limit))
    return sorted(found, key=lambda one: one.limit - one.figure)


def sudden_targets(compared: Comparison, config: ModelsConfig) -> frozenset[str]:
    """The primary target, where a version is better than the one that serves by more than the limit.

    Proven so on the same rows, and also beside what that one reached when it was made: a version whose market
    has turned is easy to beat, and one that could not be judged whole is, too.
    """
    if compared.estimate is None or compared.obstacles or compared.champion_log_loss is None:
        return frozenset()
    limit = config.leak_check.sudden_gain.value
    is_sudden = compared.estimate["low"] > limit and compared.champion_log_loss - compared.log_loss > limit
    return frozenset({config.primary_target}) if is_sudden else frozenset()


def find_dominant(
    importances: Mapping[str, Mapping[str, float]],
    before: Mapping[str, Mapping[str, float]],
    sudden: frozenset[str],
    config: ModelsConfig,
) -> list[Suspicion]:
    """Features that a model suddenly leans on alone.

    Args:
        importances: target -> feature -> mean absolute contribution, of the new model.
        before: the same of the version that serves.
        sudden: targets that the new model suddenly tells much better; a smaller share is looked at there.
        config: a feature is dominant above its target's ``dominant_shares``, suddenly so where its share
            among what both know has grown by ``sudden_growth`` times; what the other did not know is sudden.
    """
    settings, found = config.leak_check, []
    for target, now in importances.items():
        if target not in before:
            continue
        limit = settings.dominant_shares[cast(TargetName, target)].value
        if target in sudden:
            limit = min(limit, settings.gaining_share.value)
        # Where a feature went, what is left has a greater share without leaning on anything new.
        shares = _shares(now)
        earlier = _shares({name: value for name, value in before[target].items() if name in now})
        for name, share in shares.items():
            known = earlier.get(name, 0.0)
            is_sudden = share > settings.sudden_growth.value * known
            if share > limit and is_sudden and not settings.is_allowed(name, target):
                found.append(Suspicion(name, target, "share of importance", share, limit, known))
    return sorted(found, key=lambda one: -one.figure)


def _shares(importances: Mapping[str, float]) -> dict[str, float]:
    total = sum(importances.values())
    return {name: value / total for name, value in importances.items()} if total else {}


def require_honest(found: list[Suspicion]) -> None:
    """Stop a training run whose features know too much.

    Raises:
        FeatureTooGood: naming each feature, its target, the figure and what to do.
    """
    if found:
        names = sorted({one.feature for one in found})
        raise FeatureTooGood(
            cause=f"Too good to be true: {'; '.join(map(str, found))}.",
            remedy=f"Look at where {', '.join(names)} comes from: is it known when somebody applies, does "
            "it leave the application itself out? Mend it, or take it from the models (is_model_input: "
            "false). If it is honest, allow it with a reason under leak_check.allowed in config/models.yaml.",
        )
