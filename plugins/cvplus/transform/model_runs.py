"""What each dbt run did, in ``ops.layer_runs`` and ``ops.model_runs``, written while it happens."""

from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True)
class LayerRun:
    """One dbt run of a layer, named by ``invocation_id``; ``run_id`` is the Airflow run it belongs to."""

    invocation_id: str
    dag_id: str
    run_id: str
    layer: str
    project_checksum: str


def begin_layer_run(connection: psycopg.Connection, run: LayerRun, nodes: int) -> None:
    """Write down that a run of so many nodes begins; what an earlier, dead one left running was killed."""
    connection.execute(
        """
        update ops.model_runs as dead
        set status = 'killed', finished_at = now(), message = 'The process ended without a word.'
        where dead.layer = %(layer)s and dead.status = 'running'
        """,
        {"layer": run.layer},
    )
    connection.execute(
        """
        update ops.layer_runs
        set status = 'killed', finished_at = now(), message = 'The process ended without a word.'
        where layer = %(layer)s and status = 'running'
        """,
        {"layer": run.layer},
    )
    connection.execute(
        """
        insert into ops.layer_runs (
            invocation_id, dag_id, run_id, layer, project_checksum, nodes, status, started_at
        )
        values (%s, %s, %s, %s, %s, %s, 'running', clock_timestamp())
        """,
        [run.invocation_id, run.dag_id, run.run_id, run.layer, run.project_checksum, nodes],
    )
    connection.commit()


def end_layer_run(connection: psycopg.Connection, run: LayerRun, status: str, message: str | None) -> None:
    """Write down how a run ended: ``success`` or ``error``."""
    connection.execute(
        """
        update ops.layer_runs set status = %s, message = %s, finished_at = clock_timestamp()
        where invocation_id = %s
        """,
        [status, message, run.invocation_id],
    )
    connection.commit()


def unfinished_outcomes(connection: psycopg.Connection, run: LayerRun) -> dict[str, str]:
    """Status by unique id of what earlier tries of this layer in this Airflow run have done.

    Empty when there was none, when the last of them finished the layer (somebody wants it built again), and
    when the project has changed since.
    """
    tries = connection.execute(
        """
        select invocation_id, status, project_checksum from ops.layer_runs
        where dag_id = %s and run_id = %s and layer = %s order by started_at desc
        """,
        [run.dag_id, run.run_id, run.layer],
    ).fetchall()
    open_tries = []
    for invocation_id, status, checksum in tries:
        if status == "success" or checksum != run.project_checksum:
            break
        open_tries.append(invocation_id)
    rows = connection.execute(
        """
        select distinct on (unique_id) unique_id, status from ops.model_runs
        where invocation_id = any(%s) order by unique_id, started_at desc
        """,
        [open_tries],
    ).fetchall()
    return dict(rows)


def node_started(connection: psycopg.Connection, run: LayerRun, node: Any) -> None:
    """Write down that a node is being built or tested."""
    connection.execute(
        """
        insert into ops.model_runs (
            invocation_id, unique_id, dag_id, run_id, layer, node, kind, status, started_at
        )
        values (%s, %s, %s, %s, %s, %s, %s, 'running', clock_timestamp())
        on conflict (invocation_id, unique_id) do nothing
        """,
        [
            run.invocation_id,
            node.unique_id,
            run.dag_id,
            run.run_id,
            run.layer,
            node.name,
            str(node.resource_type),
        ],
    )


def node_finished(
    connection: psycopg.Connection,
    run: LayerRun,
    unique_id: str,
    *,
    status: str,
    seconds: float,
    rows: int | None,
    message: str | None,
    compiled_path: str | None,
) -> None:
    """Write down a node's outcome. ``rows``: those that a model or seed wrote; null for a test."""
    connection.execute(
        """
        update ops.model_runs
        set status = %s, seconds = %s, rows = %s, message = %s, compiled_path = %s,
            finished_at = clock_timestamp()
        where invocation_id = %s and unique_id = %s
        """,
        [status, seconds, rows, message, compiled_path, run.invocation_id, unique_id],
    )
