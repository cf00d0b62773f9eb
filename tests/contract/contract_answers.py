"""Answers of providers without a real recording: what the examples of their contracts became."""

import json
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"


def contract_answer(source: str, case: str, number: int = 0) -> Any:
    """The body of an exchange of a recording, by its place in it."""
    recording = json.loads((RECORDED / source / f"{case}.json").read_text())
    return recording["exchanges"][number]["body"]
