"""Lands a resource from answers at hand: the real client and declaration, and no way to the network.

An exchange is ``{"path" | "url", "method"?, "query"?: {..}, "json"?: {..}, "status"?, "headers"?,
"body" | "text" | "file"}``; ``query`` and ``json`` name only what must be there, ``file`` names a file in the
folder that is given.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import responses
from responses import matchers

from cvplus.lake.manifest import Manifest, Window
from cvplus.lake.store import Lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import ProviderResource, SourceDeclaration
from cvplus.sources.land import land_resource
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions

WINDOW = Window(start=datetime(2026, 11, 20, tzinfo=UTC), end=datetime(2026, 11, 21, tzinfo=UTC))
KEY = "a-secret-key"
CREDENTIALS = Credentials(login="us@example.org", password=KEY)
UNLIMITED = {"per_minute", "per_hour", "per_day", "per_week", "per_month", "credits_per_month"}
IMPATIENT = SessionOptions(retries=2, backoff_seconds=0.0, quota_wait_seconds=30)

Change = Callable[[SourceDeclaration], SourceDeclaration]


def quick(declaration: SourceDeclaration) -> SourceDeclaration:
    """The declaration without its limits and waits; what it says of a spent quota is still understood."""
    unlimited = dict.fromkeys(UNLIMITED) | {"requests_per_second": 1000.0}
    quota = declaration.quota.model_copy(update=unlimited)
    resources = [impatient(resource) for resource in declaration.resources]
    return declaration.model_copy(update={"quota": quota, "resources": resources})


def impatient(resource: ProviderResource) -> ProviderResource:
    """The resource, asking for a report that is not ready again at once."""
    poll = resource.endpoint.poll
    if poll is None:
        return resource
    endpoint = resource.endpoint.model_copy(update={"poll": poll.model_copy(update={"wait_seconds": 0.01})})
    return resource.model_copy(update={"endpoint": endpoint})


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


def land_replayed(
    mocked: responses.RequestsMock,
    lake: Lake,
    source: str,
    resource: str,
    exchanges: Iterable[dict[str, Any]],
    *,
    folder: Path = Path(),
    window: Window = WINDOW,
    change: Change = lambda declaration: declaration,
    credentials: Credentials = CREDENTIALS,
    options: SessionOptions = IMPATIENT,
    run_key: str = "run-1",
) -> Manifest:
    """Land one window of a resource; the provider answers with these exchanges and nothing else."""
    declaration = change(quick(load_sources()[source]))
    mocked.reset()
    for exchange in exchanges:
        register(mocked, declaration, exchange, folder)
    return land_resource(declaration, resource, window, credentials, lake, run_key, options)
