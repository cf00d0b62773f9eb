"""Sentences about data: sources, batches held back, providers not asked, incidents. Facts in, lines out."""

from collections.abc import Sequence
from datetime import datetime

from cvplus.status.facts import (
    Alert,
    DeadAsks,
    EarlyEnd,
    Facts,
    HeldBatch,
    Hold,
    NotTaken,
    Resource,
    SetAside,
)
from cvplus.status.lines import Line, Tone
from cvplus.status.phrases import ahead, counted, first_sentence, instant, listed, plain, shortened, span

_STATES: dict[str, tuple[str, Tone]] = {
    "failing": ("cannot be read", "bad"),
    "silent": ("brings no records", "bad"),
    "stale": ("is stale", "waiting"),
    "fresh": ("is fresh", "good"),
    "not_configured": ("is not configured", "plain"),
}


_ASKS_TOLD = 5


def source_of(dag_id: str) -> str | None:
    """The source that an ingest DAG reads."""
    return dag_id.removeprefix("ingest_") if dag_id.startswith("ingest_") else None


def resources_of(source: str, facts: Facts) -> list[Resource]:
    """What the warehouse knows of a source."""
    return [one for one in (facts.warehouse.resources if facts.warehouse else ()) if one.source == source]


def unconfigured(facts: Facts) -> set[str]:
    """Sources of which no resource has what it needs."""
    resources = facts.warehouse.resources if facts.warehouse else ()
    return {one.source for one in resources} - {
        one.source for one in resources if one.state != "not_configured"
    }


def source_line(subject: str, resources: Sequence[Resource]) -> Line:
    """How fresh a source is: the state of its worst resource, the age of its oldest data, and why."""
    order = list(_STATES)
    worst = min(resources, key=lambda one: order.index(one.state))
    words, tone = _STATES[worst.state]
    name = f" ({worst.name})" if len(resources) > 1 and worst.state != "fresh" else ""
    ages = [one.age for one in resources if one.age is not None]
    age = f"newest data {span(max(ages))} old" if ages else "it has never brought data"
    detail = f": {first_sentence(worst.message)}" if worst.message and worst.state != "fresh" else ""
    next_step = None
    if worst.state in ("failing", "silent", "stale"):
        next_step = f"docs/runbooks/source_{worst.state}.md; `make status DAG=ingest_{worst.source}`"
        if worst.quarantined:
            held = counted(worst.quarantined, "batch")
            words = f"brought nothing newer that passed its gate ({held} in quarantine)"
            next_step = "look at the batches in quarantine (docs/quarantine.md)"
    return Line(subject, f"{words}{name}, {age}{detail}", next_step, tone, f"ingest_{worst.source}")


def hold_line(hold: Hold, now: datetime) -> Line:
    """A provider that is not asked: since it failed too often, or told us to wait."""
    kinds = {
        "circuit": (
            "failed too often in a row, so it is not asked; one probe may go",
            "docs/providers_down.md",
        ),
        "quota": ("told us to wait, so it is not asked; its quota resets", "docs/providers_down.md"),
    }
    words, page = kinds[hold.kind]
    text = f"The provider {words} {ahead(hold.until, now)}."
    return Line(
        hold.source,
        text,
        f"nothing needs to be done; what it means: {page}",
        "waiting",
        f"ingest_{hold.source}",
    )


def held_line(batch: HeldBatch, now: datetime) -> Line:
    """A batch in quarantine with the commands that look at it and let it through."""
    since = f" since {instant(batch.since, now)}" if batch.since else ""
    reason = f": {first_sentence(batch.reason)}" if batch.reason else "."
    return Line(
        f"{batch.source}.{batch.resource}",
        f"The batch {batch.batch_id} is in quarantine{since}{reason}",
        f'`make quarantine ARGS="show {batch.batch_id}"`, then '
        f'`make quarantine ARGS="release {batch.batch_id} --reason …"` or replay',
        "bad",
        f"ingest_{batch.source}",
    )


def dead_line(dead: DeadAsks, now: datetime) -> Line:
    """Boards, questions, … that have been dead for a week."""
    named = listed(list(dead.asks[:_ASKS_TOLD]))
    more = f" and {len(dead.asks) - _ASKS_TOLD} more" if len(dead.asks) > _ASKS_TOLD else ""
    text = (
        f"No answer for a week from {named}{more}, the first since {instant(dead.since, now)}: "
        f"{first_sentence(dead.reason)}"
    )
    next_step = f"take them off the lists of {dead.source} (docs/providers_down.md)"
    return Line(f"{dead.source}.{dead.resource}", text, next_step, "waiting", f"ingest_{dead.source}")


def early_end_line(end: EarlyEnd) -> Line:
    """A walk that ended before it had asked for everything."""
    text = f"The last walk ended early, before {end.next_ask}; the next begins there."
    subject = f"{end.source}.{end.resource}"
    return Line(subject, text, "nothing needs to be done", "waiting", f"ingest_{end.source}")


def not_taken_line(what: NotTaken, now: datetime) -> Line:
    """A file of the exports that is not read, or was cut."""
    text = f"{shortened(plain(what.reason))} (since {instant(what.since, now)})"
    if what.is_cut:
        following = "have it dropped again in its place, whole, and run its window again: `make backfill`"
        return Line(what.subject, text, following, "bad", "ingest_product")
    return Line(plain(what.subject), text, None, "waiting", None)


def more_unread_line(count: int) -> Line:
    """Files that are not read and not named here."""
    text = f"{counted(count, 'more file')} of the exports are not read."
    return Line("and more", text, "`echo 'select * from ops.unread_files' | make -s psql`", "waiting")


def set_aside_line(told: SetAside) -> Line:
    """Values of a resource that could not be true, and where each of them is told."""
    most = f", most of them in {told.field}" if told.field else ""
    return Line(
        f"{told.source}.{told.resource}",
        f"{counted(told.values, 'value')} that could not be true {'was' if told.values == 1 else 'were'}"
        f" set aside in the last week{most}; the records went on without.",
        "ops.rejected_fields has each with its reason (docs/intake.md)",
        "waiting",
        f"ingest_{told.source}",
    )


def alert_line(alert: Alert, now: datetime) -> Line:
    """An open incident."""
    text = f"{shortened(plain(alert.message))} ({alert.rule}, open for {span(now - alert.since)})"
    return Line(alert.subject, text, alert.runbook, "bad" if alert.severity == "critical" else "waiting")
