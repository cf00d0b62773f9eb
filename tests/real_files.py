"""Real data kept beside the checkout for tests; whoever asks for a file that is not there is skipped."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "real"


def real_file(path: str) -> Path:
    """A file of the real data, by its path below their folder."""
    found = REAL / path
    if not found.is_file():
        pytest.skip("the real data are not on this machine")
    return found


def read_json(path: str) -> Any:
    """The content of a JSON file, or a list of what a file of JSON lines holds, also in gzip."""
    file = real_file(path)
    content = file.read_bytes()
    text = gzip.decompress(content) if file.suffix == ".gz" else content
    return [json.loads(line) for line in text.splitlines()] if ".jsonl" in file.name else json.loads(text)


def recorded(provider: str, file_name: str) -> Any:
    """A provider's real answer."""
    return read_json(f"api/{provider}/{file_name}")
