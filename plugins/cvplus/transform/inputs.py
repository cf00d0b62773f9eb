"""What staging reads, as digests: a seed or staging model without news is not built again."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from cvplus.transform.layers import BUILT_KINDS, layer_of
from cvplus.transform.selection import GOOD


def raw_digests(connection: psycopg.Connection) -> dict[str, str]:
    """A digest of the batches that staging sees, by raw table; it changes when one comes or goes."""
    rows = connection.execute(
        """
        select source || '__' || resource,
            md5(string_agg(batch_id || state || coalesce(gated_at::text, ''), ',' order by batch_id))
        from ops.batches where state in ('accepted', 'released') group by source, resource
        """
    ).fetchall()
    return dict(rows)


def node_inputs(
    connection: psycopg.Connection, nodes: dict[str, Any], project_checksum: str
) -> dict[str, str]:
    """A digest of what a node reads, for each that reads nothing but seeds and batches.

    A node that reads other models or other tables of the plant has none: it is built in every run.
    """
    batches = raw_digests(connection)
    digests = {}
    for unique_id, node in nodes.items():
        if node.resource_type not in BUILT_KINDS or layer_of(node, nodes) != "stage":
            continue
        tables = _raw_tables(node)
        if tables is not None:
            told = ",".join(batches.get(table, "") for table in sorted(tables))
            digests[unique_id] = f"{project_checksum} {told}"
    return digests


def _raw_tables(node: Any) -> list[str] | None:
    """Raw tables that a staging node reads; ``None`` when it reads what cannot be told apart by batches."""
    parents = getattr(node, "depends_on_nodes", [])
    tables = []
    for parent in parents:
        kind, _, *rest = parent.split(".")
        if kind == "source" and rest[0] == "raw":
            tables.append(rest[1])
        elif not (kind == "seed" or rest == ["ops", "batches"]):
            return None
    return tables


def built_inputs(connection: psycopg.Connection, nodes: dict[str, Any]) -> dict[str, str]:
    """Digests of what the nodes read when they were last built well, for those that still exist."""
    existing = set(connection.execute("select table_schema, table_name from information_schema.tables"))
    known = connection.execute("select thing, inputs from ops.built_from where inputs is not null")
    return {
        thing: inputs
        for thing, inputs in known
        if thing in nodes and (nodes[thing].schema, nodes[thing].alias) in existing
    }


def record_inputs(
    connection: psycopg.Connection, inputs: Mapping[str, str], outcomes: Mapping[str, str]
) -> None:
    """Keep the digests of the nodes that were built well."""
    good = [(name, digest) for name, digest in inputs.items() if outcomes.get(name) in GOOD]
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.built_from (thing, inputs) values (%s, %s)
            on conflict (thing) do update set inputs = excluded.inputs, built_at = now()
            """,
            good,
        )
    connection.commit()


def built_project(connection: psycopg.Connection, layer: str) -> str | None:
    """The checksum of the project by which a layer was last built to its end; ``None`` before it ever was."""
    row = connection.execute(
        "select inputs from ops.built_from where thing = %s", [_project_of(layer)]
    ).fetchone()
    return None if row is None else row[0]


def record_project(connection: psycopg.Connection, layer: str, project_checksum: str) -> None:
    """Keep the checksum of the project by which a layer was built to its end."""
    record_inputs(connection, {_project_of(layer): project_checksum}, {_project_of(layer): "success"})


def _project_of(layer: str) -> str:
    return f"project:{layer}"


def forget_inputs(connection: psycopg.Connection, unique_ids: Iterable[str]) -> None:
    """Forget digests: what is about to be built is in no known state until it has been."""
    connection.execute("delete from ops.built_from where thing = any(%s)", [list(unique_ids)])
    connection.commit()
