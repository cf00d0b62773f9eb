"""All that the plain counts need, read and put together once."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from recount import companies, freshness, jobs, pay, product
from recount.raw_records import Row, horizon, rows, utc_day


@dataclass(frozen=True)
class Market:
    """A warehouse, counted again, and what things are called in it."""

    until: datetime
    jobs: dict[str, Row]
    listings: list[Row]
    """As in ``intermediate.int_posting_sightings``, every version."""
    job_of: dict[str, str]
    """Listing -> the job that it is held to be of."""
    employers: dict[str, str | None]
    """Job -> company."""
    skills: dict[tuple[str, str], Row]
    applications: dict[str, Row]
    offers: list[tuple[float, str | None]]
    subscriptions: dict[tuple[str, int], Row]
    observations: list[Row]
    benchmarks: dict[pay.Cell, Row]
    predictions: list[Row]
    """As in ``marts.fct_predictions``, which are counted again elsewhere."""
    freshness: dict[tuple[str, str], Row]
    """(source, resource) -> its state and ages."""
    names: dict[str, dict[str, str]]
    """Dimension -> key -> name."""

    @property
    def today(self) -> date:
        """The first day that is not past at the horizon."""
        return utc_day(self.until)


def read_market(connection: psycopg.Connection[Any]) -> Market:
    """Count everything; takes seconds for a small market."""
    until = horizon(connection)
    found = jobs.jobs(connection)
    listings = rows(connection, "select * from intermediate.int_posting_sightings")
    job_of = {name: history[-1][0] for name, history in jobs.job_histories(connection).items()}
    observations = rows(connection, "select * from marts.fct_pay_observations")
    return Market(
        until=until,
        jobs=found,
        listings=listings,
        job_of={one["posting_id"]: job_of.get(one["posting_id"], one["posting_id"]) for one in listings},
        employers=companies.employers(connection, found),
        skills=skills_of_jobs(connection, found),
        applications=product.applications(connection),
        offers=product.offers(connection),
        subscriptions=product.subscriptions(connection),
        observations=observations,
        benchmarks=pay.benchmarks(observations, until),
        predictions=rows(connection, "select * from marts.fct_predictions"),
        freshness=freshness.resources(connection),
        names={
            "occupation": _names(connection, "dim_occupations", "occupation_id", "occupation_name"),
            "group": _names(connection, "dim_occupations", "occupation_group", "occupation_group_name"),
            "region": _names(connection, "dim_regions", "region_id", "region_name"),
            "kind": _names(connection, "dim_regions", "region_id", "region_kind"),
            "skill": _names(connection, "dim_skills", "skill_id", "skill_name"),
            "industry": _names(connection, "dim_industries", "industry_id", "industry_name"),
            "company": _names(connection, "dim_companies", "company_id", "company_name"),
            "company_industry": _names(connection, "dim_companies", "company_id", "industry_id"),
            "job_industry": _names(connection, "fct_postings", "job_id", "industry_id"),
        },
    )


def _names(connection: psycopg.Connection[Any], table: str, key: str, name: str) -> dict[str, str]:
    return {
        one["key"]: one["name"]
        for one in rows(connection, f"select {key} as key, {name} as name from marts.{table}")
    }


def skills_of_jobs(connection: psycopg.Connection[Any], found: dict[str, Row]) -> dict[tuple[str, str], Row]:
    """(job, skill) -> whether it is required and asked for now, and since and until when.

    What a job asked for at which time is taken from ``intermediate.int_jobs``.
    """
    versions: dict[str, list[Row]] = defaultdict(list)
    query = """
        select job_id, known_at, known_until, last_seen_at, skills_required, skills_preferred
        from intermediate.int_jobs order by known_at
    """
    for one in rows(connection, query):
        versions[one["job_id"]].append(one)
    told: dict[tuple[str, str], Row] = {}
    for job in found:
        for version in versions[job]:
            named = dict.fromkeys(version["skills_preferred"], False) | dict.fromkeys(
                version["skills_required"], True
            )
            seen_at = version["known_until"] or version["last_seen_at"] or version["known_at"]
            for skill, is_required in named.items():
                row = told.setdefault(
                    (job, skill), {"first_seen_at": version["known_at"], "last_seen_at": version["known_at"]}
                )
                row["is_required"] = is_required
                row["is_current"] = version["known_until"] is None
                row["last_seen_at"] = max(row["last_seen_at"], seen_at)
    return told


def weeks_before(today: date, count: int) -> list[date]:
    """The Mondays of the newest weeks that are wholly past."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=number) for number in range(1, count + 1)]
