"""Declarations: each is short and whole, and a wrong one says where and what is allowed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from dlt.sources.rest_api.config_setup import create_auth, create_paginator

from cvplus.errors import ConfigurationError
from cvplus.lake.manifest import Window
from cvplus.sources import paginators  # noqa: F401  (registers what dlt has no class for)
from cvplus.sources.credentials import (
    Credentials,
    filled_auth,
    filled_with,
    is_configured,
    secret_parameters,
)
from cvplus.sources.declaration import Client
from cvplus.sources.oddities import imported
from cvplus.sources.pages import PAGES, index_page, source_page
from cvplus.sources.placeholders import fetch_facts, fill, window_facts
from cvplus.sources.registry import DECLARATIONS, all_resources, load_source, load_sources

SOURCES = load_sources()
FILES = sorted(DECLARATIONS.glob("*.yaml"))


def good() -> dict[str, Any]:
    """The least that a declaration says."""
    return {
        "source": "invented",
        "title": "An invented provider",
        "domain": "skills",
        "client": {"kind": "rest", "base_url": "https://api.invented.example"},
        "access": "Open to all.",
        "limits": "There are none.",
        "retention": "Kept for ever.",
        "terms": "There are none.",
        "resources": [
            {
                "name": "things",
                "key": ["id"],
                "known_at": {"rule": "observed"},
                "endpoint": {"path": "things"},
                "maps_to": "skill",
                "gives": "One record a thing.",
                "sample": {"id": 1},
            }
        ],
    }


def write(folder: Path, data: Any, name: str = "invented.yaml") -> Path:
    path = folder / name
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data))
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_declaration_is_at_most_sixty_lines(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_source_has_its_page(path: Path) -> None:
    page = PAGES / f"{path.stem}.md"
    assert page.exists(), "Write it: `make source-pages`."
    assert page.read_text() == source_page(SOURCES[path.stem]), "Write it again: `make source-pages`."


def test_the_list_of_sources_is_whole() -> None:
    assert (PAGES / "index.md").read_text() == index_page(SOURCES), "Write it again: `make source-pages`."


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_declaration_names_exists(source: str) -> None:
    declaration = SOURCES[source]
    if declaration.answer_check:
        assert callable(imported(declaration.answer_check))
    if isinstance(declaration.client, Client):
        auth = filled_auth(declaration.client, Credentials(login="us@example.org", password="key"))
        if auth is not None and "." in auth["type"]:
            assert callable(imported(auth["type"]))
        else:
            assert auth is None or create_auth(auth)  # type: ignore[arg-type]
        for resource in declaration.resources:
            create_paginator(resource.endpoint.paginator or declaration.client.paginator)  # type: ignore[arg-type]
    else:
        assert callable(imported(declaration.client.reader))


@pytest.mark.parametrize("source", SOURCES)
def test_a_sample_has_its_key_and_what_is_required(source: str) -> None:
    for resource in SOURCES[source].resources:
        for path in [*resource.key, *resource.required, *filter(None, [resource.known_at.path])]:
            value: Any = {**resource.add_fields, **resource.sample}
            for part in path.split("."):
                value = value[part]
            assert value is not None


def test_the_resources_are_those_that_the_warehouse_expects() -> None:
    assert sorted(resource.table for resource in all_resources()) == [
        "adzuna__search",
        "angellist__jobs",
        "angellist_companies__startups",
        "arbeitnow__jobs",
        "ashby__jobs",
        "bls_oews__wages",
        "built_in__companies",
        "built_in__jobs",
        "careeronestop__wages",
        "coursera__courses",
        "coursera__partners",
        "crunchbase__deleted_entities",
        "crunchbase__organizations",
        "esco__occupations",
        "esco__skills",
        "fx_rates__rates",
        "github__repositories",
        "glassdoor__employers",
        "glassdoor__job_stats",
        "glassdoor_salaries__job_progression",
        "greenhouse__jobs",
        "hacker_news_who_is_hiring__jobs",
        "hacker_news_who_is_hiring__threads",
        "himalayas__jobs",
        "indeed__job_search",
        "indeed__postings_index",
        "indeed__wage_growth",
        "levels_fyi__benchmarks",
        "levels_fyi__salary_data",
        "lever__eu_postings",
        "lever__postings",
        "linkedin__job_library",
        "onet__occupations",
        "onet__skills",
        "onet__technology_skills",
        "payscale__pay_reports",
        "pitchbook__companies",
        "pitchbook__search",
        "remotive__jobs",
        "salary_com__market_pay",
        "sec_edgar__companies",
        "sec_edgar__facts",
        "stack_overflow__synonyms",
        "stack_overflow__tags",
        "the_muse__companies",
        "the_muse__jobs",
        "usajobs__historic_announcements",
        "usajobs__search",
    ]


def test_a_declaration_is_read(tmp_path: Path) -> None:
    write(tmp_path, good())
    declaration = load_sources(tmp_path)["invented"]
    assert declaration.resource_names() == ["things"]
    assert declaration.resource("things").table == "invented__things"
    assert declaration.resource("things").domain == "skills"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("domain", "weather", r"domain: Input should be 'job_market', 'salary'"),
        ("colour", "red", r"colour: Extra inputs are not permitted"),
        ("client.kind", "soap", r"client: .*'rest', 'package'"),
        ("client.base_url", "http://plain.example", r"client\.rest\.base_url: String should match"),
        ("client.headers", {"X-Key": "{token}"}, r"unknown placeholder \{token\}; allowed here: \{login\}"),
        ("quota", {"requests_per_second": 0}, r"quota\.requests_per_second: Input should be greater than 0"),
        ("quota", {"requests_per_second": 1, "per_minute": 99}, r"1 in 1 s and 99 in 60 s do not bind"),
        ("resources", [], r"resources: List should have at least 1 item"),
        ("resources.0.key", [], r"resources\.0\.key: List should have at least 1 item"),
        ("resources.0.name", "Things!", r"resources\.0\.name: String should match"),
        ("resources.0.known_at", {"rule": "guessed"}, r"known_at\.rule: Input should be 'dropped'"),
        ("resources.0.known_at", {"rule": "published"}, r"the rule `published` needs a path"),
        ("resources.0.endpoint.params", {"from": "{start}"}, r"unknown placeholder \{start\}"),
        ("resources.0.endpoint.paginator", {"type": "magic"}, r"type must be one of single_page, page_n"),
        ("resources.0.add_fields", {"day": "{today}"}, r"allowed here: \{fetched_date\}"),
        ("answer_check", "os.system", r"answer_check: String should match"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(
    tmp_path: Path, path: str, value: Any, message: str
) -> None:
    data = good()
    place: Any = data
    *parents, last = path.split(".")
    for part in parents:
        place = place[int(part) if part.isdigit() else part]
    place[last] = value
    with pytest.raises(ConfigurationError, match=rf"source=invented: invented\.yaml .*{message}"):
        load_source(write(tmp_path, data))


def test_a_file_that_is_not_yaml_or_not_its_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"invented\.yaml is not YAML"):
        load_source(write(tmp_path, "{"))
    with pytest.raises(ConfigurationError, match=r"other\.yaml declares the source 'invented'"):
        load_source(write(tmp_path, good(), "other.yaml"))


def test_a_resource_declared_twice(tmp_path: Path) -> None:
    data = good()
    data["resources"] *= 2
    with pytest.raises(ConfigurationError, match="a name is declared twice"):
        load_source(write(tmp_path, data))


def test_placeholders_of_a_window() -> None:
    window = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 3, tzinfo=UTC))
    assert window_facts(window, overlap_hours=24) == {
        "window_start_date": "2026-04-30",
        "window_end_date": "2026-05-03",
        "window_last_date": "2026-05-02",
        "window_start_epoch": "1777507200",
        "window_end_epoch": "1777766400",
        "window_start": datetime(2026, 4, 30, tzinfo=UTC),
        "window_end": datetime(2026, 5, 3, tzinfo=UTC),
        "window_start_instant": "2026-04-30T00:00:00Z",
        "window_end_instant": "2026-05-03T00:00:00Z",
    }
    body = {"query": [{"values": ["{window_start_date}"], "limit": 10}]}
    assert fill(body, window_facts(window)) == {"query": [{"values": ["2026-05-01"], "limit": 10}]}
    assert fetch_facts(datetime(2026, 5, 3, 23, tzinfo=UTC)) == {"fetched_date": "2026-05-03"}


def test_what_a_source_needs_of_its_connection() -> None:
    whole = Credentials(login="us@example.org", password="key")
    assert not is_configured(SOURCES["usajobs"], Credentials(login="us@example.org"))
    assert is_configured(SOURCES["usajobs"], whole)
    assert is_configured(SOURCES["stack_overflow"], Credentials())
    assert is_configured(SOURCES["bls_oews"], Credentials())
    assert "key" not in repr(Credentials(password="key")).replace("password", "")


def test_parts_of_a_connection_go_where_they_are_declared() -> None:
    client = SOURCES["usajobs"].client
    assert isinstance(client, Client)
    assert filled_with(client.headers, Credentials(login="us@example.org")) == {
        "User-Agent": "us@example.org"
    }
    assert filled_with(client.headers, Credentials()) == {}
    assert filled_auth(client, Credentials()) is None
    assert secret_parameters(client) == ["User-Agent", "Authorization-Key"]
