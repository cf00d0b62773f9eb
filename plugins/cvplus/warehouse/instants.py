"""When the pipeline could have used a record: the rules of ``KnownAt``, as one function of the record."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from cvplus.resources import KnownAt
from cvplus.warehouse.records import DROPPED_ON, value_at

# Above this an epoch number is in milliseconds: 1e11 seconds is the year 5138, 1e11 milliseconds is 1973.
MILLISECONDS_FROM = 100_000_000_000
PLAUSIBLE_YEARS = range(1900, 2200)


class UnreadableInstant(ValueError):
    """A record's instant is missing, not a date, or outside any plausible year."""


def parse_instant(value: object) -> datetime:
    """Read an instant: ISO 8601 (UTC where no zone is given), epoch seconds or epoch milliseconds.

    Raises:
        UnreadableInstant: when the value is none of these.
    """
    try:
        if isinstance(value, str):
            instant = datetime.fromisoformat(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= MILLISECONDS_FROM else value
            instant = datetime.fromtimestamp(seconds, UTC)
        else:
            raise UnreadableInstant(f"{value!r} is no instant.")
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableInstant(f"{str(value)[:60]!r} is no instant.") from error
    if instant.year not in PLAUSIBLE_YEARS:
        raise UnreadableInstant(f"{str(value)[:60]!r} lies in the year {instant.year}.")
    if instant.tzinfo is UTC:
        return instant
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


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
