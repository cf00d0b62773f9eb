"""Each condition that keeps a feature from knowing the future is needed: without it, the replay differs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from dbt_runner import DBT_PROJECT, seeded_database
from replayed_history import (
    MODELS,
    SIZE,
    build,
    copied_database,
    differences,
    forget_after,
    load_history,
    read,
    shared,
)

from cvplus.runtime.postgres import EmbeddedPostgres

pytestmark = pytest.mark.slow
SEED = 11
INSTANT = SIZE.instant(0.6)
TABLES = {
    "training_examples": ["application_id"],
    "market_features": ["occupation_id", "country", "week_start_date"],
    "user_behavior_features": ["subject_id", "activity_date"],
}


@dataclass(frozen=True)
class Leak:
    """A condition of a file that is replaced wherever it stands, and the first model that this changes."""

    file: str
    condition: str
    instead: str
    model: str


def newest(file: str, alias: str, instant: str, model: str) -> Leak:
    """What is newest now is read instead of what was newest then."""
    return Leak(file, f"{{{{ as_of('{alias}', {instant}) }}}}", f"{alias}.known_until is null", model)


def newest_joined(file: str, relation: str, alias: str, spine: str, key: str, at: str, model: str) -> Leak:
    """The same of a join."""
    told = f"as_of_join(ref('{relation}'), '{alias}', '{spine}', ['{key}']{at})"
    joined = f"left join {{{{ ref('{relation}') }}}} as {alias} on {spine}.{key} = {alias}.{key}"
    return Leak(file, f"{{{{ {told} }}}}", f"{joined} and {alias}.known_until is null", model)


PARTS, FEATURES, UNITED = "macros/features", "models/features", "models/intermediate"
JOB_PART, PAIR_PART = f"{PARTS}/job_part.sql", f"{PARTS}/pair_part.sql"
MARKET, BEHAVIOR = f"{FEATURES}/market_features.sql", f"{FEATURES}/user_behavior_features.sql"
ANSWERS, STATES = f"{PARTS}/answers.sql", f"{UNITED}/int_application_states.sql"
EXAMPLES, PAY = f"{FEATURES}/training_examples.sql", f"{UNITED}/int_pay_observations.sql"
ALL, OF_MARKET, OF_BEHAVIOR = "training_examples", "market_features", "user_behavior_features"
LEAKS = {
    "a job edited, closed or reopened, in what an example knows of it": newest_joined(
        JOB_PART, "int_jobs", "job", "spine", "job_id", "", ALL
    ),
    "a job edited, in how a CV fits it": newest_joined(
        PAIR_PART, "int_jobs", "job", "spine", "job_id", "", ALL
    ),
    "a job edited, in its market": newest(MARKET, "job", "'weeks.feature_at'", OF_MARKET),
    "a company corrected or removed": newest(JOB_PART, "company", "'spine.feature_at'", ALL),
    "a company's teller corrected": Leak(
        f"{UNITED}/int_companies.sql", "not records.is_removed",
        "not records.is_removed and records.known_until is null", "int_companies",
    ),
    "a statistic released again": newest(JOB_PART, "observation", "'spine.feature_at'", ALL),
    "a statistic released again, in its market": newest(
        MARKET, "observation", "'weeks.feature_at'", OF_MARKET
    ),
    "a statistic of which only the last release is kept": Leak(
        PAY, "{{ was_ever_current('versions') }}", "versions.known_until is null", "int_pay_observations"
    ),
    "a statistic that was passed on before its maker spoke": Leak(
        PAY, "where maker.known_at is null or maker.known_at > statement.known_at",
        "where maker.known_at is null", "int_pay_observations",
    ),
    "a rate corrected": Leak(
        "macros/pay.sql", "{{ as_of('fx_rate', known_at, prefix='rate_') }}",
        "fx_rate.rate_known_until is null", "int_fx_rates",
    ),
    "a rate told late": Leak(
        "macros/pay.sql", "{{ as_of('fx_rate', known_at, prefix='rate_') }}",
        "(fx_rate.rate_known_until is null or {{ known_at }} < fx_rate.rate_known_until)", "int_fx_rates",
    ),
    "a vacancy corrected in the history": newest_joined(
        f"{UNITED}/int_usajobs_postings.sql", "stg_usajobs__historic_announcements", "history", "news",
        "job_key", ", 'news.known_at'", "int_usajobs_postings",
    ),
    "an application corrected": newest(EXAMPLES, "applications", "horizon()", ALL),
    "answers that became known, in counts": newest(ANSWERS, "counts", "instant", OF_BEHAVIOR),
    "a person's own applications corrected, in what others' are": newest(
        ANSWERS, "own", "spine ~ '.feature_at'", ALL
    ),
    "an employer's later answers": newest(ANSWERS, "state", "spine ~ '.feature_at'", ALL),
    "a person's later answers": newest(BEHAVIOR, "state", "'wanted.feature_at'", OF_BEHAVIOR),
    "applications corrected, in what is known of them": newest(
        STATES, "application", "'news.news_at'", "int_application_states"
    ),
    "outcomes late or corrected, in what is known of an application": newest(
        STATES, "outcome", "'news.news_at'", "int_application_states"
    ),
    "a job of another employer, in what is known of its applications": newest(
        STATES, "employers", "'news.news_at'", "int_application_states"
    ),
    "applications counted when they were made": Leak(
        f"{UNITED}/int_answer_counts.sql", "known_at as changed_at", "applied_at as changed_at",
        "int_answer_counts",
    ),
    "the last application corrected": newest(
        f"{PARTS}/temporal_part.sql", "earlier", "'spine.feature_at'", ALL
    ),
    "a person's applications corrected": newest(
        BEHAVIOR, "application", "'wanted.feature_at'", OF_BEHAVIOR
    ),
    "a market's applications corrected": newest(MARKET, "application", "'weeks.feature_at'", OF_MARKET),
    "a version of a CV corrected": newest(PAIR_PART, "version", "'spine.feature_at'", ALL),
    "a person's CVs corrected": newest(BEHAVIOR, "cv", "'wanted.feature_at'", OF_BEHAVIOR),
    "an event late": newest(BEHAVIOR, "event", "'wanted.feature_at'", OF_BEHAVIOR),
    "an outcome late or corrected": newest(BEHAVIOR, "outcome", "'wanted.feature_at'", OF_BEHAVIOR),
    "an outcome late or corrected, in a label": newest(
        f"{PARTS}/example_labels.sql", "outcome", "'clock.horizon_at'", ALL
    ),
    "a subscription changed": newest(
        BEHAVIOR, "current_subscription", "'wanted.feature_at'", OF_BEHAVIOR
    ),
    "a consent withdrawn": newest(EXAMPLES, "consent", "horizon()", ALL),
    "a job that became known": Leak(
        f"{PARTS}/temporal_part.sql", "{{ known_by('first_known', 'midnight_at') }}", "true", ALL
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def urls(postgres_server: EmbeddedPostgres) -> Iterator[tuple[str, str]]:
    """A whole history, and what was known of it at the instant, both built as of the instant."""
    with seeded_database(postgres_server) as whole_url:
        load_history(whole_url, SEED)
        with copied_database(postgres_server, whole_url) as known_url:
            forget_after(known_url, INSTANT)
            for url in (whole_url, known_url):
                build(url, INSTANT)
            yield whole_url, known_url


def test_without_a_leak_nothing_differs(urls: tuple[str, str]) -> None:
    assert found_between(*urls) == []


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_found(
    postgres_server: EmbeddedPostgres, urls: tuple[str, str], tmp_path: Path, name: str
) -> None:
    leak = LEAKS[name]
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    file = project / leak.file
    assert leak.condition in file.read_text()
    file.write_text(file.read_text().replace(leak.condition, leak.instead))

    whole_url, known_url = urls
    with (
        copied_database(postgres_server, whole_url) as whole,
        copied_database(postgres_server, known_url) as known,
    ):
        for url in (whole, known):
            build(url, INSTANT, project, [f"{leak.model}+,{MODELS}"])
        assert found_between(whole, known)


def found_between(whole_url: str, known_url: str) -> list[str]:
    """What differs between the features of a whole history and those of what was known."""
    found = []
    with psycopg.connect(whole_url) as whole, psycopg.connect(known_url) as known:
        for table, key in TABLES.items():
            stored, rebuilt = (read(one, f"features.{table}", key) for one in (whole, known))
            if table != "training_examples":
                rebuilt = shared(stored, rebuilt)
            elif stored.keys() != rebuilt.keys():
                found.append(f"{table}: other rows")
            found += [f"{table} {difference}" for difference in differences(stored, rebuilt)]
    return found
