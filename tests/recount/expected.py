"""How much of everything a run of a known market makes, beside what is checked in.

A market of one size and seed is the same whenever it is made, moved in time as a whole. So what the product
and histories tell of it is the same to the unit; what boards list at the moment of the run is not.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

FILE = Path(__file__).parents[1] / "e2e" / "expected_counts.json"
# Counts that hang on what boards list when they are read may be off by so much.
TOLERANCE = 0.03
EXACT = {
    "applications": "select count(*) from marts.fct_applications",
    "applications with an interview": "select count(interview_at) from marts.fct_applications",
    "applications with an offer": "select count(offer_at) from marts.fct_applications",
    "applications with a hire": "select count(hired_at) from marts.fct_applications",
    "applications still open": "select count(*) from marts.fct_applications where is_open",
    "offers that name pay": "select count(*) from marts.fct_pay_observations where basis = 'offer'",
    "events": "select count(*) from marts.fct_events",
    "periods of subscriptions": "select count(*) from marts.fct_subscriptions",
    "paid periods": "select count(*) from marts.fct_subscriptions where is_paying",
    "listings that people entered": """
        select count(distinct posting_id) from marts.fct_posting_sightings where source = 'product'
    """,
    "vacancies of the government": """
        select count(distinct posting_id) from marts.fct_posting_sightings where source = 'usajobs'
    """,
}
ABOUT = {
    "jobs": "select count(*) from marts.fct_postings",
    "open jobs": "select count(*) from marts.fct_postings where is_open",
    "jobs on several boards": "select count(*) from marts.fct_postings where boards_count > 1",
    "listings": "select count(*) from marts.fct_posting_sightings where is_current",
    "companies that post": "select count(*) from marts.dim_companies where postings_count > 0",
    "skills that jobs ask for": "select count(distinct skill_id) from marts.fct_posting_skills",
    "jobs and skills": "select count(*) from marts.fct_posting_skills",
    "jobs that state pay": "select count(*) from marts.fct_pay_observations where basis = 'posted'",
    "benchmarks of pay": "select count(*) from marts.salary_benchmarks",
}
Outcome = tuple[str, bool, str]


def against_expected(connection: psycopg.Connection[Any], home: Path, file: Path = FILE) -> Iterator[Outcome]:
    """(name, whether it holds, detail) of each count of a run over the sandbox's market of ``home``.

    With ``UPDATE_SNAPSHOT`` in the environment the counts are written to the file first.
    """
    market = json.loads((home / "market.json").read_text())
    name = f"{market['data']} {market['size']}, seed {market['seed']}, {market['days']} days"
    counted = {
        part: {count: _scalar(connection, query) for count, query in queries.items()}
        for part, queries in {"exact": EXACT, "about": ABOUT}.items()
    }
    known = json.loads(file.read_text()) if file.exists() else {}
    if os.environ.get("UPDATE_SNAPSHOT"):
        known = {**known, name: counted}
        file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
    if name not in known:
        yield f"the counts of {name} are checked in", False, "write them with UPDATE_SNAPSHOT=1"
        return
    for part, tolerance in (("exact", 0.0), ("about", TOLERANCE)):
        for count in sorted({*counted[part], *known[name][part]}):
            found, expected = counted[part].get(count), known[name][part].get(count)
            is_alike = None not in (found, expected) and abs(found - expected) <= tolerance * expected
            yield f"as many {count} as ever", is_alike, f"{found}, expected {expected}"


def _scalar(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
