"""A second pass within the freshness of answers asks nothing that a cache could have answered.

The sandbox counts: every source that it plays is read whole, twice, with one cache, as a rerun does.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import quick
from sandbox_process import PLAYED, Sandbox, running_sandbox

from cvplus.sources.credentials import configured_resources
from cvplus.sources.declaration import Client
from cvplus.sources.extract import extract
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions

pytestmark = pytest.mark.slow

SOURCES = {
    name: source
    for name, source in load_sources().items()
    if name in PLAYED and isinstance(source.client, Client)
}
# What a second pass asks all the same: tokens are secrets and never kept in the cache.
TOKENS = {name: 1 for name, source in SOURCES.items() if "access_token_url" in (source.client.auth or {})}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def answered(sandbox: Sandbox, source: str) -> int:
    """Requests that the provider has answered so far."""
    return sum(sandbox.ask("counters")["requests"].get(source, {}).values())


@pytest.mark.parametrize("source", SOURCES)
def test_a_second_pass_asks_nothing_that_the_cache_has(sandbox: Sandbox, source: str, tmp_path: Path) -> None:
    declaration, credentials = quick(SOURCES[source]), sandbox.credentials(source)
    options = SessionOptions(cache_folder=tmp_path, backoff_seconds=0.0, reaches_this_machine=True)
    calls, records = [], []
    for _ in range(2):
        before, read = answered(sandbox, source), 0
        for resource in configured_resources(declaration, credentials):
            extraction = extract(declaration, resource, sandbox.window, credentials, options=options)
            read += sum(len(page) for page in extraction.pages)
        calls.append(answered(sandbox, source) - before)
        records.append(read)
    assert min(calls[0], records[0]) > 0
    assert (calls[1], records[1]) == (TOKENS.get(source, 0), records[0])
