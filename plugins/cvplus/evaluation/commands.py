"""Measure how good readers and models are: every figure with its data, its size and its interval.

    python -m cvplus.evaluation.commands [--group <group>] [--page <file>]

The figures are printed, written to ``evaluation/figures.json`` below the home, and to the manual's page.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import orjson
from rich.console import Console
from rich.progress import track
from rich.table import Table

from cvplus.evaluation.evaluators import EVALUATORS
from cvplus.evaluation.figures import Figure
from cvplus.settings import PROJECT_ROOT, load_settings

PAGE = PROJECT_ROOT / "docs" / "evaluation.md"
_HEAD = """# How good it is

Written by `make evaluate`. An interval is one of 95 %: Wilson's for shares, a bootstrap over documents for
F1. A figure that was not measured, since its data are not beside the checkout, is not here. *Missed* is below
its aim, or above what it must not exceed. Of a reader's cases, *right* counts what is rightly null, and
*wrong* is a value that the text does not say.

| what | figure | data | size | value | interval | aim |
|---|---|---|--:|--:|---|--:|
"""


def page_of(figures: Iterable[Figure]) -> str:
    """The manual's page."""
    rows = [
        f"| {figure.group} | {figure.name} | {figure.data}{_note(figure)} | {figure.size:,} "
        f"| {figure.value:.3f} | {figure.low:.3f} to {figure.high:.3f} | {_aim(figure)} |\n"
        for figure in figures
    ]
    return _HEAD + "".join(rows)


def _note(figure: Figure) -> str:
    return f" ({figure.note})" if figure.note else ""


def _aim(figure: Figure) -> str:
    if figure.aim is None and figure.at_most is None:
        return ""
    aim = f"{figure.aim:.2f}" if figure.aim is not None else f"at most {figure.at_most:.2f}"
    return f"{aim}, *missed*" if figure.is_missed else aim


def _print(figures: Iterable[Figure]) -> None:
    table = Table("what", "figure", "data", "size", "value", "interval", "aim")
    for figure in figures:
        table.add_row(
            figure.group,
            figure.name,
            figure.data + _note(figure),
            f"{figure.size:,}",
            f"{figure.value:.3f}",
            f"{figure.low:.3f} to {figure.high:.3f}",
            _aim(figure).replace("*", ""),
        )
    Console(width=None if sys.stdout.isatty() else 180).print(table)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--group", choices=EVALUATORS)
    parser.add_argument("--page", type=Path, default=PAGE)
    arguments = parser.parse_args()
    groups = [arguments.group] if arguments.group else list(EVALUATORS)
    waiting = track(groups, "measuring", console=Console(stderr=True), transient=True)
    figures = [figure for group in waiting for figure in EVALUATORS[group]()]
    _print(figures)
    folder = load_settings().home / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").write_bytes(orjson.dumps([asdict(figure) for figure in figures]))
    if not arguments.group:
        arguments.page.write_text(page_of(figures))


if __name__ == "__main__":
    main()
