"""How old what each source tells is, and what is to be said of it, from its batches."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import psycopg

from recount.raw_records import Row, rows

HOUR = timedelta(hours=1)
# What nobody declares is read daily; an answer from the cache stands for so long when a provider is down.
STALE_HOURS, TIME_TO_LIVE_HOURS = 36, 72


def resources(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], Row]:
    """(source, resource) -> its state and ages now."""
    (clock,) = rows(connection, "select now() as now")
    batches: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for one in rows(connection, "select * from ops.batches"):
        told = {"rule": one["known_at_rule"], "rows": one["rows_read"]}
        batches[one["source"], one["resource"]].append({**one, **told})
    declared = {
        (one["source"], one["resource"]): {
            "state": one["state"],
            "stale_after": one["stale_after_hours"],
            "data_stale_after": one["data_stale_after_hours"],
            "outage_code": one["outage_code"] if one["state"] == "failing" else None,
            "time_to_live": one["time_to_live_hours"],
        }
        for one in rows(connection, "select * from ops.source_states")
    }
    undeclared = {
        "state": "configured",
        "stale_after": STALE_HOURS,
        "data_stale_after": None,
        "outage_code": None,
        "time_to_live": TIME_TO_LIVE_HOURS,
    }
    return {
        name: recount(clock["now"], declared.get(name, undeclared), batches[name])
        for name in {*declared, *batches}
    }


def recount(now: datetime, resource: Row, batches: list[Row]) -> Row:
    """What is to be said of one resource at an instant."""
    answers = [one for one in batches if one["state"] in ("accepted", "released") and not one["is_stale"]]
    brought = [one for one in answers if one["rows"]]
    success = max((one["fetched_at"] for one in brought), default=None)
    answer = max((one["fetched_at"] for one in answers), default=None)
    spoken_of = [
        one["fetched_at"] if one["rule"] == "observed" else min(one["window_end"], one["fetched_at"])
        for one in brought
    ]
    until = max(spoken_of, default=None)
    allowed = resource["stale_after"] * HOUR
    data_allowed = (resource["data_stale_after"] or resource["stale_after"]) * HOUR
    is_late = success is not None and now - success > allowed
    is_old = until is not None and now - until > data_allowed
    if resource["outage_code"]:
        state = (
            "stale" if answer is not None and now - answer <= resource["time_to_live"] * HOUR else "silent"
        )
    elif resource["state"] != "configured":
        state = resource["state"]
    elif success is None or (is_late and answer is not None and now - answer <= allowed):
        state = "silent"
    else:
        state = "stale" if is_late or is_old else "fresh"
    return {
        "state": state,
        "last_success_at": success,
        "age": None if success is None else now - success,
        "data_until_at": until,
        "data_age": None if until is None else now - until,
        "is_stale": success is not None and (bool(resource["outage_code"]) or is_late or is_old),
        "rows": sum(one["rows"] for one in batches if one["state"] in ("accepted", "released")),
        "quarantined": sum(one["state"] == "quarantined" for one in batches),
    }
