"""Applications, outcomes, predictions, subscriptions and ratings drawn at random, made hard to judge.

Outcomes are known late, predictions are made before and after them, for pairs that were applied to twice,
late or never; prices change, some in a currency that nobody converts. The same seed draws the same rows.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import psycopg
from psycopg import sql

Row = dict[str, Any]
HORIZON = datetime(2026, 6, 1, tzinfo=UTC)
START = datetime(2026, 1, 1, tzinfo=UTC)
STAGES = [
    [],
    ["rejected"],
    ["no_response"],
    ["withdrawn"],
    ["interview"],
    ["interview", "rejected"],
    ["interview", "offer"],
    ["interview", "offer", "hired"],
    ["hired"],
    ["rejected", "interview"],
]
JOBS = [
    {"job_id": "j0", "industry_id": "technology", "country": "US"},
    {"job_id": "j1", "industry_id": "technology", "country": "DE"},
    {"job_id": "j2", "industry_id": "finance", "country": "US"},
    {"job_id": "j3", "industry_id": None, "country": None},
]
# What was scored as a job of its own and turned out to be another one.
JOINED = {"j4": "j0"}
POSTINGS = [*(str(job["job_id"]) for job in JOBS), *JOINED]
PROMOTIONS = [
    {"decision_id": "d1", "to_version": "1", "is_promoted": True, "decided_at": START + timedelta(hours=1)},
    {"decision_id": "d2", "to_version": "2", "is_promoted": False, "decided_at": START + timedelta(days=50)},
    {"decision_id": "d3", "to_version": "2", "is_promoted": True, "decided_at": START + timedelta(days=90)},
    {"decision_id": "d4", "to_version": "1", "is_promoted": True, "decided_at": START + timedelta(days=120)},
]


@dataclass
class JudgedRows:
    """Rows by the table that they go into, with its columns as keys."""

    applications: list[Row] = field(default_factory=list)
    outcomes: list[Row] = field(default_factory=list)
    predictions: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)


def draw_rows(seed: int = 5) -> JudgedRows:
    """About 250 applications, 900 predictions, 60 subscriptions and 400 ratings."""
    random = Random(seed)
    rows = JudgedRows()
    for number in range(250):
        _apply(rows, random, number)
    for number in range(900):
        rows.predictions.append(_predict(rows, random, number))
    for number in range(60):
        rows.subscriptions += _subscribe(random, number)
    for number in range(400):
        given_at = HORIZON - timedelta(seconds=random.randrange(1, 440 * 86_400))
        known = {"feedback_id": f"f{number}", "subject_id": "s0", "known_at": _known(given_at)}
        rows.ratings.append({**known, "score": random.randint(1, 5), "given_at": given_at})
    return rows


def _known(happened: datetime, days_late: int = 0) -> datetime:
    """The end of the day on which it was dropped."""
    return datetime.combine(happened.date() + timedelta(days=days_late + 1), time(), UTC)


def _moment(random: Random, days: int = 150) -> datetime:
    return START + timedelta(seconds=random.randrange(days * 86_400))


def _apply(rows: JudgedRows, random: Random, number: int) -> None:
    applied_at = _moment(random)
    cv = random.randrange(60)
    application = {
        "application_id": f"a{number}",
        "subject_id": f"s{cv}",
        "cv_id": f"cv{cv}",
        "cv_version": 1,
        "posting_id": random.choice(POSTINGS),
        "applied_at": applied_at,
        "known_at": _known(applied_at),
    }
    rows.applications.append(application)
    happened = applied_at
    for stage, outcome in enumerate(random.choice(STAGES)):
        happened += timedelta(seconds=random.randrange(30 * 86_400))
        known_at = _known(happened, random.choice([0, 0, 0, random.randint(1, 9)]))
        pay = random.choice([None, 50_000.0 + 10 * number]) if outcome in ("offer", "hired") else None
        told = {
            "outcome_id": f"o{number}-{stage}",
            "application_id": application["application_id"],
            "outcome": outcome,
            "occurred_at": happened,
            "salary_amount": pay,
            "currency": "USD" if pay else None,
            "salary_usd": pay,
            "known_at": known_at,
            "known_until": None,
        }
        if random.random() < 0.1:
            corrected_at = known_at + timedelta(days=4)
            mistaken = {"outcome": "rejected", "salary_amount": None, "currency": None, "salary_usd": None}
            rows.outcomes.append({**told, **mistaken, "known_until": corrected_at})
            told["known_at"] = corrected_at
        rows.outcomes.append(told)
    rows.outcomes = [outcome for outcome in rows.outcomes if outcome["known_at"] <= HORIZON]


def _predict(rows: JudgedRows, random: Random, number: int) -> Row:
    pair = random.choice(rows.applications)
    offset = random.choice([-20, -6, -3, 0, 0, 1, 1, 5, 20, 60])
    horizon_at = min(_known(pair["applied_at"]) + timedelta(days=offset), HORIZON)
    feature_at = pair["applied_at"] if pair["known_at"] <= horizon_at else horizon_at
    if random.random() < 0.2:
        pair, horizon_at = (
            {"cv_id": f"cv{number}", "subject_id": "s0", "posting_id": "j0"},
            _known(_moment(random)),
        )
        feature_at = horizon_at
    chance = random.randrange(9) / 8
    pay = float(random.randrange(45_000, 60_000))
    days = random.uniform(3, 40)
    is_null, is_short = random.random() < 0.05, random.random() < 0.1
    return {
        "prediction_id": f"p{number}",
        **{name: pair[name] for name in ("cv_id", "subject_id")},
        "job_id": random.choice([pair["posting_id"], JOINED.get(pair["posting_id"], pair["posting_id"])]),
        "cv_version": 1,
        "scored_at": horizon_at + timedelta(hours=random.choice([3, 3, 240])),
        "feature_at": feature_at,
        "horizon_at": None if feature_at == horizon_at and random.random() < 0.5 else horizon_at,
        "interview_probability": None if is_null else chance,
        "offer_probability": None if is_null or is_short else chance / 2,
        "salary_low": None if is_null else pay - 4_000,
        "salary_median": None if is_null else pay,
        "salary_high": None if is_null else pay + 4_000,
        "salary_currency": random.choice(["USD"] * 9 + ["EUR"]),
        "time_to_hire_days": None if is_short else days,
        "time_to_hire_days_low": None if is_short else days / 2,
        "time_to_hire_days_high": None if is_short else days * 2,
        "model_version": "1" if horizon_at < START + timedelta(days=90) else "2",
        "feature_hash": f"h{number}",
    }


def _subscribe(random: Random, number: int) -> list[Row]:
    updated_at = HORIZON - timedelta(days=random.randrange(60, 500), seconds=random.randrange(86_400))
    currency = "XXX" if number == 7 else "USD"
    interval, started_at = random.choice(["month", "year"]), updated_at
    lives = [["trial"], ["trial", "active"], ["active", "active", "cancelled"]]
    versions = []
    for status in lives[-1] if currency == "XXX" else random.choice(lives):
        amount = 0.0 if status == "trial" else float(random.choice([30, 30, 45, 290]))
        versions.append(
            {
                "subscription_id": f"sub{number}",
                "subject_id": f"s{number}",
                "plan": "pro",
                "status": status,
                "started_at": started_at,
                "ended_at": updated_at if status == "cancelled" else None,
                "amount": amount,
                "currency": currency,
                "amount_usd": amount if currency == "USD" else None,
                "billing_interval": interval,
                "updated_at": updated_at,
                "known_at": _known(updated_at),
            }
        )
        updated_at += timedelta(seconds=random.randrange(86_400, 40 * 86_400))
    return [version for version in versions if version["updated_at"] < HORIZON]


def fill(connection: psycopg.Connection, rows: JudgedRows) -> None:
    """Put the rows, with their jobs, model versions and horizon, where the marts read them."""
    connection.execute(
        """
        insert into ops.batches (
            batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
            rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at
        ) values (
            'drop', 'product', 'jobs', %(end)s, %(end)s, 1, 1, 0, 0, 1, 'x', 'dropped', 'accepted', 'x',
            %(end)s
        )
        """,
        {"end": HORIZON},
    )
    job_facts = {"source": "product", "title": "Job", "posted_at": START, "known_at": START}
    jobs = [{**job, **job_facts, "job_key": job["job_id"], "is_repost": False} for job in JOBS]
    sightings = [
        {**job_facts, "posting_id": posting, "job_key": posting, "resource": "jobs", "spell_number": 0}
        for posting in POSTINGS
    ]
    links = [
        {"posting_id": posting, "job_id": JOINED.get(posting, posting), "known_at": START}
        for posting in POSTINGS
    ]
    trained = {"trained_at": START, "is_trained": True, "training_rows": 1}
    metrics = '{{"accuracy": {{"value": {}}}, "accuracy_base_rate": {{"value": 0.8}}}}'
    evaluations = [
        {
            "model_version": version,
            "target": "interview_probability",
            **trained,
            "evaluation_rows": count,
            "metrics": metrics.format(accuracy),
            "data_snapshot": "x",
            "code_version": "x",
        }
        for version, accuracy, count in (("1", 0.9, 100), ("2", 0.925, 120))
    ]
    promotions = [{**row, "reasons": "{}", "decided_by": "gate"} for row in PROMOTIONS]
    for table, told in {
        "intermediate.int_jobs": jobs,
        "intermediate.int_posting_sightings": sightings,
        "intermediate.int_job_links": links,
        "intermediate.int_applications": rows.applications,
        "intermediate.int_outcomes": rows.outcomes,
        "intermediate.int_subscriptions": rows.subscriptions,
        "intermediate.int_feedback": rows.ratings,
        "predictions.predictions": rows.predictions,
        "ops.model_evaluations": evaluations,
        "ops.promotions": promotions,
    }.items():
        names = list(told[0])
        statement = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(*table.split(".")),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(sql.Placeholder(name) for name in names),
        )
        connection.cursor().executemany(statement, told)
