"""Replaying recorded answers of providers through the real client, with no way to the network.

A recording (``recorded/<source>/<case>.json``) says of which ``resource`` it is, what the ``connection`` adds
(``{"extra": {..}}``), the ``exchanges`` in the order in which they happen, and what is to ``expect``:
``{"keys": [..], "api_calls"?, "is_partial"?, "rows_rejected"?, "records"?: [..]}``, or ``{"error",
"message"}``; ``{fetched_date}`` in a key is the day of fetching.
An exchange is ``{"path" | "url", "method"?, "query"?: {..}, "json"?: {..}, "status"?, "headers"?,
"body" | "text" | "file"}``; ``query``, ``json`` and ``records`` name only what must be there, ``file`` names
a file beside the recording. A recording that is a bare list of exchanges belongs to a test of its own.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import responses
from fastapi.testclient import TestClient
from responses import matchers
from scripted_provider import Provider, Reader, serving

from cvplus.lake.manifest import Manifest, Window
from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.land import land_resource
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions
from sandbox.market import MarketRequest, build
from sandbox.server import create_app

RECORDED = Path(__file__).parent / "recorded"
WINDOW = Window(start=datetime(2026, 11, 20, tzinfo=UTC), end=datetime(2026, 11, 21, tzinfo=UTC))
KEY = "a-secret-key"
CREDENTIALS = Credentials(login="us@example.org", password=KEY)
UNLIMITED = {"per_minute", "per_hour", "per_day", "per_week", "per_month", "credits_per_month"}
IMPATIENT = SessionOptions(retries=2, backoff_seconds=0.0, quota_wait_seconds=0.5)


@dataclass
class Landed:
    """What a replay left in the lake, and what it asked the provider for."""

    manifest: Manifest
    records: list[dict[str, Any]]
    keys: list[str]
    requests: list[Any]


Replay = Callable[..., Landed]


def quick(declaration: SourceDeclaration) -> SourceDeclaration:
    """The declaration without its limits; what it says of a spent quota is still understood."""
    unlimited = dict.fromkeys(UNLIMITED) | {"requests_per_second": 1000.0}
    return declaration.model_copy(update={"quota": declaration.quota.model_copy(update=unlimited)})


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
        declaration = change(quick(load_sources()[source]))
        mocked.reset()
        for exchange in exchanges(source, recording) if isinstance(recording, str) else recording:
            register(mocked, declaration, exchange, RECORDED / source)
        lake = open_lake((tmp_path / "lake").as_uri())
        manifest = land_resource(declaration, resource, WINDOW, credentials, lake, run_key, options)
        records = list(lake.read_records(manifest))
        paths = declaration.resource(resource).key
        keys = ["|".join(str(value_at(record, path)) for path in paths) for record in records]
        return Landed(manifest, records, keys, [call.request for call in mocked.calls])

    return run


def register(
    mocked: responses.RequestsMock, declaration: SourceDeclaration, exchange: dict[str, Any], folder: Path
) -> None:
    """Expect one exchange next."""
    matching = (
        [matchers.query_param_matcher(exchange["query"], strict_match=False)] if "query" in exchange else []
    )
    if "json" in exchange:
        matching.append(matchers.json_params_matcher(exchange["json"], strict_match=False))
    base_url = declaration.client.base_url  # type: ignore[union-attr]
    url = exchange["url"] if "url" in exchange else f"{base_url}/{exchange['path']}"
    headers = exchange.get("headers", {})
    content_type = headers.get("Content-Type", "application/json")
    body: str | bytes
    if "file" in exchange:
        body = (folder / exchange["file"]).read_bytes()
    else:
        body = exchange["text"] if "text" in exchange else json.dumps(exchange["body"])
    mocked.add(
        exchange.get("method", "GET"),
        url,
        body=body,
        status=exchange.get("status", 200),
        headers={name: value for name, value in headers.items() if name != "Content-Type"},
        content_type=content_type,
        match=matching,
    )


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
