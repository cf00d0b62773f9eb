"""Companies that come and go: what a source takes away is told no more from then on, and not from before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from dbt_fixtures.facts import company_facts_of
from dbt_fixtures.raw_rows import RawRow, load_rows
from dbt_runner import seeded_database
from linked import build_linked

from cvplus.linking.kinds import COMPANY_RECORDS
from cvplus.runtime.postgres import EmbeddedPostgres

Version = tuple[Any, ...]


def day(number: float) -> datetime:
    """An instant of the invented November."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=number - 1)


def crunchbase(known: float, uuid: str, name: str, **more: Any) -> RawRow:
    properties = {
        **more,
        "identifier": {"value": name},
        "num_employees_enum": "c_00011_00050",
        "updated_at": day(known - 1).isoformat(),
    }
    return RawRow("crunchbase", "organizations", uuid, {"uuid": uuid, "properties": properties}, day(known))


def deleted(known: float, uuid: str) -> RawRow:
    record = {"uuid": uuid, "entity_def_id": "organization", "deleted_at": day(known - 1).isoformat()}
    return RawRow("crunchbase", "deleted_entities", f"{uuid}|organization", record, day(known))


def startup(known: float, number: int, **more: Any) -> RawRow:
    return RawRow("angellist_companies", "startups", str(number), {"id": number, **more}, day(known))


def filer(known: float, cik: str, name: str) -> RawRow:
    return RawRow("sec_edgar", "companies", cik, {"cik": cik, "name": name, "sic": "3569"}, day(known))


def profile(known: float, name: str, **more: Any) -> RawRow:
    record = {"companyId": name, "companyName": {"formalName": name}, **more}
    return RawRow("pitchbook", "companies", name, record, day(known))


def employees(known: float, cik: str, on: str, count: float, report: str, filed: str) -> RawRow:
    record = {
        "cik": cik,
        "tag": "EntityNumberOfEmployees",
        "unit": "pure",
        "end": on,
        "val": count,
        "accn": report,
        "filed": filed,
    }
    return RawRow("sec_edgar", "facts", f"{cik}|{on}|{report}", record, day(known))


ROWS = [
    # Removed, and nobody else tells of it.
    *(crunchbase(2, "gone", "Gone Inc"), deleted(5, "gone")),
    # Removed as a duplicate: the other record of the same company stands.
    *(crunchbase(2, "first", "Twice Inc"), crunchbase(3, "second", "Twice Inc"), deleted(5, "second")),
    # Removed, and another source tells of it, with a name alone.
    *(crunchbase(2, "told", "Told Inc"), startup(3, 1, name="Told"), deleted(5, "told")),
    # Removed by mistake: what was changed after the removal stands.
    *(crunchbase(2, "back", "Back Inc"), deleted(4, "back"), crunchbase(6, "back", "Back Inc")),
    # A removal of what nobody held.
    deleted(5, "never-held"),
    # Hidden, and shown again.
    *(startup(2, 2, name="Shy", updated_at=day(1).isoformat()), startup(4, 2, hidden=True)),
    startup(6, 2, name="Shy", updated_at=day(5).isoformat()),
    # The head count of the latest day, from whichever report, however late an older one becomes known.
    *(employees(-300, "9", "2024-12-31", 70, "r1", "2025-02-20"), filer(2, "9", "FILER INC")),
    employees(4, "9", "2025-12-31", 82, "r2", "2026-11-02"),
    employees(6, "9", "2023-12-31", 60, "r3", "2026-11-04"),
    filer(2, "10", "SILENT INC"),
    # Two entries of one register that bear one name.
    *(filer(2, "12", "NAMESAKE CORP"), filer(3, "13", "Namesake Corp")),
    # Renamed, then removed: gone under either name.
    *(crunchbase(2, "other", "Oldname Inc"), crunchbase(3, "other", "Newname Inc"), deleted(5, "other")),
    # One company under four spellings, each with facts of its own; what has a website alone is one with
    # the others when a record tells both.
    filer(2, "11", "FOURFOLD INC /FI/"),
    startup(3, 4, name="Fourfold", locations=[{"display_name": "London"}], company_url="fourfold.example"),
    crunchbase(4, "fourfold", "Fourfold, Inc.", website_url="https://www.fourfold.example/about"),
    deleted(6, "fourfold"),
    profile(5, "Fourfold Inc", employees=82, yearFounded=2019),
]  # fmt: skip


@pytest.fixture(scope="module")
def built_url(postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, [*ROWS, *company_facts_of(ROWS)])
        build_linked(url, COMPANY_RECORDS, tmp_path_factory.mktemp("lake"), "+int_companies")
        yield url


def versions(url: str, name: str, columns: str = "source_company_id, known_at, known_until") -> list[Version]:
    """The versions of a company, oldest first."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            f"select {columns} from intermediate.int_companies"
            " where lower(company_name) like %s order by known_at",
            [f"{name}%"],
        ).fetchall()


def test_a_company_that_was_removed_has_no_version_from_then_on(built_url: str) -> None:
    assert versions(built_url, "gone") == [("gone", day(2), day(5))]


def test_a_company_of_which_a_duplicate_was_removed_is_what_the_other_record_says(built_url: str) -> None:
    assert versions(built_url, "twice") == [
        ("first", day(2), day(3)),
        ("second", day(3), day(5)),
        ("first", day(5), None),
    ]


def test_what_another_source_tells_of_a_removed_company_stands(built_url: str) -> None:
    told = versions(built_url, "told", "source, size_min, known_at, known_until")
    assert told == [
        ("crunchbase", 11, day(2), day(3)),
        ("crunchbase", 11, day(3), day(5)),
        ("angellist_companies", None, day(5), None),
    ]


def test_a_company_that_was_changed_after_its_removal_is_there_again(built_url: str) -> None:
    assert versions(built_url, "back") == [("back", day(2), day(4)), ("back", day(6), None)]


def test_a_hidden_company_is_shown_again_once_it_is_told_of(built_url: str) -> None:
    assert versions(built_url, "shy") == [("2", day(2), day(4)), ("2", day(6), None)]


def test_the_head_count_of_a_filer_is_that_of_the_latest_day(built_url: str) -> None:
    columns = "size_min, size_max, industry_id, known_at, known_until"
    assert versions(built_url, "filer", columns) == [
        (70, 70, "manufacturing", day(2), day(4)),
        (82, 82, "manufacturing", day(4), day(6)),
        (82, 82, "manufacturing", day(6), None),
    ]
    assert versions(built_url, "silent", columns) == [(None, None, "manufacturing", day(2), None)]


def test_a_company_that_was_renamed_is_one_and_is_gone_when_it_is_removed(built_url: str) -> None:
    assert versions(built_url, "oldname") == [("other", day(2), day(3))]
    assert versions(built_url, "newname") == [("other", day(3), day(5))]


def test_a_company_of_four_spellings_is_one_and_loses_only_what_the_removed_record_told(
    built_url: str,
) -> None:
    columns = "source, size_min, founded_date, country, domain, industry_id, known_at, known_until"
    founded, site = date(2019, 1, 1), "fourfold.example"
    assert versions(built_url, "fourfold", columns) == [
        ("sec_edgar", None, None, None, None, "manufacturing", day(2), day(4)),
        ("angellist_companies", None, None, "GB", site, None, day(3), day(4)),
        ("crunchbase", 11, None, "GB", site, "manufacturing", day(4), day(5)),
        ("crunchbase", 11, founded, "GB", site, "manufacturing", day(5), day(6)),
        ("pitchbook", 82, founded, "GB", site, "manufacturing", day(6), None),
    ]


def test_two_entries_of_a_register_are_two_companies_though_their_names_are_one(built_url: str) -> None:
    assert versions(built_url, "namesake") == [
        ("0000000012", day(2), None),
        ("0000000013", day(3), None),
    ]
