"""What is known of the plant at one instant, before it is put into words. All instants are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Problem:
    """A part of the plant that did not answer: what, why in one sentence, and what to do."""

    part: str
    cause: str
    remedy: str


@dataclass(frozen=True)
class Service:
    """A server of the plant: whether it lives, and where its log lies."""

    name: str
    is_up: bool
    log: str | None = None


@dataclass(frozen=True)
class WokenBy:
    """An asset that starts a DAG: who makes it, when it was last made, whether that waits for the DAG."""

    asset: str
    makers: tuple[str, ...]
    last_made_at: datetime | None
    is_waiting: bool = False


@dataclass(frozen=True)
class Dag:
    """A DAG: its switch, its clock, its assets. ``import_error``: why its file cannot be read."""

    dag_id: str
    is_paused: bool = False
    next_run_at: datetime | None = None
    max_active_runs: int = 1
    woken_by: tuple[WokenBy, ...] = ()
    import_error: str | None = None


@dataclass(frozen=True)
class Task:
    """A task of a run. ``error``: of its last try. ``next_try``: the earliest and latest instant of it."""

    dag_id: str
    run_id: str
    task_id: str
    state: str
    since: datetime | None
    try_number: int = 1
    tries: int = 1
    pool: str = "default_pool"
    error: str | None = None
    log: str | None = None
    skip_reason: str | None = None
    next_try: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class Run:
    """A run of a DAG, with the tasks of it that are of interest: active ones, failed ones, skipped ones."""

    dag_id: str
    run_id: str
    state: str
    due_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.state in ("success", "failed")


@dataclass(frozen=True)
class Layer:
    """A dbt run of a layer that goes on: which nodes are being built, and how many are done."""

    dag_id: str
    run_id: str
    layer: str
    nodes: int
    done: int
    building: tuple[str, ...]
    started_at: datetime


@dataclass(frozen=True)
class Account:
    """What a task of a run has handled (``ops.runs``)."""

    dag_id: str
    run_id: str
    task_id: str
    rows: int | None
    finished_at: datetime


@dataclass(frozen=True)
class Resource:
    """A resource of a source as ``ops.freshness`` shows it.

    ``age``: of what its data speak of. ``message``: why no newer data are there.
    """

    source: str
    name: str
    state: str
    age: timedelta | None
    message: str | None = None
    quarantined: int = 0


@dataclass(frozen=True)
class HeldBatch:
    """A batch in quarantine."""

    batch_id: str
    source: str
    resource: str
    reason: str | None
    since: datetime | None


@dataclass(frozen=True)
class DeadAsks:
    """Boards, questions, … of a resource that have given no answer for a week; ``reason``: of the first."""

    source: str
    resource: str
    asks: tuple[str, ...]
    since: datetime
    reason: str


@dataclass(frozen=True)
class EarlyEnd:
    """A resource whose last walk ended early, and where the next begins."""

    source: str
    resource: str
    next_ask: str


@dataclass(frozen=True)
class NotTaken:
    """What was not taken of the exports: a file that is not read, or what comes after a file's cut.

    ``subject``: the path of a file that is not read; of a cut one the resource; its reason names the file.
    """

    subject: str
    reason: str
    since: datetime
    is_cut: bool = False


@dataclass(frozen=True)
class SetAside:
    """Values that could not be true, of a resource's latest batches; ``field`` held most of them."""

    source: str
    resource: str
    values: int
    field: str | None


@dataclass(frozen=True)
class Alert:
    """An open incident."""

    rule: str
    severity: str
    subject: str
    message: str
    runbook: str
    since: datetime


@dataclass(frozen=True)
class Hold:
    """A provider that is not asked for now: its circuit is ``circuit``, or its quota (``quota``) is spent."""

    source: str
    kind: str
    until: datetime


@dataclass(frozen=True)
class Pool:
    """A pool of slots."""

    name: str
    slots: int
    taken: int


@dataclass(frozen=True)
class AirflowFacts:
    """What Airflow says. ``newest``: the newest run of each DAG that has one; ``active``: those not ended."""

    dags: Mapping[str, Dag] = field(default_factory=dict)
    newest: Mapping[str, Run] = field(default_factory=dict)
    active: tuple[Run, ...] = ()
    pools: Mapping[str, Pool] = field(default_factory=dict)
    services: tuple[Service, ...] = ()


@dataclass(frozen=True)
class WarehouseFacts:
    """What the warehouse says. ``outstanding``: what each step behind the edge would find to do, and why.

    ``more_unread``: how many files are not read beside those in ``not_taken``.
    """

    layers: tuple[Layer, ...] = ()
    accounts: tuple[Account, ...] = ()
    resources: tuple[Resource, ...] = ()
    held: tuple[HeldBatch, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    more_unread: int = 0
    set_aside: tuple[SetAside, ...] = ()
    alerts: tuple[Alert, ...] = ()
    dead: tuple[DeadAsks, ...] = ()
    early_ends: tuple[EarlyEnd, ...] = ()
    outstanding: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MachineFacts:
    """What lies on this machine. ``workers``: how many tasks run at the same time, if this machine says."""

    services: tuple[Service, ...] = ()
    holds: tuple[Hold, ...] = ()
    workers: int | None = None
    airflow_url: str | None = None


@dataclass(frozen=True)
class Facts:
    """All that is known now; ``airflow`` or ``warehouse`` is ``None`` when it did not answer."""

    now: datetime
    airflow: AirflowFacts | None = None
    warehouse: WarehouseFacts | None = None
    machine: MachineFacts = field(default_factory=MachineFacts)
    problems: tuple[Problem, ...] = ()
