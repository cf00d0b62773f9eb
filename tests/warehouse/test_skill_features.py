"""Which skills are rare, emerging or declining, and how a CV stands to them, counted again by hand."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import log
from typing import Any

import psycopg
import pytest
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.history import make_history
from dbt_fixtures.raw_rows import load_rows
from dbt_runner import run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres

# The invented history is small: a trend has to show in fewer jobs, and in smaller moves, than in a market.
LEAST, TREND = 4, 0.213
WEEK = timedelta(days=7)

Row = dict[str, Any]


@pytest.fixture(scope="module")
def tables(postgres_server: EmbeddedPostgres) -> Iterator[dict[str, list[Row]]]:
    """What was built of an invented history, by table."""
    names = (
        "intermediate.int_jobs",
        "intermediate.int_cvs",
        "features.skill_features",
        "features.training_examples",
    )
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, make_history(HistorySize()))
        variables = {"least_in_trend": LEAST, "skill_trend": TREND}
        run_dbt(url, "run", "--select", "+training_examples", variables=variables)
        with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
            yield {name: connection.execute(f"select * from {name}").fetchall() for name in names}


def known(rows: Sequence[Row], instant: datetime) -> list[Row]:
    """The versions that were current at an instant."""
    return [
        row
        for row in rows
        if row["known_at"] <= instant and (row["known_until"] is None or instant < row["known_until"])
    ]


def demand(
    jobs: Sequence[Row], week_over: datetime
) -> dict[tuple[str, str], tuple[int, float | None, float | None]]:
    """By industry and skill: how many recent jobs ask for it, which share, and how that has changed."""
    sizes: dict[str, Counter[bool]] = defaultdict(Counter)
    asked: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for job in known(jobs, week_over):
        skills = {*job["skills_required"], *job["skills_preferred"]}
        age = week_over - job["posted_at"]
        if not skills or not timedelta(0) < age <= timedelta(days=168):
            continue
        is_recent = age <= timedelta(days=84)
        for industry in (job["industry_id"] or "unknown", "all"):
            sizes[industry][is_recent] += 1
            for skill in skills:
                asked[industry, skill][is_recent] += 1
    found = {}
    for (industry, skill), count in asked.items():
        size = sizes[industry]
        change = None
        if count.total() >= LEAST and size[True] and size[False]:
            now, before = (count[True] + 1) / (size[True] + 1), (count[False] + 1) / (size[False] + 1)
            change = now / before - 1
        found[industry, skill] = (count[True], count[True] / size[True] if size[True] else None, change)
    return found


def test_the_demand_for_skills_is_what_jobs_asked_for_as_known_when_the_week_was_over(
    tables: dict[str, list[Row]],
) -> None:
    told: dict[tuple[date, datetime], dict[tuple[str, str], tuple[Any, ...]]] = defaultdict(dict)
    for row in tables["features.skill_features"]:
        told[row["week_start_date"], row["feature_at"]][row["industry_id"], row["skill_id"]] = (
            row["skill_asked_jobs"],
            row["skill_asked_share"],
            row["skill_demand_change"],
        )
    assert len(told) > 10
    for (_, week_over), cells in told.items():
        expected = demand(tables["intermediate.int_jobs"], week_over)
        assert cells.keys() == expected.keys()
        for cell, values in cells.items():
            assert values == pytest.approx(expected[cell]), cell
    changes = [values[2] for cells in told.values() for values in cells.values()]
    assert None in changes
    assert any(change is not None and change >= TREND for change in changes)


def test_a_pair_is_measured_by_the_week_before_and_by_the_industry_where_that_is_not_too_thin(
    tables: dict[str, list[Row]],
) -> None:
    seen = Counter[str]()
    for example in tables["features.training_examples"]:
        at = example["feature_at"]
        job = next(
            iter(j for j in known(tables["intermediate.int_jobs"], at) if j["job_id"] == example["job_id"]),
            None,
        )
        cv = max(
            (c for c in known(tables["intermediate.int_cvs"], at) if c["cv_id"] == example["cv_id"]
             and (example["cv_version"] is None or c["cv_version"] <= example["cv_version"])),
            key=lambda c: c["cv_version"], default=None,
        )  # fmt: skip
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        cells = demand(tables["intermediate.int_jobs"], midnight - timedelta(days=at.weekday()))
        asked = set(job["skills_required"]) if job else set()
        held = set(cv["skills"]) if cv else set()

        def trend(skill: str, job: Row | None = job, cells: Any = cells) -> float | None:
            own = cells.get((job["industry_id"] if job else None, skill), (0, None, None))[2]
            return own if own is not None else cells.get(("all", skill), (0, None, None))[2]

        def share(skills: set[str], is_moving: Any, trend: Any = trend) -> float | None:
            trends = [change for change in map(trend, skills) if change is not None]
            return sum(map(is_moving, trends)) / len(trends) if trends else None

        rarity = {
            skill: -log(cells["all", skill][1]) for skill in asked if cells.get(("all", skill), (0, 0))[1]
        }
        total = sum(rarity.values())
        expected = {
            "required_skills_held_count": len(asked & held) if job and cv else None,
            "required_skills_held_rarity_share": (
                sum(rarity[skill] for skill in rarity.keys() & held) / total if cv and total else None
            ),
            "emerging_skills_asked_share": share(asked, lambda change: change >= TREND),
            "emerging_skills_held_share": share(held, lambda change: change >= TREND),
            "declining_skills_held_share": share(held, lambda change: change <= 1 / (1 + TREND) - 1),
        }
        for name, value in expected.items():
            assert example[name] == pytest.approx(value), (name, example["application_id"])
            seen[name] += value is not None and value > 0
    assert all(seen[name] > 5 for name in expected), seen
