"""The client against the sandbox's providers, which were written from the same contract pages by others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import quick, value_at
from sandbox_process import PLAYED, Sandbox, running_sandbox

from cvplus.errors import AccessRefused, MalformedAnswer, PlantError, QuotaExhausted, SourceUnavailable
from cvplus.lake.store import open_lake
from cvplus.sources.extract import extract
from cvplus.sources.land import land_resource
from cvplus.sources.progress import Progress
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions

pytestmark = pytest.mark.slow

RESOURCES = [
    (source, resource)
    for source, declaration in load_sources().items()
    if source in PLAYED
    for resource in declaration.resource_names()
]
KEYED = [name for name, source in load_sources().items() if name in PLAYED and "password" in source.needs]
# By their contract pages, a page in HTML is how these say that they have had enough of us.
BLOCK_BY_PAGE = ("remotive",)
OPTIONS = SessionOptions(retries=2, backoff_seconds=0.05, reaches_this_machine=True)

# Which boards of a public directory (309, three platforms, in its order) are dead (x).
DIRECTORY = {
    ("greenhouse", "jobs", "boards"): (
        "x....x.x.........x..x.x..xxx....x.xx...xx......x.xxx................x..xx...x.....xx."
        ".....xxx.xx..........x.xx..x.....x..xx.x.x...x..x....x.......x..x....x.....x..x.."
    ),
    ("lever", "postings", "sites"): "..xx..xx..x..xx.x..xx.xx..x.x....x....x...xxxx.xx...xxxxx..x.x",
    ("ashby", "jobs", "boards"): (
        "..x......x....x..x..xx...x.x.x........x..x.x..xxx........x.x.x..x..xxx..x.....x.x"
    ),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_leftovers(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.ask("faults", method="DELETE")


@pytest.mark.parametrize(("source", "resource"), RESOURCES)
def test_a_window_lands_whole(sandbox: Sandbox, tmp_path: Path, source: str, resource: str) -> None:
    declaration = quick(load_sources()[source])
    lake = open_lake(tmp_path.as_uri())
    manifest = land_resource(
        declaration, resource, sandbox.window, sandbox.credentials(source), lake, "run-1", OPTIONS
    )
    declared = declaration.resource(resource)
    needed = [*declared.key, *declared.required, *filter(None, [declared.known_at.path])]
    keys = set()
    for record in lake.read_records(manifest):
        assert all(value_at(record, path) is not None for path in needed)
        keys.add("|".join(str(value_at(record, path)) for path in declared.key))
    assert len(keys) == manifest.rows_read > 0
    assert (manifest.rows_rejected, manifest.is_partial, manifest.is_stale) == (0, False, False)


@pytest.mark.parametrize("source", KEYED)
def test_a_wrong_key_is_refused(sandbox: Sandbox, source: str) -> None:
    declaration = quick(load_sources()[source])
    name = declaration.resource_names()[0]
    credentials = sandbox.credentials(source, key="wrong")
    with pytest.raises(AccessRefused, match=f"source={source}"):
        list(extract(declaration, name, sandbox.window, credentials, options=OPTIONS).pages)


@pytest.mark.parametrize("kind", ["429", "429_without_hint", "500", "502", "503", "reset"])
@pytest.mark.parametrize(("source", "resource"), RESOURCES)
def test_a_passing_fault_costs_nothing(sandbox: Sandbox, source: str, resource: str, kind: str) -> None:
    sandbox.ask("faults", [{"provider": source, "kind": kind}])
    declaration = quick(load_sources()[source])
    extraction = extract(declaration, resource, sandbox.window, sandbox.credentials(source), options=OPTIONS)
    assert sum(len(page) for page in extraction.pages) > 0
    assert not extraction.is_partial


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("500", SourceUnavailable),
        ("cut", SourceUnavailable),
        ("reset", SourceUnavailable),
        ("malformed", MalformedAnswer),
        ("html_login", MalformedAnswer),
    ],
)
@pytest.mark.parametrize(("source", "resource"), RESOURCES)
def test_a_lasting_fault_is_told(
    sandbox: Sandbox, source: str, resource: str, kind: str, expected: type[PlantError]
) -> None:
    sandbox.ask("faults", [{"provider": source, "kind": kind, "times": 100_000}])
    declaration = quick(load_sources()[source])
    pages = extract(declaration, resource, sandbox.window, sandbox.credentials(source), options=OPTIONS).pages
    parent = declaration.resource(resource).endpoint.parent
    failing = parent.resource if parent else resource
    if kind == "html_login" and source in BLOCK_BY_PAGE:
        expected = QuotaExhausted
    with pytest.raises(expected, match=f"source={source} resource={failing}"):
        list(pages)


@pytest.mark.parametrize(("source", "resource", "boards"), DIRECTORY)
def test_every_live_board_of_a_directory_is_read_in_every_run(
    sandbox: Sandbox, source: str, resource: str, boards: str
) -> None:
    """Live places of the directory stand for the sandbox's boards, in turn; dead ones for none of them."""
    declaration, credentials = quick(load_sources()[source]), sandbox.credentials(source)
    played = credentials.extra[boards]
    pattern = DIRECTORY[source, resource, boards]
    live = [place for place, mark in enumerate(pattern) if mark == "."]
    names = [f"dead-{place}" if mark == "x" else "" for place, mark in enumerate(pattern)]
    for number, place in enumerate(live):
        names[place] = played[number % len(played)]
    asked = replace(credentials, extra={**credentials.extra, boards: names})
    part = declaration.resource(resource).part[-1]
    for _ in range(2):
        progress = Progress()
        options = replace(OPTIONS, progress=progress)
        extraction = extract(declaration, resource, sandbox.window, asked, options=options)
        read = {value_at(record, part) for page in extraction.pages for record in page}
        alone = extract(declaration, resource, sandbox.window, credentials, options=OPTIONS)
        assert read == {value_at(record, part) for page in alone.pages for record in page}
        assert len(progress.failed) == pattern.count("x")
        assert (progress.asked, progress.stopped_before) == (len(pattern), None)
        assert "ended early" not in str(extraction.note)
