"""An outage all the way to the marts: the last good answer serves and says how old it is, then drops out."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from dbt_runner import fresh_database, run_dbt
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from cvplus.errors import PlantError, SourceUnavailable
from cvplus.operations.freshness import record_resource_state
from cvplus.runtime.postgres import EmbeddedPostgres

Row = dict[str, Any]

SOURCE, RESOURCE, TIME_TO_LIVE = "arbeitnow", "jobs", 48
OUTAGE = SourceUnavailable(cause="The provider kept failing.", remedy="Wait.")
MARTS = (
    "fct_posting_sightings",
    "fct_postings",
    "fct_pay_observations",
    "salary_benchmarks",
    "int_coverage_spans",
    "fct_listing_spells",
    "source_coverage",
    "fct_posting_weeks",
    "job_market_weekly",
)


class Warehouse:
    """The hand-made market of the marts, in which the job ``j2`` and a posted pay are the provider's."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url) as connection:
            for table, job in (
                ("int_jobs", "job_id = 'j2'"),
                ("int_posting_sightings", "posting_id = 'j2'"),
                ("int_pay_observations", "observation_id = 'posted-j1'"),
            ):
                told = f"update intermediate.{table} set source = %s, resource = %s where {job}"
                connection.execute(told, [SOURCE, RESOURCE])
            # It was read every week since before the job was posted; how old the last answer is, a test says.
            connection.execute(
                """
                insert into ops.batches (
                    batch_id, source, resource, window_start, window_end, rows_read, rows_loaded,
                    rows_duplicate, rows_rejected, bytes, checksum, known_at_rule, state, lake_path,
                    fetched_at
                )
                select
                    read.batch_id, %s, %s, read.fetched_at - interval '7 days', read.fetched_at, 5, 5,
                    0, 0, 1, 'x', 'observed', 'accepted', 'x', read.fetched_at
                from (
                    select
                        'read-' || week as batch_id,
                        timestamptz '2026-04-01' + week * interval '7 days' as fetched_at
                    from generate_series(0, 6) as week
                    union all
                    select 'last', now()
                ) as read
                """,
                [SOURCE, RESOURCE],
            )

    def ask(self, hours_ago: float, outcome: PlantError | None) -> None:
        """The last good answer is so old when the provider is asked again; then the marts are built."""
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "update ops.batches set fetched_at = now() - %s * interval '1 hour' where batch_id = 'last'",
                [hours_ago],
            )
            record_resource_state(connection, SOURCE, RESOURCE, outcome, TIME_TO_LIVE)
        run_dbt(self.url, "run", "--select", *MARTS)

    def row(self, query: str) -> Row:
        """The one row of a query."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            (row,) = connection.execute(query).fetchall()
        return row

    def freshness(self) -> Row:
        """What analysts read of the provider."""
        query = f"select * from marts.data_freshness where source = '{SOURCE}' and resource = '{RESOURCE}'"
        return self.row(query)

    def shown(self) -> tuple[bool, int, int]:
        """Whether its job is open, postings in the last week, and pay observations of its cell."""
        cell = "occupation_id = '15-1252' and region_id = 'US-CA'"
        open_job = self.row("select is_open from marts.fct_postings where job_id = 'j2'")
        week = self.row(
            "select coalesce(sum(open_postings_count), 0)::int as open, "
            "coalesce(sum(closed_postings_count), 0)::int as closed "
            f"from marts.job_market_weekly where {cell} and week_start_date >= '2026-05-11' and not is_rollup"
        )
        pay = self.row(f"select posted_count from marts.salary_benchmarks where {cell} and seniority = 'all'")
        assert week["closed"] == 0, "who drops out of a market has not hired"
        return open_job["is_open"], week["open"], pay["posted_count"]


@pytest.fixture
def warehouse_of_marts(marts_url: str, postgres_server: EmbeddedPostgres) -> Iterator[Warehouse]:
    with fresh_database(postgres_server, str(conninfo_to_dict(marts_url)["dbname"])) as url:
        yield Warehouse(url)


def test_an_outage_shows_in_the_marts_and_drops_out_in_time(warehouse_of_marts: Warehouse) -> None:
    warehouse = warehouse_of_marts
    warehouse.ask(1, None)
    assert (warehouse.freshness()["state"], warehouse.freshness()["is_stale"]) == ("fresh", False)
    shown = warehouse.shown()
    assert shown == (True, 3, 1)

    warehouse.ask(10, OUTAGE)
    told = warehouse.freshness()
    assert (told["state"], told["is_stale"], told["dropped_out_at"]) == ("stale", True, None)
    assert told["age_hours"] == pytest.approx(10, abs=0.1)
    assert told["stale_reason"].startswith("[source_unavailable]")
    assert warehouse.shown() == shown

    warehouse.ask(TIME_TO_LIVE + 1, OUTAGE)
    told = warehouse.freshness()
    assert (told["state"], told["is_stale"]) == ("silent", True)
    assert told["stale_reason"].startswith("dropped out after its time to live: [source_unavailable]")
    assert warehouse.shown() == (False, 3, 0), "it was open in those weeks, and is not now"

    # Of a market whose horizon has passed the drop, the weeks after it are without the source.
    hours = warehouse.row("select extract(epoch from now() - '2026-05-14') / 3600 as hours")["hours"]
    warehouse.ask(float(hours), OUTAGE)
    assert warehouse.shown() == (False, 1, 0)

    warehouse.ask(0, None)
    assert warehouse.freshness()["dropped_out_at"] is None
    assert warehouse.shown() == shown
