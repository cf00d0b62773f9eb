"""No feature knows the future: with all later knowledge deleted, features stay the same to the bit."""

import shutil
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import psycopg.rows
import pytest
from dbt_fixtures.clock import HistorySize
from dbt_fixtures.history import make_history
from dbt_fixtures.raw_rows import RAW_TABLES, load_rows
from dbt_runner import DBT_PROJECT, run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres

SIZE = HistorySize()
LABELS = {"is_interviewed", "is_offered", "offer_salary_usd", "days_to_offer_lower", "days_to_offer_upper"}
# Midnights, where drops become known, and instants in the middle of days.
INSTANTS = [SIZE.start + timedelta(days=days) for days in (80, 63.4, 45, 30.7, 14)]
MODELS = "+training_examples"

Rows = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Store:
    """What a build put into the feature store, by key."""

    examples: Rows
    market: Rows
    behavior: Rows


@pytest.fixture(scope="module")
def history_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A warehouse whose raw layer holds the whole invented history."""
    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, make_history(SIZE))
        yield url


@pytest.fixture(scope="module")
def applications_known(history_url: str) -> dict[str, datetime]:
    """For each application the instant from which it is known."""
    with psycopg.connect(history_url) as connection:
        rows = connection.execute(
            "select record_key, min(known_at) from raw.product__applications group by record_key"
        ).fetchall()
    return dict(rows)


@pytest.mark.slow
def test_features_at_an_instant_do_not_change_when_later_knowledge_is_deleted(
    history_url: str, applications_known: dict[str, datetime]
) -> None:
    stored = build(history_url, SIZE.horizon)
    # Every application that was ever known is an example.
    assert len(stored.examples) == len(applications_known)

    with psycopg.connect(history_url, autocommit=True) as connection:
        for instant in INSTANTS:
            forget_after(connection, instant)
            rebuilt = build(history_url, instant)

            known = {(key,) for key, known_at in applications_known.items() if known_at <= instant}
            assert set(rebuilt.examples) == known
            assert differences(stored.examples, rebuilt.examples) == []
            assert differences(stored.market, shared(stored.market, rebuilt.market)) == []
            assert differences(stored.behavior, shared(stored.behavior, rebuilt.behavior)) == []


@pytest.mark.slow
def test_a_planted_leak_is_found(postgres_server: EmbeddedPostgres, tmp_path: Path) -> None:
    leaky = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, leaky, ignore=shutil.ignore_patterns("target", "logs"))
    versions = leaky / "macros" / "versions.sql"
    honest = "{{ alias }}.known_at <= {{ instant }}"
    assert versions.read_text().count(honest) == 1
    versions.write_text(versions.read_text().replace(honest, "{{ alias }}.known_at is not null"))

    with seeded_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            load_rows(connection, make_history(SIZE))
        stored = build(url, SIZE.horizon, leaky)
        with psycopg.connect(url, autocommit=True) as connection:
            forget_after(connection, INSTANTS[2])
        rebuilt = build(url, INSTANTS[2], leaky)

    assert differences(stored.examples, rebuilt.examples)


def build(url: str, horizon: datetime, project: Path = DBT_PROJECT) -> Store:
    """Build the training examples and what they need, and read them back."""
    run_dbt(url, "run", "--select", MODELS, variables={"horizon": horizon.isoformat()}, project=project)
    with psycopg.connect(url) as connection:
        return Store(
            examples=read(connection, "training_examples", ["application_id"], LABELS),
            market=read(connection, "market_features", ["occupation_id", "country", "week_start_date"]),
            behavior=read(connection, "user_behavior_features", ["subject_id", "activity_date"]),
        )


def read(
    connection: psycopg.Connection, table: str, key: list[str], left_out: Set[str] = frozenset()
) -> Rows:
    """The rows of a feature table by key, without the columns left out."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        rows = cursor.execute(f"select * from features.{table}").fetchall()
    return {
        tuple(row[name] for name in key): {name: value for name, value in row.items() if name not in left_out}
        for row in rows
    }


def forget_after(connection: psycopg.Connection, instant: datetime) -> None:
    """Delete everything from raw that was not known at the instant."""
    for table in RAW_TABLES:
        connection.execute(f"delete from raw.{table} where known_at > %s", [instant])


def differences(stored: Rows, rebuilt: Rows) -> list[str]:
    """What differs, column by column; a row that only the rebuild has differs as a whole."""
    found = []
    for key, row in rebuilt.items():
        if key not in stored:
            found.append(f"{key}: only in the rebuild")
            continue
        found += [
            f"{key} {name}: {stored[key][name]!r} was {value!r}"
            for name, value in row.items()
            if stored[key][name] != value
        ]
    return found


def shared(stored: Rows, rebuilt: Rows) -> Rows:
    """The rebuilt rows that the store has too: each horizon adds weeks and days of its own."""
    return {key: row for key, row in rebuilt.items() if key in stored}
