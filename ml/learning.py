"""From a snapshot cut into slices to a predictor: fit, calibrate, widen, take the reference pool."""

import numpy as np
import pandas as pd

from ml.calibration import conformal_margin, fit_calibration
from ml.competitiveness import reference_curve
from ml.config import ModelsConfig
from ml.encoding import Encoded, Feature, fit_encoder
from ml.input_check import learn_range
from ml.predictor import Predictor
from ml.splits import TimeSplit
from ml.survival import calibrated_levels
from ml.targets import COMPETITIVENESS, PROBABILITIES, TARGETS, Labels, read_labels, why_not_trained
from ml.training import feature_matrix, fit_target
from ml.version_settings import VersionSettings


def fit_predictor(
    frame: pd.DataFrame, split: TimeSplit, features: tuple[Feature, ...], config: ModelsConfig
) -> Predictor:
    """Train every target that has enough labels; the others carry the reason why not.

    ``frame``: (rows, features and label columns), sliced by ``split``. The evaluation slice is not read.
    """
    train = split.mask("train")
    encoder = fit_encoder(frame[train], features, config.encoding.minimum_category_rows)
    encoded = encoder.encode(frame)
    predictor = Predictor(
        encoder,
        VersionSettings.of(config),
        learn_range(encoded.matrix[train], encoder, config.input_check.stretch),
        config.model_dump(mode="json"),
    )
    for target in TARGETS:
        labels = read_labels(frame, target, config.time_to_hire.horizon_days.value)
        reason = why_not_trained(labels, split, target, config)
        if reason is not None:
            predictor.missing_reasons[target] = f"not trained: {reason}"
            continue
        fitted = fit_target(target, encoded.matrix, labels, train, split.mask("tune"), encoder, config)
        predictor.boosters[target] = fitted.booster
        calibrate = split.mask("calibrate") & labels.usable
        if target in PROBABILITIES:
            margin = fitted.booster.predict(
                feature_matrix(encoded.matrix[calibrate], encoder, config.threads), output_margin=True
            ).astype(np.float64)
            predictor.calibrations[target] = fit_calibration(
                margin, labels.values[calibrate], config.calibration.isotonic_from_events.value
            )
        elif target == "salary_prediction":
            predictor.salary_margin = _salary_margin(predictor, encoded, labels, calibrate, config)
        else:
            predictor.time_scale = fitted.scale
            hired = calibrate & labels.event
            predictor.time_levels = _time_levels(predictor, encoded, labels, hired, config)
    if "interview_probability" in predictor.boosters:
        seen = split.mask("train", "tune", "calibrate")
        known = predictor.predict_encoded(encoded.rows(seen), frame.index[seen])
        predictor.reference = reference_curve(
            predictor.strengths(known), config.competitiveness.reference_points
        )
    else:
        predictor.missing_reasons[COMPETITIVENESS] = "not trained: it ranks by interview probability"
    return predictor


def _salary_margin(
    predictor: Predictor, encoded: Encoded, labels: Labels, calibrate: np.ndarray, config: ModelsConfig
) -> float:
    """Conformal margin in log pay, learnt on the calibration slice."""
    data = feature_matrix(encoded.matrix[calibrate], predictor.encoder, config.threads)
    low, _, high = predictor.salary_quantiles(data).T
    coverage = config.salary.quantiles[2] - config.salary.quantiles[0]
    return conformal_margin(low, high, np.log(labels.values[calibrate]), coverage)


def _time_levels(
    predictor: Predictor, encoded: Encoded, labels: Labels, hired: np.ndarray, config: ModelsConfig
) -> tuple[float, ...]:
    """Levels of the survival distribution, recalibrated on the offers of the calibration slice."""
    data = feature_matrix(encoded.matrix[hired], predictor.encoder, config.threads)
    settings = config.time_to_hire
    return calibrated_levels(
        labels.values[hired],
        predictor.log_days(data),
        predictor.time_scale,
        settings.quantiles,
        settings.horizon_days.value,
    )
