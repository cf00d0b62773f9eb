"""How models are named, described and declared; each failure says how to comply."""

import re
from pathlib import Path
from typing import Any

import pytest
from dbt_runner import DBT_PROJECT

from cvplus.sources.registry import load_sources
from cvplus.sources.scaffold_staging import IDENTITY, Kind, staging_column_names
from cvplus.yaml_files import read_yaml
from ml.config import load_models_config

MODELS = DBT_PROJECT / "models"
LAYERS = ("staging", "intermediate", "features")
FILES = sorted(path for layer in LAYERS for path in (MODELS / layer).rglob("*.sql"))
KINDS: tuple[Kind, ...] = ("posting", "pay", "company", "skill")
TELLERS: dict[str, list[str]] = {
    kind: read_yaml(DBT_PROJECT / "dbt_project.yml")["vars"][f"{kind}_tellers"] for kind in KINDS
}
STAGED = {path: found[1] for path in FILES if (found := re.search(r"\{\{ stage_(\w+)\(", path.read_text()))}
FEATURE_PARTS = {"group", "entity", "unit", "expected_direction", "time_to_live_hours", "is_model_input"}


def declaration(path: Path) -> dict[str, Any]:
    """The model's entry in the YAML beside it."""
    beside = path.with_suffix(".yml")
    assert beside.exists(), f"{path.name} has no YAML; add {beside.name} beside it."
    (model,) = read_yaml(beside)["models"]
    return model


def named(path: Path) -> str:
    """The name for test ids."""
    return path.stem


@pytest.mark.parametrize("path", FILES, ids=named)
def test_each_model_is_described_beside_it(path: Path) -> None:
    model = declaration(path)
    assert model["name"] == path.stem
    assert model["description"].startswith("One row per "), "Begin the description with its grain."
    assert len(path.with_suffix(".yml").read_text().splitlines()) <= 200, "Split what grew beyond 200 lines."
    for column in model["columns"]:
        expected = f"{{{{ doc('{column['name']}') }}}}"
        assert column["description"] == expected, (
            f"Describe {column['name']} once, in docs.md, and refer to it."
        )


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "features"], ids=named)
def test_each_feature_says_all_that_the_registry_needs(path: Path) -> None:
    for column in declaration(path)["columns"]:
        assert "data_type" in column, "A contract needs the type of each column."
        feature = column.get("config", {}).get("meta", {}).get("feature")
        # What moves with the clock alone says so; the others are silent.
        assert feature is None or set(feature) - {"moves_with_time"} == FEATURE_PARTS
        assert feature is None or feature.get("moves_with_time", True) is True


@pytest.mark.parametrize("path", STAGED, ids=named)
def test_a_canonical_model_has_the_columns_and_the_test_of_its_kind(path: Path) -> None:
    kind: Kind = STAGED[path]  # type: ignore[assignment]
    model = declaration(path)
    columns = [column["name"] for column in model["columns"]]
    assert columns == staging_column_names(kind), "Print the YAML with scaffold_staging.staging_yaml."
    assert {"sound_versions": {"arguments": {"identity": list(IDENTITY[kind])}}} in model["data_tests"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_united_has_the_columns_of_its_kind(kind: Kind) -> None:
    for teller in TELLERS[kind]:
        (path,) = [path for path in FILES if path.stem == teller]
        columns = [column["name"] for column in declaration(path)["columns"]]
        assert columns == staging_column_names(kind), f"{teller} is listed among the tellers of a {kind}."


@pytest.mark.parametrize("path", STAGED, ids=named)
def test_each_canonical_model_is_listed_once_or_united_in_one_that_is(path: Path) -> None:
    readers = [other for other in FILES if f"ref('{path.stem}')" in other.read_text()]
    names = [path.stem, *(reader.stem for reader in readers)]
    listed = [name for name in TELLERS[STAGED[path]] if name in names]
    assert len(listed) == 1, f"Add {path.stem} to {STAGED[path]}_tellers in dbt_project.yml."


def test_names_say_the_layer_and_the_source() -> None:
    for path in FILES:
        pattern = {"staging": r"stg_[a-z_]+__[a-z_]+", "intermediate": r"int_[a-z_]+", "features": r"[a-z_]+"}
        assert re.fullmatch(pattern[path.parent.name], path.stem), f"Rename {path.name} as DESIGN says."


def test_a_column_name_has_one_meaning_in_the_whole_project() -> None:
    names = [
        name
        for page in MODELS.rglob("*.md")
        for name in re.findall(r"{%\s*docs (\w+)\s*%}", page.read_text())
    ]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"Keep one docs block for each of {sorted(twice)}."


def test_time_is_never_the_time_of_the_build() -> None:
    for path in [*MODELS.rglob("*.sql"), *(DBT_PROJECT / "macros").rglob("*.sql")]:
        text = path.read_text().lower()
        assert not re.search(r"\b(now\(\)|current_timestamp|current_date)", text), (
            f"{path.name}: use horizon()."
        )


def test_a_prediction_is_judged_for_as_long_as_it_lives() -> None:
    variables = read_yaml(DBT_PROJECT / "dbt_project.yml")["vars"]
    assert variables["prediction_live_days"] == load_models_config().scoring.time_to_live_days.value


def test_every_resource_of_postings_says_how_it_tells_of_time() -> None:
    readings = read_yaml(DBT_PROJECT / "dbt_project.yml")["vars"]["posting_readings"]
    listed = [tuple(resource) for resources in readings.values() for resource in resources]
    declared = {
        (source, resource.name): resource.is_snapshot
        for source, declaration in load_sources().items()
        for resource in declaration.resources
        if resource.maps_to == "posting"
    }
    assert sorted(listed) == sorted({*declared, ("product", "jobs")}), "Add it to posting_readings."
    snapshots = {resource for resource, is_snapshot in declared.items() if is_snapshot}
    assert {tuple(resource) for resource in readings["snapshot"]} == snapshots
