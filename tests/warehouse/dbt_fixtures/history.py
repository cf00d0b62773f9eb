"""A history of people, CVs, jobs, applications and outcomes, as it would lie in raw.

Invented, seeded and small by default; the same seed gives the same rows. It holds what makes time hard:
several versions of CVs and jobs, records that arrive days late or out of order, records said twice, pay that
appears later, one vacancy told by two resources, and outcomes known long after the application.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dbt_fixtures import market
from dbt_fixtures.clock import HistorySize, dropped
from dbt_fixtures.facts import as_facts
from dbt_fixtures.raw_rows import RawRow

SOFT_SKILLS = ["teamwork", "leadership", "communication"]
STAGES: list[list[str]] = [
    [],
    ["rejected"],
    ["no_response"],
    ["interview"],
    ["interview", "rejected"],
    ["interview", "offer", "hired"],
]


def make_history(size: HistorySize, seed: int = 11) -> Iterator[RawRow]:
    """The raw rows of an invented history, in no order that matters."""
    random = Random(seed)
    jobs = [*market.entered_jobs(size, random), *market.federal_jobs(size, random)]
    job_keys = sorted({_job_key(row) for row in jobs if row.source != "derived"})
    yield from jobs
    yield from market.wages(size)
    yield from market.exchange_rates(size)
    yield from market.companies(size, random)
    yield from cvs(size, random)
    yield from applications(size, random, job_keys)
    yield from events(size, random, job_keys)
    yield from subscriptions(size, random)


def person(number: int) -> str:
    """The subject id of a person."""
    return f"subject-{number:05d}"


def cvs(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """One CV a person in one to three versions; some arrive late, some are dropped twice."""
    for number in range(size.people):
        updated = size.instant(random.uniform(-0.3, 0.05))
        for version in range(1, random.randint(2, 4)):
            skills = random.sample(market.SKILLS, random.randint(2, 7))
            experience = round(random.uniform(0, 20), 2)
            record = {
                "cvId": f"cv-{number}",
                "subject_id": person(number),
                "version": version,
                "updatedAt": updated.isoformat(),
                "targetIndustry": random.choice(["Technology", "finance", None]),
                "targetRegion": random.choice([*market.CURRENCIES, "UK"]),
                "language": "en",
                "measures": {
                    "word_count": random.randint(150, 900),
                    "formatting_score": 0.7,
                    "total_experience": experience,
                    "average_tenure": experience / 3,
                    "technical_skills_count": len(skills),
                    "education_level": random.randint(3, 7),
                    "last_title": random.choice(["Junior Developer", "Data Specialist"]),
                },
                "skills": {
                    "technical": skills,
                    "soft": [random.choice(SOFT_SKILLS)],
                    "languages": ["English"],
                },
                "titles": ["Junior Developer", "Data Analyst"],
            }
            for row in dropped(size, random, "cvs", f"cv-{number}|{version}", record, updated):
                found = {"last_occupation_id": "15-1252", "wanted_occupation_id": None}
                yield from (row, as_facts(row, found, "cv_facts"))
            updated += timedelta(days=random.uniform(5, 30))


def applications(size: HistorySize, random: Random, job_keys: list[str]) -> Iterator[RawRow]:
    """Applications with their outcomes, known days after they happened."""
    for number in range(size.applications):
        applicant = random.randrange(size.people)
        applied = size.instant(random.uniform(0, 1)) - timedelta(minutes=1)
        record = {
            "applicationId": f"application-{number}",
            "subject_id": person(applicant),
            "cvId": f"cv-{applicant}",
            "cvVersion": random.choice([1, 1, 2, None]),
            "jobKey": random.choice(job_keys),
            "appliedAt": applied.isoformat(),
            "channel": "site",
            "updatedAt": applied.isoformat(),
        }
        yield from dropped(size, random, "applications", f"application-{number}", record, applied)
        yield from _outcomes(size, random, number, applied)


def events(size: HistorySize, random: Random, job_keys: list[str]) -> Iterator[RawRow]:
    """Events of the product; prediction requests name a job."""
    for number in range(size.events):
        happened = size.instant(random.uniform(-0.3, 1))
        kind = random.choice(["cv_analysis", "prediction_request", "feature_usage"])
        record = {
            "eventId": f"event-{number}",
            "eventType": kind,
            "subject_id": person(random.randrange(size.people)),
            "timestamp": happened.isoformat(),
            "metadata": {"feature": random.choice(["search", "compare", "export"])},
            "jobId": random.choice(job_keys) if kind == "prediction_request" else None,
        }
        yield from dropped(size, random, "events", f"event-{number}", record, happened)


def subscriptions(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Every second person tries the product, and then pays or leaves."""
    for number in range(0, size.people, 2):
        updated = size.instant(random.uniform(-0.3, 0.5))
        record = {
            "subscriptionId": f"subscription-{number}",
            "subject_id": person(number),
            "plan": "premium",
            "startedAt": updated.isoformat(),
            "amount": 30,
            "currency": "USD",
            "interval": "month",
        }
        for status in ("trial", random.choice(["active", "cancelled"])):
            version = {**record, "status": status, "updatedAt": updated.isoformat()}
            yield from dropped(size, random, "subscriptions", f"subscription-{number}", version, updated)
            updated += timedelta(days=14)


def _outcomes(size: HistorySize, random: Random, number: int, applied: datetime) -> Iterator[RawRow]:
    happened = applied
    for stage, outcome in enumerate(random.choice(STAGES)):
        happened += timedelta(days=random.uniform(1, 30))
        key = f"outcome-{number}-{stage}"
        record: dict[str, Any] = {
            "outcomeId": key,
            "applicationId": f"application-{number}",
            "outcome": outcome,
            "occurredAt": happened.isoformat(),
        }
        if outcome in ("offer", "hired"):
            record |= {"salaryAmount": 7_500 + number, "salaryCurrency": "USD", "salaryPeriod": "month"}
        yield from dropped(size, random, "outcomes", key, record, happened)


def _job_key(row: RawRow) -> str:
    return row.record_key if row.source == "product" else f"{row.source}:{row.record_key}"
