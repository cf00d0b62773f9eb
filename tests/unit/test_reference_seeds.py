"""The seeds that are written from the reference files are what those files say."""

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "reference"))

from build_seeds import SEEDS, country_names, occupation_codes  # noqa: E402


def seed(name: str) -> list[tuple[str, ...]]:
    """The rows of a seed, without its head."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as lines:
        return [tuple(row) for row in csv.reader(lines)][1:]


def test_the_seed_of_occupations_is_what_the_crosswalk_says() -> None:
    rows = seed("occupation_codes.csv")
    assert rows == list(occupation_codes())
    told = {code: (group, groups, ids) for code, group, groups, ids in rows}
    assert told["29-1141"][0] == "2221", "registered nurses are nursing professionals"
    assert told["15-2051"][:2] == ("", "2421|2511"), "where two groups hold as many, none is the one"
    assert all(group in groups.split("|") for group, groups, _ in told.values() if group)


def test_the_seed_of_countries_is_what_the_names_say() -> None:
    rows = seed("country_names.csv")
    assert rows == list(country_names())
    told = dict(rows)
    assert (told["schweiz"], told["usa"], told["georgia"], told["in"]) == ("CH", "US", "GE", "IN")
    assert "congo" not in told
