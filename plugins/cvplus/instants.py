"""Reading instants as providers write them."""

import re
from datetime import UTC, datetime

# Above this an epoch number is in milliseconds: 1e11 seconds is the year 5138, 1e11 milliseconds is 1973.
MILLISECONDS_FROM = 100_000_000_000
PLAUSIBLE_YEARS = range(1900, 2200)


# "UTC", "GMT" and a small "z" behind a time, which ISO 8601 has not and programs write.
_ZULU = re.compile(r"(?<=\d) ?(?:z|utc|gmt)$", re.IGNORECASE)


def iso_instant(text: str) -> datetime:
    """An instant from ISO 8601 text in the zone that it tells (also ``+00``, ``z``, ``UTC``), or naive.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(_ZULU.sub("Z", text.strip()))


class UnreadableInstant(ValueError):
    """A record's instant is missing, not a date, or outside any plausible year."""


def parse_instant(value: object) -> datetime:
    """Read an instant: ISO 8601 (UTC where no zone is given), epoch seconds or epoch milliseconds.

    Raises:
        UnreadableInstant: when the value is none of these.
    """
    try:
        if isinstance(value, str):
            instant = iso_instant(value)
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
