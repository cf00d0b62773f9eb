"""Several providers of one kind: what they tell is united, each thing once and as it was known."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt_fixtures.facts import as_facts, company_facts_of
from dbt_fixtures.market import facts_of
from dbt_fixtures.more_tellers import MODELS, add_tellers
from dbt_fixtures.raw_rows import RawRow, create_raw_tables, load_rows
from dbt_runner import FEATURE_STORE, DbtFailed, fresh_database, parsed, run_dbt
from linked import build_linked

from cvplus.enrich.posting_facts import posting_facts
from cvplus.enrich.posting_text import reader_of
from cvplus.linking.kinds import COMPANY_RECORDS
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.sources.declaration import CompanyFields, PostingFields
from cvplus.warehouse.schema import create_raw_table


def day(number: float) -> datetime:
    """An instant of the invented November."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number - 1)


def board(job: str, **more: Any) -> RawRow:
    record = {"id": job, "title": f"Engineer {job}", "posted": day(1).isoformat(), **more}
    return RawRow("board", "jobs", job, record, day(1))


def firm(known: float, name: str, **more: Any) -> RawRow:
    return RawRow("rival", "firms", name, {"id": name, "name": name, **more}, day(known))


def crunchbase(known: float, name: str, size: str | None, country: str | None = None) -> RawRow:
    properties: dict[str, Any] = {"identifier": {"value": name}, "num_employees_enum": size}
    if country:
        properties["location_identifiers"] = [{"value": country, "location_type": "country"}]
    return RawRow("crunchbase", "organizations", "c1", {"uuid": "c1", "properties": properties}, day(known))


def wage(area: str, name: str, median: int) -> RawRow:
    record = {
        "area_code": area,
        "area_name": name,
        "industry_code": "000000",
        "occupation_code": "151252",
        "published_at": "2026-10-01",
        "annual_p50": str(median),
    }
    return RawRow("bls_oews", "wages", f"{area}|000000|151252", record, day(2))


def passed_on(state: str | None, median: int) -> RawRow:
    record = {"id": state or "US", "state": state, "code": "15-1252", "day": "2026-10-01", "p50": median}
    return RawRow("career_office", "wages", record["id"], record, day(3))


def confession(number: int) -> RawRow:
    record = {
        "id": str(number),
        "title": "Software Developer",
        "day": "2026-11-05",
        "country": "GBR",
        "currency": "GBP",
        "pay": 50_000,
    }
    return RawRow("confessions", "people", f"p{number:03d}", record, day(6))


def rate(quote: str, on: int, units: float) -> RawRow:
    record = {"date": f"{day(on):%Y-%m-%d}", "base": "EUR", "quote": quote, "rate": units}
    return RawRow("fx_rates", "rates", f"EUR|{quote}|{record['date']}", record, day(on + 1))


def read_by_enrichment(posting: RawRow) -> RawRow:
    """The facts that enrichment finds in a posting of the board."""
    read = reader_of(PostingFields(title="title", company=["company"], places=["place"], pay="pay"))
    (facts,) = posting_facts([read(posting.record)])
    return as_facts(posting, facts)


def entered(known: float, **more: Any) -> RawRow:
    """A version of a job that people entered without saying when it was posted."""
    record = {"jobKey": "cvplus:L", "title": f"Welder {known}", "updatedAt": day(known).isoformat(), **more}
    return RawRow("product", "jobs", "cvplus:L", record, day(known))


def rows() -> Iterator[RawRow]:
    yield from (entered(2), entered(4), entered(6, closedAt=day(5).isoformat()), entered(9), entered(10))
    for posting in (
        board("a"),
        board("b", place="Leeds, England, United Kingdom", pay="£40k - £60k"),
        board("c", place="Austin, TX", pay="$90K-$110K (Glassdoor est.)"),
        board("e", closes=day(20).isoformat(), pay={"no": "text"}, place=7, company=["x"]),
        board("untitled", title="<br>"),
    ):
        yield from (posting, read_by_enrichment(posting))
    firms = (firm(1, "Acme", **{"from": 5, "to": 9}, country="Germany"), firm(4, "ACME, Inc.", stars=4.5))
    yield from (*firms, *company_facts_of(firms, {"rival__firms": CompanyFields(name=["name"])}))
    others = (crunchbase(2, "Acme Inc.", None), crunchbase(3, "Acme Inc.", "c_00051_00100", "France"))
    yield from (*others, *company_facts_of(others))
    yield from (wage("0000000", "National", 100_000), wage("0600000", "California", 120_000))
    yield wage("0012345", "Some metropolis", 999_999)
    yield from (passed_on(None, 1), passed_on("California", 2), passed_on("Texas", 90_000))
    for number in range(4):
        told = confession(number)
        yield from (told, facts_of(told, "Senior Software Developer", "15-1252"))
    yield RawRow("stack_overflow", "tags", "python", {"name": "python", "count": 9}, day(2))
    yield RawRow("ontology", "skills", "py", {"label": "Python", "other": ["py", 3]}, day(5))
    yield RawRow("ontology", "skills", "py2", {"label": "python "}, day(5))
    yield RawRow("ontology", "skills", "pm", {"label": "Project  Management", "other": "none"}, day(5))
    # 1 November 2026 is a Sunday; the rates of Friday hold until Monday's are known.
    yield from (rate("USD", -1, 1.5), rate("GBP", -1, 0.75), rate("USD", 2, 1.25), rate("GBP", 2, 0.5))


# Each snapshot of the board: its day, what it listed, and in which way it is no evidence of what is gone.
SNAPSHOTS: list[tuple[float, str, str]] = [
    (1, "abce", ""),
    (2, "b", "is_partial"),
    (3, "bc", ""),
    (4, "b", "is_stale"),
    (5, "b", "quarantined"),
    (6, "b", ""),
    (7, "bc", ""),
    (8, "abc", ""),
    (9, "", ""),
    (10, "abc", ""),
]


def see(connection: psycopg.Connection) -> None:
    """Write the snapshots as the load would: that of the first day is the batch that brought the records."""
    for number, listed, flaw in SNAPSHOTS:
        batch = f"board__jobs-{day(number):%Y%m%dT%H%M%S}"
        connection.execute(
            """
            insert into ops.batches (batch_id, source, resource, window_start, window_end, state, fetched_at,
                rows_read, rows_loaded, rows_duplicate, rows_rejected, bytes, checksum, known_at_rule,
                lake_path, is_partial, is_stale)
            values (%s, 'board', 'jobs', %s, %s, %s, %s, 0, 0, 0, 0, 0, '', 'observed', '', %s, %s)
            on conflict do nothing
            """,
            [
                batch,
                day(number),
                day(number),
                "quarantined" if flaw == "quarantined" else "accepted",
                day(number),
                flaw == "is_partial",
                flaw == "is_stale",
            ],
        )
        for job in listed:
            connection.execute(
                "insert into ops.sightings values (%s, 'board', 'jobs', %s, 'any', %s)",
                [batch, job, day(number)],
            )


PAY_MARTS = ("company_redirects", "fct_pay_observations", "salary_benchmarks")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return add_tellers(tmp_path_factory.mktemp("tellers"))


@pytest.fixture(scope="module")
def built_url(
    postgres_server: EmbeddedPostgres, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            create_raw_tables(connection)
            for _, source, resource in MODELS:
                create_raw_table(connection, f"{source}__{resource}")
            load_rows(connection, rows())
            see(connection)
        lake = tmp_path_factory.mktemp("lake")
        build_linked(url, COMPANY_RECORDS, lake, *FEATURE_STORE, project=project)
        run_dbt(url, "run", "--select", *PAY_MARTS, project=project)
        yield url


@pytest.fixture
def built(built_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(built_url) as connection:
        connection.execute("set time zone 'UTC'")
        yield connection


def test_a_posting_closes_when_two_complete_snapshots_in_a_row_list_it_no_more(
    built: psycopg.Connection,
) -> None:
    closings = built.execute(
        "select record_key, closed_at, known_at from intermediate.int_posting_closings order by 1, 3"
    ).fetchall()
    # Neither a part, a cached answer nor a batch held back proves anything gone, nor one empty answer.
    assert closings == [("a", day(3), day(6)), ("a", None, day(8)), ("e", day(3), day(6))]


def test_a_closed_posting_has_a_version_from_when_it_is_known_and_opens_again(
    built: psycopg.Connection,
) -> None:
    def versions(job: str) -> list[tuple[Any, ...]]:
        return built.execute(
            "select closed_at, known_at, known_until from intermediate.int_posting_sightings"
            " where job_key = %s order by known_at",
            [f"board:{job}"],
        ).fetchall()

    assert versions("a") == [
        (None, day(1), day(6)),
        (day(3), day(6), day(8)),
        (None, day(8), None),
    ]
    assert versions("b") == [(None, day(1), None)]
    assert versions("e") == [(day(20), day(1), None)], "a closing date that the source tells comes first"


def test_the_day_of_posting_moves_only_when_a_closed_posting_is_listed_again(built_url: str) -> None:
    with psycopg.connect(built_url) as connection:
        told = connection.execute(
            "select posted_at from intermediate.int_posting_sightings"
            " where job_key = 'cvplus:L' order by known_at"
        ).fetchall()
    assert [posted for (posted,) in told] == [day(2), day(2), day(2), day(9), day(9)]


def test_a_free_text_place_and_pay_become_country_state_and_dollars(built: psycopg.Connection) -> None:
    told = built.execute(
        "select job_key, country, region, city, salary_min_usd, salary_max_usd, modelled_min_amount"
        " from intermediate.int_posting_sightings where source = 'board' and known_until is null order by 1"
    ).fetchall()
    assert told == [
        ("board:a", None, None, None, None, None, None),
        # Posted on a Sunday: at Friday's rates, two dollars the pound.
        ("board:b", "GB", "ENG", "Leeds", 80_000, 120_000, None),
        ("board:c", "US", "TX", "Austin", None, None, 90_000),
        ("board:e", None, None, None, None, None, None),
    ]


def test_each_attribute_of_a_company_comes_from_the_most_trusted_who_was_known_to_tell_it(
    built: psycopg.Connection,
) -> None:
    versions = built.execute(
        "select source, company_name, size_min, size_max, country, rating, known_at, known_until"
        " from intermediate.int_companies order by known_at"
    ).fetchall()
    assert versions == [
        ("rival", "Acme", 5, 9, "DE", None, day(1), day(2)),
        ("crunchbase", "Acme Inc.", 5, 9, "DE", None, day(2), day(3)),
        ("crunchbase", "Acme Inc.", 51, 100, "FR", None, day(3), day(4)),
        # The rival's newest word has stars, and no size or country any more.
        ("crunchbase", "Acme Inc.", 51, 100, "FR", 4.5, day(4), None),
    ]


def test_a_statistic_that_is_only_passed_on_counts_where_its_maker_is_silent(
    built: psycopg.Connection,
) -> None:
    official = built.execute(
        "select source, region, p50_usd from intermediate.int_pay_observations"
        " where basis = 'official_statistic' order by 1, 2"
    ).fetchall()
    assert official == [
        ("bls_oews", "CA", 120_000),
        ("bls_oews", None, 100_000),
        ("career_office", "TX", 90_000),
    ]


def test_an_estimate_shown_with_a_posting_is_never_posted_pay(built: psycopg.Connection) -> None:
    bases = built.execute(
        "select basis, median_usd from intermediate.int_pay_observations where source = 'board' order by 1"
    ).fetchall()
    assert bases == [("modelled", 100_000), ("posted", 100_000)]


def test_pay_told_by_title_has_the_occupation_that_enrichment_found(built: psycopg.Connection) -> None:
    reported = built.execute(
        "select occupation_id, seniority, country, median_amount, median_usd, count(*)"
        " from intermediate.int_pay_observations where basis = 'reported' group by 1, 2, 3, 4, 5"
    ).fetchall()
    # On the 5th at the rates of the 2nd: 2.5 dollars the pound.
    assert reported == [("15-1252", "senior", "GB", 50_000, 125_000, 4)]


def test_what_people_report_of_themselves_shows_only_where_five_stand_behind_it(
    built_url: str, project: Path
) -> None:
    def reported() -> list[tuple[Any, ...]]:
        with psycopg.connect(built_url) as connection:
            return connection.execute(
                "select seniority, reported_count, p50_usd from marts.salary_benchmarks"
                " where region_id = 'GB' order by 1"
            ).fetchall()

    assert reported() == []
    with psycopg.connect(built_url) as connection:
        told = confession(99)
        load_rows(connection, [told, facts_of(told, "Senior Software Developer", "15-1252")])
    run_dbt(
        built_url,
        "run",
        "--select",
        *("stg_confessions__people", "stg_derived__posting_facts"),
        *("int_pay_observations", *PAY_MARTS),
        project=project,
    )
    assert reported() == [("all", 5, 125_000), ("senior", 5, 125_000)]


def test_a_skill_is_one_row_a_teller_and_day(built: psycopg.Connection) -> None:
    skills = built.execute(
        "select skill_id, source, usage_count, snapshot_date::text from intermediate.int_skills order by 1, 2"
    ).fetchall()
    assert skills == [
        ("project-management", "ontology", None, "2026-11-05"),
        ("python", "ontology", None, "2026-11-05"),
        ("python", "stack_overflow", 9, "2026-11-02"),
    ]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("stage_posting('board', 'jobs', job_id='x', title='x', slary_min='1')", '"slary_min"'),
        ("stage_posting('board', 'jobs', title='x')", 'argument "job_id" is missing'),
        ("stage_pay('board', 'jobs', observation_id='x', basis='x')", 'argument "observed_date" is missing'),
        ("stage_company('board', 'jobs', source_company_id='x', company_nam='x')", '"company_nam"'),
        ("stage_skill('board', 'jobs', skill_name='x', importance='1')", '"importance"'),
    ],
)
def test_a_misspelt_or_missing_argument_stops_dbt_before_it_builds(
    project: Path, call: str, complaint: str
) -> None:
    wrong = project / "models" / "staging" / "stg_board__wrong.sql"
    wrong.write_text(f"{{{{ {call} }}}}\n")
    try:
        with pytest.raises(DbtFailed, match=complaint) as raised:
            parsed(project)
    finally:
        wrong.unlink()
    assert "stg_board__wrong.sql" in str(raised.value)


def test_a_text_where_a_number_is_due_fails_whatever_the_data(warehouse_url: str, project: Path) -> None:
    wrong = project / "models" / "staging" / "stg_board__wrong.sql"
    wrong.write_text(
        "{{ stage_posting('board', 'jobs', job_id=json_text('record', 'id'), title=json_text('record', 'id'),"
        " salary_min=json_text('record', 'pay')) }}\n"
    )
    try:
        with psycopg.connect(warehouse_url) as connection:
            create_raw_table(connection, "board__jobs")
        with pytest.raises(DbtFailed, match="COALESCE types text and double precision"):
            run_dbt(warehouse_url, "run", "--select", "stg_board__wrong", project=project)
    finally:
        wrong.unlink()
