"""Spans, instants and foreign texts as people read them."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

LONGEST_SENTENCE = 300
NAMED_AT_MOST = 12
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_REMEDY = " Next: "
# A full stop ends a sentence when a space and a capital follow, so that versions and file names stay whole.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[])")


def counted(number: int, thing: str) -> str:
    """A number with its noun: ``1 batch``, ``1,234 rows``."""
    plural = f"{thing}es" if thing.endswith(("ch", "s", "x")) else f"{thing}s"
    return f"{number:,} {thing if number == 1 else plural}"


def span(length: timedelta) -> str:
    """A length of time in its two largest units; less than a minute in seconds."""
    seconds = max(0, round(length.total_seconds()))
    for position, (size, name) in enumerate(_UNITS):
        if seconds < size:
            continue
        parts = [counted(seconds // size, name)]
        # The next smaller unit says something beside few of the larger one, and nothing beside ten.
        if position + 1 < len(_UNITS) and seconds < 10 * size:
            smaller, smaller_name = _UNITS[position + 1]
            if rest := seconds % size // smaller:
                parts.append(counted(rest, smaller_name))
        return " ".join(parts)
    return "less than a second"


def instant(moment: datetime, now: datetime) -> str:
    """A moment, UTC: the time alone when it is today's, to the second within an hour."""
    day = "" if moment.date() == now.date() else f"{moment:%Y-%m-%d} "
    precision = "%H:%M:%S" if abs(moment - now) < timedelta(hours=1) else "%H:%M"
    return f"{day}{moment.strftime(precision)} UTC"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago a moment was."""
    return f"{span(now - moment)} ago"


def ahead(moment: datetime, now: datetime) -> str:
    """When a moment comes, and in how long."""
    if moment <= now:
        return "at once (it is due)"
    return f"at {instant(moment, now)}, in {span(moment - now)}"


def plain(text: str) -> str:
    """A text from outside on one line, without what a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def first_sentence(text: str) -> str:
    """What went wrong, of an error's text: its first sentence, without the remedy."""
    cause = plain(text).split(_REMEDY)[0]
    sentence = _SENTENCE_END.split(cause)[0]
    return shortened(sentence)


def remedy_of(text: str) -> str | None:
    """The remedy that one of the plant's own errors carries."""
    parts = plain(text).split(_REMEDY, 1)
    return shortened(parts[1]) if len(parts) == 2 else None


def shortened(text: str) -> str:
    """A text cut to a length that is still read."""
    return text if len(text) <= LONGEST_SENTENCE else f"{text[: LONGEST_SENTENCE - 1]}…"


def listed(names: Sequence[str], at_most: int = NAMED_AT_MOST) -> str:
    """Names in a row, the rest counted."""
    shown = list(names[:at_most])
    if len(names) > at_most:
        return f"{', '.join(shown)} and {len(names) - at_most} more"
    return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else "".join(shown)
