"""No feature knows the future: with all later knowledge deleted, features stay the same to the bit."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from dbt_runner import seeded_database
from replayed_history import (
    SIZE,
    Rows,
    build,
    copied_database,
    differences,
    drawn_instants,
    drawn_seed,
    forget_after,
    load_history,
    read,
    shared,
    stored,
)

from cvplus.runtime.postgres import EmbeddedPostgres

pytestmark = pytest.mark.slow

# What each intermediate table has one row of at any instant. A comment of Hacker News that its writer deletes
# is taken away as if it had never been known, and scoring asks of now alone.
THINGS = {
    "int_answer_counts": ["counted_of", "counted_id"],
    "int_application_states": ["application_id"],
    "int_applications": ["application_id"],
    "int_companies": ["company_id"],
    "int_company_links": ["company_record_id"],
    "int_company_names": ["name_letters"],
    "int_company_records": ["company_record_id"],
    "int_crunchbase_companies": ["source_company_id"],
    "int_cvs": ["cv_id", "cv_version"],
    "int_events": ["event_id"],
    "int_feedback": ["feedback_id"],
    "int_fx_rates": ["currency", "valid_from"],
    "int_github_skills": ["skill_id", "snapshot_date"],
    "int_outcomes": ["outcome_id"],
    "int_pay_observations": ["observation_id"],
    "int_job_links": ["posting_id"],
    "int_jobs": ["job_id"],
    "int_posting_sightings": ["posting_id"],
    "int_sec_edgar_companies": ["source_company_id"],
    "int_skills": ["source", "skill_id", "snapshot_date"],
    "int_subscriptions": ["subscription_id"],
    "int_usajobs_postings": ["job_key"],
}
# Until when a version is current is not known while it is; when a job was last seen has no versions.
UNCLOCKED = {"known_until", "last_seen_at"}
AT_THE_HORIZON = {"training_examples": ["application_id"], "job_features": ["job_id"]}
AT_THE_HORIZON |= {"cv_features": ["cv_id", "version"]}


class Replay:
    """A history told to the end and built, and the same history, forgotten bit by bit."""

    def __init__(self, whole_url: str, told_url: str, seed: int) -> None:
        self.whole_url, self.told_url = whole_url, told_url
        self.instants = drawn_instants(seed, 3)
        build(whole_url, SIZE.horizon, select=["+training_examples", *(f"+{table}" for table in THINGS)])
        self.whole = stored(whole_url)

    def build_at(self, instant: datetime) -> dict[str, Rows]:
        """Build what is told as of an instant; the tables that speak for it."""
        build(
            self.told_url,
            instant,
            select=["+training_examples", *(f"+{table}" for table in THINGS), "job_features", "cv_features"],
        )
        with psycopg.connect(self.told_url) as connection:
            return {
                table: read(connection, f"features.{table}", key) for table, key in AT_THE_HORIZON.items()
            }


@pytest.fixture(scope="module")
def replay(postgres_server: EmbeddedPostgres) -> Iterator[Replay]:
    seed = drawn_seed()
    with seeded_database(postgres_server) as told_url:
        load_history(told_url, seed)
        with copied_database(postgres_server, told_url) as whole_url:
            yield Replay(whole_url, told_url, seed)


def test_features_at_an_instant_do_not_change_when_later_knowledge_is_deleted(replay: Replay) -> None:
    refused = refusing(replay.whole_url, SIZE.horizon)
    assert {key for (key,) in replay.whole.examples} == applications(replay.whole_url) - refused

    for instant in replay.instants:
        at_once = replay.build_at(instant)
        forget_after(replay.told_url, instant)
        # To build as of another horizon is to know no more than at it, labels and all.
        for table, rows in replay.build_at(instant).items():
            assert differences(at_once[table], rows) == [], (table, instant)
            assert at_once[table].keys() == rows.keys(), (table, instant)

        rebuilt = stored(replay.told_url)
        # Who refuses later was an example still; what is asked is another question once it is told otherwise.
        learned_from = applications(replay.told_url) - refusing(replay.told_url, instant)
        assert {key for (key,) in rebuilt.examples} == learned_from
        left_out = refused | corrected_applications(replay.whole_url, instant)
        kept = {key: row for key, row in rebuilt.examples.items() if key[0] not in left_out}
        assert len(kept) > len(rebuilt.examples) / 2
        assert differences(replay.whole.examples, kept) == [], instant
        assert differences(replay.whole.market, shared(replay.whole.market, rebuilt.market)) == [], instant
        behavior = shared(replay.whole.behavior, rebuilt.behavior)
        assert differences(replay.whole.behavior, behavior) == [], instant

        with psycopg.connect(replay.whole_url) as whole, psycopg.connect(replay.told_url) as told:
            for table, key in THINGS.items():
                then = read(whole, f"intermediate.{table}", key, UNCLOCKED, as_of=instant)
                rows = read(told, f"intermediate.{table}", key, UNCLOCKED, as_of=instant)
                assert rows, (table, instant)
                assert differences(then, rows) == [], (table, instant)
                assert then.keys() == rows.keys(), (table, instant)


def applications(url: str) -> set[str]:
    """Every application that was ever told of."""
    return asked(url, "select distinct record_key from raw.product__applications")


def refusing(url: str, instant: datetime) -> set[str]:
    """The applications of people who, as far as was known then, refused to be learned from."""
    return asked(
        url,
        """
        select distinct record_key from raw.product__applications
        where record ->> 'subject_id' in (
            select newest.record ->> 'subject_id' from (
                select distinct on (record_key) record from raw.product__consents
                where known_at <= %s order by record_key, (record ->> 'recordedAt')::timestamptz desc
            ) as newest
            where newest.record ->> 'isGranted' = 'false'
        )
        """,
        instant,
    )


def corrected_applications(url: str, instant: datetime) -> set[str]:
    """The applications that were known at an instant and were told anew after it."""
    return asked(
        url,
        "select record_key from raw.product__applications group by record_key"
        " having min(known_at) <= %s and max(known_at) > %s",
        instant,
        instant,
    )


def asked(url: str, query: str, *parameters: Any) -> set[Any]:
    """The first column of an answer."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute(query, parameters).fetchall()}
