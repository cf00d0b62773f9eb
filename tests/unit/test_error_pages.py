"""Every error code that the code can raise stands in the manual, and none stands there in vain."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r'^\s+code = "([a-z_]+)"', re.MULTILINE)
ROW = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)


def test_the_manual_lists_exactly_the_codes_of_the_code() -> None:
    files = [file for folder in ("plugins", "ml") for file in (ROOT / folder).rglob("*.py")]
    raised = {code for file in files for code in CODE.findall(file.read_text())}
    assert raised, "no code was found: the pattern is out of date"
    listed = set(ROW.findall((ROOT / "docs" / "errors.md").read_text()))
    assert listed == raised, "Write the new code's row in docs/errors.md, or remove the one that went."
