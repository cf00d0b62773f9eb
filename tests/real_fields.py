"""Short texts of real data: titles, companies, places, skills, pay as written, ids and pages of postings.

They are nobody's, so whatever is found in them is a false alarm.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator

import pandas as pd
from real_files import read_json, real_file

TABLES: dict[str, list[str] | None] = {
    "postings/glassdoor_ds_2020_facts.csv.gz": [
        "Job Title", "Salary Estimate", "Company Name", "Location", "Industry", "Revenue",
    ],
    "postings/nyc_city_jobs_2022.csv.gz": [
        "Job ID", "Civil Service Title", "Agency", "Job Category", "Salary Range From",
    ],
    "skills/onet_alternate_titles.csv.gz": None,
    "skills/onet_technology_skills.csv.gz": None,
    "skills/esco_skills_text.csv.gz": None,
    "titles/national_titles_with_esco.csv.gz": None,
    "reference/iso_3166_1_countries.csv": None,
    "reference/iso_4217_currencies.csv": None,
    "reference/naics_2022.csv.gz": None,
    "reference/isic_rev4.csv": None,
    "companies/forbes2000_2004.csv.gz": None,
    "pay/h1b_lca_fy2016_sample.csv.gz": None,
    "pay/ask_a_manager_2021_head.csv": None,
}  # fmt: skip
POSTINGS = "postings/ats_jobs_first_seen_2026-07-18_08-08.parquet"
POSTING_COLUMNS = ["job_uid", "company", "title", "location_raw", "apply_url"]
ADZUNA = "postings/adzuna_partner_feed_daily_2024-12_2025-02.jsonl.gz"
DESCRIPTIONS = "postings/posting_text_skill_labels.jsonl"
LONGEST_FIELD = 300
MOST_OF_A_FILE = 12_000


def real_fields() -> Iterator[tuple[str, str]]:
    """Every short text with the file and column that hold it, the same text of a column once."""
    for path, columns in TABLES.items():
        content = real_file(path).read_bytes()
        text = (gzip.decompress(content) if path.endswith(".gz") else content).decode()
        seen: set[tuple[str, str]] = set()
        for number, row in enumerate(csv.DictReader(io.StringIO(text))):
            if number == MOST_OF_A_FILE:
                break
            seen |= {(name, row[name]) for name in columns or row if isinstance(row.get(name), str)}
        yield from ((f"{path} {name}", value) for name, value in seen if 0 < len(value) <= LONGEST_FIELD)
    postings = pd.read_parquet(real_file(POSTINGS), columns=POSTING_COLUMNS)
    for name in POSTING_COLUMNS:
        yield from ((f"{POSTINGS} {name}", value) for value in set(postings[name].dropna().astype(str)))
    with gzip.open(real_file(ADZUNA), "rt") as lines:
        for row in map(json.loads, lines):
            yield from (
                (f"{ADZUNA} {name}", str(row[name]))
                for name in ("id", "title", "company", "location")
                if row.get(name)
            )


def real_descriptions() -> list[str]:
    """Long texts of real postings."""
    with gzip.open(real_file(ADZUNA), "rt") as lines:
        short = [str(json.loads(line).get("description") or "") for line in lines]
    return short + [row["text"] for row in read_json(DESCRIPTIONS)]
