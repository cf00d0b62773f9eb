"""What is told of model versions, from the plant's own tables of how they were made and used."""

from collections import defaultdict
from typing import Any

import psycopg

from recount.raw_records import Row, rows

# What a mart's column is called in the metrics of an evaluation.
METRICS = {
    "accuracy": ("accuracy", "value"),
    "accuracy_low": ("accuracy", "low"),
    "accuracy_high": ("accuracy", "high"),
    "baseline_accuracy": ("accuracy_base_rate", "value"),
    "auc": ("auc", "value"),
    "log_loss": ("log_loss", "value"),
    "baseline_log_loss": ("log_loss_base_rate", "value"),
    "log_loss_improvement": ("log_loss_improvement", "value"),
    "log_loss_improvement_low": ("log_loss_improvement", "low"),
    "log_loss_improvement_high": ("log_loss_improvement", "high"),
    "brier_score": ("brier", "value"),
    "calibration_error": ("calibration_error", "value"),
    "positive_rate": ("event_rate", "value"),
    "mean_absolute_error": ("absolute_error", "value"),
    "mean_relative_error": ("relative_error", "value"),
    "interval_coverage_share": ("interval_coverage", "value"),
    "pinball_improvement": ("pinball_improvement", "value"),
}


def versions(connection: psycopg.Connection[Any]) -> dict[str, Row]:
    """Model version -> when it was trained, promoted, replaced, and what it predicted."""
    decisions = rows(connection, "select * from ops.promotions order by decided_at, decision_id")
    scored: dict[str, list[Any]] = defaultdict(list)
    for one in rows(connection, "select model_version, scored_at from predictions.predictions"):
        scored[one["model_version"]].append(one["scored_at"])
    evaluations: dict[str, list[Row]] = defaultdict(list)
    for one in rows(connection, "select * from ops.model_evaluations"):
        evaluations[one["model_version"]].append(one)
    decided = {one["to_version"]: one for one in decisions}
    reigns = [one for one in decisions if one["is_promoted"]]
    found = {}
    for version in {*scored, *evaluations, *decided}:
        own = [number for number, one in enumerate(reigns) if one["to_version"] == version]
        is_champion = bool(own) and own[-1] == len(reigns) - 1
        told = evaluations[version]
        found[version] = {
            "trained_at": max((one["trained_at"] for one in told), default=None),
            "training_rows": max((one["training_rows"] for one in told), default=None),
            "compared_with_version": decided[version]["from_version"] if version in decided else None,
            "promoted_at": reigns[own[0]]["decided_at"] if own else None,
            "replaced_at": None if not own or is_champion else reigns[own[-1] + 1]["decided_at"],
            "is_champion": is_champion,
            "predictions_count": len(scored[version]),
            "first_scored_at": min(scored[version], default=None),
            "last_scored_at": max(scored[version], default=None),
        }
    return found


def performance(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], Row]:
    """(model version, target) -> what its evaluation says, and what came true of what it predicted since."""
    champions = {name for name, row in versions(connection).items() if row["is_champion"]}
    drifted: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for one in rows(connection, "select * from ops.drift where model_version is not null"):
        drifted[one["model_version"]][one["drift_run_id"]].append(one["is_drifted"])
    right = _came_true(connection)
    found = {}
    for one in rows(connection, "select * from ops.model_evaluations"):
        version, target = one["model_version"], one["target"]
        hits = right.get((version, target), [])
        runs = drifted[version]
        found[version, target] = {
            "is_trained": one["is_trained"],
            "evaluation_rows": one["evaluation_rows"],
            "is_champion": version in champions,
            **{
                name: (one["metrics"].get(metric) or {}).get(part) for name, (metric, part) in METRICS.items()
            },
            **{
                f"{outcome}s_count": (one["confusion_matrix"] or {}).get(outcome)
                for outcome in ("true_positive", "false_positive", "true_negative", "false_negative")
            },
            "drift_runs_count": len(runs),
            "drifted_runs_count": sum(any(features) for features in runs.values()),
            **({"live_accuracy": sum(hits) / len(hits) if hits else None} if target in _BINARY else {}),
        }
    return found


_BINARY = {
    "interview_probability": ("interview", "is_interviewed"),
    "offer_probability": ("offer", "is_offered"),
}


def _came_true(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], list[bool]]:
    """(model version, target) -> for each forecast that time has judged, whether it was right."""
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in rows(connection, "select * from marts.fct_predictions"):
        for target, (short, happened) in _BINARY.items():
            if one[f"{short}_maturity"] == "matured":
                right[one["model_version"], target].append((one[target] >= 0.5) == one[happened])
    return right
