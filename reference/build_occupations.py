"""Builds the files of occupations beside this script: names, groups, and what joins ESCO to the SOC.

Run by hand when a new edition is out; the results are checked in, so nothing needs the originals at run time:

    python reference/build_occupations.py --originals <folder> --esco <occupations.csv>…

The folder has ``titles/`` and ``skills/``. ``--esco`` are tables of ESCO's own download with ``conceptUri``
and ``iscoGroup``; of several, the later edition first. What each file holds, and its licence,
stands in README.md beside this script.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from build_reference import read_table, write_table

HERE = Path(__file__).resolve().parent
LANGUAGES = ("de", "en", "fr", "nl", "sv")
UNIT_GROUP_DIGITS = 4
# From ESCO to the SOC, the most exact first. "broadMatch": the occupation of O*NET holds that of ESCO.
KINDS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "exactISCO")


def esco_id(uri: str) -> str:
    """The last part of an address: a UUID of an occupation, or ``C2512`` of a group."""
    return uri.rsplit("/", 1)[1]


def unit_groups(tables: Iterable[Path]) -> dict[str, str]:
    """The ISCO-08 unit group of each occupation."""
    groups: dict[str, str] = {}
    for table in tables:
        for row in read_table(table):
            groups.setdefault(esco_id(row["conceptUri"]), row["iscoGroup"].zfill(UNIT_GROUP_DIGITS))
    return groups


def soc_codes(originals: Path) -> dict[str, tuple[str, str]]:
    """The SOC code of each occupation, and the kind of match: the most exact, where it names one code."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in read_table(originals / "titles" / "onet_to_esco.csv.gz"):
        kinds = found.setdefault(esco_id(row["esco_uri"]), {})
        kinds.setdefault(row["match"], set()).add(row["onet_soc_code"][:7])
    codes = {}
    for concept, kinds in found.items():
        kind = min(kinds, key=KINDS.index)
        if len(kinds[kind]) == 1:
            codes[concept] = (min(kinds[kind]), kind)
    return codes


def main() -> None:
    """Build the files and say how many rows each has."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--originals", type=Path, required=True)
    parser.add_argument("--esco", type=Path, nargs="+", required=True)
    told = parser.parse_args()
    groups, codes = unit_groups(told.esco), soc_codes(told.originals)
    names: dict[str, set[tuple[str, str, str]]] = {language: set() for language in LANGUAGES}
    concepts: set[str] = set()
    for row in read_table(told.originals / "titles" / "esco_occupation_names.csv.gz"):
        concept = esco_id(row["esco_uri"])
        if "/isco/" in row["esco_uri"] and len(concept) == UNIT_GROUP_DIGITS + 1:
            groups[concept] = concept[1:]
        if concept in groups:
            concepts.add(concept)
            names[row["language"]].add((concept, row["name"], row["is_preferred"]))
    official = {
        row["O*NET-SOC Code"]: row["Title"]
        for row in read_table(told.originals / "skills" / "onet_occupation_data.csv.gz")
    }
    made: dict[str, tuple[tuple[str, ...], Iterable[tuple[str, ...]]]] = {
        "occupations.csv.gz": (
            ("esco_id", "isco_group", "soc_code", "soc_match"),
            sorted((concept, groups[concept], *codes.get(concept, ("", ""))) for concept in concepts),
        ),
        "onet_esco.csv.gz": (
            ("onet_title", "soc_code", "esco_id", "match"),
            sorted(
                (
                    official[row["onet_soc_code"]],
                    row["onet_soc_code"][:7],
                    esco_id(row["esco_uri"]),
                    row["match"],
                )
                for row in read_table(told.originals / "titles" / "onet_to_esco.csv.gz")
                if esco_id(row["esco_uri"]) in concepts and row["onet_soc_code"] in official
            ),
        ),
        "national_titles.csv.gz": (
            ("source", "language", "title", "esco_id"),
            sorted(
                (row["source"], row["language"], row["title"], esco_id(row["esco_uris"]))
                for row in read_table(told.originals / "titles" / "national_titles_with_esco.csv.gz")
                if esco_id(row["esco_uris"]) in concepts
            ),
        ),
    }
    for language in LANGUAGES:
        made[f"occupation_names_{language}.csv.gz"] = (
            ("esco_id", "name", "is_preferred"),
            sorted(names[language]),
        )
    for file_name, (columns, rows) in made.items():
        count = write_table(HERE / file_name, columns, rows)
        sys.stdout.write(f"{file_name}: {count} rows, {(HERE / file_name).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
