"""The model as one thing: encoder, boosters, calibration, intervals and input check of one version.

What is evaluated, registered and served is this object, so the metrics are those of what people get.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost

from ml.calibration import Calibration, order_quantiles
from ml.competitiveness import mid_rank_share, strength
from ml.encoding import Encoded, Encoder, Feature
from ml.explanation import contributions, top_positions
from ml.input_check import InputFindings, TrainingRange, check_inputs
from ml.signing import unreadable
from ml.survival import conditional_days
from ml.targets import COMPETITIVENESS, PROBABILITIES
from ml.training import feature_matrix
from ml.version_settings import VersionSettings

SALARY_COLUMNS = ("salary_low", "salary_median", "salary_high")
DAYS_COLUMNS = ("time_to_hire_days_low", "time_to_hire_days", "time_to_hire_days_high")
PREDICTION_COLUMNS = (
    "interview_probability",
    "offer_probability",
    *SALARY_COLUMNS,
    *DAYS_COLUMNS,
    "competitiveness_score",
    "adversarial_score",
    "is_out_of_distribution",
)
# Of predictor.json. 1: no number; everything else was there. 2: the number itself.
FORMAT = 2


@dataclass
class Predictor:
    """Everything that turns features into predictions.

    ``config``: what it needs of the configuration that it was trained with; ``training_config``: all of it.
    ``missing_reasons``: why a target is not predicted. ``salary_margin``: conformal, in log pay.
    ``time_scale``, ``time_levels``: of the survival distribution. ``reference``: curve of the training
    applicants' strengths, empty when interviews are not trained.
    """

    encoder: Encoder
    config: VersionSettings
    known_range: TrainingRange
    training_config: dict[str, Any]
    boosters: dict[str, xgboost.Booster] = field(default_factory=dict)
    calibrations: dict[str, Calibration] = field(default_factory=dict)
    salary_margin: float = 0.0
    time_scale: float = 0.0
    time_levels: tuple[float, ...] = ()
    reference: np.ndarray = field(default_factory=lambda: np.empty(0))
    missing_reasons: dict[str, str] = field(default_factory=dict)

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """One row of ``PREDICTION_COLUMNS`` a row of features; what is not trained is NaN.

        ``competitiveness_score`` here is against the reference pool alone; batch scoring, which sees
        the job's own pool, blends the two.
        """
        return self.predict_encoded(self.encoder.encode(frame), frame.index)

    def predict_encoded(self, encoded: Encoded, index: pd.Index) -> pd.DataFrame:
        """As ``predict``, for features that are encoded already."""
        result = pd.DataFrame(np.nan, index=index, columns=list(PREDICTION_COLUMNS))
        data = self.data(encoded)
        for target in PROBABILITIES:
            if target in self.boosters:
                margin = self.boosters[target].predict(data, output_margin=True).astype(np.float64)
                result[target] = self.calibrations[target].apply(margin)
        if all(target in self.boosters for target in PROBABILITIES):
            # An offer implies an interview, so it cannot be the likelier of the two.
            result["offer_probability"] = result[list(PROBABILITIES)].min(axis=1)
        if "salary_prediction" in self.boosters:
            low, median, high = self.salary_quantiles(data).T
            low, high = low - self.salary_margin, high + self.salary_margin
            # A negative margin may push an end past the median: the median wins.
            result["salary_low"] = np.exp(np.minimum(low, median))
            result["salary_median"] = np.exp(median)
            result["salary_high"] = np.exp(np.maximum(high, median))
        if "time_to_hire" in self.boosters:
            horizon = self.config.time_to_hire.horizon_days.value
            days = conditional_days(self.log_days(data), self.time_scale, self.time_levels, horizon)
            result[list(DAYS_COLUMNS)] = days
        if len(self.reference):
            result["competitiveness_score"] = 100 * mid_rank_share(self.strengths(result), self.reference)
        findings = self.check(encoded)
        result["adversarial_score"] = findings.adversarial
        result["is_out_of_distribution"] = findings.is_outside
        return result

    def check(self, encoded: Encoded) -> InputFindings:
        """How unlike training encoded rows are, by the version's own ranges and limits."""
        return check_inputs(encoded, self.encoder, self.known_range, self.config.input_check)

    def salary_quantiles(self, data: xgboost.DMatrix) -> np.ndarray:
        """(rows, 3) log pay before the conformal margin, never crossing."""
        return order_quantiles(self.boosters["salary_prediction"].predict(data).astype(np.float64))

    def log_days(self, data: xgboost.DMatrix) -> np.ndarray:
        """(rows,) location of log days in the survival model."""
        return self.boosters["time_to_hire"].predict(data, output_margin=True).astype(np.float64)

    def strengths(self, predictions: pd.DataFrame) -> np.ndarray:
        """(rows,) what the competitiveness score ranks."""
        offer = predictions["offer_probability"].to_numpy() if "offer_probability" in self.boosters else None
        return strength(predictions["interview_probability"].to_numpy(), offer)

    def reasons(self, encoded: Encoded, count: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """By target: (rows, count) feature positions and (rows, count) contributions, greatest first."""
        data = self.data(encoded)
        found = {}
        for target, booster in self.boosters.items():
            values = contributions(booster, data)
            positions = top_positions(values, count)
            found[target] = (positions, np.take_along_axis(values, positions, axis=1))
        return found

    def importances(self, encoded: Encoded) -> dict[str, np.ndarray]:
        """By target: (features,) mean absolute contribution over these rows."""
        data = self.data(encoded)
        return {
            target: np.abs(contributions(booster, data)).mean(axis=0)
            for target, booster in self.boosters.items()
        }

    def used_features(self) -> frozenset[str]:
        """Features that a tree asks for; any other one could as well be null."""
        used = (booster.get_score(importance_type="weight") for booster in self.boosters.values())
        return frozenset().union(*used)

    def is_trained(self, target: str) -> bool:
        """Whether a target is predicted."""
        return len(self.reference) > 0 if target == COMPETITIVENESS else target in self.boosters

    def data(self, encoded: Encoded) -> xgboost.DMatrix:
        """XGBoost's input for encoded rows."""
        return feature_matrix(encoded.matrix, self.encoder, self.config.threads)

    def save(self, folder: Path) -> None:
        """Write ``predictor.json`` and one UBJ file a booster."""
        folder.mkdir(parents=True, exist_ok=True)
        document = {
            "format": FORMAT,
            "features": [asdict(feature) for feature in self.encoder.features],
            "categories": self.encoder.categories,
            "config": self.training_config,
            "known_range": {name: values.tolist() for name, values in vars(self.known_range).items()},
            "boosters": sorted(self.boosters),
            "calibrations": {name: one.to_document() for name, one in self.calibrations.items()},
            "salary_margin": self.salary_margin,
            "time_scale": self.time_scale,
            "time_levels": self.time_levels,
            "reference": self.reference.tolist(),
            "missing_reasons": self.missing_reasons,
        }
        (folder / "predictor.json").write_text(json.dumps(document, indent=1))
        for target, booster in self.boosters.items():
            booster.save_model(folder / f"{target}.ubj")

    @classmethod
    def load(cls, folder: Path) -> "Predictor":
        """The inverse of ``save``, also for what earlier plants have saved.

        Raises:
            ModelUnreadable: a later plant has written it, or something is not there that every version has.
        """
        try:
            document = json.loads((folder / "predictor.json").read_text())
            if (written := document.get("format", 1)) > FORMAT:
                raise unreadable(f"predictor.json is of format {written}, this plant reads up to {FORMAT}.")
            return cls._from_document(document, folder)
        except KeyError as error:
            raise unreadable(f"predictor.json has no {error.args[0]}.") from error
        except (TypeError, ValueError) as error:
            raise unreadable(f"Its files cannot be read: {' '.join(str(error).split())}") from error

    @classmethod
    def _from_document(cls, document: dict[str, Any], folder: Path) -> "Predictor":
        config = VersionSettings.read(document["config"])
        boosters = {
            target: xgboost.Booster({"nthread": config.scoring.threads}, model_file=folder / f"{target}.ubj")
            for target in document["boosters"]
        }
        return cls(
            encoder=Encoder(
                tuple(Feature(**feature) for feature in document["features"]),
                {name: tuple(values) for name, values in document["categories"].items()},
            ),
            config=config,
            known_range=TrainingRange(
                **{name: np.array(values, dtype=float) for name, values in document["known_range"].items()}
            ),
            training_config=document["config"],
            boosters=boosters,
            calibrations={
                name: Calibration.from_document(one) for name, one in document["calibrations"].items()
            },
            salary_margin=document["salary_margin"],
            time_scale=document["time_scale"],
            time_levels=tuple(document["time_levels"]),
            reference=np.array(document["reference"]),
            missing_reasons=document["missing_reasons"],
        )
