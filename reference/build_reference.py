"""Builds the three reference files beside this script from the published originals.

Run by hand when a new edition is out; the results are checked in, so nothing needs the originals at run time:

    python reference/build_reference.py --originals <folder with skills/, reference/ and api/sec/>

What each file holds, where it comes from and under which licence stands in README.md beside this script.
Output is deterministic: sorted rows and a gzip header without a time stamp.
"""

import argparse
import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPANY_LIMIT = 4_000

# O*NET writes some names out in full or with a vendor that nobody says; the right side is what people write.
COMMON_NAMES = {
    "Oracle Java": "Java",
    "The MathWorks MATLAB": "MATLAB",
    "Practical extraction and reporting language Perl": "Perl",
    "PHP: Hypertext Preprocessor": "PHP",
    "Amazon Web Services AWS software": "AWS",
    "Microsoft Visual Basic for Applications VBA": "VBA",
    "ESRI ArcGIS software": "ArcGIS",
    "IBM SPSS Statistics": "SPSS",
}
# Short forms that mean one product only; "Word", "Access" and "Project" are ordinary words and stay out.
SHORT_FORMS = ("Excel", "PowerPoint", "Outlook", "SharePoint", "Visio", "Azure", "Dynamics", "Teams")
# Names that everybody shortens although O*NET doesn't mark them as hot. Many others (FAST, BASIC) are words.
WELL_KNOWN_SHORT = {
    "SQL",
    "HTML",
    "XHTML",
    "XML",
    "JSON",
    "CSS",
    "UML",
    "COBOL",
    "VHDL",
    "XSLT",
    "SVG",
    "GIMP",
}
CORPORATE_SUFFIXES = {
    "inc", "corp", "co", "ltd", "plc", "llc", "lp", "nv", "ag", "sa", "se", "group", "holdings", "holding",
    "trust", "bank", "bancorp", "international", "technologies", "energy", "partners", "resources", "systems",
}  # fmt: skip


def skill_slug(name: str) -> str:
    """The key of a skill: lower case, `+ # .` kept, anything else between words becomes one hyphen."""
    return re.sub(r"[^a-z0-9+#.]+", "-", name.lower()).strip("-").rstrip(".")


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file, plain or gzip, by column name."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
    else:
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def write_table(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> int:
    """Writes rows in the order given as gzip CSV and returns how many there are."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    return count


def occupation_titles(originals: Path) -> set[tuple[str, str]]:
    """(SOC code, title): OEWS's own names, O*NET's occupation names and their alternate titles."""
    rows = {
        (f"{row['occupation_code'][:2]}-{row['occupation_code'][2:]}", row["occupation_name"])
        for row in read_table(originals / "reference" / "soc_occupations_oews.csv")
        if row["display_level"] == "3"
    }
    for row in read_table(originals / "skills" / "onet_alternate_titles.csv.gz"):
        soc_code = row["O*NET-SOC Code"][:7]
        rows.add((soc_code, row["Title"]))
        rows.add((soc_code, row["Alternate Title"]))
        if row["Short Title"] not in ("", "n/a"):
            rows.add((soc_code, row["Short Title"]))
    return rows


def is_product_name(words: list[str]) -> bool:
    """Whether words before "software" name a product ("SAP", "Atlassian Jira") and not a kind of program."""
    capitals = [word[:1].isupper() or word[:1].isdigit() for word in words]
    return all(capitals) and (len(words) > 1 or words[0].isupper())


def is_short_for(letters: str, words: str) -> bool:
    """Whether letters stand in that order in words ("html" in "hypertext markup language")."""
    rest = iter(words)
    return all(letter in rest for letter in letters)


def plain_name(published: str, is_hot: bool) -> str | None:
    """What people call a technology; None when the entry is a kind of program ("Email software")."""
    if published in COMMON_NAMES:
        return COMMON_NAMES[published]
    name = published
    if name.lower().endswith(" software"):
        name = name[: -len(" software")]
        if not is_hot and not is_product_name(name.split()):
            return None
    *words, last = name.split()
    is_short_form = is_hot or last in WELL_KNOWN_SHORT
    if (
        words
        and is_short_form
        and re.fullmatch(r"[A-Z]{2,6}", last)
        and is_short_for(last.lower(), " ".join(words).lower())
    ):
        return last
    return name


def technology_skills(originals: Path) -> set[tuple[str, ...]]:
    """(slug, name, SOC code, category, hot, in demand, other names joined by "|") as O*NET tells them."""
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in read_table(originals / "skills" / "onet_technology_skills.csv.gz"):
        is_hot = row["Hot Technology"] == "Y"
        name = plain_name(row["Example"], is_hot)
        if name is None:
            continue
        other_names = {row["Example"]} - {name}
        if name.startswith("Microsoft ") and name.removeprefix("Microsoft ") in SHORT_FORMS:
            other_names.add(name.removeprefix("Microsoft "))
        key = (skill_slug(name), row["O*NET-SOC Code"][:7])
        if key in rows:
            kept = rows[key]
            in_demand = "1" if "1" in (kept[5], "1" if row["In Demand"] == "Y" else "0") else "0"
            merged = "|".join(sorted(other_names | set(kept[6].split("|")) - {""}))
            rows[key] = (*kept[:5], in_demand, merged)
        else:
            rows[key] = (
                key[0],
                name,
                key[1],
                row["Commodity Title"],
                "1" if is_hot else "0",
                "1" if row["In Demand"] == "Y" else "0",
                "|".join(sorted(other_names)),
            )
    return set(rows.values())


def readable_company(filed: str) -> str:
    """A company's name as filed with the SEC ("NVIDIA CORP", "ABC INC /DE/") in the form people write."""
    name = re.sub(r"\s*[/\\]([A-Za-z ]{2,}[/\\]?)?\s*$", "", filed).strip()
    if not name.isupper():
        return name
    words = []
    for word in name.split():
        bare = re.sub(r"[^A-Za-z]", "", word).lower()
        keep = len(bare) <= 3 and bare not in CORPORATE_SUFFIXES and bare not in ("the", "of", "and", "new")
        words.append(word if keep else word.capitalize())
    return " ".join(words)


def company_names(originals: Path) -> list[tuple[str, str, str]]:
    """(name, ticker, CIK) of the largest filers, in the file's own order, once a company."""
    with gzip.open(originals / "api" / "sec" / "company_tickers.json.gz", "rt", encoding="utf-8") as text:
        filed = json.load(text)
    rows: dict[int, tuple[str, str, str]] = {}
    names: set[str] = set()
    for entry in filed.values():
        name = readable_company(entry["title"])
        if entry["cik_str"] in rows or name.lower() in names:
            continue
        names.add(name.lower())
        rows[entry["cik_str"]] = (name, entry["ticker"], str(entry["cik_str"]))
        if len(rows) == COMPANY_LIMIT:
            break
    return list(rows.values())


def main() -> None:
    """Builds all three files and says how many rows each has."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--originals", type=Path, required=True)
    originals = parser.parse_args().originals
    made: dict[str, tuple[tuple[str, ...], Iterable[tuple[str, ...]]]] = {
        "occupation_titles.csv.gz": (("soc_code", "title"), sorted(occupation_titles(originals))),
        "technology_skills.csv.gz": (
            ("slug", "name", "soc_code", "category", "is_hot", "is_in_demand", "other_names"),
            sorted(technology_skills(originals)),
        ),
        "company_names.csv.gz": (("company_name", "ticker", "cik"), company_names(originals)),
    }
    for file_name, (columns, rows) in made.items():
        count = write_table(HERE / file_name, columns, rows)
        sys.stdout.write(f"{file_name}: {count} rows, {(HERE / file_name).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
