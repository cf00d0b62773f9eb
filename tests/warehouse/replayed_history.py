"""A history in which everything is told otherwise later, and what a build makes of it at an instant."""

import os
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import psycopg.rows
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.corrections import corrected
from dbt_fixtures.history import make_history
from dbt_fixtures.raw_rows import RAW_TABLES, load_rows
from dbt_runner import DBT_PROJECT, new_database_name, run_dbt
from psycopg import sql

from cvplus.runtime.postgres import EmbeddedPostgres

SIZE = HistorySize()
LABELS = {"is_interviewed", "is_offered", "offer_salary_usd", "days_to_offer_lower", "days_to_offer_upper"}
MODELS = "+training_examples"
SEED_VARIABLE = "CVPLUS_REPLAY_SEED"

Rows = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Store:
    """What a build put into the feature store, by key."""

    examples: Rows
    market: Rows
    behavior: Rows


def drawn_seed() -> int:
    """Another history and other instants each time; the variable that a failure prints brings them back."""
    seed = int(os.environ.get(SEED_VARIABLE) or int.from_bytes(os.urandom(4)))
    print(f"{SEED_VARIABLE}={seed}")
    return seed


def drawn_instants(seed: int, count: int) -> list[datetime]:
    """So many instants of the history, the latest first: one of them a midnight, where drops become known."""
    random = Random(seed)
    days = sorted((random.uniform(12, SIZE.days - 4) for _ in range(count)), reverse=True)
    return [SIZE.start + timedelta(days=round(day) if place == 0 else day) for place, day in enumerate(days)]


def load_history(url: str, seed: int) -> None:
    """Put the whole history into raw, with what the snapshots in it have listed."""
    with psycopg.connect(url) as connection:
        load_rows(connection, corrected(SIZE, Random(seed), make_history(SIZE, seed)))
        connection.execute(
            "insert into ops.sightings (batch_id, source, resource, record_key, content_hash, seen_at)"
            " select batch_id, 'remotive', 'jobs', record_key, content_hash, known_at from raw.remotive__jobs"
        )


def forget_after(url: str, instant: datetime) -> None:
    """Delete everything that was not known at the instant."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("delete from ops.sightings where seen_at > %s", [instant])
        for table in RAW_TABLES:
            connection.execute(f"delete from raw.{table} where known_at > %s", [instant])
        connection.execute("delete from ops.batches where fetched_at > %s", [instant])


@contextmanager
def copied_database(server: EmbeddedPostgres, url: str) -> Iterator[str]:
    """URL of a copy of a database that nobody is connected to, dropped at the end."""
    name, template = new_database_name(), url.rpartition("/")[2]
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
    try:
        yield server.url(name)
    finally:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")


def build(
    url: str, horizon: datetime, project: Path = DBT_PROJECT, select: Sequence[str] = (MODELS,)
) -> None:
    """Build the training examples and what they need, or what is selected, as of a horizon."""
    run_dbt(url, "run", "--select", *select, variables={"horizon": horizon.isoformat()}, project=project)


def stored(url: str) -> Store:
    """What was built of the feature store."""
    with psycopg.connect(url) as connection:
        return Store(
            examples=read(connection, "features.training_examples", ["application_id"], LABELS),
            market=read(
                connection, "features.market_features", ["occupation_id", "country", "week_start_date"]
            ),
            behavior=read(connection, "features.user_behavior_features", ["subject_id", "activity_date"]),
        )


def read(
    connection: psycopg.Connection,
    table: str,
    key: Sequence[str],
    left_out: Set[str] = frozenset(),
    as_of: datetime | None = None,
) -> Rows:
    """The rows of a table by key, without the columns left out; ``as_of``: those that were current then."""
    known = sql.SQL("where known_at <= {at} and (known_until is null or {at} < known_until)").format(
        at=sql.Literal(as_of)
    )
    query = sql.SQL("select * from {}").format(sql.Identifier(*table.split(".")))
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        rows = cursor.execute(query + sql.SQL(" ") + known if as_of else query).fetchall()
    found = {
        tuple(row[name] for name in key): {name: value for name, value in row.items() if name not in left_out}
        for row in rows
    }
    assert len(found) == len(rows), f"{table}: {key} is no key"
    return found


def differences(stored_rows: Rows, rebuilt: Rows) -> list[str]:
    """What differs, column by column; a row that only the rebuild has differs as a whole."""
    found = []
    for key, row in rebuilt.items():
        if key not in stored_rows:
            found.append(f"{key}: only in the rebuild")
            continue
        found += [
            f"{key} {name}: {stored_rows[key][name]!r} was {value!r}"
            for name, value in row.items()
            if stored_rows[key][name] != value
        ]
    return found


def shared(stored_rows: Rows, rebuilt: Rows) -> Rows:
    """The rebuilt rows that the store has too: each horizon adds weeks and days of its own."""
    return {key: row for key, row in rebuilt.items() if key in stored_rows}
