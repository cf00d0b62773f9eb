"""What makes a pair news: evidence that changed, and never the clock alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.history import make_history
from dbt_fixtures.raw_rows import RawRow, create_raw_tables, load_rows
from dbt_runner import fresh_database, run_dbt

from cvplus.runtime.postgres import EmbeddedPostgres

SIZE = HistorySize()
PAIRS = ("run", "--select", "+scoring_pairs")
# What was known on the first day, at midnight; nothing more is, whatever day it is then.
FIRST_DAY = SIZE.horizon + timedelta(days=1)


@pytest.fixture(scope="module")
def warehouse_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """The invented history, built as of the first day."""
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_tables(connection)
            load_rows(connection, make_history(SIZE))
        run_dbt(url, "seed")
        yield url


def pairs_as_of(url: str, day: datetime, columns: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """Columns of the pairs to score, by CV and job, as the warehouse gives them with this horizon."""
    run_dbt(url, *PAIRS, variables={"horizon": day.isoformat()})
    with psycopg.connect(url) as connection:
        rows = connection.execute(f"select cv_id, job_id, {columns} from features.scoring_pairs").fetchall()
    return {(cv, job): tuple(values) for cv, job, *values in rows}


def test_days_without_news_change_features_and_no_hash(warehouse_url: str) -> None:
    columns = "feature_hash, days_since_posted, weekday, tenure_days, feature_at < horizon_at"
    first = pairs_as_of(warehouse_url, FIRST_DAY, columns)
    # The second step leads into the next week, whose market is another one.
    for days in (1, 6):
        later = pairs_as_of(warehouse_url, FIRST_DAY + timedelta(days=days), columns)
        both = first.keys() & later.keys()
        assert len(both) > 100
        assert {pair for pair in both if first[pair][0] != later[pair][0]} == set()
        # An application stays as it was made; whatever else is scored moves with the clock.
        assert {first[pair][1:] == later[pair][1:] for pair in both if first[pair][-1]} == {True}
        assert {first[pair][1:] == later[pair][1:] for pair in both if not first[pair][-1]} == {False}


@pytest.mark.parametrize(("news", "day"), [("event", 1), ("cv", 2)])
def test_news_of_a_person_changes_the_hashes_of_that_persons_pairs_but_of_no_application(
    warehouse_url: str, news: str, day: int
) -> None:
    columns = "feature_hash, subject_id, feature_at < horizon_at"
    yesterday, today = (SIZE.horizon + timedelta(days=days) for days in (day, day + 1))
    first = pairs_as_of(warehouse_url, yesterday, columns)
    applicants = {str(subject) for _, subject, is_application in first.values() if is_application}
    others = {str(subject) for _, subject, is_application in first.values() if not is_application}
    subject = sorted(applicants & others)[3]
    happened = (yesterday + timedelta(hours=3)).isoformat()
    with psycopg.connect(warehouse_url) as connection:
        if news == "event":
            record = {"eventId": "news", "eventType": "login", "subject_id": subject, "timestamp": happened}
            row = RawRow("product", "events", "news", {**record, "metadata": {}}, today)
        else:
            found = connection.execute(
                "select record_key, record from raw.product__cvs where record ->> 'subject_id' = %s"
                " order by (record ->> 'version')::integer desc, known_at desc limit 1",
                [subject],
            ).fetchone()
            assert found is not None
            row = RawRow("product", "cvs", found[0], {**found[1], "updatedAt": happened}, today)
        load_rows(connection, [row])
    later = pairs_as_of(warehouse_url, today, columns)
    both = first.keys() & later.keys()
    changed = {pair for pair in both if first[pair][0] != later[pair][0]}
    assert changed == {pair for pair in both if first[pair][1:] == (subject, False)} != set()
