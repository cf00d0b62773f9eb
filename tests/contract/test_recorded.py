"""Every recorded answer of every provider, and what becomes of it, as the recording itself says.

A recording is read through the declaration, with no way to the network (``conftest.py`` has its form).
"""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import CREDENTIALS, RECORDED, WINDOW, Replay

from cvplus.errors import PlantError
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import Client
from cvplus.sources.placeholders import fetch_facts, fill
from cvplus.sources.registry import load_sources

SOURCES = load_sources()
CASES = ("happy", "empty", "throttled", "broken")


def recordings() -> list[tuple[Path, dict[str, Any]]]:
    """Every recording that says what to expect of it."""
    read = ((path, json.loads(path.read_text())) for path in sorted(RECORDED.glob("*/*.json")))
    return [(path, content) for path, content in read if isinstance(content, dict) and "exchanges" in content]


def holds(found: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is there."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(holds(found.get(name), part) for name, part in wanted.items())
    return bool(found == wanted)


@pytest.mark.parametrize(
    ("path", "recording"),
    recordings(),
    ids=lambda value: f"{value.parent.name}-{value.stem}" if isinstance(value, Path) else "",
)
def test_a_recording_becomes_what_it_says(path: Path, recording: dict[str, Any], replay: Replay) -> None:
    source, expected = path.parent.name, recording["expect"]
    connection = recording.get("connection", {})
    credentials = Credentials(
        base_url=connection.get("host"),
        login=connection.get("login", CREDENTIALS.login),
        password=connection.get("password", CREDENTIALS.password),
        extra=connection.get("extra", {}),
    )

    def land() -> Any:
        return replay(source, recording["resource"], recording["exchanges"], credentials=credentials)

    if "error" in expected:
        with pytest.raises(PlantError, match=expected["message"]) as raised:
            land()
        assert raised.value.code == expected["error"]
        assert (raised.value.where.source, raised.value.where.resource) == (source, recording["resource"])
        return
    landed = land()
    manifest = landed.manifest
    assert manifest.fetched_at is not None or not expected["keys"]
    fetched = fetch_facts(manifest.fetched_at or WINDOW.end)
    assert landed.keys == fill(expected["keys"], fetched)
    assert len(landed.requests) == len(recording["exchanges"]), "every recorded answer was asked for"
    assert manifest.is_partial == expected.get("is_partial", False), manifest.note
    assert manifest.rows_rejected == expected.get("rows_rejected", 0)
    assert manifest.api_calls == expected.get("api_calls", manifest.api_calls)
    for record, wanted in zip(landed.records, expected.get("records", []), strict=False):
        assert holds(record, wanted), f"{record} has not {wanted}"


@pytest.mark.parametrize(
    "source", [name for name, source in SOURCES.items() if isinstance(source.client, Client)]
)
def test_a_source_has_its_recordings(source: str) -> None:
    there = {path.stem for path in (RECORDED / source).glob("*.json")}
    assert there >= set(CASES), f"Record the answers {sorted(set(CASES) - there)} of {source}."


@pytest.mark.parametrize("source", SOURCES)
def test_each_resource_has_a_recording_or_a_test_of_its_own(source: str) -> None:
    recorded = {content["resource"] for path, content in recordings() if path.parent.name == source}
    by_hand = Path(__file__).with_name(f"test_{source}.py")
    missing = set(SOURCES[source].resource_names()) - recorded
    assert not missing or by_hand.exists(), f"Record a happy answer of {sorted(missing)}."
