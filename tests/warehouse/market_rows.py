"""Listings of six boards drawn at random over half a year, with the shapes that break counts of demand.

A board that is read for the first time in spring and shows only what has survived; one that drops out; one
that leaves a gap; one that is never read whole; jobs on several boards, posted anew under an old and under a
new id, closed as told, as seen or by nobody; a cell that empties. The same seed draws the same rows.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
from psycopg import sql

Row = dict[str, Any]
DAY = timedelta(days=1)
START = datetime(2025, 12, 1, tzinfo=UTC)
# A Wednesday: the newest week is not complete.
HORIZON = datetime(2026, 6, 3, tzinfo=UTC)
SURVIVORS_SINCE = datetime(2026, 3, 18, 9, tzinfo=UTC)
DROPPED_SINCE = datetime(2026, 4, 20, 9, tzinfo=UTC)
TIME_TO_LIVE_HOURS = 48
EMPTIED_SINCE = datetime(2026, 3, 1, tzinfo=UTC)
BOARDS = {
    "product": ("jobs", 3),
    "usajobs": ("historic_announcements", 1),
    "greenhouse": ("jobs", 2),
    "remotive": ("jobs", 4),
    "adzuna": ("search", 5),
    "linkedin": ("job_library", 6),
}
CELLS = [
    ("technology", "US", "CA", "15-1252"),
    ("technology", "US", "CA", "15-1252"),
    ("technology", "DE", None, "15-1252"),
    ("finance", "US", "NY", "13-2011"),
    ("finance", "US", None, "15-1252"),
    (None, None, None, None),
]
EMPTYING = ("retail", "GB", None, "41-2031")


@dataclass
class MarketRows:
    """Rows by the table that they go into, with its columns as keys."""

    batches: list[Row] = field(default_factory=list)
    sightings: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    applications: list[Row] = field(default_factory=list)


def draw_rows(seed: int = 3, jobs: int = 260) -> MarketRows:
    """About 260 jobs with 600 listings, and 700 applications."""
    random = Random(seed)
    rows = MarketRows(batches=_batches())
    for number in range(jobs):
        cell = EMPTYING if number % 20 == 0 else random.choice(CELLS)
        latest = (EMPTIED_SINCE if cell == EMPTYING else HORIZON) - timedelta(days=1)
        posted = START + random.random() * (latest - START) - (10 * DAY if number % 9 == 0 else 0 * DAY)
        pay = random.choice([None, 1_000.0 * random.randint(40, 160)])
        first = _draw_spell(rows, random, f"j{number}", cell, posted, pay, 0, {})
        if first and cell != EMPTYING and random.random() < 0.25:
            again = (
                max(row["known_at"] if row["closed_at"] else HORIZON for row in first)
                + random.randint(2, 30) * DAY
            )
            ids = {row["source"]: row["posting_id"] for row in first} if random.random() < 0.5 else {}
            if again < HORIZON - 2 * DAY:
                _draw_spell(rows, random, f"j{number}", cell, again, pay, 1, ids)
    for sighting in rows.sightings:
        sighting["job_key"] = f"{sighting['source']}:{sighting['posting_id']}"
    _link(rows)
    postings = [*sorted({row["posting_id"] for row in rows.sightings}), "never shown"]
    for number in range(700):
        applied = START + random.random() * (HORIZON - START)
        rows.applications.append(
            {
                "application_id": f"a{number}",
                "subject_id": f"s{random.randrange(90)}",
                "cv_id": "cv",
                "posting_id": random.choice(postings),
                "job_key": "x",
                "applied_at": applied,
                "known_at": applied + DAY,
            }
        )
    return rows


def _batches() -> list[Row]:
    """How each resource was read: windows of a week, or readings every week."""
    weeks = [START - 30 * DAY + 7 * week * DAY for week in range(32)]
    read: list[Row] = []

    def add(
        source: str, resource: str, begin: datetime, end: datetime, fetched: datetime, **more: Any
    ) -> None:
        batch = {"source": source, "resource": resource, "window_start": begin, "window_end": end}
        read.append({**batch, "fetched_at": fetched, "is_partial": False, "is_stale": False, **more})

    for begin in weeks:
        end = min(begin + 7 * DAY, HORIZON)
        if begin >= HORIZON:
            continue
        add("product", "jobs", begin, end, end + timedelta(hours=5))
        if not datetime(2026, 5, 1, tzinfo=UTC) < begin < datetime(2026, 5, 10, tzinfo=UTC):
            add("usajobs", "historic_announcements", begin, end, end)
        add("linkedin", "job_library", begin, end, end, is_partial=True)
        if not datetime(2026, 3, 1, tzinfo=UTC) < begin < datetime(2026, 4, 10, tzinfo=UTC):
            add("adzuna", "search", begin, end, end)
        is_away = datetime(2026, 4, 18, tzinfo=UTC) < begin < datetime(2026, 5, 8, tzinfo=UTC)
        if begin + timedelta(hours=9) >= SURVIVORS_SINCE and not is_away:
            add("greenhouse", "jobs", begin, end, begin + timedelta(hours=9))
        if begin + timedelta(hours=9) <= DROPPED_SINCE:
            add("remotive", "jobs", begin, end, begin + timedelta(hours=9))
    add("greenhouse", "jobs", HORIZON - DAY, HORIZON, HORIZON - timedelta(hours=2))
    add("greenhouse", "jobs", START, START + DAY, SURVIVORS_SINCE - 4 * DAY, is_stale=True)
    add("remotive", "jobs", DROPPED_SINCE - DAY, DROPPED_SINCE, DROPPED_SINCE)
    return read


def _draw_spell(
    rows: MarketRows,
    random: Random,
    job: str,
    cell: tuple[str | None, ...],
    posted: datetime,
    pay: float | None,
    spell: int,
    ids: dict[str, str],
) -> list[Row]:
    """The newest version of each listing of one spell of a job; their versions are added to the rows."""
    ends = posted + random.randint(3, 70) * DAY + timedelta(hours=random.randrange(24))
    if cell == EMPTYING:
        ends = min(ends, EMPTIED_SINCE)
    newest = []
    for source in random.sample(sorted(BOARDS), random.choice([1, 1, 2, 3])) if not ids else sorted(ids):
        told = posted + random.choice([0, 0, 1, 3]) * DAY
        versions = _versions(rows, random, source, told, ends)
        if not versions:
            continue
        resource, rank = BOARDS[source]
        industry, country, region, occupation = cell
        posting = ids.get(source, f"{job}-{source}-{spell}")
        for version in versions:
            version |= {
                "posting_id": posting, "source": source, "resource": resource, "teller_rank": rank,
                "title": "Job", "job": job, "spell_number": spell if posting in ids.values() else 0,
                "posted_at": told, "industry_id": industry, "country": country, "region": region,
                "occupation_id": occupation, "skills_required": [], "skills_preferred": [],
                "salary_min_usd": pay, "salary_max_usd": pay, "salary_min_amount": pay,
                "salary_max_amount": pay, "currency": "USD",
            }  # fmt: skip
        before = [row for row in rows.sightings if row["posting_id"] == posting]
        for row in before:
            row["known_until"] = row["known_until"] or versions[0]["known_at"]
        rows.sightings += versions
        newest.append(versions[-1])
    return newest


def _versions(rows: MarketRows, random: Random, source: str, told: datetime, ends: datetime) -> list[Row]:
    """What a board tells of a listing: that it is there and, where that is known, that it has closed."""
    readings = sorted(
        batch["fetched_at"] for batch in rows.batches if batch["source"] == source and not batch["is_stale"]
    )
    seen = [at for at in readings if told <= at < ends]
    gone = [at for at in readings if at >= ends]
    opened: Row = {"known_at": told + DAY, "known_until": None, "closed_at": None, "closing": None}
    opened["last_seen_at"] = None
    if source in ("greenhouse", "remotive"):
        if not seen:
            return []
        opened |= {"known_at": seen[0], "last_seen_at": seen[-1]}
        closed = (gone[0], gone[1], "seen") if len(gone) > 1 else None
    elif source == "adzuna":
        if not seen:
            return []
        closed = None
    else:
        closed = (ends, ends + DAY, "told") if ends < HORIZON - DAY and random.random() < 0.75 else None
    if opened["known_at"] >= HORIZON:
        return []
    if closed is None:
        return [opened]
    closed_at, known_at, closing = closed
    opened["known_until"] = known_at
    last_seen = opened["last_seen_at"]
    later = {"known_at": known_at, "known_until": None, "closed_at": closed_at, "closing": closing}
    return [opened, later | {"last_seen_at": last_seen}]


def _link(rows: MarketRows) -> None:
    """Each listing is of its job; one in seven was held to be a job of its own at first."""
    first: dict[str, str] = {}
    for number, row in enumerate(rows.sightings):
        job = first.setdefault(row.pop("job"), row["posting_id"])
        if any(link["posting_id"] == row["posting_id"] for link in rows.links):
            continue
        link = {
            "posting_id": row["posting_id"],
            "job_id": job,
            "known_at": row["known_at"],
            "known_until": None,
        }
        if number % 7 == 0 and job != row["posting_id"]:
            joined = row["known_at"] + 3 * DAY
            rows.links.append({**link, "job_id": row["posting_id"], "known_until": joined})
            link["known_at"] = joined
        rows.links.append(link)


def fill(connection: psycopg.Connection, rows: MarketRows) -> None:
    """Put the rows where the models read them; a source that has dropped out says so in its state."""
    account = {
        "rows_read": 1, "rows_loaded": 1, "rows_duplicate": 0, "rows_rejected": 0, "bytes": 1,
        "checksum": "x", "known_at_rule": "x", "state": "accepted", "lake_path": "x",
    }  # fmt: skip
    batches = [
        {**batch, **account, "batch_id": f"{batch['source']}-{number}"}
        for number, batch in enumerate(rows.batches)
    ]
    state = {
        "source": "remotive", "resource": "jobs", "state": "failing", "message": "It kept failing.",
        "outage_code": "source_unavailable", "time_to_live_hours": TIME_TO_LIVE_HOURS,
        "stale_after_hours": 36,
    }  # fmt: skip
    for table, told in {
        "ops.batches": batches,
        "ops.source_states": [state],
        "intermediate.int_posting_sightings": rows.sightings,
        "intermediate.int_job_links": rows.links,
        "intermediate.int_applications": rows.applications,
    }.items():
        columns = list(told[0])
        insert = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(*table.split(".")),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Placeholder, columns)),
        )
        connection.cursor().executemany(insert, told)
