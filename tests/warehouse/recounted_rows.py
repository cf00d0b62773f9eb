"""What a history lacks for the marts: listings that are one job, forecasts, and how models fared."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from hashlib import md5
from random import Random
from typing import Any

import psycopg
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.market import facts_of
from dbt_fixtures.raw_rows import RawRow, load_rows
from psycopg import sql
from psycopg.types.json import Jsonb
from replayed_history import load_history

SIZE = HistorySize()
DAY = timedelta(days=1)
Row = dict[str, Any]


def fill(url: str, seed: int = 23) -> None:
    """Put a history with corrections into raw, with links, predictions and evaluations of models."""
    load_history(url, seed)
    random = Random(seed)
    with psycopg.connect(url) as connection:
        keys = {
            table: [
                key
                for (key,) in connection.execute(f"select distinct record_key from raw.{table} order by 1")
            ]
            for table in ("product__jobs", "remotive__jobs", "usajobs__historic_announcements")
        }
        load_rows(connection, links(keys, random))
        load_rows(connection, forgotten_jobs())
        load_rows(connection, subscriptions())
        applications = [
            record for (record,) in connection.execute("select record from raw.product__applications")
        ]
        _insert(connection, "predictions.predictions", list(predictions(applications, random)))
        for table, rows in MODEL_ROWS.items():
            _insert(connection, table, rows)
        connection.execute(
            "update ops.batches set rows_read = 1, rows_loaded = 1 where source <> 'crunchbase'"
        )
        # A provider that is down vouches for nothing any more.
        connection.execute(
            """
            insert into ops.source_states (
                source, resource, state, stale_after_hours, outage_code, message, time_to_live_hours
            ) values ('remotive', 'jobs', 'failing', 36, 'source_unavailable', 'It is down.', 24)
            """
        )


def posting_id(job_key: str) -> str:
    """The id that a listing has in the warehouse."""
    return md5(job_key.encode(), usedforsecurity=False).hexdigest()


def links(keys: dict[str, list[str]], random: Random) -> Iterator[RawRow]:
    """Some of what people entered is told by others too, as a job of its own until somebody saw that."""
    others = [f"remotive:{key}" for key in keys["remotive__jobs"]]
    others += [f"usajobs:{key}" for key in keys["usajobs__historic_announcements"]]
    for other in others:
        if random.random() < 0.7:
            first = posting_id(random.choice(keys["product__jobs"]))
            own, since = posting_id(other), SIZE.instant(random.random() / 2)
            record = {
                "posting_id": own,
                "thing_ids": [own, first],
                "thing_since": [SIZE.start.isoformat(), since.isoformat()],
                "confidence": round(random.uniform(0.8, 1), 3),
                "telling_hash": posting_id(first + own),
            }
            yield RawRow("derived", "posting_links", own, record, since)


def forgotten_jobs() -> Iterator[RawRow]:
    """Jobs of whose end nobody ever told."""
    for number in range(3):
        key, posted_at = f"cvplus:F{number:06d}", SIZE.instant(0.05 * number)
        record = {"jobKey": key, "title": "Accountant", "company": "Company 3, Inc", "country": "DE"}
        record |= {"postedAt": posted_at.isoformat(), "updatedAt": posted_at.isoformat()}
        known_at = datetime.combine(posted_at.date() + DAY, time(), UTC)
        row = RawRow("product", "jobs", key, record, known_at)
        yield from (row, facts_of(row, "Accountant", "13-2011"))


def subscriptions() -> Iterator[RawRow]:
    """Lives of subscriptions: by the year and the month, in euro, and in a currency that has no rate."""
    lives = [
        ("USD", [("trial", "month", 0.0), ("active", "month", 30.0), ("active", "year", 290.0)]),
        ("EUR", [("trial", "month", 0.0), ("active", "year", 290.0), ("cancelled", "year", 290.0)]),
        ("XXX", [("active", "month", 30.0), ("active", "month", 45.0)]),
        ("USD", [("active", "year", 290.0), ("active", "year", 290.0), ("past_due", "year", 290.0)]),
        ("USD", [("active", "month", 30.0), ("active", "year", 30.0)]),
    ]
    for number, (currency, life) in enumerate(lives):
        started_at = SIZE.instant(0.02 * number)
        for step, (status, interval, amount) in enumerate(life):
            updated_at = started_at + 20 * step * DAY
            record = {
                "subscriptionId": f"subscription-l{number}",
                "subject_id": f"subject-l{number}",
                "plan": "premium_yearly" if interval == "year" else "premium",
                "status": status,
                "startedAt": started_at.isoformat(),
                "updatedAt": updated_at.isoformat(),
                "endedAt": (updated_at + 5 * DAY).isoformat() if status == "cancelled" else None,
                "amount": amount,
                "currency": currency,
                "interval": interval,
            }
            if number == 4:
                record["plan"] = "premium"
            known_at = datetime.combine(updated_at.date() + DAY, time(), UTC)
            yield RawRow("product", "subscriptions", record["subscriptionId"], record, known_at)


def predictions(applications: list[Row], random: Random) -> Iterator[Row]:
    """A forecast or a late guess for most applications, and some that nobody applied after."""
    for number, record in enumerate(applications):
        applied_at = datetime.fromisoformat(record["appliedAt"])
        horizon_at = (
            datetime.combine(applied_at.date() + DAY, time(), UTC) + random.choice([0, 0, 2, 30]) * DAY
        )
        chance = random.randrange(9) / 8
        yield {
            "prediction_id": f"p{number}",
            "cv_id": record["cvId"] if random.random() < 0.9 else f"cv-nobody-{number}",
            "cv_version": 1,
            "job_id": posting_id(record["jobKey"]),
            "subject_id": record["subject_id"],
            "scored_at": horizon_at + timedelta(hours=3),
            "feature_at": applied_at,
            "horizon_at": horizon_at,
            "interview_probability": chance if random.random() < 0.95 else None,
            "offer_probability": chance / 2,
            "model_version": random.choice(["1", "2"]),
            "feature_hash": f"h{number}",
        }


def _evaluation(version: str, target: str, metrics: Row, confusion: Row | None) -> Row:
    return {
        "model_version": version,
        "target": target,
        "trained_at": SIZE.instant(0.1 * int(version) + 0.01 * len(target)),
        "is_trained": bool(metrics),
        "training_rows": 100 * int(version),
        "evaluation_rows": 40 + int(version),
        "metrics": Jsonb(metrics),
        "confusion_matrix": Jsonb(confusion) if confusion else None,
        "data_snapshot": "x",
        "code_version": "x",
    }


_METRICS = {
    "accuracy": {"value": 0.8, "low": 0.7, "high": 0.9},
    "accuracy_base_rate": {"value": 0.75},
    "auc": {"value": None},
    "log_loss_improvement": {"value": 0.02, "low": -0.01, "high": 0.05},
}
_CONFUSION = {
    "threshold": 0.5,
    "true_positive": 5,
    "false_positive": 2,
    "true_negative": 31,
    "false_negative": 3,
}
MODEL_ROWS: dict[str, list[Row]] = {
    "ops.model_evaluations": [
        _evaluation("1", "interview_probability", _METRICS, _CONFUSION),
        _evaluation("1", "offer_probability", _METRICS, None),
        _evaluation("2", "interview_probability", _METRICS, _CONFUSION),
        _evaluation("3", "time_to_hire", {}, None),
    ],
    "ops.promotions": [
        {
            "decision_id": f"d{number}",
            "from_version": before,
            "to_version": after,
            "is_promoted": is_promoted,
            "reasons": Jsonb([]),
            "decided_by": "gate",
            "decided_at": SIZE.instant(share),
        }
        for number, (before, after, is_promoted, share) in enumerate(
            [(None, "1", True, 0.1), ("1", "3", False, 0.2), ("1", "2", True, 0.3), ("2", "1", True, 0.6)]
        )
    ],
    "ops.drift": [
        {
            "drift_run_id": run,
            "feature": feature,
            "test": "wasserstein",
            "score": 0.1,
            "threshold": 0.1,
            "is_drifted": (run, feature) == ("r2", "word_count"),
            "sample_size": 100,
            "model_version": "1",
            "checked_at": SIZE.instant(0.5),
        }
        for run in ("r1", "r2")
        for feature in ("word_count", "skills")
    ],
}


def _insert(connection: psycopg.Connection[Any], table: str, told: list[Row]) -> None:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, told[0])),
        sql.SQL(", ").join(map(sql.Placeholder, told[0])),
    )
    connection.cursor().executemany(statement, told)
