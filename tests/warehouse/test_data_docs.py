"""Data Docs of hostile records are pages like any others: every text stands in them, and stays one."""

from pathlib import Path

import psycopg
import pytest
from batch_maker import TAGS, BatchMaker, tag, with_raw_table
from hostile_markup import HOSTILE, TAME, addresses_of, readable, skeleton_of, text_of
from hostile_pages import data_docs_pages, index_page

from cvplus.errors import ConfigurationError
from cvplus.quality.gate import gate_batches
from cvplus.warehouse.load import load_batch

ACTING = {"script", "link", "img", "iframe", "form", "svg"}
POLICY = "default-src 'none'; style-src 'sha256-"


def is_sealed(page: str) -> bool:
    """Whether the page has no script, loads nothing, and says so before all that this is to govern."""
    elements = {element for element, _ in skeleton_of(page)}
    return POLICY in page.partition("<title>")[0] and not elements & ACTING


def test_batches_of_hostile_records_have_the_pages_of_tame_ones(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path
) -> None:
    hostile, tame = (
        [page.read_text() for page in pages]
        for pages in data_docs_pages(warehouse, warehouse_url, tmp_path / "docs", HOSTILE, TAME)
    )
    assert [skeleton_of(page) for page in hostile] == [skeleton_of(page) for page in tame]
    shown = " ".join(text_of(page) for page in hostile)
    assert [text for text in HOSTILE if readable(text) not in shown] == []
    index = (tmp_path / "docs" / "index.html").read_text()
    assert all(is_sealed(page) for page in (*hostile, index))
    targets = {address for page in hostile for address in addresses_of(page) if address[0] != "#"}
    assert targets == {"../../../../../index.html"}


def test_the_index_shows_whatever_is_written_of_a_run(warehouse: psycopg.Connection, tmp_path: Path) -> None:
    tame = index_page(warehouse, tmp_path, TAME).read_text()
    warehouse.rollback()
    hostile = index_page(warehouse, tmp_path, HOSTILE).read_text()
    assert skeleton_of(hostile) == skeleton_of(tame)
    shown = text_of(hostile)
    assert [text for text in HOSTILE if shown.count(readable(text)) < 5] == []
    assert is_sealed(hostile)
    assert all(address.startswith("./") for address in addresses_of(hostile)), "no address is a script"


def test_an_error_that_quotes_a_record_is_shown_as_it_was_said(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_raw_table(warehouse)
    maker = BatchMaker(tmp_path / "lake")
    pages = []
    for number, text in enumerate(("<script>hostile('error')</script>", "xxxxxxxxhostilexxxxxxxxxxxxxxxxxx")):
        manifest = maker.land([tag(number)])
        load_batch(warehouse, maker.lake, manifest, TAGS)
        warehouse.commit()
        query = f"select $${text}$$::text::int as count, 'a' as name, 1 as name_length"
        monkeypatch.setattr("cvplus.quality.suites.Suite.query", lambda *_, query=query: query)
        with pytest.raises(ConfigurationError):
            gate_batches(warehouse_url, [manifest.batch_id], tmp_path / "docs")
        (page,) = (tmp_path / "docs").rglob(f"*{manifest.batch_id}.html")
        pages.append(page.read_text())
        assert f'invalid input syntax for type integer: "{text}"' in text_of(pages[-1])
    assert is_sealed(pages[0])
    assert skeleton_of(pages[0]) == skeleton_of(pages[1])
