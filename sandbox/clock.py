"""The market's time: days since its history began, as floats, turned into calendar instants at the very end.

Every draw is made in relative time, so a seed gives the same rows whatever the calendar says; only the
written dates move with the anchor. The history ends on a Monday at 00:00 UTC, so that weekdays line up too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def last_monday(today: date) -> date:
    """The Monday on or before a day."""
    return today - timedelta(days=today.weekday())


@dataclass(frozen=True)
class Clock:
    """A history of `days` days that ends at 00:00 UTC of `end`."""

    end: date
    days: int

    @classmethod
    def until(cls, end: date | None, days: int) -> "Clock":
        """A clock that ends on a given day, or on the last Monday when none is given."""
        return cls(end if end is not None else last_monday(datetime.now(UTC).date()), days)

    @property
    def start(self) -> date:
        """The first day of the history."""
        return self.end - timedelta(days=self.days)

    def day(self, index: int) -> str:
        """The calendar day of a day's number, as `YYYY-MM-DD`."""
        return (self.start + timedelta(days=int(index))).isoformat()

    def days_of(self, moments: Floats) -> list[str]:
        """Calendar days of moments, as `YYYY-MM-DD`."""
        return [str(text) for text in np.datetime_as_string(self._instants(moments), unit="D")]

    def instants(self, moments: Floats, offset_hours: int = 0) -> list[str]:
        """ISO 8601 instants of moments, written in UTC (`Z`) or in a zone some hours ahead of it."""
        shifted = self._instants(moments) + np.timedelta64(offset_hours * 3600, "s")
        zone = "Z" if offset_hours == 0 else f"{offset_hours:+03d}:00"
        return [f"{text}{zone}" for text in np.datetime_as_string(shifted, unit="s")]

    def epochs(self, moments: Floats) -> list[int]:
        """Seconds since 1970 of moments."""
        return [int(second) for second in self._instants(moments).astype(np.int64)]

    def month(self, months_before_end: int) -> tuple[int, int]:
        """(year, month) of the month that lies so many months before the one the history ends in."""
        index = self.end.year * 12 + self.end.month - 1 - months_before_end
        return index // 12, index % 12 + 1

    def _instants(self, moments: Floats) -> NDArray[np.datetime64]:
        seconds = np.floor(np.asarray(moments, dtype=np.float64) * 86_400).astype("timedelta64[s]")
        return np.datetime64(self.start.isoformat(), "s") + seconds


def hiring_index(moments: Floats) -> Floats:
    """Season of hiring, around 1: slow waves and quiet weekends, counted from the history's start.

    The phase follows the history and not the calendar, so that row counts depend on the seed alone.
    """
    wave = 0.22 * np.sin(2 * np.pi * moments / 91.0 + 0.6)
    weekday = np.floor(moments).astype(np.int64) % 7
    weekend = np.where(weekday >= 5, -0.35, 0.0)
    return np.asarray(1.0 + wave + weekend, dtype=np.float64)
