"""The staging model that is written for a new resource."""

from typing import get_args

import pytest
import yaml

from cvplus.sources.scaffold_staging import (
    IDENTITY,
    Kind,
    canonical_columns,
    staging_column_names,
    staging_sql_skeleton,
    staging_yaml,
)

KINDS = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_yaml_declares_the_raw_table_and_every_column(kind: Kind) -> None:
    written = yaml.safe_load(staging_yaml(kind, "board", "jobs", "One row per version of a thing: a test."))
    (source,), (model,) = written["sources"], written["models"]
    assert source["tables"] == [
        {"name": "board__jobs", "description": "One row per version of a thing: a test and batch."}
    ]
    assert model["name"] == "stg_board__jobs"
    assert model["description"] == "One row per version of a thing: a test."
    assert [column["name"] for column in model["columns"]] == staging_column_names(kind)
    assert all(column["description"] == f"{{{{ doc('{column['name']}') }}}}" for column in model["columns"])


@pytest.mark.parametrize("kind", KINDS)
def test_what_identifies_a_thing_is_a_column_of_its_kind(kind: Kind) -> None:
    assert set(IDENTITY[kind]) <= set(canonical_columns(kind))


def test_the_sql_reads_each_field_of_the_sample_that_has_an_argument() -> None:
    sample = {"id": 1, "name": "x", "salaryMin": 1, "is-remote": True, "skills_told": [], "other": 2}
    assert staging_sql_skeleton("posting", "board", "jobs", sample) == (
        "{{ stage_posting(\n"
        "    'board', 'jobs',\n"
        "    job_id=json_text('record', 'id'),\n"
        "    title=json_text('record', 'title'),\n"
        "    is_remote=safe_boolean(json_text('record', 'is-remote')),\n"
        "    salary_min=safe_number(json_text('record', 'salaryMin')),\n"
        "    skills_told=json_text_array('record', 'skills_told'),\n"
        ") }}\n"
    )


def test_a_required_argument_without_a_field_is_there_to_be_corrected() -> None:
    assert staging_sql_skeleton("pay", "board", "pay", {}) == (
        "{{ stage_pay(\n"
        "    'board', 'pay',\n"
        "    observation_id=json_text('record', 'observation_id'),\n"
        "    basis=\"'reported'\",\n"
        "    observed_date=safe_date(json_text('record', 'observed_date')),\n"
        ") }}\n"
    )
