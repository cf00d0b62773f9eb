"""Every suite says what its failures mean and who acts, and nothing in it can be misunderstood."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cvplus.errors import ConfigurationError
from cvplus.exports.registry import load_entities
from cvplus.quality.gate_records import rejected_share_check
from cvplus.quality.suites import EXPECTATIONS_FOLDER, FieldColumn, Suite, all_suites, load_suite
from cvplus.sources.registry import all_resources
from cvplus.warehouse.batches import Batch

RAW_TABLES = {
    "derived__posting_facts",
    "derived__company_facts",
    "derived__cv_facts",
    "derived__company_record_links",
    "derived__posting_links",
    *(resource.table for resource in all_resources()),
    *(f"product__{entity}" for entity in load_entities()),
}
SUITES = {
    "raw": RAW_TABLES,
    "features": {"cv_features", "job_features", "scoring_pairs", "training_examples"},
    "predictions": {"predictions"},
}


def test_there_is_a_suite_for_every_table() -> None:
    found = {layer: {path.stem for path in (EXPECTATIONS_FOLDER / layer).glob("*.yaml")} for layer in SUITES}
    for layer, tables in SUITES.items():
        assert tables <= found[layer], "Write expectations/<layer>/<table>.yaml; any beside it is a pattern."


@pytest.mark.parametrize("path", sorted(EXPECTATIONS_FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_no_expression_is_cut_by_a_comment(path: Path) -> None:
    cut = [line for line in path.read_text().splitlines() if re.match(r"  \w+: [^'\"{].* #", line)]
    assert not cut, f"YAML takes ` #` for a comment: put {cut} into quotes."


@pytest.mark.parametrize(
    ("read", "rejected", "files_cut", "is_passed"),
    [(11, 1, 0, False), (11, 1, 1, True), (12, 2, 1, False), (1, 1, 1, False), (0, 0, 0, True)],
)
def test_where_a_file_was_cut_does_not_hold_back_what_lies_before(
    read: int, rejected: int, files_cut: int, is_passed: bool
) -> None:
    moment = datetime(2026, 5, 6, tzinfo=UTC)
    account = (read, read - rejected, 0, rejected, "loaded", None, "path", *[moment] * 3, None)
    batch = Batch("batch", "product", "events", moment, moment, *account, files_cut=files_cut)
    suite = next(suite for suite in all_suites() if suite.name == "raw.product__events")
    assert rejected_share_check(batch, suite).is_passed == is_passed


@pytest.mark.parametrize("suite", all_suites(), ids=lambda suite: suite.name)
def test_a_suite_can_stop_bad_data_and_names_who_acts(suite: Suite) -> None:
    assert any(rule.severity == "critical" for rule in suite.expectations), (
        "A gate that lets all through is none."
    )
    for rule in suite.expectations:
        assert rule.action.startswith("The "), f"{rule.name}: begin the action with who acts."


def write(folder: Path, text: str) -> Path:
    """A folder of expectations with one raw suite."""
    (folder / "raw").mkdir()
    (folder / "raw" / "demo__things.yaml").write_text(text)
    return folder


GOOD = """
table: demo__things
description: One row per thing.
columns: {size: {path: size, type: number}}
expectations:
- type: expect_column_values_to_not_be_null
  kwargs: {column: size}
  severity: critical
  meaning: A thing has no size.
  action: The owner measures it.
"""


def test_a_loosened_limit_keeps_its_history(tmp_path: Path) -> None:
    text = (
        GOOD
        + "  history: [{changed_on: 2026-11-02, previous: 'mostly 1.0', reason: Two had none for good.}]\n"
    )
    (rule,) = load_suite("raw", "demo__things", write(tmp_path, text)).expectations
    assert rule.history[0].previous == "mostly 1.0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("  action: The owner measures it.\n", ""), "action"),
        (GOOD.replace("severity: critical", "severity: fatal"), "severity"),
        (GOOD.replace("column: size", "column: weight"), "not declared"),
        (GOOD.replace("demo__things", "demo__others"), "demo__others"),
        (GOOD.replace("description:", "descripton:"), "descripton"),
        (GOOD + GOOD.split("expectations:\n")[1], "twice"),
        ("table: [", "is not YAML"),
    ],
)
def test_a_faulty_suite_is_refused_with_its_file_and_fault(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=r"demo__things\.yaml") as raised:
        load_suite("raw", "demo__things", write(tmp_path, text))
    assert message in str(raised.value)


def test_a_missing_suite_says_which_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Write expectations/raw/demo__things\.yaml"):
        load_suite("raw", "demo__things", tmp_path)


def test_a_path_is_quoted_into_sql() -> None:
    assert FieldColumn(path="a.o'b").sql == """record #>> '{"a","o''b"}'"""
