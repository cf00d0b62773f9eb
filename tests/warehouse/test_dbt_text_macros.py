"""What the macros read from text: companies' places, markup and values of the wrong type."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from dbt_runner import run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres


class Macros:
    """Runs expressions of macros over texts, with the seeds that they look things up in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._compiled: dict[str, str] = {}

    def read(self, expressions: str, texts: list[str | None]) -> list[tuple[Any, ...]]:
        """For each text the values of the expressions (Jinja over the column ``told``), in order."""
        if expressions not in self._compiled:
            outcome = run_dbt(self.url, "compile", "--inline", f"select {expressions}")
            self._compiled[expressions] = outcome.result.results[0].node.compiled_code
        rows = "from unnest(%s::text[]) with ordinality as texts (told, place) order by place"
        query = f"{self._compiled[expressions].replace('%', '%%')} {rows}"
        with psycopg.connect(self.url) as connection:
            connection.execute("set time zone 'UTC'")
            return connection.execute(query, [texts]).fetchall()


@pytest.fixture(scope="module")
def macros(postgres_server: EmbeddedPostgres) -> Iterator[Macros]:
    with seeded_database(postgres_server) as url:
        yield Macros(url)


def test_markup_and_entities_become_what_a_reader_sees(macros: Macros) -> None:
    texts = {
        "<p>R&amp;D</p> <b>lead</b>": "R&D lead",
        "K&ouml;ln &amp;ndash; B&#xFC;ro": "Köln – B ro",
        "it&#x27;s a&#x2F;b": "it's a/b",
        "AT&T": "AT&T",
        "<br>": None,
    }
    read = macros.read("{{ plain_text('told') }}", list(texts))
    assert dict(zip(texts, (text for (text,) in read), strict=True)) == texts


HOSTILE = [
    "1e300",
    "99999999999999999999",
    "nan",
    "-infinity",
    "abc",
    "",
    "'; drop table x; --",
    "0x1F",
    None,
]


@pytest.mark.parametrize(
    "macro",
    [
        "safe_integer",
        "safe_bigint",
        "epoch_instant",
        "epoch_millis_instant",
        "safe_instant",
        "safe_date",
        "safe_boolean",
        "eastern_instant",
    ],
)
def test_a_value_that_is_none_of_the_type_is_null_and_stops_nothing(macros: Macros, macro: str) -> None:
    read = macros.read(f"{{{{ {macro}('told') }}}}", list(HOSTILE))
    assert read == [(None,)] * len(HOSTILE)


def test_an_instant_is_read_with_every_way_to_write_its_zone(macros: Macros) -> None:
    texts = {
        "2025-11-22T11:52:25Z": "2025-11-22 11:52:25",
        "2025-11-22T11:52:25z": "2025-11-22 11:52:25",
        "2025-11-22 11:52:25+00": "2025-11-22 11:52:25",
        "2025-11-22T11:52:25-05": "2025-11-22 16:52:25",
        "2025-11-22T11:52:25.5 +02": "2025-11-22 09:52:25.5",
        "2025-11-22T11:52:25+0530": "2025-11-22 06:22:25",
        "2025-11-22 11:52:25 UTC": "2025-11-22 11:52:25",
        "2025-11-22T11:52:25": "2025-11-22 11:52:25",
        "2025-11-22": "2025-11-22 00:00:00",
    }
    read = macros.read("({{ safe_instant('told') }} at time zone 'UTC')::text", list(texts))
    assert dict(zip(texts, (instant for (instant,) in read), strict=True)) == texts


def test_values_of_the_type_are_read(macros: Macros) -> None:
    read = macros.read(
        "{{ safe_integer('told') }}, {{ safe_bigint('told') }}, {{ epoch_instant('told') }}::text,"
        " {{ epoch_millis_instant('told') }}::text",
        ["1763812345", "3.0", "-7"],
    )
    assert read[0][:2] == (1763812345, 1763812345)
    assert read[0][2:] == ("2025-11-22 11:52:25+00", "1970-01-21 09:56:52.345+00")
    assert [row[0] for row in read[1:]] == [3, -7]


def test_countries_go_by_their_codes_and_names(macros: Macros) -> None:
    read = macros.read(
        "{{ country_code('told') }}",
        ["GBR", "usa", " Deu ", "BRA", "Schweiz", "スウェーデン", "Congo", "Utopia"],
    )
    assert [country for (country,) in read] == ["GB", "US", "DE", "BR", "CH", "SE", None, None]
