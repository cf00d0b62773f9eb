"""Sentences about services, runs and tasks. Facts in, lines out."""

from collections.abc import Sequence

from cvplus.status.data_words import source_of, unconfigured
from cvplus.status.facts import Dag, Facts, Layer, Run, Service, Task, WarehouseFacts
from cvplus.status.lines import Line
from cvplus.status.phrases import ago, ahead, counted, first_sentence, instant, listed, plain, remedy_of, span

# What the rows are that a task of `ops.runs` has handled.
_THINGS = {
    "load": "row loaded",
    "train": "example",
    "score": "prediction",
    "compare_populations": "row compared",
    "apply_lifecycle": "batch moved",
}


def problem_lines(facts: Facts) -> list[Line]:
    """The parts of the plant that did not answer, and its servers that are down."""
    lines = [
        Line(problem.part, plain(problem.cause), plain(problem.remedy), "bad") for problem in facts.problems
    ]
    here = {service.name: service for service in facts.machine.services}
    for service in down_services(facts):
        log = f"; its log is {service.log}" if service.log else ""
        lines.append(Line(service.name, "It is down.", f"`make up` starts it again{log}.", "bad"))
    for service in facts.airflow.services if facts.airflow else ():
        if not service.is_up and service.name in here and here[service.name].is_up:
            text = "It lives, but has not reported to Airflow for too long; a busy machine does that."
            lines.append(
                Line(service.name, text, f"if it stays so: its log is {here[service.name].log}", "waiting")
            )
    return lines


def down_services(facts: Facts) -> list[Service]:
    """Servers that are down; a process that is seen here to live counts more than Airflow's word."""
    found = {service.name: service for service in (facts.airflow.services if facts.airflow else ())}
    found |= {service.name: service for service in facts.machine.services}
    return [service for service in found.values() if not service.is_up]


def running_line(run: Run, facts: Facts) -> Line:
    """What a run does now, since when, and which dbt model it is building."""
    started = run.started_at or run.due_at
    doing = [_task_now(task, facts) for task in run.tasks if task.state == "running"]
    waiting = [task.task_id for task in run.tasks if task.state != "running"]
    if not doing:
        doing = [f"its task {waiting[0]} waits" if waiting else "between two tasks"]
    since = f"runs since {instant(started, facts.now)} ({span(facts.now - started)})"
    return Line(run.dag_id, f"{since}: {'; '.join(doing)}.", dag_id=run.dag_id)


def _task_now(task: Task, facts: Facts) -> str:
    text = f"task {task.task_id}"
    if task.since is not None:
        text += f" for {span(facts.now - task.since)}"
    if task.try_number > 1:
        text += f", try {task.try_number} of {task.tries}"
    for layer in facts.warehouse.layers if facts.warehouse else ():
        if (layer.dag_id, layer.run_id, f"build_{layer.layer}") == (task.dag_id, task.run_id, task.task_id):
            text += f", {layer_now(layer)}"
    return text


def layer_now(layer: Layer) -> str:
    """How far a dbt run is: ``88 of 230 nodes done, now model stg_adzuna__search``."""
    now = f", now {listed([plain(name) for name in layer.building], 3)}" if layer.building else ""
    return f"{layer.done} of {layer.nodes} nodes done{now}"


def queued_run_line(run: Run, facts: Facts) -> Line:
    """Why a run that is due has not begun: behind another one of its DAG, or for want of a scheduler."""
    airflow = facts.airflow
    ahead_of_it = [
        other
        for other in (airflow.active if airflow else ())
        if other.dag_id == run.dag_id and other.state == "running"
    ]
    dag = airflow.dags.get(run.dag_id) if airflow else None
    text = f"A run is due since {instant(run.due_at, facts.now)} and has not begun"
    if ahead_of_it and len(ahead_of_it) >= (dag.max_active_runs if dag else 1):
        began = ahead_of_it[0].started_at or ahead_of_it[0].due_at
        text += f": it waits for the run that began at {instant(began, facts.now)}, one runs at a time."
        return Line(run.dag_id, text, tone="waiting", dag_id=run.dag_id)
    if dag is not None and dag.is_paused:
        text += ": the DAG is paused."
        return Line(run.dag_id, text, unpause(dag, facts), "waiting", run.dag_id)
    if is_scheduler_down(facts):
        return Line(run.dag_id, f"{text}: the scheduler is down.", "`make up`", "bad", run.dag_id)
    return Line(run.dag_id, f"{text}; the scheduler takes it up next.", tone="waiting", dag_id=run.dag_id)


def is_scheduler_down(facts: Facts) -> bool:
    """Whether nothing starts because nobody starts it."""
    return any(service.name == "airflow_scheduler" for service in down_services(facts))


def waiting_reason(task: Task, facts: Facts) -> tuple[str, str | None]:
    """What a task that could run waits for, and what to do about it, if anything."""
    if is_scheduler_down(facts):
        return "the scheduler, which is down", "`make up`"
    airflow, workers = facts.airflow, facts.machine.workers
    pool = airflow.pools.get(task.pool) if airflow else None
    if task.state == "scheduled" and pool is not None and pool.taken >= pool.slots:
        return f"a slot of the pool {pool.name}: {pool.taken} of {pool.slots} are taken", None
    running = sum(t.state == "running" for run in (airflow.active if airflow else ()) for t in run.tasks)
    if workers is not None and running >= workers:
        return f"a worker: all {workers} are busy", None
    if task.state == "deferred":
        return "an event outside, which the triggerer watches", None
    return "the next look of the scheduler", None


def retry_line(task: Task, facts: Facts) -> Line:
    """A task that failed and is tried again by itself: when, and why it failed."""
    when = "soon"
    if task.next_try is not None:
        first, last = task.next_try
        when = f"at {instant(first, facts.now)}"
        if last > first:
            when = f"between {instant(first, facts.now)} and {instant(last, facts.now)}"
        if last <= facts.now:
            when = "as soon as a worker is free"
    text = f"Task {task.task_id} failed at try {task.try_number} of {task.tries} and is tried again {when}: "
    return Line(
        task.dag_id,
        text + error_text(task),
        f"nothing needs to be done; its log is {task.log}.",
        "waiting",
        task.dag_id,
    )


def error_text(task: Task) -> str:
    """The first sentence of a task's error, without the name of its class before a code of the plant."""
    sentence = first_sentence(task.error or "its log does not say why.")
    head, separator, rest = sentence.partition(": [")
    return f"[{rest}" if separator and head.isidentifier() else sentence


def last_run_text(run: Run, facts: Facts) -> str:
    """How the newest run ended: state, when, seconds, what it handled, what it skipped and why."""
    ended = run.ended_at or run.due_at
    took = f" after {span(ended - run.started_at)}" if run.started_at else ""
    text = f"{'succeeded' if run.state == 'success' else run.state} {ago(ended, facts.now)}{took}"
    if run.state == "success" and (handled := handled_text(run, facts.warehouse)):
        text += f", {handled}"
    failed = [task for task in run.tasks if task.state == "failed"]
    if run.state == "failed":
        if failed:
            return f"{text}: task {failed[0].task_id}: {error_text(failed[0]).rstrip('.')}"
        return f"{text} without a failed task: its time limit may have passed"
    skipped = [task for task in run.tasks if task.state == "skipped"]
    if skipped:
        told = [task for task in skipped if task.skip_reason]
        reason = skip_text(run, told, facts)
        text += f"; it skipped {told[0].task_id if told else skipped[0].task_id}{reason}"
    return text


def skip_text(run: Run, told: Sequence[Task], facts: Facts) -> str:
    """Why a run skipped: what is known of its source comes first, then what its log says."""
    if source_of(run.dag_id) in unconfigured(facts):
        return ": the source is not configured"
    return f": {first_sentence(told[0].skip_reason or '').rstrip('.')}" if told else ""


def failure_next(run: Run) -> str | None:
    """What to do about a failed run: the error's own remedy, and where its log is."""
    failed = next((task for task in run.tasks if task.state == "failed"), None)
    if run.state != "failed" or failed is None:
        return None
    remedy = remedy_of(failed.error or "")
    log = f"Its log is {failed.log}."
    return f"{remedy} {log}" if remedy else f"{log} Mend the cause, then clear the task in Airflow."


def handled_text(run: Run, warehouse: WarehouseFacts | None) -> str:
    """What a run has handled, from what its tasks wrote down."""
    accounts = [
        account
        for account in (warehouse.accounts if warehouse else ())
        if (account.dag_id, account.run_id) == (run.dag_id, run.run_id) and account.rows is not None
    ]
    built = sum(account.rows or 0 for account in accounts if account.task_id.startswith("build_"))
    if any(account.task_id.startswith("build_") for account in accounts):
        return f"{counted(built, 'model')} built"
    for account in accounts:
        if account.task_id in _THINGS:
            noun, _, verb = _THINGS[account.task_id].partition(" ")
            return f"{counted(account.rows or 0, noun)} {verb}".strip()
    return ""


def next_text(dag: Dag, facts: Facts) -> str:
    """What starts a DAG next: its clock, its assets, or nobody while it is paused."""
    if dag.is_paused:
        return "paused: nothing starts it"
    parts = []
    if dag.woken_by:
        assets = [asset.asset for asset in dag.woken_by]
        parts.append(f"when {listed(assets, 2).replace(' and ', ' or ', 1)} is made anew")
    if dag.next_run_at is not None:
        parts.append(ahead(dag.next_run_at, facts.now))
    return f"next {', or '.join(parts)}" if parts else "started by hand only"


def unpause(dag: Dag, facts: Facts) -> str:
    """How a paused DAG is switched on."""
    page = f"{facts.machine.airflow_url}/dags/{dag.dag_id}" if facts.machine.airflow_url else "its page"
    return f"switch it on in Airflow: {page}"


def trigger(dag_id: str, facts: Facts) -> str:
    """How a DAG is started now."""
    if source_of(dag_id) is not None:
        past = f"`make backfill FROM=<date> TO=<date> DAG={dag_id}`"
        return f"`make run` reads what is new of every source; {past} reads past windows of this one again"
    page = f"{facts.machine.airflow_url}/dags/{dag_id}" if facts.machine.airflow_url else "its page"
    return (
        f"`make run` does what is new in the whole chain; for this DAG alone, trigger it in Airflow: {page}"
    )
