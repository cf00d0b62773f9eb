"""Every provider against every fault: an error that says where, an account that adds up, and repair.

The cells come from the declarations and the sandbox's kinds of fault; what each ends in is the manual's table
(``docs/fault_matrix.md``; ``make fault-matrix`` writes it again).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import psycopg
import pytest
from fault_cells import SOURCES, Cell, Staging, Versions, hasty
from fault_page import PAGE, matrix_page
from sandbox_process import Sandbox, running_sandbox

from cvplus.errors import PlantError
from cvplus.lake.manifest import Manifest
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.sources.quota import QuotaLimiter
from cvplus.warehouse.declared import declared_resources
from cvplus.warehouse.schema import apply_schema
from sandbox.faults import Kind

pytestmark = pytest.mark.slow

KINDS = get_args(Kind)
Ends = dict[tuple[str, str], tuple[str, ...]]

NO_ANSWER = {"source_unavailable", "quota_exhausted"}
REFUSED = {"access_refused", *NO_ANSWER}
JUDGED = {"malformed_answer", "rejects", "missing", "other", "whole"}
# What a fault may end in, all of it: whatever else a cell ends in, is a defect.
ENDS: dict[str, set[str]] = {
    "401": {"access_refused"},
    # Some providers say with 403 that the quota is spent.
    "403": REFUSED,
    "429": NO_ANSWER,
    "429_without_hint": NO_ANSWER,
    "500": NO_ANSWER,
    "502": NO_ANSWER,
    "503": NO_ANSWER,
    "slow": NO_ANSWER,
    "reset": NO_ANSWER,
    "cut": NO_ANSWER,
    "throttled": NO_ANSWER,
    "quota_gone": NO_ANSWER,
    # What an error is called is the provider's own; one refuses single questions so.
    "error_in_200": {"malformed_answer", "rejects", "missing", *REFUSED},
    # One answers so when it has had enough of us.
    "html_login": {"malformed_answer", "quota_exhausted"},
    "malformed": {"malformed_answer"},
    "wrong_content_type": {"whole"},
    # Nothing can be in the wrong encoding where a walk has no records; the others are gaps beside it then.
    "wrong_encoding": {"malformed_answer", "partial", "missing"},
    "clock_skew": {"malformed_answer"},
    # What is in a record, the load and the gate judge; a reader that picks fields does not see all of it.
    "new_field": {"whole", "other"},
    "changed_fields": JUDGED,
    "missing_field": JUDGED,
    "changed_type": JUDGED,
    "huge_record": JUDGED,
    "hostile_text": JUDGED,
    # A record that lost its number may have its address or what it says for a key.
    "null_key": JUDGED,
    # A list of one page is whole.
    "empty_page": {"malformed_answer", "partial", "rejects", "missing", "whole"},
    "duplicate_page": {"malformed_answer", "partial", "duplicates", "missing", "whole"},
    "looping_cursor": {"malformed_answer", "whole"},
    "growing": {"duplicates", "missing", "whole"},
}
# An empty list is an answer like any other, and of a list that shifts nobody sees the end: only then may
# records be missing from a batch without a sign.
UNSEEN = ("empty_page", "growing")
# Why a record is missing without a sign otherwise.
EXPLAINED = {
    ("hacker_news_who_is_hiring", "huge_record"): "a thread under another title is no thread of postings",
    ("hacker_news_who_is_hiring", "hostile_text"): "a thread under another title is no thread of postings",
}
# Where a record that lost its number is known by what it says: the statement stays current under that
# key, and one that said something else stays beside it, for the file names no record that it takes back.
KNOWN_BY_CONTENT = ("levels_fyi",)
# These change texts, and a text may be the record's key: then it is another record that they tell of.
CHANGING_KEYS = ("changed_type", "hostile_text")


@dataclass(frozen=True)
class Undisturbed:
    """What a run without faults leaves of a source: its versions in raw, the current ones, and calls made."""

    versions: Versions
    current: Versions
    calls: int


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with (
        running_sandbox(tmp_path_factory.mktemp("sandbox")) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(QuotaLimiter, "pause", hasty(QuotaLimiter.pause))
        yield running


@pytest.fixture(scope="module")
def warehouse_of_cells(postgres_server: EmbeddedPostgres) -> str:
    """URL of a database that all cells share, one after the other."""
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("create database fault_matrix template template_warehouse")
    url = postgres_server.url("fault_matrix")
    with psycopg.connect(url) as connection:
        apply_schema(connection, declared_resources())
    return url


@pytest.fixture(scope="module")
def raw(warehouse_of_cells: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(warehouse_of_cells) as connection:
        yield connection


@pytest.fixture(scope="module")
def staging(warehouse_of_cells: str, tmp_path_factory: pytest.TempPathFactory) -> Staging:
    return Staging(warehouse_of_cells, tmp_path_factory.mktemp("dbt"))


@pytest.fixture(scope="module")
def ends() -> Ends:
    """What each cell ended in, as far as they have been run."""
    return {}


@pytest.fixture(scope="module")
def undisturbed(
    sandbox: Sandbox, raw: psycopg.Connection, staging: Staging, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Undisturbed]:
    """What a run without faults leaves of each source."""
    whole = {}
    for source in SOURCES:
        cell = Cell(sandbox, raw, tmp_path_factory.mktemp("undisturbed"), source)
        before = cell.calls()
        counts = cell.load(cell.land("undisturbed"))
        assert (counts.rejected, counts.loaded > 0) == (0, True), source
        whole[source] = Undisturbed(
            cell.versions(), staging.current(raw, cell.resource.table), cell.calls() - before
        )
    return whole


def landed_or_told(cell: Cell) -> Manifest | PlantError:
    """What came of reading: a batch, or the plant's own error."""
    try:
        return cell.land("disturbed")
    except PlantError as error:
        return error


def end_of(cell: Cell, manifest: Manifest, whole: Undisturbed) -> tuple[str, ...]:
    """Load a batch, check its account, and say what is true of it."""
    counts = cell.load(manifest)
    assert counts.read == counts.loaded + counts.duplicate + counts.rejected == manifest.rows_read
    assert bool(cell.rejects()) == bool(counts.rejected)
    assert all(code and reason for code, reason in cell.rejects())
    assert not manifest.is_partial or manifest.note
    versions = cell.versions()
    true_of_it = {
        "partial": manifest.is_partial,
        "rejects": counts.rejected,
        "duplicates": counts.duplicate,
        "other": versions - whole.versions,
        "missing": len(versions) < len(whole.versions),
    }
    return tuple(name for name, is_true in true_of_it.items() if is_true) or ("whole",)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", SOURCES)
def test_a_fault_is_told_loses_nothing_and_is_repaired(
    sandbox: Sandbox,
    raw: psycopg.Connection,
    staging: Staging,
    undisturbed: dict[str, Undisturbed],
    ends: Ends,
    tmp_path: Path,
    source: str,
    kind: str,
) -> None:
    whole, cell = undisturbed[source], Cell(sandbox, raw, tmp_path, source)
    calls_before = cell.calls()
    cell.plan(kind)
    try:
        outcome = landed_or_told(cell)
        end = (outcome.code,) if isinstance(outcome, PlantError) else end_of(cell, outcome, whole)
    finally:
        cell.lift()
    if isinstance(outcome, PlantError):
        assert outcome.where.source == source
        assert outcome.where.resource in cell.declaration.resource_names()
        assert outcome.cause
        assert outcome.remedy
    assert set(end) <= ENDS[kind], f"{kind} ended in {end}: {outcome}"
    is_told = "missing" not in end or not {"partial", "rejects", "duplicates"}.isdisjoint(end)
    assert is_told or kind in UNSEEN or (source, kind) in EXPLAINED, f"{kind} ended in {end}: {outcome}"
    assert cell.calls() - calls_before <= 2 * whole.calls + 2, "it went on asking"

    cell.let_time_pass(is_stale=isinstance(outcome, Manifest))
    repaired = cell.land("repaired")
    assert (cell.load(repaired).rejected, repaired.is_partial) == (0, False)
    assert cell.versions() >= whole.versions, "what was missing has come"
    current = staging.current(raw, cell.resource.table)
    assert current >= whole.current, "what is current is right again"
    made_up = {key for key, _ in current - whole.current}
    assert made_up.isdisjoint(key for key, _ in whole.current), "what was spoilt is current no more"
    assert not made_up or kind in CHANGING_KEYS
    ends[source, kind] = (*end, "invented") if made_up else end


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "other" in ENDS[kind]])
@pytest.mark.parametrize("source", SOURCES)
def test_what_was_right_before_records_were_spoilt_is_right_again_after_it(
    sandbox: Sandbox,
    raw: psycopg.Connection,
    staging: Staging,
    undisturbed: dict[str, Undisturbed],
    tmp_path: Path,
    source: str,
    kind: str,
) -> None:
    whole, cell = undisturbed[source], Cell(sandbox, raw, tmp_path, source)
    cell.load(cell.land("before"))
    cell.let_time_pass(is_stale=True)
    cell.plan(kind)
    try:
        outcome = landed_or_told(cell)
        if isinstance(outcome, Manifest):
            cell.load(outcome)
    finally:
        cell.lift()
    cell.let_time_pass(is_stale=True)
    cell.load(cell.land("after"))
    current = staging.current(raw, cell.resource.table)
    if source in KNOWN_BY_CONTENT:
        assert len(current) >= len(whole.current)
        return
    assert current >= whole.current
    made_up = {key for key, _ in current - whole.current}
    assert made_up.isdisjoint(key for key, _ in whole.current), "what was spoilt is current no more"


def test_the_manual_says_what_was_found(ends: Ends) -> None:
    if len(ends) < len(SOURCES) * len(KINDS):
        pytest.skip("only a whole matrix is compared with the manual")
    page = matrix_page(ends)
    if os.environ.get("UPDATE_FAULT_MATRIX"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.exists()
    assert PAGE.read_text(encoding="utf-8") == page, "The table has changed: `make fault-matrix` writes it."
