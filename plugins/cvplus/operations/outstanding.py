"""What each step of the chain would find to do, told without starting it.

A step keeps a digest of what it was made from (``ops.built_from``). While the digest of what is there now is
the same, the step has nothing to do.
"""

import hashlib

import psycopg

from cvplus.enrich.readers.registry import readers_version
from cvplus.linking.kinds import linking_version
from cvplus.settings import Settings
from cvplus.transform.project import project_checksum
from ml.config import load_models_config
from ml.identity import code_version

READING, LINKING = "read_texts", "link_records"
TRAINING, SCORING, DRIFT = "train_models", "score_batch", "monitor_drift"


def begin_step(connection: psycopg.Connection, step: str, inputs: str) -> None:
    """Keep what a step is about to be made from; ``finish_step`` makes it what it was made from."""
    connection.execute(
        """
        insert into ops.built_from (thing, pending_inputs) values (%s, %s)
        on conflict (thing) do update set pending_inputs = excluded.pending_inputs
        """,
        [step, inputs],
    )


def finish_step(connection: psycopg.Connection, step: str) -> None:
    """A step has done all that its pending inputs asked for."""
    connection.execute(
        """
        update ops.built_from set inputs = pending_inputs, pending_inputs = null, built_at = now()
        where thing = %s and pending_inputs is not null
        """,
        [step],
    )


def training_inputs(connection: psycopg.Connection, settings: Settings) -> str:
    """A digest of what a training run depends on: the feature store's last build, code and configuration."""
    config = load_models_config().model_dump_json()
    parts = (_last_build(connection, "features"), code_version(), config, settings.training_data_size)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def has_features(connection: psycopg.Connection) -> bool:
    """Whether the feature store has ever been built."""
    found = connection.execute("select to_regclass('features.training_examples')").fetchone()
    return found is not None and found[0] is not None


def scoring_inputs(connection: psycopg.Connection) -> str | None:
    """A digest of what scoring and drift depend on; ``None`` while there is no champion."""
    row = connection.execute(
        "select to_version from ops.promotions where is_promoted order by decided_at desc limit 1"
    ).fetchone()
    return None if row is None else f"features {_last_build(connection, 'features')}, champion {row[0]}"


def is_drift_measured(connection: psycopg.Connection) -> bool:
    """Whether today's features have been compared with today's champion's training sample."""
    wanted = scoring_inputs(connection)
    done = connection.execute("select inputs from ops.built_from where thing = %s", [DRIFT]).fetchone()
    return wanted is not None and done is not None and done[0] == wanted


def outstanding(connection: psycopg.Connection, settings: Settings) -> dict[str, str]:
    """DAGs behind the edge that have something to do, each with the reason, in the order of the chain.

    A DAG that is woken by the one before it may stand here while that one still runs.
    """
    found: dict[str, str] = {}
    if reason := build_reason(connection):
        found["build_warehouse"] = reason
    made: dict[str, str] = dict(
        connection.execute("select thing, inputs from ops.built_from where inputs is not null")
    )
    if made.get(TRAINING) != training_inputs(connection, settings):
        found[TRAINING] = "features, code or configuration are other than those of the last training"
    wanted = scoring_inputs(connection)
    if wanted is not None:
        for step, what in ((SCORING, "scored"), (DRIFT, "compared with the training sample")):
            if made.get(step) != wanted:
                found[step] = f"these features have not been {what} with this champion"
    if reason := _publishing_reason(connection):
        found["publish_marts"] = reason
    return found


def build_reason(connection: psycopg.Connection) -> str | None:
    """Why the warehouse has to be built, in words; ``None`` when nothing is new."""
    row = connection.execute(
        """
        select count(*) from ops.batches
        where state in ('accepted', 'released') and built_at is null and rows_loaded > 0
        """
    ).fetchone()
    if row is not None and row[0]:
        counted = "1 batch was" if row[0] == 1 else f"{row[0]} batches were"
        return f"{counted} accepted since the last build"
    if is_read_by_older_readers(connection):
        return "the readers of texts have changed since the last build"
    if is_linked_by_other_rules(connection):
        return "the rules of linking have changed since the last build"
    return "the dbt project has changed since the last build" if is_project_changed(connection) else None


def is_read_by_older_readers(connection: psycopg.Connection) -> bool:
    """Whether texts were last read by other readers than today's."""
    read = connection.execute("select inputs from ops.built_from where thing = %s", [READING]).fetchone()
    return read is not None and read[0] is not None and read[0] != readers_version()


def is_linked_by_other_rules(connection: psycopg.Connection) -> bool:
    """Whether records were last linked by other rules than today's."""
    linked = connection.execute("select inputs from ops.built_from where thing = %s", [LINKING]).fetchone()
    return linked is not None and linked[0] is not None and linked[0] != linking_version()


def is_project_changed(connection: psycopg.Connection) -> bool:
    """Whether dbt's files are other than those from which the marts were last built."""
    row = connection.execute(
        """
        select project_checksum from ops.layer_runs
        where layer = 'marts' and status = 'success' order by finished_at desc limit 1
        """
    ).fetchone()
    return row is not None and row[0] != project_checksum()


def _publishing_reason(connection: psycopg.Connection) -> str | None:
    has_predictions = connection.execute("select 1 from predictions.predictions limit 1").fetchone()
    if has_predictions is None:
        return None
    row = connection.execute(
        """
        select
            max(started_at) filter (where layer = 'publish'),
            max(finished_at) filter (where layer = 'marts'),
            (select max(scored_at) from predictions.predictions),
            (select max(checked_at) from ops.drift)
        from ops.layer_runs where status = 'success'
        """
    ).fetchone()
    published_at, built_at, scored_at, checked_at = row if row is not None else (None,) * 4
    if published_at is None or (built_at is not None and published_at < built_at):
        return "the marts were built after they were last published"
    if published_at < scored_at:
        return "predictions were written since the last publication"
    is_behind = checked_at is not None and published_at < checked_at
    return "drift was measured since the last publication" if is_behind else None


def _last_build(connection: psycopg.Connection, layer: str) -> str | None:
    row = connection.execute(
        """
        select invocation_id from ops.layer_runs
        where layer = %s and status = 'success' order by finished_at desc limit 1
        """,
        [layer],
    ).fetchone()
    return None if row is None else str(row[0])
