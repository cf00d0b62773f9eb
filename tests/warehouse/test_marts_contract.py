"""What holds for every mart, and that the manual's queries answer."""

import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt_runner import parsed

Row = dict[str, Any]
Connection = psycopg.Connection[Row]

QUERIES = sorted((Path(__file__).parent / "manual_queries").glob("*.sql"))
PAGE = Path(__file__).parents[2] / "docs" / "warehouse.md"


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_a_query_of_the_manual_runs_and_answers(marts: Connection, query: Path) -> None:
    assert marts.execute(query.read_text()).fetchall()


def test_the_manual_shows_every_query_and_no_other() -> None:
    shown = re.findall(r'--8<-- "tests/warehouse/manual_queries/(\w+)\.sql"', PAGE.read_text())
    assert sorted(shown) == [query.stem for query in QUERIES]


def test_every_mart_is_described_in_full_and_held_to_its_contract() -> None:
    for model in mart_models():
        assert model["description"].startswith("One row per "), model["name"]
        assert model["config"]["contract"]["enforced"], model["name"]
        silent = [name for name, column in model["columns"].items() if not column["description"]]
        assert not silent, f"{model['name']}: describe {silent} in its YAML"


def test_only_marts_tagged_so_read_predictions() -> None:
    """`build_warehouse` leaves out what carries the tag, so nothing else may stand on it."""
    models = {model["unique_id"]: model for model in mart_models()}
    tagged = {name for name, model in models.items() if "reads_predictions" in model["tags"]}
    written_later = {f"source.cvplus.ops.{table}" for table in ("model_evaluations", "promotions", "drift")}
    for name, model in models.items():
        parents = set(model["depends_on"]["nodes"])
        reads = parents & (tagged | written_later) or [
            p for p in parents if p.startswith("source.cvplus.predictions.")
        ]
        assert not reads or name in tagged, f"{name} reads {reads}: tag it reads_predictions"
    assert {name.rsplit(".")[-1] for name in tagged} == {
        "data_freshness",
        "dim_model_versions",
        "fct_predictions",
        "metrics_overview",
        "model_performance",
        "prediction_accuracy_weekly",
    }


def mart_models() -> list[Row]:
    """The marts as dbt's manifest holds them."""
    nodes = json.loads((parsed().target / "manifest.json").read_text())["nodes"].values()
    found = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    assert len(found) >= 19
    return found
