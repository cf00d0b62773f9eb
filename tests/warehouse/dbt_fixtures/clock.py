"""How much history there is, and when each of its records becomes known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from dbt_fixtures.raw_rows import RawRow


@dataclass(frozen=True)
class HistorySize:
    """How much to invent: so many days of history, people, jobs, applications and events."""

    applications: int = 200
    people: int = 50
    jobs: int = 80
    events: int = 400
    days: int = 90
    end: date = date(2026, 9, 7)

    @property
    def start(self) -> datetime:
        """The first instant of the history, midnight UTC."""
        return datetime.combine(self.end - timedelta(days=self.days), time(), UTC)

    @property
    def horizon(self) -> datetime:
        """The instant at which the history ends, midnight UTC."""
        return datetime.combine(self.end, time(), UTC)

    def instant(self, share: float) -> datetime:
        """The instant at a share of the history; below 0 is before it."""
        return self.start + timedelta(seconds=round(share * self.days * 86_400))


def dropped(
    size: HistorySize, random: Random, entity: str, key: str, record: dict[str, Any], happened: datetime
) -> Iterator[RawRow]:
    """A record as the product drops it: on its day, one in seven days late, one in nine twice."""
    days_late = random.randint(1, 12) if random.random() < 1 / 7 else 0
    repeats = 2 if random.random() < 1 / 9 else 1
    for repeat in range(repeats):
        day = happened.date() + timedelta(days=days_late + repeat)
        known_at = datetime.combine(day + timedelta(days=1), time(), UTC)
        if known_at <= size.horizon:
            yield RawRow("product", entity, key, {**record, "_dropped_on": day.isoformat()}, known_at)
