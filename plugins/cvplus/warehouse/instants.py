"""When the pipeline could have used a record: the rules of ``KnownAt``, as one function of the record."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from cvplus.instants import UnreadableInstant, parse_instant
from cvplus.resources import KnownAt
from cvplus.warehouse.records import DROPPED_ON, value_at


def known_at(record: dict[str, object], rule: KnownAt, fetched_at: datetime) -> datetime:
    """The instant from which the pipeline could have used a record.

    Args:
        record: the record as it will stand in raw.
        rule: ``dropped`` (the end, UTC, of the day in ``_dropped_on``), ``published`` (the instant at
            ``rule.path`` plus ``rule.lag_hours``) or ``observed`` (``fetched_at``).
        fetched_at: when the batch was fetched.

    Raises:
        UnreadableInstant: when the rule needs an instant that the record does not hold.
    """
    if rule.rule == "observed":
        return fetched_at
    if rule.rule == "dropped":
        return _end_of_day(str(record.get(DROPPED_ON)))
    return parse_instant(value_at(record, rule.path or "")) + _lag(rule.lag_hours)


# A batch holds few days and one lag, and millions of records.
@lru_cache(maxsize=1_000)
def _end_of_day(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableInstant(f"{DROPPED_ON} is {text[:60]!r}, no date.") from error
    return datetime.combine(day + timedelta(days=1), time(), UTC)


@lru_cache(maxsize=100)
def _lag(hours: float) -> timedelta:
    return timedelta(hours=hours)
