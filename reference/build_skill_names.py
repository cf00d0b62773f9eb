"""Builds ``skill_names.csv.gz``: names and synonyms of technologies beyond O*NET, from three open lists.

Run by hand when a new edition is out; the result is checked in:

    python reference/build_skill_names.py --topics <git directory of github/explore>
        --languages <git directory of github-linguist/linguist> --esco <folder with esco_*.gz>

Sources and licences stand in README.md beside this script. Output is deterministic.
"""

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
COLUMNS = ("name", "other_names", "source")
# Topics that are no skill: kinds of repositories, games, events, firms, places.
NO_SKILLS = re.compile(
    r"(?i)\b(?:awesome|hacktoberfest|game|games|dotfiles|bot|wallpaper|minecraft|pokemon|covid|cheat|hack|list|"
    r"lists|conference|university|portfolio|blog|emoji|anime|music|news|weather|theme|themes|meme|book|resume|"
    r"interview|tutorial|app|website|extension|plugin|challenge|community|course|education|school|jam|"
    r"advent of code|leetcode|codeforces|steam|twitch|spotify|netflix|tesla|discord|telegram|whatsapp|reddit|"
    r"programming languages?|open[- ]source|computer science|low[- ]code|no[- ]code|systems thinking|"
    r"front-?end|back-?end|full[- ]?stack|twitter|facebook|instagram|youtube|linkedin|tiktok|google|amazon|"
    r"microsoft|apple|github|mod|mods)\b"
)
LONGEST_NAME_WORDS = 4
# Two letters are an ending of files, or short for other things as well.
SHORTEST_ALIAS = 2
MOST_USES_OF_NAME = 2
# ESCO's knowledge has names; its skills are sentences ("develop terminology databases").
ESCO_KIND = "knowledge"


def shown(repository: Path, path: str) -> str:
    """A file of the newest commit."""
    return subprocess.run(
        ["git", "-C", str(repository), "show", f"HEAD:{path}"], capture_output=True, check=True, text=True
    ).stdout


def topics(repository: Path) -> Iterator[tuple[str, list[str]]]:
    """Display name and aliases of GitHub's topics."""
    listed = subprocess.run(
        ["git", "-C", str(repository), "ls-tree", "--name-only", "HEAD", "topics/"],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    for path in sorted(listed.split()):
        head = shown(repository, f"{path}/index.md").split("---")[1]
        fields = dict(re.findall(r"^(aliases|display_name|topic): *(.+)$", head, re.MULTILINE))
        name = fields.get("display_name", "").strip(" \"'")
        if not name or len(name.split()) > LONGEST_NAME_WORDS:
            continue
        aliases = [alias.strip(" \"'") for alias in fields.get("aliases", "").split(",")]
        yield name, [*(alias for alias in aliases if alias), path.removeprefix("topics/")]


def languages(repository: Path) -> Iterator[tuple[str, list[str]]]:
    """Names and aliases of the programming languages that GitHub tells apart."""
    for name, told in sorted(yaml.safe_load(shown(repository, "lib/linguist/languages.yml")).items()):
        if told.get("type") == "programming":
            yield name, [str(alias) for alias in told.get("aliases", []) if len(str(alias)) > SHORTEST_ALIAS]


def ordinary_words(folder: Path) -> set[str]:
    """Words that ESCO's descriptions use in small letters more than once or twice: no names in a text."""
    counts: Counter[str] = Counter()
    csv.field_size_limit(sys.maxsize)
    for name in ("esco_skills_text.csv.gz", "esco_occupations_text.csv.gz"):
        with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                counts.update(re.findall(r"\b[a-z]+\b", row["description"]))
    return {word for word, count in counts.items() if count > MOST_USES_OF_NAME}


def esco(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Labels of ESCO's digital knowledge that are names; its other labels are often wider or narrower."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for skill in map(json.loads, lines):
            label = re.sub(r" \([^)]*\)$", "", skill["label"]).strip()
            is_name = label != label.lower() and len(label.split()) <= LONGEST_NAME_WORDS
            if skill["skillType"] == ESCO_KIND and is_name:
                yield label, []


def main() -> None:
    """Builds the file and says how many rows it has."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--topics", type=Path, required=True)
    parser.add_argument("--languages", type=Path, required=True)
    parser.add_argument("--esco", type=Path, required=True)
    told = parser.parse_args()
    rows: dict[str, tuple[str, str, str]] = {}
    made = (
        ("linguist", languages(told.languages)),
        ("github", topics(told.topics)),
        ("esco", esco(told.esco / "esco_digital_skills.jsonl.gz")),
    )
    ordinary = ordinary_words(told.esco)
    for source, pairs in made:
        for name, others in pairs:
            used = {name.lower(), *ordinary}
            kept = sorted({other for other in others if other.lower() not in used and "|" not in other})
            if name.lower() not in ordinary and not NO_SKILLS.search(name):
                rows.setdefault(name.lower(), (name, "|".join(kept), source))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row for _, row in sorted(rows.items()))
    target = HERE / "skill_names.csv.gz"
    target.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    sys.stdout.write(f"{target.name}: {len(rows)} rows, {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
