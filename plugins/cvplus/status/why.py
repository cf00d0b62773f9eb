"""Why one DAG has not run, or what it does: the reasons for it alone, the most pressing first."""

import difflib
from dataclasses import replace

from cvplus.errors import PermanentError
from cvplus.status.data_words import alert_line, held_line, hold_line, resources_of, source_line, source_of
from cvplus.status.facts import Dag, Facts, Run, WokenBy
from cvplus.status.lines import Line, Section, Status, Tone
from cvplus.status.phrases import ago, ahead, counted, listed
from cvplus.status.run_words import (
    failure_next,
    is_scheduler_down,
    last_run_text,
    problem_lines,
    queued_run_line,
    retry_line,
    running_line,
    trigger,
    unpause,
    waiting_reason,
)
from cvplus.status.words import (
    WAITING_TASKS,
    import_error_line,
    outstanding_line,
    remembered_lines,
)


class DagUnknown(PermanentError):
    """No DAG has the name that was asked for."""

    code = "dag_unknown"


def resolved(name: str, facts: Facts) -> str:
    """The DAG that is meant: by its id, or an ingest DAG by its source.

    Raises:
        DagUnknown: no DAG has that name, as far as anything that answers can tell.
    """
    known = set(facts.airflow.dags) if facts.airflow else set()
    if facts.warehouse:
        known |= {f"ingest_{one.source}" for one in facts.warehouse.resources}
        known |= {account.dag_id for account in facts.warehouse.accounts}
    for candidate in (name, f"ingest_{name}"):
        if candidate in known:
            return candidate
    if not known:
        return name
    near = difflib.get_close_matches(name, sorted(known), 3, 0.5)
    raise DagUnknown(
        cause=f"There is no DAG {name!r}.",
        remedy=f"Did you mean {listed(near)}?" if near else "`make status` lists them all.",
    )


def tell_dag(facts: Facts, dag_id: str) -> Status:
    """The reasons for one DAG; each with the command or page that comes next."""
    now = _now_lines(facts, dag_id)
    blocking = _blocking_lines(facts, dag_id)
    sections = [
        Section("Does not answer", tuple(problem_lines(facts))),
        Section("Now", tuple(now)),
        Section("What holds it up", tuple(blocking)),
        Section("What starts it", tuple(_starting_lines(facts, dag_id))),
        Section("The last run", tuple(_last_lines(facts, dag_id))),
        Section("Its data", tuple(_data_lines(facts, dag_id))),
    ]
    return Status(_headline(facts, dag_id, now, blocking), tuple(part for part in sections if part.lines))


def _headline(facts: Facts, dag_id: str, now: list[Line], blocking: list[Line]) -> str:
    if now:
        runs = any(run.state == "running" for run in _active(facts, dag_id))
        return f"{dag_id} {'runs' if runs else 'is due and waits'}."
    if facts.airflow is None:
        return f"{dag_id}: Airflow does not answer, so nothing runs that it would start."
    if blocking:
        return f"{dag_id} does not run: {_lowered(blocking[0].text)}"
    dag = facts.airflow.dags.get(dag_id)
    held = [
        batch
        for batch in (facts.warehouse.held if facts.warehouse else ())
        if batch.source == source_of(dag_id)
    ]
    beside = (
        f", but {counted(len(held), 'batch')} of it {'is' if len(held) == 1 else 'are'} in quarantine"
        if held
        else ""
    )
    if dag is not None and dag.woken_by and dag.next_run_at is None:
        return f"{dag_id} does not run because nothing that it waits for has been made since its last run."
    if dag is not None and dag.next_run_at is not None:
        return f"{dag_id} does not run because it is not its time: nothing holds it up{beside}."
    return f"{dag_id} is started by hand only{beside}."


def _lowered(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"


def _dag(facts: Facts, dag_id: str) -> Dag:
    return (facts.airflow.dags.get(dag_id) if facts.airflow else None) or Dag(dag_id)


def _active(facts: Facts, dag_id: str) -> list[Run]:
    return [run for run in (facts.airflow.active if facts.airflow else ()) if run.dag_id == dag_id]


def _now_lines(facts: Facts, dag_id: str) -> list[Line]:
    """Its runs that have begun or are due, and what each of their tasks waits for."""
    lines: list[Line] = []
    for run in _active(facts, dag_id):
        lines.append(running_line(run, facts) if run.state == "running" else queued_run_line(run, facts))
        for task in run.tasks:
            if task.state == "up_for_retry":
                lines.append(retry_line(task, facts))
            elif task.state in WAITING_TASKS:
                reason, following = waiting_reason(task, facts)
                lines.append(Line(dag_id, f"Task {task.task_id} waits for {reason}.", following, "waiting"))
    return lines


def _blocking_lines(facts: Facts, dag_id: str) -> list[Line]:
    """What a person, or time, has to remove before it runs well."""
    lines: list[Line] = []
    dag = _dag(facts, dag_id)
    if dag.import_error is not None:
        lines.append(import_error_line(dag))
    if dag.is_paused:
        paused = "It is paused: neither its clock nor an asset starts it."
        lines.append(Line(dag_id, paused, unpause(dag, facts), "waiting"))
    if is_scheduler_down(facts):
        lines.append(Line(dag_id, "The scheduler is down, so nothing starts.", "`make up`", "bad"))
    source = source_of(dag_id)
    resources = resources_of(source, facts) if source else []
    if source and resources and all(one.state == "not_configured" for one in resources):
        text = f"Its source is not configured: {_lowered(resources[0].message or 'It has no connection.')}"
        page = f"make the Airflow connection `{source}` as docs/sources/{source}.md says"
        lines.append(Line(dag_id, text, page, "waiting"))
    run = facts.airflow.newest.get(dag_id) if facts.airflow else None
    if run is not None and run.state == "failed":
        text = "Its last run failed, and nothing tries that again by itself."
        lines.append(Line(dag_id, text, failure_next(run), "bad"))
    lines += [hold_line(hold, facts.now) for hold in facts.machine.holds if hold.source == source]
    for asset in dag.woken_by:
        lines += _maker_lines(asset, facts)
    return lines


def _maker_lines(asset: WokenBy, facts: Facts) -> list[Line]:
    """Why an asset is not made: its maker failed, is paused, or runs now."""
    lines: list[Line] = []
    airflow = facts.airflow
    for maker in asset.makers if airflow else ():
        run, dag = airflow.newest.get(maker) if airflow else None, _dag(facts, maker)
        command = f"`make status DAG={maker}`"
        if dag.is_paused:
            text = f"{asset.asset} is not made anew: {maker}, which makes it, is paused."
            lines.append(Line(maker, text, command, "waiting", maker))
        elif run is not None and run.state == "failed":
            text = f"{asset.asset} is not made anew: the last run of {maker}, which makes it, failed."
            lines.append(Line(maker, text, command, "bad", maker))
    return lines


def _starting_lines(facts: Facts, dag_id: str) -> list[Line]:
    """Its clock, its assets, and the work that it would find."""
    dag = _dag(facts, dag_id)
    lines: list[Line] = []
    if facts.warehouse and dag_id in facts.warehouse.outstanding and not _active(facts, dag_id):
        lines.append(outstanding_line(dag_id, facts))
    for asset in dag.woken_by:
        made = f"last made {ago(asset.last_made_at, facts.now)}" if asset.last_made_at else "never made yet"
        makers = f" by {listed(list(asset.makers))}" if asset.makers else " by the ingest DAGs of its domain"
        text = f"The asset is made{makers}: {made}"
        if asset.is_waiting:
            text += "; its news waits for this DAG, which takes it up when it may start"
        lines.append(Line(asset.asset, f"{text}.", tone="waiting" if asset.is_waiting else "plain"))
    if dag.next_run_at is not None and not dag.is_paused:
        lines.append(Line("the clock", f"Starts it {ahead(dag.next_run_at, facts.now)}."))
    if facts.airflow is not None and not _active(facts, dag_id) and dag.import_error is None:
        lines.append(Line("by hand", "Now.", trigger(dag_id, facts)))
    return lines


def _last_lines(facts: Facts, dag_id: str) -> list[Line]:
    if facts.airflow is None:
        return [line for line in remembered_lines(facts) if line.subject == dag_id]
    run = facts.airflow.newest.get(dag_id)
    if run is None:
        return [Line(dag_id, "It has not run yet; clocks count from the installation.")]
    tone: Tone = "bad" if run.state == "failed" else "good"
    return [Line(dag_id, f"It {last_run_text(run, facts)}", tone=tone)]


def _data_lines(facts: Facts, dag_id: str) -> list[Line]:
    """The freshness of its source, its batches in quarantine, incidents about it."""
    source = source_of(dag_id)
    if source is None or facts.warehouse is None:
        return []
    lines = [replace(source_line(one.name, [one]), dag_id=None) for one in resources_of(source, facts)]
    lines += [held_line(batch, facts.now) for batch in facts.warehouse.held if batch.source == source]
    return lines + [
        alert_line(alert, facts.now)
        for alert in facts.warehouse.alerts
        if alert.subject == source or alert.subject.startswith(f"{source}.")
    ]
