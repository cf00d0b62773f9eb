"""Which model version serves, by hand: list the versions, make one the champion."""

import argparse
import getpass
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from cvplus.errors import PlantError
from cvplus.operations.learning import choose_champion
from cvplus.warehouse.connection import connect

NEWEST = """
    select evaluation.model_version, evaluation.trained_at::date,
        round((evaluation.metrics -> 'log_loss' ->> 'value')::numeric, 4),
        round((evaluation.metrics -> 'log_loss_improvement' ->> 'value')::numeric, 4),
        case when decided.is_promoted then 'promoted' when not decided.is_promoted then 'kept out' end,
        decided.decided_by, decided.why
    from ops.model_evaluations as evaluation
    left join lateral (
        select promotion.is_promoted, promotion.decided_by, (
            select string_agg(reason ->> 'text', ' ')
            from jsonb_array_elements(promotion.reasons) as reason
            where not (reason ->> 'is_passed')::boolean
        ) as why
        from ops.promotions as promotion where promotion.to_version = evaluation.model_version
        order by promotion.decided_at desc limit 1
    ) as decided on true
    where evaluation.target = 'interview_probability'
    order by evaluation.trained_at desc limit 20
"""


def main(arguments: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 (with cause and remedy) when it did not."""
    asked = _parser().parse_args(arguments)
    console = console or Console(width=None if sys.stdout.isatty() else 160)
    try:
        if asked.command == "set":
            choose_champion(asked.version, decided_by=asked.who, reason=asked.reason)
            console.print(
                f"Version {asked.version} serves from the next scoring run on: trigger score_batch."
            )
        else:
            console.print(_versions())
    except PlantError as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make champion ARGS=…", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("list", help="the newest versions, how good they are, what was decided and why")
    setting = commands.add_parser("set", help="make a version the champion, or go back to one")
    setting.add_argument("version")
    setting.add_argument("--reason", required=True, help="why; kept in ops.promotions")
    setting.add_argument("--who", default=getpass.getuser(), help="who decided (default: you)")
    return parser


def _versions() -> Table:
    headings = ["version", "trained", "log loss", "gain", "decision", "by", "why not"]
    table = Table(*headings, title="Model versions (interview_probability)")
    with connect() as connection:
        for row in connection.execute(NEWEST):
            table.add_row(*("" if value is None else str(value) for value in row))
    return table


if __name__ == "__main__":
    sys.exit(main())
