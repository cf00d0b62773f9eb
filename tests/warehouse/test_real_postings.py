"""Real postings, replayed day by day through the whole way: what fct_postings holds is what the files tell.

The numbers are those of the README beside the files. Skipped where the real data are not beside the checkout.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import real_postings as real
import responses
from dbt_runner import run_dbt, seeded_database
from real_files import REAL
from replaying import CREDENTIALS, KEY, land_replayed

from cvplus.enrich.kinds import FACT_KINDS
from cvplus.enrich.records import read_records
from cvplus.lake.manifest import Manifest, Window
from cvplus.lake.store import open_lake
from cvplus.quality.gate import gate_batches
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.sources.credentials import Credentials
from cvplus.warehouse.batches import register_landed
from cvplus.warehouse.declared import resource_named
from cvplus.warehouse.load import load_batch

pytestmark = pytest.mark.slow

POSTINGS = next(kind for kind in FACT_KINDS if kind.resource.name == "posting_facts")
ADZUNA = Credentials(
    login=CREDENTIALS.login,
    password=KEY,
    extra={
        "licence_confirmed": True,
        "markets": [{"country": "us", "currency": "USD"}],
        "titles": ["entry level"],
    },
)

# A posting of a board as the files call it: source:board:id.
JOB_UID = "replace(replace(job_key, ':global/', ':'), '/', ':')"


def day_window(day: date) -> Window:
    """The window of a day."""
    start = datetime.combine(day, datetime.min.time(), UTC)
    return Window(start=start, end=start + timedelta(days=1))


class Replayer:
    """Lands answers in a lake as if they had been fetched on their day."""

    def __init__(self, folder: Path) -> None:
        self.lake = open_lake(folder.as_uri())

    def land(
        self, source: str, resource: str, day: date, exchanges: list[dict[str, Any]], **more: Any
    ) -> Manifest:
        """Land one batch. The client says that it was fetched today, so the day is put in its place."""
        with responses.RequestsMock(assert_all_requests_are_fired=False, **more.pop("mock", {})) as mocked:
            manifest = land_replayed(
                mocked, self.lake, source, resource, exchanges, window=day_window(day), **more
            )
        return manifest.model_copy(update={"fetched_at": real.fetched_on(day)})

    def boards(self) -> Iterator[Manifest]:
        """Every board on every day."""
        for day in real.days_of_boards():
            for source, (resource, name) in real.BOARDS.items():
                yield self.land(
                    source,
                    resource,
                    date.fromisoformat(day),
                    real.answers_of_boards(source, day),
                    credentials=Credentials(extra={name: real.boards_of(source)}),
                    mock={"registry": responses.registries.OrderedRegistry},
                )

    def usajobs(self) -> Iterator[Manifest]:
        """Each department's announcements in one answer."""
        for path in real.USAJOBS:
            answer = real.usajobs_answer(path)
            yield self.land("usajobs", "historic_announcements", date(2026, 1, 1), answer, run_key=path)

    def adzuna(self) -> Iterator[Manifest]:
        """The feed on each day that is kept."""
        for day, ads in real.adzuna_days():
            yield self.land("adzuna", "search", day, real.adzuna_pages(ads), credentials=ADZUNA)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Replayer, list[Manifest]]:
    real.real_file(real.FIRST_SEEN)
    replayer = Replayer(tmp_path_factory.mktemp("lake"))
    return replayer, [*replayer.boards(), *replayer.usajobs(), *replayer.adzuna()]


@pytest.fixture(scope="module")
def replayed_url(
    postgres_server: EmbeddedPostgres,
    landed: tuple[Replayer, list[Manifest]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A warehouse with all of it, gated, read and built."""
    replayer, manifests = landed
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            for manifest in manifests:
                resource = resource_named(manifest.source, manifest.resource)
                load_batch(connection, replayer.lake, manifest, resource)
                connection.commit()
        docs = tmp_path_factory.mktemp("docs")
        gate_batches(url, [manifest.batch_id for manifest in manifests], docs)
        with psycopg.connect(url) as connection:
            facts = read_records(connection, replayer.lake, "replay", POSTINGS)
            assert facts is not None
            register_landed(connection, facts)
            load_batch(connection, replayer.lake, facts, POSTINGS.resource)
            connection.commit()
        gate_batches(url, [facts.batch_id], docs)
        horizon = real.fetched_on(real.days_of_boards()[-1]).isoformat()
        run_dbt(url, "run", "--select", "+fct_postings", variables={"horizon": horizon})
        yield url


def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    """The answer of a query."""
    with psycopg.connect(url) as connection:
        connection.execute("set time zone 'UTC'")
        return connection.execute(query).fetchall()


def test_every_file_of_postings_is_replayed_or_says_why_not() -> None:
    files = {f"postings/{path.name}" for path in (REAL / "postings").glob("*")}
    if not files:
        pytest.skip("the real data are not on this machine")
    used = {real.FIRST_SEEN, real.SNAPSHOTS, real.ADZUNA, real.ADZUNA_RUNS, *real.USAJOBS}
    assert sorted(files) == sorted(used | set(real.UNUSED))


def test_every_batch_is_accepted_whole(replayed_url: str) -> None:
    states = asked(
        replayed_url,
        """
        select source, state, count(*), sum(rows_rejected)::integer from ops.batches
        group by source, state order by source
        """,
    )
    days = len(real.days_of_boards())
    assert states == [
        ("adzuna", "accepted", real.rows_told(real.ADZUNA_RUNS), 0),
        ("ashby", "accepted", days, 0),
        ("derived", "accepted", 1, 0),
        ("greenhouse", "accepted", days, 0),
        ("lever", "accepted", days, 0),
        ("usajobs", "accepted", len(real.USAJOBS), 0),
    ]


def test_every_posting_of_the_files_is_there_once(replayed_url: str) -> None:
    told = dict(asked(replayed_url, "select source, count(*) from marts.fct_postings group by 1"))
    boards = [told.pop(source) for source in real.BOARDS]
    assert sum(boards) == real.rows_told(real.FIRST_SEEN)
    assert boards == [len(real.first_seen().query("source == @source")) for source in real.BOARDS]
    assert told == {
        "usajobs": sum(real.rows_told(path) for path in real.USAJOBS),
        "adzuna": real.rows_told(real.ADZUNA),
    }


def test_each_announcement_is_there_under_its_number_with_its_days(replayed_url: str) -> None:
    held = asked(
        replayed_url,
        "select job_key, title, posted_at, closed_at from marts.fct_postings where source = 'usajobs'",
    )
    eastern = ZoneInfo("America/New_York")
    found = {
        key: (title, opened.astimezone(eastern).date(), closed.astimezone(eastern).date())
        for key, title, opened, closed in held
    }
    assert found == {
        f"usajobs:{row['control_number']}": (
            " ".join(row["position_title"].split()),
            date.fromisoformat(row["open_date"]),
            date.fromisoformat(row["close_date"]),
        )
        for row in real.usajobs_rows()
    }


def test_every_sighting_of_the_snapshots_is_kept(replayed_url: str) -> None:
    ((sightings,),) = asked(replayed_url, "select count(*) from ops.sightings")
    assert sightings == real.rows_told(real.SNAPSHOTS) == len(real.snapshots())


def test_a_board_that_is_gone_makes_every_batch_partial_and_no_other_board(replayed_url: str) -> None:
    for source in real.BOARDS:
        parts = asked(
            replayed_url,
            f"""
            select part, snapshot_parts.state, count(*)
            from ops.snapshot_parts inner join ops.batches using (batch_id)
            where source = '{source}' and is_partial group by 1, 2
            """,
        )
        days, dead = len(real.days_of_boards()), real.dead_boards(source)
        assert dead
        assert {part: (state, count) for part, state, count in parts} == {
            board: ("partial" if board in dead else "whole", days) for board in real.boards_of(source)
        }


def test_a_posting_is_closed_on_the_first_of_two_days_that_list_it_no_more(replayed_url: str) -> None:
    held = asked(
        replayed_url,
        f"""
        select {JOB_UID}, closed_at, is_open
        from marts.fct_postings where source in ('greenhouse', 'lever', 'ashby')
        """,
    )
    wanted = real.closings()
    assert {job: closed for job, closed, _ in held} == wanted
    assert {job: is_open for job, _, is_open in held} == {job: day is None for job, day in wanted.items()}
    assert 0 < sum(day is None for day in wanted.values()) < len(wanted)


def test_pay_is_what_the_boards_told(replayed_url: str) -> None:
    held = asked(
        replayed_url,
        f"""
        select {JOB_UID}, salary_min_amount, salary_max_amount, currency
        from marts.fct_postings
        where source in ('greenhouse', 'lever', 'ashby') and salary_min_amount is not null
        """,
    )
    found, wanted = {job: tuple(pay) for job, *pay in held}, real.pay_of_a_year()
    assert {job: found[job] for job in wanted if job in found} == {
        job: pay for job, pay in wanted.items() if job in found
    }
    # Whoever kept the files took each range without a period for a year, and believed an end of 1,000,000.
    untold = asked(
        replayed_url,
        f"""
        select {JOB_UID}, facts.unread::jsonb ->> 'pay'
        from staging.stg_greenhouse__jobs as told
        inner join staging.stg_derived__posting_facts as facts
            on facts.posting_source = 'greenhouse' and facts.posting_record_key = told.record_key
        """,
    )
    reasons = Counter(reason for job, reason in dict(untold).items() if job in wanted.keys() - found.keys())
    assert wanted.keys() - found.keys() <= dict(untold).keys()
    assert reasons == {"implausible": 20, "period_untold": 6}
    told = real.first_seen().dropna(subset="salary_min_orig")["job_uid"]
    assert set(found) <= set(told)


def test_a_posting_that_comes_back_is_open_again(replayed_url: str) -> None:
    ((opened,),) = asked(
        replayed_url, "select count(*) from intermediate.int_posting_closings where closed_at is null"
    )
    assert opened == real.reopened() > 0


def test_the_days_without_an_ad_close_none(replayed_url: str) -> None:
    empty = [day for day, ads in real.adzuna_days() if not ads]
    assert empty
    assert asked(
        replayed_url, "select count(*), count(closed_at) from marts.fct_postings where source = 'adzuna'"
    ) == [(real.rows_told(real.ADZUNA), 0)]
