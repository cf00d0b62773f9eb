"""Compare two samples feature by feature with Evidently: distances of fixed kind, and an HTML report."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cvplus.quality.drift_page import chart_labels, sealed_report

NUMBER_TEST, CATEGORY_TEST, MISSING_TEST = "wasserstein", "jensenshannon", "missing_share_difference"
OTHER, MISSING = "(other)", "(missing)"


@dataclass(frozen=True)
class FeatureDrift:
    """One feature's result; ``score`` above ``threshold`` is drift."""

    feature: str
    test: str
    score: float
    threshold: float

    @property
    def is_drifted(self) -> bool:
        """Whether the feature has moved."""
        return self.score > self.threshold


def compare_samples(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    *,
    numbers: list[str],
    categories: list[str],
    threshold: float,
    kept_categories: int,
    report_file: Path | None = None,
) -> list[FeatureDrift]:
    """Distance of every feature between two samples (rows, features), worst test a feature.

    Numbers: Wasserstein distance in standard deviations of the reference. Categories: Jensen-Shannon
    distance, rare categories taken together. Evidently leaves missing values out, so the change of their
    share is a test of its own: a feature that dries up has drifted.
    """
    missing = {name: abs(reference[name].isna().mean() - current[name].isna().mean()) for name in numbers}
    filled = [name for name in numbers if reference[name].notna().any() and current[name].notna().any()]
    lumped = [pd.DataFrame(frame[filled].astype("float64")) for frame in (reference, current)]
    for name in categories:
        common = chart_labels(reference[name].value_counts().index[:kept_categories].astype(str).tolist())
        for frame, source in zip(lumped, (reference, current), strict=True):
            kept = source[name].astype(str).map(common).fillna(OTHER)
            frame[name] = kept.where(source[name].notna(), MISSING)
    distances = _evidently_distances(lumped[0], lumped[1], filled, categories, threshold, report_file)
    found = []
    for name in (*numbers, *categories):
        kind = CATEGORY_TEST if name in categories else NUMBER_TEST
        tests = [(distances[name], kind)] if name in distances else []
        if name in missing:
            tests.append((float(missing[name]), MISSING_TEST))
        score, test = max(tests, key=lambda one: one[0])
        found.append(FeatureDrift(name, test, score, threshold))
    return found


def _evidently_distances(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    numbers: list[str],
    categories: list[str],
    threshold: float,
    report_file: Path | None,
) -> dict[str, float]:
    """Scores by column from Evidently, every column declared, since it would guess from the values."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    columns = [*numbers, *categories]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)
    preset = DataDriftPreset(
        columns=columns,
        num_method=NUMBER_TEST,
        cat_method=CATEGORY_TEST,
        num_threshold=threshold,
        cat_threshold=threshold,
    )
    snapshot = Report([preset]).run(
        Dataset.from_pandas(current[columns], data_definition=definition),
        Dataset.from_pandas(reference[columns], data_definition=definition),
    )
    if report_file is not None:
        report_file.parent.mkdir(parents=True, exist_ok=True)
        page = sealed_report(snapshot.get_html_str(as_iframe=False))
        report_file.write_text(page, encoding="utf-8")
    return {
        metric["config"]["column"]: float(metric["value"])
        for metric in snapshot.dict()["metrics"]
        if metric["config"]["type"] == "evidently:metric_v2:ValueDrift"
    }
