"""How long a source's answers are taken as new, as good and as standing in, beside how often its DAG asks."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from croniter import croniter

from cvplus.sources.declaration import Client
from cvplus.sources.registry import load_sources

CLOCKS = json.loads((Path(__file__).parents[1] / "integration" / "dag_snapshot.json").read_text())
SOURCES = {name: source for name, source in load_sources().items() if isinstance(source.client, Client)}


@pytest.mark.parametrize("name", SOURCES)
def test_a_failed_run_is_bridged_and_a_good_one_is_no_copy(name: str) -> None:
    source = SOURCES[name]
    ticks = croniter(CLOCKS[f"ingest_{name}"]["clock"], datetime(2026, 1, 1, tzinfo=UTC))
    instants = [ticks.get_next(datetime) for _ in range(400)]
    gaps = [(after - before) / timedelta(hours=1) for before, after in pairwise(instants)]
    assert source.fresh_hours < min(gaps), "the next run would read the cache"
    assert source.time_to_live_hours > max(gaps), "one failed run would drop the source out"
    for resource in source.resources:
        assert resource.stale_after_hours >= max(gaps), f"{resource.name} would always be stale for a while"
