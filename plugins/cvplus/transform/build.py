"""Build one layer of the warehouse with one dbt run, from whatever an earlier try has left."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from filelock import FileLock

from cvplus.errors import WarehouseUnavailable
from cvplus.transform.failures import (
    BuildInterrupted,
    NodeFailure,
    ProjectInvalid,
    descendants,
    failure_of,
    is_passing,
)
from cvplus.transform.inputs import (
    built_inputs,
    built_project,
    forget_inputs,
    node_inputs,
    record_inputs,
    record_project,
)
from cvplus.transform.layers import LAYERS
from cvplus.transform.model_runs import LayerRun, begin_layer_run, end_layer_run, unfinished_outcomes
from cvplus.transform.project import (
    DBT_PROJECT,
    PARTIAL_PARSE,
    parse_project,
    project_checksum,
    project_flags,
    run_flags,
    unwritable,
    warehouse_environment,
)
from cvplus.transform.recorder import Recorder
from cvplus.transform.selection import GOOD, Selection, select_nodes
from cvplus.warehouse.connection import connect

log = logging.getLogger(__name__)
# Two builds of one layer would read each other's half; the numbers lock one each in the warehouse.
_LAYER_LOCKS = {layer: 7_316_300 + number for number, layer in enumerate(LAYERS)}


def build_layer(
    layer: str,
    dag_id: str,
    run_id: str,
    *,
    warehouse_url: str,
    folder: Path,
    dbt_url: str | None = None,
    is_full: bool = False,
    project: Path = DBT_PROJECT,
) -> int:
    """Build and test one layer; returns how many seeds and models were built.

    A second try of the same Airflow run goes on from what failed or was killed. A seed or staging model
    without news is left as it is; of a staging model with news only the records that are new are read
    (``macros/staging/by_record.sql``), unless the project has changed since. A second build of the layer,
    from wherever, waits until the first ends.

    Args:
        layer: one of ``layers.LAYERS``.
        dag_id: the DAG that asks, for ``ops.model_runs``.
        run_id: its run; tries of one run share what they have built.
        warehouse_url: the warehouse, as who keeps the plant's books there.
        folder: dbt's folder of this home; each layer has one of its own below it.
        dbt_url: the warehouse, as who builds there; the same unless told.
        is_full: build what has no news too.
        project: the dbt project.

    Raises:
        ModelFailed: a model or a test failed; names it, its message, its SQL, and what stands below it.
        ProjectInvalid: dbt cannot read the project.
        BuildInterrupted: the warehouse or the disk went away.
    """
    target = folder / layer
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error
    with (
        FileLock(folder / f"{layer}.lock"),
        connect(warehouse_url) as connection,
        layer_lock(connection, layer),
        warehouse_environment(dbt_url or warehouse_url),
    ):
        manifest = parse_project(target, folder / PARTIAL_PARSE, project)
        run = LayerRun(str(uuid4()), dag_id, run_id, layer, project_checksum(project))
        selection = _selection(connection, run, manifest.nodes, is_full)
        # What a model held of another project is not to be added to: its columns may be others.
        is_anew = is_full or built_project(connection, layer) != run.project_checksum
        built = _run(connection, run, manifest, selection, target, project, is_anew)
        record_project(connection, layer, run.project_checksum)
        return built


@contextmanager
def layer_lock(connection: psycopg.Connection, layer: str) -> Iterator[None]:
    """Hold the layer in this warehouse, after whoever has it; the server frees it when its holder dies."""
    number = _LAYER_LOCKS[layer]
    held = connection.execute("select pg_try_advisory_lock(%s)", [number]).fetchone()
    if held is None or not held[0]:
        log.warning("Another build of layer %s runs; waiting until it has ended.", layer)
        connection.execute("select pg_advisory_lock(%s)", [number])
    connection.commit()
    connection.autocommit = True
    yield


def _selection(
    connection: psycopg.Connection, run: LayerRun, nodes: dict[str, Any], is_full: bool
) -> Selection:
    outcomes = unfinished_outcomes(connection, run)
    selection = select_nodes(
        run.layer,
        nodes,
        outcomes=outcomes,
        inputs=node_inputs(connection, nodes, run.project_checksum),
        built_inputs={} if is_full else built_inputs(connection, nodes),
    )
    log.info(
        "Layer %s: %s nodes to run, %s finished by an earlier try, %s without news.",
        run.layer,
        len(selection.to_run),
        len(selection.finished),
        len(selection.unchanged),
    )
    return selection


def _run(
    connection: psycopg.Connection,
    run: LayerRun,
    manifest: Any,
    selection: Selection,
    target: Path,
    project: Path,
    is_anew: bool,
) -> int:
    from dbt.cli.main import dbtRunner

    begin_layer_run(connection, run, len(selection.to_run))
    if not selection.to_run:
        end_layer_run(connection, run, "success", "Nothing was left to build.")
        return 0
    forget_inputs(connection, selection.to_run)
    recorder = Recorder(connection, run, selection.to_run, target)
    names = sorted(node.name for node in selection.to_run.values())
    kinds = ("seed", "model", "test")
    outcome = dbtRunner(manifest=manifest, callbacks=[recorder]).invoke(
        [
            "--quiet",
            *run_flags(target),
            "build",
            *project_flags(target, project),
            *(["--full-refresh"] if is_anew else []),
            "--indirect-selection",
            "empty",
            *(part for kind in kinds for part in ("--resource-type", kind)),
            *(part for name in names for part in ("--select", name)),
        ]
    )
    error = _error(run, manifest, outcome, recorder, target)
    if error is None:
        record_inputs(connection, selection.inputs, recorder.outcomes)
        end_layer_run(connection, run, "success", None)
        return sum(node.resource_type != "test" for node in selection.to_run.values())
    if recorder.lost is None:
        end_layer_run(connection, run, "error", str(error))
    raise error


def _error(run: LayerRun, manifest: Any, outcome: Any, recorder: Recorder, target: Path) -> Exception | None:
    """What went wrong in a finished dbt run, as one of the plant's errors; ``None`` when all went well."""
    nodes = manifest.nodes
    failures = [
        NodeFailure(
            name=nodes[unique_id].name,
            kind=str(nodes[unique_id].resource_type),
            message=recorder.messages[unique_id],
            compiled_path=recorder.compiled_path(unique_id),
            below=sorted(
                nodes[name].name
                for name in descendants(unique_id, manifest.child_map)
                if recorder.outcomes.get(name) == "skipped" and nodes[name].resource_type != "test"
            ),
        )
        for unique_id, status in recorder.outcomes.items()
        if status not in GOOD and status != "skipped"
    ]
    if failures:
        failure = failure_of(run.layer, failures)
        for line in [line for one in failures for line in one.lines()] + [f"Next: {failure.remedy}"]:
            log.error(line)
        return failure
    if recorder.lost is not None:
        return WarehouseUnavailable(
            cause=f"The warehouse went away while layer {run.layer} was built: {recorder.lost}.",
            remedy="Bring it back (`make up`); the task goes on from what was left.",
        )
    if outcome.success:
        return None
    cause = " ".join(str(outcome.exception).split())
    if isinstance(outcome.exception, OSError):
        return unwritable(target, outcome.exception)
    if is_passing(cause):
        return BuildInterrupted(
            cause=f"Layer {run.layer} could not be built: {cause}.",
            remedy="Bring the warehouse back (`make up`); the task goes on from here.",
        )
    return ProjectInvalid(
        cause=f"dbt did not run layer {run.layer}: {cause}.", remedy="Mend the project; then clear the task."
    )
