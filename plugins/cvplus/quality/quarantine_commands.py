"""The quarantine's command line: list, show, release and replay batches."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from cvplus.errors import PlantError
from cvplus.quality.quarantine import release_batch, replay_batch
from cvplus.settings import load_settings
from cvplus.warehouse.batches import get_batch
from cvplus.warehouse.connection import connect
from cvplus.warehouse.roles import PRIVACY

PRODUCT = "product"


def main(arguments: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 (with cause and remedy) when it did not."""
    asked = _parser().parse_args(arguments)
    # Logs and pipes have no width; a batch id must come out whole, to be copied.
    console = console or Console(width=None if sys.stdout.isatty() else 160)
    try:
        asked.command(asked, console)
    except PlantError as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make quarantine ARGS=…", description=__doc__)
    commands = parser.add_subparsers(required=True)
    listing = commands.add_parser("list", help="batches in quarantine, newest first")
    listing.add_argument("--all", action="store_true", help="batches of every state, the newest 200")
    listing.set_defaults(command=_list)
    showing = commands.add_parser("show", help="one batch: what failed, what it means, who acts")
    showing.add_argument("batch_id")
    showing.set_defaults(command=_show)
    for name, command, help_text in (
        ("release", _release, "let a quarantined batch through as it is"),
        ("replay", _replay, "load a quarantined batch from the lake again and gate it anew"),
    ):
        deciding = commands.add_parser(name, help=help_text)
        deciding.add_argument("batch_id")
        deciding.add_argument("--reason", required=True, help="why; kept with the batch")
        deciding.add_argument("--who", default=getpass.getuser(), help="who decided (default: you)")
        deciding.set_defaults(command=command)
    return parser


def _list(asked: argparse.Namespace, console: Console) -> None:
    with connect() as connection:
        rows = connection.execute(
            """
            select
                batch_id, state, rows_read, rows_loaded, rows_duplicate, rows_rejected, gated_at, state_reason
            from ops.batches where %s or state = 'quarantined'
            order by landed_at desc limit 200
            """,
            [asked.all],
        ).fetchall()
    title = "Batches" if asked.all else "Batches in quarantine"
    headings = ["batch", "state", "read", "loaded", "duplicate", "rejected", "gated at (UTC)", "why"]
    console.print(_table(title, headings, rows))
    if not rows:
        console.print("None.")


def _show(asked: argparse.Namespace, console: Console) -> None:
    with connect() as connection:
        batch = get_batch(connection, asked.batch_id)
        checks = connection.execute(
            """
            select expectation, severity, observed, meaning, failing_keys, docs_path from ops.gate_results
            where not is_passed and gate_run_id = (
                select gate_run_id from ops.gate_results where batch_id = %s order by checked_at desc limit 1
            )
            """,
            [asked.batch_id],
        ).fetchall()
        rejected = _rejected_by_reason(connection, asked.batch_id)
    facts = [
        ("state", batch.state),
        ("why", batch.state_reason),
        ("window (UTC)", f"{batch.window_start} to {batch.window_end}"),
        (
            "read = loaded + duplicate + rejected",
            f"{batch.rows_read} = {batch.rows_loaded} + {batch.rows_duplicate} + {batch.rows_rejected}",
        ),
        ("lake", batch.lake_path),
    ]
    console.print(_table(batch.batch_id, ["what", "value"], facts))
    console.print(
        _table(
            "Failed checks",
            ["expectation", "severity", "found", "meaning", "failing keys", "Data Docs"],
            checks,
        )
    )
    console.print(_table("Rejected records", ["reason code", "records", "for example"], rejected))


def _release(asked: argparse.Namespace, console: Console) -> None:
    with connect() as connection:
        release_batch(connection, asked.batch_id, asked.reason, asked.who)
    console.print(f"{asked.batch_id} is released; the next build_warehouse takes it.")


def _replay(asked: argparse.Namespace, console: Console) -> None:
    from cvplus.exports.seal import opener
    from cvplus.lake.store import open_lake
    from cvplus.privacy.keys import SubjectKeyring, load_master_key
    from cvplus.warehouse.declared import resource_named

    settings = load_settings()
    with connect() as connection:
        batch = get_batch(connection, asked.batch_id)
    with connect(settings.warehouse_url_of(PRIVACY)) as vault:
        decode = opener(SubjectKeyring(vault, load_master_key(settings))) if batch.source == PRODUCT else None
        outcome = replay_batch(
            settings.resolved_warehouse_url,
            open_lake(settings.resolved_lake_url),
            asked.batch_id,
            resource_named(batch.source, batch.resource),
            asked.reason,
            asked.who,
            settings.home / "data_docs",
            decode,
        )
    console.print(f"{asked.batch_id} is {outcome.state}{f': {outcome.reason}' if outcome.reason else ''}.")


def _rejected_by_reason(connection: psycopg.Connection, batch_id: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        """
        select
            reason_code,
            records,
            (
                select min(reason) from ops.rejected_records as kept
                where kept.batch_id = counted.batch_id and kept.reason_code = counted.reason_code
                    and kept.replayed_at is null
            )
        from ops.rejected_counts as counted
        where batch_id = %s order by records desc, reason_code
        """,
        [batch_id],
    ).fetchall()


def _table(title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    table = Table(title=title, title_justify="left")
    for position, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


if __name__ == "__main__":
    sys.exit(main())
