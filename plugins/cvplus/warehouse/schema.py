"""Create what the plant writes: the fixed tables, and one raw table a declared resource."""

from collections.abc import Iterable
from importlib import resources as package_files

import psycopg
from psycopg import sql

from cvplus.resources import Resource
from cvplus.warehouse.roles import load_roles, owners

# Two starts at once would race on `create … if not exists`; this lock makes the second wait.
SCHEMA_LOCK = 7_316_225


def apply_schema(connection: psycopg.Connection, declared: Iterable[Resource]) -> None:
    """Create schemas, tables and the raw table of every declared resource, where they are missing."""
    connection.execute("select pg_advisory_xact_lock(%s)", [SCHEMA_LOCK])
    make_schemas(connection, owners(load_roles()))
    statements = package_files.files("cvplus.warehouse").joinpath("schema.sql").read_text()
    connection.execute(statements)
    for resource in declared:
        create_raw_table(connection, resource.table)


def make_schemas(connection: psycopg.Connection, wanted: Iterable[str]) -> None:
    """Create the schemas that are missing; who finds them all needs no right to create any."""
    there = {name for (name,) in connection.execute("select nspname from pg_namespace")}
    for schema in wanted:
        if schema not in there:
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))


def create_raw_table(connection: psycopg.Connection, table: str) -> None:
    """Create ``raw.<table>``: one jsonb document a row, every version of every record."""
    connection.execute(
        sql.SQL(
            """
            create table if not exists raw.{table} (
                record_key text not null,
                content_hash text not null,
                batch_id text not null,
                known_at timestamptz not null,
                loaded_at timestamptz not null default now(),
                record jsonb not null,
                primary key (record_key, content_hash, batch_id)
            );
            """
        ).format(table=sql.Identifier(table))
    )
    connection.execute(
        sql.SQL("create index if not exists {name} on raw.{table} (batch_id)").format(
            name=sql.Identifier(f"{table}_by_batch"), table=sql.Identifier(table)
        )
    )
