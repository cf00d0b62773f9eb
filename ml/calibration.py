"""Make scores honest: probabilities that come true as often as they say, intervals that cover.

Probabilities: isotonic regression, or a sigmoid on the booster's margin (Platt 1999) where events are
few. Intervals: split conformal adjustment of quantiles, CQR (Romano, Patterson and Candès 2019,
"Conformalized Quantile Regression", arXiv:1905.03222, equations 6-8 and theorem 1).
"""

from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression


@dataclass(frozen=True)
class Calibration:
    """A fitted map from margin to probability, kept as plain numbers.

    ``sigmoid``: ``knots`` is (slope,) and ``values`` is (intercept,). ``isotonic``: a step-free
    interpolation between ``knots`` (margins) and ``values`` (probabilities).
    """

    method: str
    knots: tuple[float, ...]
    values: tuple[float, ...]

    def apply(self, margin: np.ndarray) -> np.ndarray:
        """Probabilities (rows,) for margins (rows,)."""
        if self.method == "sigmoid":
            return expit(self.knots[0] * margin + self.values[0])
        return np.interp(margin, self.knots, self.values)

    def to_document(self) -> dict[str, object]:
        """As JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict) -> "Calibration":
        """The inverse of ``to_document``."""
        return cls(document["method"], tuple(document["knots"]), tuple(document["values"]))


def fit_calibration(margin: np.ndarray, happened: np.ndarray, isotonic_from_events: float) -> Calibration:
    """Fit on a slice that training never saw: margins (rows,), labels (rows,) of 0 and 1.

    Isotonic values are held away from 0 and 1 by 1 / (rows + 2): no slice proves an impossibility.
    """
    events = min(happened.sum(), (1 - happened).sum())
    if events < isotonic_from_events:
        model = LogisticRegression(C=np.inf).fit(margin.reshape(-1, 1), happened)
        slope = float(model.coef_[0, 0])
        if slope <= 0:
            # The ranking is no better than none on fresh data: say the base rate rather than turn it round.
            rate = (happened.sum() + 0.5) / (len(happened) + 1)
            return Calibration("sigmoid", (0.0,), (float(np.log(rate / (1 - rate))),))
        return Calibration("sigmoid", (slope,), (float(model.intercept_[0]),))
    edge = 1 / (len(margin) + 2)
    isotonic = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip").fit(margin, happened)
    return Calibration(
        "isotonic", tuple(isotonic.X_thresholds_.tolist()), tuple(isotonic.y_thresholds_.tolist())
    )


def conformal_margin(low: np.ndarray, high: np.ndarray, actual: np.ndarray, coverage: float) -> float:
    """How far to widen (or, if negative, narrow) both ends so that the interval covers as promised.

    ``low``, ``high``, ``actual``: (rows,) on a slice that training never saw. With too few rows for the
    promise, the largest miss is taken, which is the most that the slice can say.
    """
    misses = np.sort(np.maximum(low - actual, actual - high))
    rank = int(np.ceil((len(misses) + 1) * coverage))
    return float(misses[min(rank, len(misses)) - 1])


def order_quantiles(quantiles: np.ndarray) -> np.ndarray:
    """(rows, 3) quantiles that never cross: sorted, which lowers pinball loss
    (Chernozhukov, Fernández-Val and Galichon 2010, "Quantile and Probability Curves Without Crossing")."""
    return np.sort(quantiles, axis=1)
