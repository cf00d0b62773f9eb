"""How jobs, employers and people were answered so far, counted again in plain Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

import psycopg
import psycopg.rows
import pytest
from dbt_runner import DBT_PROJECT, run_dbt, seeded_database
from replayed_history import MODELS, SIZE, drawn_seed, load_history

from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.yaml_files import read_yaml

Row = dict[str, Any]
VARIABLES = read_yaml(DBT_PROJECT / "dbt_project.yml")["vars"]
ANSWERS = {"rejected", "interview", "offer", "hired"}
INTERVIEWS = ANSWERS - {"rejected"}
DAY = timedelta(days=1)
# So few that the employers of this history have answered more.
LATEST = 8
OF_EXAMPLES = [
    "applicants_so_far",
    "applicants_per_day_so_far",
    "job_answered_share_so_far",
    "job_interviews_so_far",
    "employer_applications_so_far",
    "employer_answered_rate",
    "employer_interview_rate",
    "employer_median_days_to_answer",
]
OF_PEOPLE = ["own_answered_rate_90d", "own_interview_rate_90d"]


@dataclass(frozen=True)
class Told:
    """Every version of what was told, and what of it was known at an instant."""

    applications: list[Row]
    outcomes: list[Row]
    links: list[Row]
    jobs: list[Row]

    @staticmethod
    def read(connection: psycopg.Connection) -> "Told":
        def rows(table: str) -> list[Row]:
            with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
                return cursor.execute(f"select * from intermediate.int_{table}").fetchall()  # type: ignore[call-overload]

        return Told(rows("applications"), rows("outcomes"), rows("job_links"), rows("jobs"))

    @cached_property
    def states(self) -> dict[datetime, list[Row]]:
        """The applications as known from each instant at which anything became known or was known no more."""
        versions = [*self.applications, *self.outcomes, *self.links, *self.jobs]
        told = {row[name] for row in versions for name in ("known_at", "known_until")}
        return {instant: self.asked(instant) for instant in sorted(told - {None})}

    def at(self, instant: datetime) -> list[Row]:
        """The applications as known at an instant."""
        return self.states[max(known for known in self.states if known <= instant)]

    def asked(self, instant: datetime) -> list[Row]:
        """The applications as known at an instant, each with its job, employer and answers."""
        jobs = {row["job_id"]: row for row in self.jobs if is_known(row, instant)}
        links = {row["posting_id"]: row["job_id"] for row in self.links if is_known(row, instant)}
        outcomes: dict[str, list[Row]] = {}
        for row in self.outcomes:
            if is_known(row, instant) and row["outcome"] in ANSWERS:
                outcomes.setdefault(row["application_id"], []).append(row)
        found = []
        for row in self.applications:
            if is_known(row, instant):
                answers = outcomes.get(row["application_id"], [])
                job_id = links.get(row["posting_id"], row["posting_id"])
                first = min((answer["occurred_at"] for answer in answers), default=None)
                found.append(
                    {
                        **{name: row[name] for name in ("application_id", "subject_id", "applied_at")},
                        "job_id": job_id,
                        "company_id": jobs[job_id]["company_id"] if job_id in jobs else None,
                        "has_answer": bool(answers),
                        "has_interview": any(answer["outcome"] in INTERVIEWS for answer in answers),
                        "days_to_answer": first and max((first - row["applied_at"]) / DAY, 0),
                    }
                )
        return found

    def job_at(self, job_id: str, instant: datetime) -> Row | None:
        """What was known of a job at an instant."""
        return next((row for row in self.jobs if row["job_id"] == job_id and is_known(row, instant)), None)

    @cached_property
    def answers(self) -> list[tuple[datetime, str, Row]]:
        """Each answered state of an application, since when it was known, in the order in which they were."""
        found, before = [], dict[str, Row]()
        for instant, states in self.states.items():
            for row in sorted(states, key=lambda row: row["application_id"]):
                if row["has_answer"] and before.get(row["application_id"]) != row:
                    found.append((instant, row["application_id"], row))
            before = {row["application_id"]: row for row in states}
        return found


def is_known(row: Row, instant: datetime) -> bool:
    """Whether a version was current, as far as was known, at an instant."""
    return row["known_at"] <= instant and (row["known_until"] is None or instant < row["known_until"])


@dataclass(frozen=True)
class Store:
    """What was told, and the features that the store made of it."""

    told: Told
    examples: list[Row]
    behavior: list[Row]


@pytest.fixture(scope="module")
def store(postgres_server: EmbeddedPostgres) -> Iterator[Store]:
    with seeded_database(postgres_server) as url:
        load_history(url, drawn_seed())
        variables = {"horizon": SIZE.horizon.isoformat(), "latest_answers": LATEST}
        run_dbt(url, "run", "--select", MODELS, variables=variables)
        with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
            examples = connection.execute("select * from features.training_examples").fetchall()
            behavior = connection.execute("select * from features.user_behavior_features").fetchall()
            yield Store(Told.read(connection), examples, behavior)


def test_examples_know_how_their_job_and_employer_were_answered(store: Store) -> None:
    for example in store.examples:
        assert {name: example[name] for name in OF_EXAMPLES} == pytest.approx(
            recounted(store.told, example), abs=1e-9
        ), example["application_id"]
    # What the history does not show is not tested by it.
    for name in OF_EXAMPLES:
        assert sum(bool(example[name]) for example in store.examples) > 10, name


def test_people_know_how_they_were_answered(store: Store) -> None:
    for day in store.behavior:
        known = store.told.at(day["feature_at"])
        begin = day["feature_at"] - 90 * DAY
        own = [
            row
            for row in known
            if row["subject_id"] == day["subject_id"] and begin <= row["applied_at"] < day["feature_at"]
        ]
        weight = VARIABLES["person_prior_applications"]
        expected = [shrunken(own, known, which, weight) for which in ("has_answer", "has_interview")]
        assert [day[name] for name in OF_PEOPLE] == pytest.approx(expected, abs=1e-9), day
    assert len({day["own_interview_rate_90d"] for day in store.behavior}) > 30


def recounted(told: Told, example: Row) -> dict[str, float | None]:
    """The features of an example, from nothing but what was told and when."""
    instant = example["feature_at"]
    job = told.job_at(example["job_id"], instant)
    if job is None:
        return dict.fromkeys(OF_EXAMPLES)
    known = told.at(instant)
    others = [row for row in known if row["subject_id"] != example["subject_id"]]
    of_job = [row for row in others if row["job_id"] == example["job_id"]]
    of_employer = [row for row in others if row["company_id"] == job["company_id"]]
    days = job["posted_at"] and max((instant - job["posted_at"]) / DAY, 1)
    weight = VARIABLES["employer_prior_applications"]
    found = {
        "applicants_so_far": len(of_job),
        "applicants_per_day_so_far": days and len(of_job) / days,
        "job_answered_share_so_far": (
            sum(row["has_answer"] for row in of_job) / len(of_job) if of_job else None
        ),
        "job_interviews_so_far": sum(row["has_interview"] for row in of_job),
        "employer_applications_so_far": len(of_employer),
        "employer_answered_rate": shrunken(of_employer, known, "has_answer", weight),
        "employer_interview_rate": shrunken(of_employer, known, "has_interview", weight),
        "employer_median_days_to_answer": median_of_latest(told, of_employer, job, instant),
    }
    if job["company_id"] is None:
        found |= dict.fromkeys(name for name in found if name.startswith("employer"))
    return found


def shrunken(rows: list[Row], everybody: list[Row], which: str, weight: int) -> float | None:
    """A share of few, drawn towards that of all."""
    if not everybody:
        return None
    of_all = sum(row[which] for row in everybody) / len(everybody)
    return (sum(row[which] for row in rows) + weight * of_all) / (len(rows) + weight)


def median_of_latest(told: Told, rows: list[Row], job: Row, instant: datetime) -> float | None:
    """The median days of the answers that were told last, of those that still stand; ``rows``: of others."""
    latest = [
        (application, row)
        for known_at, application, row in told.answers
        if known_at <= instant and row["company_id"] == job["company_id"]
    ][-LATEST:]
    newest = dict(latest)
    days = [row["days_to_answer"] for application, row in newest.items() if row in rows]
    return median(days) if len(days) >= VARIABLES["least_in_median"] else None
