"""The sandbox's `small` market with seed 7 has the rows checked in, so that lost or new rows show in a diff.

After a change that is meant, write the file again:

    python -m sandbox build --home var/expected --seed 7 > tests/contract/expected_sandbox_rows.json
"""

import json
from pathlib import Path

from sandbox.market import MarketRequest, build

EXPECTED = Path(__file__).parent / "expected_sandbox_rows.json"


def test_small_market_has_the_rows_checked_in(tmp_path: Path) -> None:
    summary = build(tmp_path, MarketRequest("small", 7, 180))
    assert {"rows": summary["rows"], "served": summary["served"]} == json.loads(EXPECTED.read_text())
    # What was promised of this size, whatever the seed.
    assert summary["rows"]["applications"] >= 30_000
    assert summary["truth"]["interview"]["accuracy"] > 0.87
    assert summary["malformed"]
    for entity, broken in summary["malformed"].items():
        assert broken < 0.01 * summary["rows"][entity]
