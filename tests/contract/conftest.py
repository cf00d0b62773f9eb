"""Replaying recorded answers of providers through the real client, with no way to the network.

A recording (``recorded/<source>/<case>.json``) says of which ``resource`` it is, what the ``connection`` adds
(``{"extra": {..}}``), the ``exchanges`` in the order in which they happen, and what is to ``expect``:
``{"keys": [..], "api_calls"?, "is_partial"?, "rows_rejected"?, "records"?: [..]}``, or ``{"error",
"message"}``; ``{fetched_date}`` in a key is the day of fetching.
What an exchange is, ``replaying`` says; ``file`` names a file beside the recording, ``records`` only what
must be there. A recording that is a bare list of exchanges belongs to a test of its own.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import responses
from fastapi.testclient import TestClient
from replaying import CREDENTIALS, IMPATIENT, WINDOW, land_replayed
from replaying import KEY as KEY
from replaying import quick as quick
from scripted_provider import Provider, Reader, serving

from cvplus.lake.manifest import Manifest
from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions
from sandbox.market import MarketRequest, build
from sandbox.server import create_app

RECORDED = Path(__file__).parent / "recorded"


@dataclass
class Landed:
    """What a replay left in the lake, and what it asked the provider for."""

    manifest: Manifest
    records: list[dict[str, Any]]
    keys: list[str]
    requests: list[Any]


Replay = Callable[..., Landed]


def value_at(record: Any, path: str) -> Any:
    for part in path.split("."):
        record = record.get(part) if isinstance(record, dict) else None
    return record


def exchanges(source: str, case: str) -> list[dict[str, Any]]:
    recorded: Any = json.loads((RECORDED / source / f"{case}.json").read_text())
    found: list[dict[str, Any]] = recorded["exchanges"] if isinstance(recorded, dict) else recorded
    return found


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as scripted:
        yield scripted


@pytest.fixture
def read(provider: Provider, tmp_path: Path) -> Reader:
    return Reader(provider, tmp_path / "cache", WINDOW)


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(registry=responses.registries.OrderedRegistry) as mock:
        yield mock


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    """Answers in any order."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def replay(mocked: responses.RequestsMock, tmp_path: Path) -> Replay:
    """Land a resource from a recording, given by its case's name or as exchanges."""

    def run(
        source: str,
        resource: str,
        recording: str | list[dict[str, Any]],
        *,
        change: Callable[[SourceDeclaration], SourceDeclaration] = lambda declaration: declaration,
        credentials: Credentials = CREDENTIALS,
        options: SessionOptions = IMPATIENT,
        run_key: str = "run-1",
    ) -> Landed:
        lake = open_lake((tmp_path / "lake").as_uri())
        manifest = land_replayed(
            mocked,
            lake,
            source,
            resource,
            exchanges(source, recording) if isinstance(recording, str) else recording,
            folder=RECORDED / source,
            change=change,
            credentials=credentials,
            options=options,
            run_key=run_key,
        )
        records = list(lake.read_records(manifest))
        paths = load_sources()[source].resource(resource).key
        keys = ["|".join(str(value_at(record, path)) for path in paths) for record in records]
        return Landed(manifest, records, keys, [call.request for call in mocked.calls])

    return run


@pytest.fixture(scope="session")
def sandbox_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny market of the sandbox, built once."""
    home = tmp_path_factory.mktemp("market")
    build(home, MarketRequest("tiny", 7, 180, date(2026, 11, 23)))
    return home


@pytest.fixture(scope="module")
def sandbox_client(sandbox_home: Path) -> Iterator[TestClient]:
    """A client of that market; quotas count anew in every module."""
    with TestClient(create_app(sandbox_home)) as client:
        yield client
