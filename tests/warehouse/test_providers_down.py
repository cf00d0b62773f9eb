"""A provider that gives no answer: the last good one serves and says so, and nothing else is lost."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import responses
from test_budgets import BUDGETS

from cvplus.errors import ConfigurationError, MalformedAnswer, SourceUnavailable
from cvplus.operations import spending
from cvplus.operations.failed_asks import read_progress, record_progress
from cvplus.operations.freshness import raise_freshness_alerts
from cvplus.operations.ingestion import land_source
from cvplus.settings import load_settings
from cvplus.sources import circuit, registry
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.endpoint import Endpoint
from cvplus.sources.progress import Progress
from cvplus.status.warehouse_facts import read_warehouse

ADDRESS = "https://api.invented.example/v1"
GOOD = {"json": [{"id": 1}, {"id": 2}]}


def declared(**changes: Any) -> SourceDeclaration:
    """An invented source of two resources whose answers are never fresh."""
    resources = [
        {
            "name": name,
            "key": ["id"],
            "known_at": {"rule": "observed"},
            "maps_to": "reference",
            "gives": "One record a thing.",
            "sample": {"id": 1},
            "endpoint": {"path": name, "params": {"since": "{window_start_epoch}"}},
        }
        for name in ("things", "places")
    ]
    fixed = {
        "source": "invented",
        "title": "Invented",
        "domain": "skills",
        "access": "Open to all.",
        "limits": "There are none.",
        "retention": "Kept without limit.",
        "terms": "Free for all uses.",
    }
    return SourceDeclaration.model_validate(
        {
            **fixed,
            "client": {"kind": "rest", "base_url": ADDRESS},
            "quota": {"requests_per_second": 1000},
            "fresh_hours": 0,
            "resources": resources,
            **changes,
        }
    )


class Plant:
    """Ingests the invented source; each run another window, unless it is given."""

    def __init__(self, warehouse_url: str, declaration: SourceDeclaration) -> None:
        self.url = warehouse_url
        self.declaration = declaration
        self.runs = 0

    def ingest(self, day: int | None = None, *, is_last_try: bool = True) -> list[str]:
        """Land one day."""
        self.runs += 1
        start = datetime(2026, 11, day or self.runs, tzinfo=UTC)
        end = start.replace(hour=23)
        run = f"run-{self.runs}"
        key = f"ingest_invented/{run}"
        return land_source("invented", start, end, Credentials(), key, run, is_last_try=is_last_try)

    def accept(self, hours_ago: float = 1) -> None:
        """Let everything landed be accepted, as if fetched so long ago."""
        self.rows(
            "update ops.batches set state = 'accepted', rows_loaded = rows_read, rows_duplicate = 0, "
            "rows_rejected = 0, fetched_at = now() - %s * interval '1 hour' "
            "where state = 'landed' returning 1",
            hours_ago,
        )

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchall()

    def freshness(self) -> dict[str, tuple[Any, ...]]:
        """Resource -> state, is_stale, reason."""
        found = self.rows("select resource, state, is_stale, stale_reason from ops.freshness")
        return {name: rest for name, *rest in found}  # type: ignore[misc]


@pytest.fixture
def provider() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def plant(
    warehouse_url: str, provider: responses.RequestsMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Plant:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", warehouse_url)
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    monkeypatch.setenv("CVPLUS_LAKE_URL", (tmp_path / "lake").as_uri())
    made = Plant(warehouse_url, declared())
    monkeypatch.setattr(registry, "load_sources", lambda: {"invented": made.declaration})
    monkeypatch.setattr(spending, "load_budgets", lambda: BUDGETS)
    return made


def answers(provider: responses.RequestsMock, things: dict[str, Any], places: dict[str, Any]) -> None:
    """What the provider says from now on."""
    provider.reset()
    provider.add("GET", f"{ADDRESS}/things", **things)
    provider.add("GET", f"{ADDRESS}/places", **places)


def test_an_outage_of_one_resource_does_not_lose_the_other(
    plant: Plant, provider: responses.RequestsMock
) -> None:
    answers(provider, {"status": 503}, GOOD)
    assert [batch.split(".")[1] for batch in plant.ingest()] == ["places"]
    plant.accept()
    assert plant.freshness() == {
        "things": ["silent", False, plant.freshness()["things"][2]],
        "places": ["fresh", False, None],
    }
    assert "source_unavailable" in plant.freshness()["things"][2]


def refuse_all(plant: Plant, provider: responses.RequestsMock) -> None:
    answers(provider, {"status": 401}, {"status": 401})


def fail_all(plant: Plant, provider: responses.RequestsMock) -> None:
    answers(provider, {"status": 503}, {"status": 503})


def throttle_all(plant: Plant, provider: responses.RequestsMock) -> None:
    throttled = {"status": 429, "headers": {"Retry-After": "3600"}}
    answers(provider, throttled, throttled)


def spend_all(plant: Plant, provider: responses.RequestsMock) -> None:
    plant.declaration = declared(cost={"per_call": 2.0})


def open_circuit(plant: Plant, provider: responses.RequestsMock) -> None:
    fail_all(plant, provider)
    for _ in range(circuit.FAILURES_TO_OPEN):
        plant.ingest()
    answers(provider, GOOD, GOOD)


@pytest.mark.parametrize(
    ("happen", "code"),
    [
        (fail_all, "source_unavailable"),
        (refuse_all, "access_refused"),
        (throttle_all, "quota_exhausted"),
        (spend_all, "budget_exhausted"),
        (open_circuit, "times in a row, so it is not asked"),
    ],
)
def test_the_last_good_answer_serves_and_says_so(
    plant: Plant,
    provider: responses.RequestsMock,
    happen: Callable[[Plant, responses.RequestsMock], None],
    code: str,
) -> None:
    answers(provider, GOOD, GOOD)
    plant.ingest()
    plant.accept(hours_ago=10)
    happen(plant, provider)
    assert plant.ingest() == [], "the run lands nothing, and is not red"
    for state, is_stale, reason in plant.freshness().values():
        assert (state, is_stale) == ("stale", True)
        assert code in reason
    ((age,),) = plant.rows("select distinct round(extract(epoch from age) / 3600) from ops.freshness")
    assert age == 10
    with psycopg.connect(plant.url) as connection:
        assert raise_freshness_alerts(connection) == ["invented.places", "invented.things"]
    ((rule, message),) = plant.rows("select rule, message from ops.alerts where subject = 'invented.things'")
    assert rule == "source_stale"
    assert "last good answer" in message


def test_an_outage_that_ends_is_forgotten(plant: Plant, provider: responses.RequestsMock) -> None:
    answers(provider, GOOD, GOOD)
    plant.ingest()
    plant.accept()
    fail_all(plant, provider)
    plant.ingest()
    answers(provider, GOOD, GOOD)
    assert len(plant.ingest()) == 2
    assert plant.freshness() == {name: ["fresh", False, None] for name in ("things", "places")}


def test_past_its_time_to_live_a_source_drops_out_and_says_so(
    plant: Plant, provider: responses.RequestsMock
) -> None:
    answers(provider, GOOD, GOOD)
    plant.ingest()
    plant.accept(hours_ago=73)
    fail_all(plant, provider)
    with pytest.raises(SourceUnavailable):
        plant.ingest()
    for state, is_stale, reason in plant.freshness().values():
        assert (state, is_stale) == ("silent", True)
        assert reason.startswith("dropped out after its time to live: [source_unavailable]")
    with psycopg.connect(plant.url) as connection:
        raise_freshness_alerts(connection)
    assert "has dropped out" in plant.rows("select message from ops.alerts")[0][0]


@pytest.mark.parametrize("fault", [{"status": 400}, {"body": "<html>", "content_type": "text/html"}])
def test_a_fault_of_one_resource_holds_no_other_up(
    plant: Plant, provider: responses.RequestsMock, fault: dict[str, Any]
) -> None:
    answers(provider, fault, GOOD)
    assert [batch.split(".")[1] for batch in plant.ingest()] == ["places"]
    assert plant.rows("select resource, state from ops.batches") == [("places", "landed")]
    assert plant.freshness()["things"][0] == "failing"
    with psycopg.connect(plant.url) as connection:
        assert "invented.things" in raise_freshness_alerts(connection)


def test_a_fault_that_may_pass_is_tried_again_before_the_rest_goes_on(
    plant: Plant, provider: responses.RequestsMock
) -> None:
    answers(provider, {"body": "<html>", "content_type": "text/html"}, GOOD)
    with pytest.raises(MalformedAnswer, match=r"source=invented resource=things"):
        plant.ingest(is_last_try=False)
    assert plant.rows("select resource, state from ops.batches") == [("places", "landed")]


def test_a_source_that_is_at_fault_as_a_whole_is_red(plant: Plant, provider: responses.RequestsMock) -> None:
    answers(provider, {"status": 400}, {"status": 400})
    with pytest.raises(ConfigurationError, match=r"source=invented resource=things"):
        plant.ingest()


def test_boards_that_are_dead_are_named_until_they_answer(
    plant: Plant, provider: responses.RequestsMock
) -> None:
    (things, places) = plant.declaration.resources
    endpoint = Endpoint(path="things/{board}", for_each={"board": "boards"})
    plant.declaration = plant.declaration.model_copy(
        update={
            "lists": {"boards": ["a", "b", "c"]},
            "resources": [things.model_copy(update={"endpoint": endpoint}), places],
        }
    )
    provider.add("GET", f"{ADDRESS}/places", **GOOD)
    provider.add("GET", f"{ADDRESS}/things/a", **GOOD)
    provider.add("GET", f"{ADDRESS}/things/b", status=404, json={"message": "gone"})
    provider.add("GET", f"{ADDRESS}/things/c", status=404, json={"message": "gone"})
    dead = "select ask, reason_code from ops.failed_asks order by ask"
    for _ in range(2):
        plant.ingest()
        assert plant.rows(dead) == [
            ("board=b", "configuration_invalid"),
            ("board=c", "configuration_invalid"),
        ]
    older = "update ops.failed_asks set first_failed_at = now() - interval '8 days'"
    plant.rows(f"{older} where ask = 'board=c' returning 1")
    with psycopg.connect(plant.url) as connection:
        (told,) = read_warehouse(connection, load_settings()).dead
    assert (told.resource, told.asks) == ("things", ("board=c",))
    provider.replace("GET", f"{ADDRESS}/things/c", **GOOD)
    plant.ingest()
    assert plant.rows(dead) == [("board=b", "configuration_invalid")]
    plant.declaration = plant.declaration.model_copy(update={"lists": {"boards": ["a"]}})
    plant.ingest()
    assert plant.rows(dead) == []


def test_a_walk_that_ended_early_says_where_the_next_begins(
    plant: Plant, provider: responses.RequestsMock
) -> None:
    with psycopg.connect(plant.url) as connection:
        for asked, told in ((4, "board=d"), (0, "board=d"), (2, None)):
            record_progress(connection, "invented", "things", Progress(asked=asked, stopped_before=told))
            assert read_progress(connection, "invented", "things").begin_at == told


def test_a_cached_answer_that_stands_in_is_marked(plant: Plant, provider: responses.RequestsMock) -> None:
    answers(provider, GOOD, GOOD)
    plant.ingest(day=1)
    plant.accept()
    fail_all(plant, provider)
    assert len(plant.ingest(day=1)) == 2
    assert plant.rows("select distinct is_stale from ops.batches where state = 'landed'") == [(True,)]
    plant.accept(hours_ago=0)
    assert {row[0] for row in plant.freshness().values()} == {"stale"}


def test_what_reading_took_is_accounted_for(plant: Plant, provider: responses.RequestsMock) -> None:
    plant.declaration = declared(fresh_hours=4, cost={"per_call": 0.25})
    answers(provider, GOOD, {"status": 400})
    for _ in range(2):
        plant.ingest(day=1)
    rows = plant.rows(
        "select run_id, resource, calls, cache_hits, bytes > 0, cost_usd from ops.api_usage "
        "order by run_id, resource desc"
    )
    assert rows == [
        ("run-1", "things", 1, 0, True, 0.25),
        ("run-1", "places", 1, 0, False, 0.25),
        ("run-2", "things", 0, 1, False, 0),
        ("run-2", "places", 1, 0, False, 0.25),
    ]
    runs = plant.rows("select run_id, api_calls, cache_hits, cost_usd from ops.runs order by 1")
    assert runs == [("run-1", 2, 0, 0.5), ("run-2", 1, 1, 0.25)]
