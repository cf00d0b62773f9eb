"""An invented dbt project of two layers, small enough to be built many times in a test."""

import shutil
from pathlib import Path

import psycopg

from cvplus.transform.project import DBT_PROJECT

PROJECT = """
name: cvplus
version: "1.0.0"
profile: cvplus
model-paths: [models]
seed-paths: [seeds]
macro-paths: [macros]
flags: {send_anonymous_usage_stats: false, partial_parse: true}
models:
  cvplus:
    +materialized: table
    staging: {+schema: staging}
    intermediate: {+schema: intermediate}
seeds: {cvplus: {+schema: reference, +full_refresh: false}}
"""
SOURCES = """
sources:
  - name: raw
    schema: raw
    tables: [{name: invented__things}, {name: invented__others}]
  - name: ops
    schema: ops
    tables: [{name: batches}]
models:
  - name: stg_invented__things
    columns: [{name: thing, data_tests: [not_null]}]
  - name: int_things
    columns: [{name: thing, data_tests: [not_null]}]
"""
MODELS = {
    "staging/stg_invented__things": "select 'a' as thing, count(*) as n "
    "from {{ source('raw', 'invented__things') }}, {{ source('ops', 'batches') }}",
    "staging/stg_invented__others": "select 'b' as thing from {{ source('raw', 'invented__others') }}",
    "intermediate/int_things": "select thing from {{ ref('stg_invented__things') }}",
    "intermediate/int_more": "select thing from {{ ref('int_things') }}",
    "intermediate/int_others": "select thing from {{ ref('stg_invented__others') }}",
}


def write_project(folder: Path) -> Path:
    """Write the project; returns its folder."""
    for name, query in MODELS.items():
        write_model(folder, name, query)
    (folder / "models" / "sources.yml").write_text(SOURCES)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "seeds").mkdir()
    (folder / "seeds" / "codes.csv").write_text("code\n1\n2\n")
    (folder / "macros").mkdir()
    shutil.copy(DBT_PROJECT / "profiles.yml", folder / "profiles.yml")
    shutil.copy(DBT_PROJECT / "macros" / "generate_schema_name.sql", folder / "macros")
    return folder


def write_model(folder: Path, name: str, query: str) -> None:
    """Write one model: ``name`` is its path below ``models`` without the ending."""
    file = folder / "models" / f"{name}.sql"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(query + "\n")


def accept_batch(connection: psycopg.Connection, batch_id: str, resource: str) -> None:
    """An accepted batch of the invented source, as far as staging can tell."""
    connection.execute(
        """
        insert into ops.batches (
            batch_id, source, resource, window_start, window_end, rows_read, rows_loaded, rows_duplicate,
            rows_rejected, bytes, checksum, known_at_rule, state, lake_path, fetched_at, gated_at
        )
        values (%s, 'invented', %s, now(), now(), 1, 1, 0, 0, 1, '', 'observed', 'accepted', '', now(), now())
        """,
        [batch_id, resource],
    )
    connection.commit()
