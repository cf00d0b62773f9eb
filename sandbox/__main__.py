"""The sandbox's command line: `python -m sandbox build|serve|spoil|truth`."""

import argparse
import sys
from datetime import date
from pathlib import Path

import orjson

from sandbox.drops import KEY_FIELDS, spoil_drop
from sandbox.market import MarketRequest, build
from sandbox.sizes import SIZES

SHORTEST_HISTORY, LONGEST_HISTORY = 30, 3_650


def days_of_history(text: str) -> int:
    """The length of a history; too short a one has no outcomes to learn from."""
    days = int(text)
    if not SHORTEST_HISTORY <= days <= LONGEST_HISTORY:
        raise argparse.ArgumentTypeError(f"{days} is not between {SHORTEST_HISTORY} and {LONGEST_HISTORY}")
    return days


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m sandbox", description="A labour market to run against.")
    commands = top.add_subparsers(dest="command", required=True)
    make = commands.add_parser("build", help="write exports and what the providers serve")
    make.add_argument("--home", type=Path, required=True)
    make.add_argument("--size", choices=sorted(SIZES), default="small")
    make.add_argument("--seed", type=int, default=7)
    make.add_argument("--days", type=days_of_history, default=180)
    make.add_argument("--end", type=date.fromisoformat, help="last day of history (default: last Monday)")
    make.add_argument("--data", choices=["market", "resume_names"], default="market")
    serve = commands.add_parser("serve", help="serve the providers of a home")
    serve.add_argument("--home", type=Path, required=True)
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument("--host", default="127.0.0.1", help="where it listens; on loopback alone unless told")
    serve.add_argument("--faults", type=Path, help="a plan of faults (YAML)")
    truth = commands.add_parser(
        "truth",
        help="print which job a listing is of, which employer a record, when jobs were open, or chances",
    )
    truth.add_argument("--home", type=Path, required=True)
    truth.add_argument("--of", choices=["jobs", "employers", "lives", "chances", "open_jobs"], required=True)
    truth.add_argument("--at", help="the instant at which jobs are open, ISO 8601 in UTC")
    spoil = commands.add_parser("spoil", help="make a share of one drop rubbish")
    spoil.add_argument("--home", type=Path, required=True)
    spoil.add_argument("--entity", choices=sorted(KEY_FIELDS), required=True)
    spoil.add_argument("--day", required=True, help="the drop's day, YYYY-MM-DD")
    spoil.add_argument("--share", type=float, default=0.2)
    return top


def print_truth(home: Path, of: str, instant: str | None) -> int:
    """Prints what the market knows and no provider tells, a line of JSON each."""
    from sandbox.told_of import open_jobs, told_chances, told_employers, told_jobs, told_lives

    if of == "open_jobs":
        sys.stdout.write(f"{open_jobs(home, instant or '')}\n")
        return 0
    tell = {"jobs": told_jobs, "employers": told_employers, "lives": told_lives, "chances": told_chances}[of]
    for told in tell(home):
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
    return 0


def main(arguments: list[str]) -> int:
    """Runs one command; 0 when it succeeded, 2 when it was asked for something that can't be done."""
    chosen = parser().parse_args(arguments)
    if chosen.command == "build":
        request = MarketRequest(chosen.size, chosen.seed, chosen.days, chosen.end, chosen.data)
        if request.data == "resume_names":
            from sandbox.replay import build_replay

            summary = build_replay(chosen.home, request)
        else:
            summary = build(chosen.home, request)
        counted = {"rows": summary["rows"], "served": summary["served"]}
        sys.stdout.write(orjson.dumps(counted, option=orjson.OPT_INDENT_2).decode() + "\n")
        return 0
    if chosen.command == "spoil":
        try:
            count = spoil_drop(chosen.home / "exports", chosen.entity, chosen.day, share=chosen.share)
        except FileNotFoundError as missing:
            sys.stderr.write(f"There is no drop of {chosen.entity} on {chosen.day}: {missing.filename}\n")
            return 2
        sys.stdout.write(f"{count} lines spoilt\n")
        return 0
    if chosen.command == "truth":
        return print_truth(chosen.home, chosen.of, chosen.at)
    from sandbox.server import serve

    return serve(chosen.home, chosen.port, chosen.faults, chosen.host)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
