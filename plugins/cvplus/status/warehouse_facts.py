"""What the warehouse says: dbt runs that go on, rows handled, freshness, quarantine, alerts, work left."""

import psycopg

from cvplus.operations.outstanding import outstanding
from cvplus.settings import Settings
from cvplus.status.facts import (
    Account,
    Alert,
    DeadAsks,
    EarlyEnd,
    HeldBatch,
    Layer,
    NotTaken,
    Resource,
    SetAside,
    WarehouseFacts,
)

# What is told of a source, or of a batch, needs no second telling as an alert.
TOLD_ELSEWHERE = ["batch_quarantined", "source_stale", "source_silent", "source_failing"]


# A page of the status names so many files; the table has all.
NAMED = 200


def read_warehouse(connection: psycopg.Connection, settings: Settings) -> WarehouseFacts:
    """Read the facts; nothing is changed."""
    return WarehouseFacts(
        layers=_layers(connection),
        accounts=_accounts(connection),
        resources=_resources(connection),
        held=_held(connection),
        not_taken=(*_cut(connection), *_unread(connection)),
        more_unread=max(0, _count_of_unread(connection) - NAMED),
        set_aside=_set_aside(connection),
        alerts=_alerts(connection),
        dead=_dead(connection),
        early_ends=_early_ends(connection),
        outstanding=outstanding(connection, settings),
    )


def _layers(connection: psycopg.Connection) -> tuple[Layer, ...]:
    rows = connection.execute(
        """
        select
            layer_runs.dag_id,
            layer_runs.run_id,
            layer_runs.layer,
            layer_runs.nodes,
            count(model_runs.unique_id) filter (where model_runs.status <> 'running'),
            coalesce(
                array_agg(
                    model_runs.kind || ' ' || model_runs.node order by model_runs.kind, model_runs.node
                ) filter (where model_runs.status = 'running'),
                '{}'
            ),
            layer_runs.started_at
        from ops.layer_runs
        left join ops.model_runs using (invocation_id)
        where layer_runs.status = 'running'
        group by layer_runs.invocation_id
        order by layer_runs.started_at
        """
    ).fetchall()
    return tuple(
        Layer(dag_id, run_id, layer, nodes, done, tuple(building), started_at)
        for dag_id, run_id, layer, nodes, done, building, started_at in rows
    )


def _accounts(connection: psycopg.Connection) -> tuple[Account, ...]:
    """What the tasks of each DAG's newest runs have handled; a killed run may have left none."""
    rows = connection.execute(
        """
        select dag_id, run_id, task_id, rows, finished_at
        from (
            select
                *,
                dense_rank() over (partition by dag_id order by last_finished_at desc) as place
            from (
                select *, max(finished_at) over (partition by dag_id, run_id) as last_finished_at
                from ops.runs
            ) as dated
        ) as placed
        where place <= 2
        order by finished_at
        """
    ).fetchall()
    return tuple(Account(*row) for row in rows)


def _resources(connection: psycopg.Connection) -> tuple[Resource, ...]:
    rows = connection.execute(
        """
        select
            freshness.source,
            freshness.resource,
            freshness.state,
            freshness.data_age,
            coalesce(source_states.message, freshness.stale_reason),
            freshness.quarantined
        from ops.freshness
        left join ops.source_states using (source, resource)
        where freshness.source <> 'derived'
        order by freshness.source, freshness.resource
        """
    ).fetchall()
    return tuple(Resource(*row) for row in rows)


def _held(connection: psycopg.Connection) -> tuple[HeldBatch, ...]:
    rows = connection.execute(
        """
        select batch_id, source, resource, state_reason, gated_at
        from ops.batches where state = 'quarantined' order by gated_at desc nulls last, batch_id
        """
    ).fetchall()
    return tuple(HeldBatch(*row) for row in rows)


def _dead(connection: psycopg.Connection) -> tuple[DeadAsks, ...]:
    rows = connection.execute(
        """
        select source, resource, array_agg(ask order by first_failed_at, ask), min(first_failed_at),
            (array_agg(reason order by first_failed_at, ask))[1]
        from ops.failed_asks
        where last_failed_at - first_failed_at >= interval '7 days'
        group by source, resource
        order by source, resource
        """
    ).fetchall()
    return tuple(
        DeadAsks(source, resource, tuple(asks), since, reason)
        for source, resource, asks, since, reason in rows
    )


def _early_ends(connection: psycopg.Connection) -> tuple[EarlyEnd, ...]:
    rows = connection.execute(
        "select source, resource, next_ask from ops.source_states where next_ask is not null order by 1, 2"
    ).fetchall()
    return tuple(EarlyEnd(*row) for row in rows)


def _unread(connection: psycopg.Connection) -> tuple[NotTaken, ...]:
    rows = connection.execute(
        "select path, reason, first_seen_at from ops.unread_files order by path limit %s", [NAMED]
    ).fetchall()
    return tuple(NotTaken(*row) for row in rows)


def _count_of_unread(connection: psycopg.Connection) -> int:
    ((count,),) = connection.execute("select count(*) from ops.unread_files").fetchall()
    return int(count)


def _cut(connection: psycopg.Connection) -> tuple[NotTaken, ...]:
    """Files that batches of the last month found cut, but for those that a later batch made good."""
    rows = connection.execute(
        """
        select cut.source || '.' || cut.resource, rejected.reason, min(rejected.rejected_at)
        from ops.rejected_records as rejected
        join ops.batches as cut using (batch_id)
        where rejected.reason_code = 'file_cut' and rejected.replayed_at is null
            and cut.landed_at > now() - interval '30 days' and not exists (
                select from ops.batches as later
                where later.source = cut.source and later.resource = cut.resource
                    and later.landed_at > cut.landed_at and later.state <> 'landed'
                    and later.window_start <= cut.window_start and later.window_end >= cut.window_end
            )
        group by 1, 2 order by 1, 2 limit %s
        """,
        [NAMED],
    ).fetchall()
    return tuple(NotTaken(subject, reason, since, is_cut=True) for subject, reason, since in rows)


def _set_aside(connection: psycopg.Connection) -> tuple[SetAside, ...]:
    """What was set aside of the batches of the last week."""
    rows = connection.execute(
        """
        select counted.source, counted.resource, counted.fields_rejected, commonest.field
        from (
            select source, resource, sum(fields_rejected)::bigint as fields_rejected
            from ops.batches
            where fields_rejected > 0 and loaded_at > now() - interval '7 days'
            group by source, resource
        ) as counted
        left join (
            select source, resource, mode() within group (order by field) as field
            from ops.rejected_fields
            where rejected_at > now() - interval '7 days'
            group by source, resource
        ) as commonest using (source, resource)
        order by counted.source, counted.resource
        """
    ).fetchall()
    return tuple(SetAside(*row) for row in rows)


def _alerts(connection: psycopg.Connection) -> tuple[Alert, ...]:
    rows = connection.execute(
        """
        select rule, severity, subject, message, runbook, first_seen_at
        from ops.alerts where state = 'open' and rule <> all(%s)
        order by array_position(array['critical', 'warning', 'info'], severity), first_seen_at desc
        """,
        [TOLD_ELSEWHERE],
    ).fetchall()
    return tuple(Alert(*row) for row in rows)
