"""What lies in raw, as Python sees it: every telling of accepted batches, and the newest of each thing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row

Row = dict[str, Any]
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Telling:
    """A record as one batch told it."""

    record_key: str
    content_hash: str
    known_at: datetime
    landed_at: datetime
    record: Row


def tellings(connection: psycopg.Connection[Any], source: str, resource: str) -> list[Telling]:
    """Every telling of accepted batches, in the order in which they became known."""
    query = sql.SQL(
        """
        select told.record_key, told.content_hash, told.known_at, batches.landed_at, told.record
        from raw.{} as told
        inner join ops.batches as batches using (batch_id)
        where batches.state in ('accepted', 'released')
        order by told.known_at, batches.landed_at, told.batch_id, told.content_hash
        """
    ).format(sql.Identifier(f"{source}__{resource}"))
    with connection.cursor(row_factory=class_row(Telling)) as cursor:
        return cursor.execute(query).fetchall()


def newest(told: Iterable[Telling], key: str, version: Callable[[Row], Any] | None = None) -> dict[str, Row]:
    """For each value of a field the record that is held now: of the highest version, told last."""
    held: dict[str, tuple[Any, Row]] = {}
    for one in told:
        rank = (version(one.record) if version else None, one.known_at, one.landed_at)
        before = held.get(one.record[key])
        if before is None or _not_below(rank, before[0]):
            held[one.record[key]] = (rank, one.record)
    return {name: record for name, (_, record) in held.items()}


def _not_below(rank: Any, other: Any) -> bool:
    return bool(rank[1:] >= other[1:]) if rank[0] == other[0] else bool(rank[0] > other[0])


def rows(connection: psycopg.Connection[Any], query: str) -> list[Row]:
    """All rows of a query."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def horizon(connection: psycopg.Connection[Any]) -> datetime:
    """The end of the newest accepted day of the product's exports."""
    batches = rows(connection, "select source, state, window_end from ops.batches")
    accepted = [one for one in batches if one["state"] in ("accepted", "released")]
    product = [one["window_end"] for one in accepted if one["source"] == "product"]
    ends: list[datetime] = product or [one["window_end"] for one in accepted]
    return max(ends)


def instant(text: str | None) -> datetime | None:
    """The instant that a record writes; without an offset it is UTC's."""
    if text is None:
        return None
    said = datetime.fromisoformat(text)
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)


def utc_day(moment: datetime) -> date:
    """The UTC day of an instant."""
    return moment.astimezone(UTC).date()


def days(earlier: datetime, later: datetime) -> float:
    """Days from one instant to another."""
    return (later - earlier).total_seconds() / DAY_SECONDS


class Rates:
    """USD for one unit of a currency, as known at an instant; taken from ``intermediate.int_fx_rates``."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._by_currency: dict[str, list[Row]] = {}
        for rate in rows(connection, "select * from intermediate.int_fx_rates order by valid_from desc"):
            self._by_currency.setdefault(rate["currency"], []).append(rate)

    def in_usd(
        self, amount: float | None, currency: str | None, happened_at: datetime, known_at: datetime
    ) -> float | None:
        """An amount at the rate of the last day before its own; None where no rate is known."""
        if amount is None or currency is None:
            return None
        day = utc_day(min(happened_at, known_at))
        for rate in self._by_currency.get(currency, []):
            is_known = rate["known_at"] <= known_at and (
                rate["known_until"] is None or known_at < rate["known_until"]
            )
            if rate["valid_from"] <= day and is_known:
                return float(amount * rate["usd_per_unit"])
        return None
