"""The connections that point the sources at the sandbox: from the file, and fitting what is served."""

import json
from pathlib import Path

import pytest

from cvplus.errors import ConfigurationError
from cvplus.runtime.environment import Played, sandbox_connections, sandbox_sources
from cvplus.sources.registry import load_sources
from sandbox.catalogue import load_catalogue
from sandbox.lenses import PLATFORMS, platform_of
from sandbox.providers import providers
from sandbox.sizes import SIZES
from sandbox.world import EMAIL, KEY


def test_a_connection_says_where_the_source_is_played_and_with_which_key() -> None:
    connection = json.loads(sandbox_connections("http://127.0.0.1:8300")["AIRFLOW_CONN_USAJOBS"])
    assert connection == {
        "conn_type": "http",
        "host": "http://127.0.0.1:8300/usajobs/api",
        "login": EMAIL,
        "password": KEY,
    }


def test_lists_and_other_hosts_of_a_source_stand_in_its_extra() -> None:
    hosts = {"api.eu.lever.co": "/lever/eu/v0", "elsewhere.example": "https://elsewhere.test"}
    played = Played(path="/lever/v0", extra={"sites": ["acme"], "hosts": hosts})
    assert played.connection("http://127.0.0.1:1")["extra"] == {
        "sites": ["acme"],
        "hosts": {
            "api.eu.lever.co": "http://127.0.0.1:1/lever/eu/v0",
            "elsewhere.example": "https://elsewhere.test",
        },
    }


def test_every_provider_has_its_connection_and_answers_below_the_path_in_it() -> None:
    played = sandbox_sources()
    assert set(providers()) <= set(played)
    for source, entry in played.items():
        assert f"{entry.path}/".startswith(f"/{source}/")
        if source in providers():
            assert entry.path == providers()[source].BASE


def test_what_the_extra_of_a_connection_names_is_a_list_or_a_need_of_its_source() -> None:
    sources = load_sources()
    for source, entry in sandbox_sources().items():
        if source in sources:
            needs = {need.removeprefix("extra.") for need in sources[source].needs}
            assert set(entry.extra) <= {"hosts"} | needs | set(sources[source].lists), source


@pytest.mark.parametrize("source", PLATFORMS)
def test_boards_are_those_of_employers_in_every_market(source: str) -> None:
    smallest = load_catalogue(SIZES["tiny"].companies, 180, 7, SIZES["tiny"].families)
    employers = {company.permalink for company in smallest.companies}
    extra = sandbox_sources()[source].extra
    boards = [board for several in extra.values() if isinstance(several, list) for board in several]
    names = [board if isinstance(board, str) else next(iter(board.values())) for board in boards]
    assert len(set(names)) > 5
    assert set(names) <= employers
    assert {platform_of(name) for name in names} == {source}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("usajobs: {path: usajobs}", "1 wrong fields: usajobs.path"),
        ("usajobs: {pat: /usajobs}", "2 wrong fields: usajobs.path: .*; usajobs.pat: "),
        ("usajobs: [", "is not YAML"),
        ("usajobs:", "1 wrong fields: usajobs: "),
    ],
)
def test_a_wrong_file_is_refused_with_a_remedy(tmp_path: Path, text: str, cause: str) -> None:
    path = tmp_path / "sandbox.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=f"(?s)sandbox.yaml .*{cause}.*Correct it"):
        sandbox_sources(path)
