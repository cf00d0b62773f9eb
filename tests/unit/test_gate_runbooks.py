"""Every alert and every state and reason that people meet has its page."""

import re
from pathlib import Path
from typing import get_args

import pytest

from cvplus.operations.alerts import Rule, runbook_page
from cvplus.settings import PROJECT_ROOT
from cvplus.warehouse.batches import State

MANUAL = (PROJECT_ROOT / "docs" / "quarantine.md").read_text()


@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_alert_has_a_runbook_that_says_who_acts(rule: str) -> None:
    page = (PROJECT_ROOT / runbook_page(rule)).read_text()
    for heading in ("**Means.**", "**Who acts.**", "**Closes**"):
        assert heading in page, f"{rule}: say it under {heading}"
    assert f"runbooks/{rule}.md" in MANUAL


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_of_a_batch_is_in_the_manual(state: str) -> None:
    assert f"| `{state}` |" in MANUAL


def test_every_reason_why_a_file_is_not_read_is_in_the_manual() -> None:
    code = (PROJECT_ROOT / "plugins" / "cvplus" / "exports" / "names.py").read_text()
    codes = set(re.findall(r'[(\s]"([a-z_]+)",\s*\(?f?"', code))
    assert len(codes) == 10
    manual = (PROJECT_ROOT / "docs" / "product_exports.md").read_text()
    assert {name for name in codes if f"| `{name}` |" not in manual} == set()


def test_every_reason_code_of_the_load_is_in_the_manual() -> None:
    sources: list[Path] = [*(PROJECT_ROOT / "plugins" / "cvplus" / "warehouse").glob("*.py")]
    code = "".join(path.read_text() for path in sources)
    codes = set(re.findall(r'Refused\(\s*"([a-z_]+)"', code)) | {"instant_invalid", "not_json"}
    assert len(codes) >= 7
    assert {name for name in codes if f"| `{name}` |" not in MANUAL} == set()
