"""No text, however it is made, keeps a pattern busy for longer than its length explains.

How time grows is measured by ``tests/benchmarks/bench_patterns.py``. Here every pattern reads its hostile
texts to the end, in a process that is ended should it hang: where time grows with the square of the length,
these texts take longer than that.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import hostile_texts
import pytest
from hostile_texts import outside_patterns
from hypothesis import given
from hypothesis import strategies as st

from cvplus.privacy.recognise.network import EMAIL

LENGTH = 200_000
HANGING_SECONDS = 300
PLAIN_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def hostile_reading(length: int) -> "subprocess.CompletedProcess[str]":
    """Let a process of its own read all texts; it says before each which one it begins."""
    path = os.pathsep.join([*sys.path, str(Path(hostile_texts.__file__).parent)])
    script = (
        "from hostile_texts import hostile_texts, outside_patterns\n"
        "for name, pattern in outside_patterns().items():\n"
        "    print(name, flush=True)\n"
        f"    for text in hostile_texts(pattern, {length}):\n"
        "        for _ in pattern.finditer(text):\n"
        "            pass\n"
    )
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        timeout=HANGING_SECONDS,
        check=True,
    )


@pytest.mark.timeout(4 * HANGING_SECONDS)
def test_every_pattern_reads_hostile_texts_to_the_end() -> None:
    patterns = outside_patterns()
    assert len(patterns) > 60
    try:
        read = hostile_reading(LENGTH).stdout.splitlines()
    except subprocess.TimeoutExpired as hanging:
        told = (hanging.stdout or b"").decode().splitlines()
        pytest.fail(f"Bound what {told[-1]} repeats: {patterns[told[-1]].pattern}")
    assert read == list(patterns)


@given(st.text("ab1._+-@ \n", max_size=40))
def test_an_address_is_found_where_the_plain_pattern_finds_it(text: str) -> None:
    found = [match.span() for match in PLAIN_EMAIL.finditer(text)]
    assert [match.span() for match in EMAIL.finditer(text)] == found
