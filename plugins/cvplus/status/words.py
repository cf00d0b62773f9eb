"""The status of the whole plant in words: a pure function of facts."""

from cvplus.status.data_words import (
    alert_line,
    dead_line,
    early_end_line,
    held_line,
    hold_line,
    more_unread_line,
    not_taken_line,
    resources_of,
    set_aside_line,
    source_line,
    unconfigured,
)
from cvplus.status.facts import Dag, Facts, Run, Task
from cvplus.status.lines import Line, Section, Status, Tone
from cvplus.status.phrases import ago, counted, instant, listed
from cvplus.status.run_words import (
    failure_next,
    last_run_text,
    layer_now,
    next_text,
    problem_lines,
    queued_run_line,
    retry_line,
    running_line,
    trigger,
    unpause,
    waiting_reason,
)

WAITING_TASKS = ("queued", "scheduled", "deferred", "up_for_reschedule", "restarting")


def tell(facts: Facts) -> Status:
    """Everything, the worst first; a section without a line is left out."""
    sections = [
        Section("Does not answer", tuple(problem_lines(facts))),
        Section("Runs now", tuple(running_lines(facts))),
        Section("Waits", tuple(waiting_lines(facts))),
        Section("Held back", tuple(held_back_lines(facts))),
        Section("Not taken from the exports", tuple(not_taken_lines(facts))),
        Section("DAGs: how the last run ended, and what starts the next", tuple(dag_lines(facts))),
        Section("Sources: how old their data are", tuple(source_lines(facts))),
        Section("Open alerts", tuple(alert_lines(facts))),
    ]
    return Status(headline(facts), tuple(section for section in sections if section.lines))


def headline(facts: Facts) -> str:
    """The whole in one sentence."""
    wrong = []
    if problems := [line for line in problem_lines(facts) if line.tone == "bad"]:
        wrong.append(f"{listed([line.subject for line in problems])} {_does_not_answer(len(problems))}")
    airflow = facts.airflow
    failed = [run.dag_id for run in airflow.newest.values() if run.state == "failed"] if airflow else []
    if failed:
        wrong.append(f"the last run of {listed(sorted(failed))} failed")
    if held := (facts.warehouse.held if facts.warehouse else ()):
        wrong.append(f"{counted(len(held), 'batch')} {'is' if len(held) == 1 else 'are'} in quarantine")
    running = [run for run in airflow.active if run.state == "running"] if airflow else []
    going = f"{counted(len(running), 'run')} going on" if running else "nothing runs"
    if airflow is None:
        going = "whether anything runs is not known"
    if wrong:
        return f"Wrong: {'; '.join(wrong)}. Beside that, {going}."
    return f"Nothing is wrong; {going}."


def _does_not_answer(number: int) -> str:
    return "does not answer" if number == 1 else "do not answer"


def running_lines(facts: Facts) -> list[Line]:
    """What runs: as Airflow tells it, else the dbt runs that the warehouse knows of."""
    if facts.airflow is not None:
        return [running_line(run, facts) for run in facts.airflow.active if run.state == "running"]
    return [
        Line(
            layer.dag_id,
            f"As the warehouse tells, dbt builds the layer {layer.layer} since "
            f"{instant(layer.started_at, facts.now)}: {layer_now(layer)}.",
            dag_id=layer.dag_id,
        )
        for layer in (facts.warehouse.layers if facts.warehouse else ())
    ]


def waiting_lines(facts: Facts) -> list[Line]:
    """What could run and does not, with the reason: runs, tasks, steps with work, DAGs that are off."""
    lines: list[Line] = []
    airflow = facts.airflow
    tasks: dict[tuple[str, str | None], list[Task]] = {}
    for run in airflow.active if airflow else ():
        if run.state == "queued":
            lines.append(queued_run_line(run, facts))
        for task in run.tasks:
            if task.state == "up_for_retry":
                lines.append(retry_line(task, facts))
            elif task.state in WAITING_TASKS:
                tasks.setdefault(waiting_reason(task, facts), []).append(task)
    for (reason, following), waiting in tasks.items():
        names = sorted({task.dag_id for task in waiting})
        subject = names[0] if len(names) == 1 else counted(len(waiting), "task")
        whose = f"Task {waiting[0].task_id} waits" if len(names) == 1 else f"Of {listed(names)}: they wait"
        lines.append(Line(subject, f"{whose} for {reason}.", following, "waiting"))
    lines += outstanding_lines(facts)
    for dag in airflow.dags.values() if airflow else ():
        if dag.import_error is not None:
            lines.append(import_error_line(dag))
        elif dag.is_paused:
            paused = "It is paused: neither its clock nor an asset starts it."
            lines.append(Line(dag.dag_id, paused, unpause(dag, facts), "waiting", dag.dag_id))
    return lines


def import_error_line(dag: Dag) -> Line:
    """A DAG whose file cannot be read."""
    text = f"Its file cannot be read: {dag.import_error}"
    return Line(dag.dag_id, text, f"mend dags/{dag.dag_id}.py", "bad", dag.dag_id)


def outstanding_lines(facts: Facts) -> list[Line]:
    """Steps behind the edge that would find work, and do not run yet."""
    airflow = facts.airflow
    going = {run.dag_id for run in airflow.active} if airflow else set()
    return [outstanding_line(dag_id, facts) for dag_id in _outstanding(facts) if dag_id not in going]


def _outstanding(facts: Facts) -> list[str]:
    return list(facts.warehouse.outstanding) if facts.warehouse else []


def outstanding_line(dag_id: str, facts: Facts) -> Line:
    """A step that would find work: which, and what starts it."""
    reason = facts.warehouse.outstanding[dag_id] if facts.warehouse else ""
    text = f"It would find work: {reason}"
    dag = facts.airflow.dags.get(dag_id) if facts.airflow else None
    if dag is not None:
        text += f"; {next_text(dag, facts).replace('next ', 'it starts ', 1)}"
    return Line(dag_id, f"{text}.", trigger(dag_id, facts), "waiting", dag_id)


def held_back_lines(facts: Facts) -> list[Line]:
    """Batches in quarantine, values that were set aside, and providers that are not asked."""
    held = [held_line(batch, facts.now) for batch in (facts.warehouse.held if facts.warehouse else ())]
    holds = [hold_line(hold, facts.now) for hold in facts.machine.holds]
    if facts.warehouse is None:
        return held + holds
    held += [set_aside_line(told) for told in facts.warehouse.set_aside]
    early = [early_end_line(end) for end in facts.warehouse.early_ends]
    return held + holds + early + [dead_line(dead, facts.now) for dead in facts.warehouse.dead]


def not_taken_lines(facts: Facts) -> list[Line]:
    """Files of the exports that were cut, and those that are not read."""
    warehouse = facts.warehouse
    lines = [not_taken_line(what, facts.now) for what in (warehouse.not_taken if warehouse else ())]
    if warehouse and warehouse.more_unread:
        lines.append(more_unread_line(warehouse.more_unread))
    return lines


def dag_lines(facts: Facts) -> list[Line]:
    """One line a DAG, those whose last run failed first; without Airflow, what the warehouse remembers."""
    if facts.airflow is None:
        return remembered_lines(facts)
    lines = [
        dag_line(dag, facts.airflow.newest.get(dag.dag_id), facts) for dag in facts.airflow.dags.values()
    ]
    return sorted(lines, key=lambda line: (line.tone != "bad", line.subject))


def dag_line(dag: Dag, run: Run | None, facts: Facts) -> Line:
    """How the last run of a DAG ended, and what starts the next."""
    if run is None:
        return Line(dag.dag_id, f"has not run yet; {next_text(dag, facts)}", dag_id=dag.dag_id)
    text = f"{last_run_text(run, facts)}; {next_text(dag, facts)}"
    tone: Tone = "bad" if run.state == "failed" else "good"
    return Line(dag.dag_id, text, failure_next(run), tone, dag.dag_id)


def remembered_lines(facts: Facts) -> list[Line]:
    """When each DAG last finished a task, from the warehouse alone."""
    newest = {account.dag_id: account for account in (facts.warehouse.accounts if facts.warehouse else ())}
    return [
        Line(dag_id, f"task {account.task_id} ended {ago(account.finished_at, facts.now)}", dag_id=dag_id)
        for dag_id, account in sorted(newest.items())
    ]


def source_lines(facts: Facts) -> list[Line]:
    """One line a source, those that need somebody first; sources that are off share one."""
    off = sorted(unconfigured(facts))
    sources = dict.fromkeys(one.source for one in (facts.warehouse.resources if facts.warehouse else ()))
    lines = [source_line(name, resources_of(name, facts)) for name in sources if name not in off]
    lines.sort(key=lambda line: (["bad", "waiting", "plain", "good"].index(line.tone), line.subject))
    if off:
        text = f"off without the connection that each needs: {listed(off, len(off))}"
        lines.append(Line("not configured", text, "docs/real_use.md, and each source's page in docs/sources"))
    return lines


def alert_lines(facts: Facts) -> list[Line]:
    """Open incidents that nothing above has told."""
    return [alert_line(alert, facts.now) for alert in (facts.warehouse.alerts if facts.warehouse else ())]
