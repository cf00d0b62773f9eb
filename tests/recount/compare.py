"""What the marts say beside what the plain counts say: every difference, by table and by question."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

from recount import models, pay
from recount.answers import ANSWERS
from recount.jobs import demand_for_skills
from recount.market import Market
from recount.raw_records import Row, rows

QUESTIONS = Path(__file__).parents[1] / "warehouse" / "questions"
TOLERANCE = 1e-9
Differences = dict[str, list[str]]


def differences(connection: psycopg.Connection[Any], market: Market) -> Differences:
    """Table or question -> what differs, an empty list where all agrees to the unit and the cent."""
    return {**_tables(connection, market), **_questions(connection, market)}


def _tables(connection: psycopg.Connection[Any], market: Market) -> Differences:
    def told(table: str, *key: str) -> dict[Any, Row]:
        found = rows(connection, f"select * from marts.{table}")
        return {tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]: row for row in found}

    def without(row: Row, *names: str) -> Row:
        return {name: value for name, value in row.items() if name not in names}

    jobs = {
        name: {
            **without(job, "skills", "listings"),
            "company_id": market.employers[name],
            "boards_count": len(job["boards"]),
        }
        for name, job in market.jobs.items()
    }
    companies = {name: {"postings_count": 0} for name in told("dim_companies", "company_id")}
    companies |= {
        company: {"postings_count": count}
        for company, count in Counter(market.employers.values()).items()
        if company
    }
    skills = {
        skill: {"required_by_count": 0, "preferred_by_count": 0} for skill in told("dim_skills", "skill_id")
    }
    skills |= {
        skill: {"required_by_count": required, "preferred_by_count": preferred}
        for skill, (required, preferred) in demand_for_skills(market.jobs).items()
    }
    asked_now = {key for key, row in market.skills.items() if row["is_current"]}
    asked = {(name, skill) for name, job in market.jobs.items() for skill in job["skills"]}
    return {
        "fct_postings": compared(told("fct_postings", "job_id"), jobs),
        "fct_posting_skills": [
            *compared(told("fct_posting_skills", "job_id", "skill_id"), market.skills),
            *(f"{key}: told by a listing, or by the job, alone" for key in sorted(asked_now ^ asked)),
        ],
        "dim_skills": compared(told("dim_skills", "skill_id"), skills),
        "dim_companies": compared(told("dim_companies", "company_id"), companies),
        "fct_applications": compared(told("fct_applications", "application_id"), market.applications),
        "fct_subscriptions": compared(
            told("fct_subscriptions", "subscription_id", "period_number"), market.subscriptions
        ),
        "fct_pay_observations": _pay(market),
        "salary_benchmarks": compared(
            told("salary_benchmarks", "occupation_id", "region_id", "seniority"), market.benchmarks
        ),
        "dim_model_versions": compared(
            told("dim_model_versions", "model_version"), models.versions(connection)
        ),
        "model_performance": compared(
            told("model_performance", "model_version", "target"), models.performance(connection)
        ),
    }


def _pay(market: Market) -> list[str]:
    """Pay that jobs post and applications are offered, each once."""
    names = ("occupation_id", "country", "seniority", "observed_date", "median_amount", "currency")

    def told_of(basis: str, *columns: str) -> list[tuple[Any, ...]]:
        return [tuple(row[name] for name in columns) for row in market.observations if row["basis"] == basis]

    told = {"posted": told_of("posted", *names), "offer": told_of("offer", *names[-2:])}
    counted = {"posted": pay.posted(market.jobs), "offer": market.offers}
    return [f"{basis}: {problem}" for basis in told for problem in compared_rows(told[basis], counted[basis])]


def _questions(connection: psycopg.Connection[Any], market: Market) -> Differences:
    found = {}
    for question, answer in ANSWERS.items():
        query = (QUESTIONS / f"{question}.sql").read_text()
        found[question] = compared_rows(connection.execute(query.encode()).fetchall(), answer(market))
    return found


def compared(told: Mapping[Any, Row], counted: Mapping[Any, Row]) -> list[str]:
    """Differences between rows by key: those that one side lacks, and figures that are not alike."""
    missing = [f"{key}: not in the table" for key in counted if key not in told]
    extra = [f"{key}: in the table alone" for key in told if key not in counted]
    unlike = [
        f"{key}: {name} is {told[key][name]}, counted {value}"
        for key, row in counted.items()
        if key in told
        for name, value in row.items()
        if not alike(told[key][name], value)
    ]
    return missing + extra + unlike


def compared_rows(told: Sequence[tuple[Any, ...]], counted: Sequence[tuple[Any, ...]]) -> list[str]:
    """Differences between two lists of rows in any order; only the counted columns are looked at."""
    if len(told) != len(counted):
        return [f"{len(told)} rows, counted {len(counted)}"]
    width = len(counted[0]) if counted else 0
    pairs = zip(sorted((row[:width] for row in told), key=_order), sorted(counted, key=_order), strict=True)
    return [
        f"{one} counted {other}"
        for one, other in pairs
        if not all(alike(value, expected) for value, expected in zip(one, other, strict=True))
    ]


def _order(row: tuple[Any, ...]) -> tuple[Hashable, ...]:
    """Keys first, then counts, then what is rounded."""
    keys = tuple(str(value) for value in row if value is None or isinstance(value, str | date))
    counts = tuple(value for value in row if isinstance(value, int))
    return keys, counts, tuple(float(value) for value in row if isinstance(value, float | Decimal))


def alike(told: Any, counted: Any) -> bool:
    """Equal; numbers to the ninth digit, or to the last that a rounded one shows."""
    if isinstance(counted, int | float) and isinstance(told, int | float | Decimal):
        rounded = 0.0
        if isinstance(told, Decimal):
            exponent = told.as_tuple().exponent
            assert isinstance(exponent, int)
            rounded = 0.5 * 10.0**exponent
        return abs(float(told) - counted) <= rounded + TOLERANCE * max(1.0, abs(counted))
    return bool(told == counted)
