"""Builds two seeds of the dbt project from the files beside this script.

    python reference/build_seeds.py

``occupation_codes.csv``: what ISCO-08 and ESCO call each occupation of the SOC. ``country_names.csv``: codes
and names of countries, lower case; a name of several countries is left out. A test holds the seeds against
the files.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from build_reference import HERE, read_table

SEEDS = HERE.parent / "dbt_project" / "seeds"
# How O*NET and ESCO relate two occupations, the closest first: only the closest kind that there is counts.
KINDS = ("exactMatch", "exactISCO", "narrowMatch", "closeMatch", "broadMatch")
# What people and providers call countries beside their names.
OTHER_NAMES = {
    "america": "US", "u.s.": "US", "u.s.a.": "US", "us": "US", "uk": "GB", "u.k.": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB", "holland": "NL",
    "the netherlands": "NL", "deutschland": "DE", "schweiz": "CH", "sverige": "SE", "hong kong sar": "HK",
    "united states of america": "US", "south korea": "KR", "russia": "RU", "czech republic": "CZ",
}  # fmt: skip


def occupation_codes() -> Iterator[tuple[str, str, str, str]]:
    """SOC code, the unit group of ISCO-08 of most counterparts, all of their groups, and they themselves."""
    groups = {row["esco_id"]: row["isco_group"] for row in read_table(HERE / "occupations.csv.gz")}
    kinds: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in read_table(HERE / "onet_esco.csv.gz"):
        if row["esco_id"] in groups:
            kinds[row["soc_code"]][row["match"]].add(row["esco_id"])
    for code, told in sorted(kinds.items()):
        counterparts = sorted(told[next(kind for kind in KINDS if kind in told)])
        counted = Counter(groups[one] for one in counterparts).most_common()
        is_clear = len(counted) == 1 or counted[0][1] > counted[1][1]
        yield (
            code,
            counted[0][0] if is_clear else "",
            "|".join(sorted({groups[one] for one in counterparts})),
            "|".join(counterparts),
        )


def country_names() -> Iterator[tuple[str, str]]:
    """Names and codes of two and three letters, each with the country's code (ISO 3166-1 alpha-2)."""
    meant: dict[str, set[str]] = defaultdict(set)
    for row in read_table(HERE / "country_names.csv.gz"):
        for name in (row["country"], row["alpha_3"], *row["names"].split("|")):
            if name:
                meant[name.lower()].add(row["country"])
    meant["congo"].add("CD")  # either of two is called so
    meant.update({name: {country} for name, country in OTHER_NAMES.items()})
    return ((name, *countries) for name, countries in sorted(meant.items()) if len(countries) == 1)  # type: ignore[misc]


def write(path: Path, names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a seed."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerows([names, *rows])


def main() -> int:
    """Write both."""
    write(
        SEEDS / "occupation_codes.csv",
        ("occupation_id", "isco_group", "isco_groups", "esco_ids"),
        occupation_codes(),
    )
    write(SEEDS / "country_names.csv", ("place", "country"), country_names())
    return 0


if __name__ == "__main__":
    sys.exit(main())
