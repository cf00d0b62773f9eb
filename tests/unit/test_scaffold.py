"""A new source's skeleton is whole before anybody has touched it."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvplus.quality.suites import load_suite
from cvplus.sources.declaration import Kind
from cvplus.sources.registry import load_source
from cvplus.sources.scaffold import TITLE_FIELDS, skeleton
from cvplus.sources.scaffold_recordings import PAGINATORS

SHAPES = [
    *((kind, "page_number", True) for kind in TITLE_FIELDS),
    *(("posting", paging, False) for paging in PAGINATORS),
]


@pytest.fixture(params=SHAPES, ids=lambda shape: "-".join(map(str, shape)))
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    kind, paging, has_key = request.param
    for name, text in skeleton("new_board", "jobs", kind, "job_market", paging, has_key=has_key).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_its_declaration_loads(written: Path) -> None:
    declaration = load_source(written / "config/sources/new_board.yaml")
    (resource,) = declaration.resources
    assert resource.table == "new_board__jobs"
    assert (resource.posting is not None) == (resource.maps_to == "posting")


def test_its_suite_loads_and_looks_at_fields_of_the_sample(written: Path) -> None:
    suite = load_suite("raw", "new_board__jobs", written / "expectations")
    (resource,) = load_source(written / "config/sources/new_board.yaml").resources
    assert set(suite.columns) < set(resource.sample)


def test_its_dag_is_a_file_like_all_others(written: Path) -> None:
    text = (written / "dags/ingest_new_board.py").read_text()
    assert ast.get_docstring(ast.parse(text)).startswith("Bring one window of new_board")  # type: ignore[union-attr]
    assert 'dag_id="ingest_new_board"' in text
    assert "$" not in text


def test_its_staging_model_is_described(written: Path) -> None:
    folder = written / "dbt_project/models/staging"
    content: Any = yaml.safe_load((folder / "stg_new_board__jobs.yml").read_text())
    assert content["models"][0]["name"] == "stg_new_board__jobs"
    assert "'new_board', 'jobs'," in (folder / "stg_new_board__jobs.sql").read_text()


def test_every_kind_that_has_a_canonical_model_has_a_skeleton() -> None:
    assert set(TITLE_FIELDS) == set(Kind.__args__) - {"reference"}  # type: ignore[attr-defined]
