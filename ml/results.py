"""Write what is known about a model version into ``ops``; writing it again changes nothing."""

import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg

from ml.promotion import Decision

# metric of the comparison table -> (the base rate's metric, their difference); the first that exists leads.
COMPARED = (
    ("log_loss", "log_loss_base_rate", "log_loss_improvement"),
    ("brier", "brier_base_rate", "brier_improvement"),
    ("pinball", "pinball_base_rate", "pinball_improvement"),
)


def metrics_document(evaluation: dict[str, Any], data_origin: str) -> dict[str, Any]:
    """The ``metrics`` column: estimates {value, low, high} by name, and beside them

    ``data_origin`` (``simulated`` on sandbox data), ``reason`` when not trained, ``comparison``: lines of
    {metric, model, base_rate, difference, low, high}, difference above zero being better.
    """
    estimates = evaluation["metrics"]
    comparison = [
        {
            "metric": metric,
            "model": estimates[metric]["value"],
            "base_rate": estimates[base]["value"],
            "difference": estimates[difference]["value"],
            "low": estimates[difference]["low"],
            "high": estimates[difference]["high"],
        }
        for metric, base, difference in COMPARED
        if metric in estimates
    ]
    document = {**estimates, "data_origin": data_origin, "comparison": comparison}
    if evaluation["reason"]:
        document["reason"] = evaluation["reason"]
    return document


def write_evaluations(connection: psycopg.Connection, version: str, report: dict[str, Any]) -> None:
    """Write a version's evaluations and importances from its ``evaluation.json``."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.model_evaluations (
                model_version, target, trained_at, is_trained, training_rows, evaluation_rows, metrics,
                confusion_matrix, data_snapshot, code_version
            ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            on conflict (model_version, target) do nothing
            """,
            [
                (
                    version,
                    one["target"],
                    datetime.fromisoformat(report["trained_at"]),
                    one["is_trained"],
                    one["training_rows"],
                    one["evaluation_rows"],
                    json.dumps(metrics_document(one, report["data_origin"])),
                    json.dumps(one["confusion_matrix"]) if one["confusion_matrix"] else None,
                    report["data_snapshot"],
                    report["code_version"],
                )
                for one in report["evaluations"]
            ],
        )
        cursor.executemany(
            """
            insert into ops.feature_importances (model_version, target, feature, importance)
            values (%s, %s, %s, %s) on conflict (model_version, target, feature) do nothing
            """,
            [
                (version, target, feature, importance)
                for target, importances in report["importances"].items()
                for feature, importance in importances.items()
            ],
        )


def decision_id(from_version: str | None, to_version: str, obstacles: tuple[str, ...] = ()) -> str:
    """The same question has one decision; a champion that cannot be judged whole makes it another one."""
    parts = (str(from_version), to_version, *obstacles)
    return str(uuid5(NAMESPACE_URL, f"cvplus:promotion:{':'.join(parts)}"))


def read_decision(connection: psycopg.Connection, identity: str) -> tuple[bool, bool] | None:
    """(was promoted, is still the newest promotion) of a decision, if it was taken before."""
    row = connection.execute(
        """
        select is_promoted, decision_id = (
            select decision_id from ops.promotions where is_promoted order by decided_at desc limit 1
        ) from ops.promotions where decision_id = %s
        """,
        [identity],
    ).fetchone()
    return None if row is None else (bool(row[0]), bool(row[1]))


def read_champions(connection: psycopg.Connection) -> list[str]:
    """Versions that have been promoted, the last one first."""
    rows = connection.execute(
        """
        select to_version from ops.promotions where is_promoted
        group by to_version order by max(decided_at) desc
        """
    ).fetchall()
    return [version for (version,) in rows]


def write_decision(
    connection: psycopg.Connection,
    from_version: str | None,
    to_version: str,
    decision: Decision,
    decided_by: str,
    identity: str,
) -> None:
    """Record a decision once."""
    connection.execute(
        """
        insert into ops.promotions (decision_id, from_version, to_version, is_promoted, reasons, decided_by)
        values (%s, %s, %s, %s, %s, %s) on conflict (decision_id) do nothing
        """,
        [
            identity,
            from_version,
            to_version,
            decision.is_promoted,
            json.dumps(decision.reasons),
            decided_by,
        ],
    )
