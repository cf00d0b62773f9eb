"""Builds the marts on rows that a test puts where the intermediate models would have put them."""

from collections.abc import Callable
from pathlib import Path

import psycopg
from dbt_fixtures.raw_rows import create_raw_tables
from dbt_runner import run_dbt

ROWS = Path(__file__).with_name("marts_rows.sql")
# Made of what the plant says of itself, not of rows of intermediate models.
MADE_OF_BATCHES = "int_coverage_spans"


def fill_by_hand(connection: psycopg.Connection) -> None:
    """The hand-made rows of ``marts_rows.sql``."""
    connection.execute(ROWS.read_text())


def build_marts(url: str, target: Path, fill: Callable[[psycopg.Connection], None] = fill_by_hand) -> None:
    """Build all that the marts need on an empty warehouse, them too, then them again, tested, on the rows.

    The rows go into the tables that the intermediate models made, so a column that changes there shows here.
    """
    with psycopg.connect(url) as connection:
        create_raw_tables(connection)
    only_tables = ["--resource-type", "model", "--resource-type", "seed"]
    run_dbt(url, "build", "--target-path", str(target), "--select", "+path:models/marts", *only_tables)
    with psycopg.connect(url) as connection:
        connection.execute("""
            create table intermediate.feedback_rows as select * from intermediate.int_feedback;
            drop view intermediate.int_feedback;
            alter table intermediate.feedback_rows rename to int_feedback;
        """)
        fill(connection)
    run_dbt(url, "build", "--target-path", str(target), "--select", MADE_OF_BATCHES, "path:models/marts")
