"""The weekly job market counted naively, in plain Python, from listings and how their boards were read."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from statistics import median
from typing import Any

from market_rows import BOARDS, DROPPED_SINCE, HORIZON, TIME_TO_LIVE_HOURS, MarketRows

Row = dict[str, Any]
Source = tuple[str, str]
Cell = tuple[str, str, str]
DAY, WEEK, HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
LEAST = 5
OPEN_DAYS, GAP_DAYS = 60, 8
READINGS: dict[Source, str] = {
    ("product", "jobs"): "opened",
    ("usajobs", "historic_announcements"): "opened",
    ("linkedin", "job_library"): "opened",
    ("adzuna", "search"): "standing",
    ("greenhouse", "jobs"): "snapshot",
    ("remotive", "jobs"): "snapshot",
}
OWN_BOARDS = ("usajobs", "greenhouse")
CLOSINGS = ("told", "seen", "assumed")
MOVES = ("open_postings_change", "new_postings_change", "median_pay_change_rate", "median_days_open_change")


def monday(at: datetime) -> date:
    """The week of an instant."""
    return at.date() - timedelta(days=at.weekday())


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), UTC)


def is_read(rows: MarketRows, source: Source, at: datetime, whole: bool) -> bool:
    """Whether the readings of a source show what is there at an instant."""
    batches = [
        batch
        for batch in rows.batches
        if (batch["source"], batch["resource"]) == source
        and not batch["is_stale"]
        and not (whole and batch["is_partial"])
    ]
    if READINGS[source] == "opened":
        return any(batch["window_start"] <= at < batch["window_end"] for batch in batches)
    times = sorted(batch["fetched_at"] for batch in batches)
    return any(one <= at < one + DAY for one in times) or any(
        one <= at < other for one, other in pairwise(times) if other - one <= GAP_DAYS * DAY
    )


def shown_since(rows: MarketRows, source: Source, posted: datetime, known: datetime) -> datetime:
    """When a source that tells of a posting could first have shown it: a minute's walk forward at a time."""
    at = posted
    while at < HORIZON + 10 * DAY:
        if is_read(rows, source, at, whole=False):
            return at
        begins = [
            batch["window_start"] if READINGS[source] == "opened" else batch["fetched_at"]
            for batch in rows.batches
            if (batch["source"], batch["resource"]) == source and not batch["is_stale"]
        ]
        later = [begin for begin in begins if begin > at]
        if not later:
            break
        at = min(later)
    return max(posted, known)


def whole_weeks(rows: MarketRows, source: Source) -> set[date]:
    """The weeks that a source covers whole: read at each hour of them, and for long enough before."""
    weeks = set()
    for week in all_weeks():
        begin, end = midnight(week), min(midnight(week) + WEEK, HORIZON)
        since = begin if READINGS[source] == "snapshot" else begin - (OPEN_DAYS + GAP_DAYS) * DAY
        hours = int((end - since) / HOUR)
        if READINGS[source] == "standing":
            # What it told of the weeks before, it has been read to tell ever since.
            fetched = [batch for batch in rows.batches if batch["source"] == source[0]]
            is_old = any(batch["window_start"] <= since and batch["fetched_at"] <= begin for batch in fetched)
            if not is_old or not all(
                any(batch["window_start"] <= since + hour * HOUR < batch["window_end"] for batch in fetched)
                for hour in range(hours)
            ):
                continue
            since, hours = begin, int((end - begin) / HOUR)
        if all(is_read(rows, source, since + hour * HOUR, whole=True) for hour in range(hours)):
            weeks.add(week)
    return weeks


def all_weeks() -> list[date]:
    """Every week of the history."""
    return [date(2025, 11, 3) + timedelta(days=7 * number) for number in range(31)]


def job_spells(rows: MarketRows) -> list[Row]:
    """Every time that a job was open: from when to when it counts, and what told of it."""
    job_of = {link["posting_id"]: link["job_id"] for link in rows.links if link["known_until"] is None}
    listings: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows.sightings:
        listings[row["posting_id"], row["spell_number"]].append(row)
    told: dict[str, list[Row]] = defaultdict(list)
    for (posting, _), versions in listings.items():
        versions.sort(key=lambda row: row["known_at"])
        source = (versions[0]["source"], BOARDS[versions[0]["source"]][0])
        since = shown_since(rows, source, versions[0]["posted_at"], versions[0]["known_at"])
        told[job_of[posting]].append({**versions[-1], "board": source, "since": since})
    spells = []
    for job, all_told in told.items():
        all_told.sort(key=lambda row: (row["posted_at"], row["posting_id"], row["spell_number"]))
        groups: list[list[Row]] = []
        until: datetime | None = None
        for row in all_told:
            if groups and (until is None or row["posted_at"] < until):
                groups[-1].append(row)
                until = None if until is None or row["closed_at"] is None else max(until, row["closed_at"])
            else:
                groups.append([row])
                until = row["closed_at"]
        for number, group in enumerate(groups):
            spells.append(_spell(job, number, group, number == len(groups) - 1, all_told))
    return [spell for spell in spells if spell["from"] < HORIZON and spell["from"] <= spell["until"]]


def _spell(job: str, number: int, group: list[Row], is_last: bool, all_told: list[Row]) -> Row:
    newest = {row["posting_id"]: row for row in group}.values()  # of a listing, its last spell
    own = [row for row in newest if row["source"] in OWN_BOARDS]
    if own:
        closings = [row for row in own if all(one["closed_at"] for one in own)]
    else:
        closings = [row for row in newest if row["closed_at"]]
    last_seen = max(row["last_seen_at"] or row["known_at"] for row in newest)
    posted = min(row["posted_at"] for row in group)
    if closings:
        end = min(row["closed_at"] for row in closings)
        how = (
            "told" if any(row["closed_at"] == end and row["closing"] == "told" for row in newest) else "seen"
        )
    else:
        end, how = max(min(row["posted_at"] for row in newest), last_seen) + OPEN_DAYS * DAY, "assumed"
    dropped = DROPPED_SINCE + timedelta(hours=TIME_TO_LIVE_HOURS)
    is_dropped = is_last and dropped < end and all(row["source"] == "remotive" for row in all_told)
    end = dropped if is_dropped else end
    return {
        "job": job, "number": number, "posted": posted, "from": min(row["since"] for row in group),
        "until": max(min(end, HORIZON), posted), "has_ended": end <= HORIZON, "is_dropped": is_dropped,
        "closing": None if is_dropped or end > HORIZON else how, "pay": group[0]["salary_min_usd"],
        "cell": cell_of(group[0]), "told": group,
    }  # fmt: skip


def cell_of(listing: Row) -> Cell:
    """Industry, place and occupation of a listing, `unknown` where nobody told."""
    place = f"US-{listing['region']}" if listing["region"] else listing["country"] or "unknown"
    return listing["industry_id"] or "unknown", place, listing["occupation_id"] or "unknown"


def job_weeks(rows: MarketRows) -> dict[date, list[Row]]:
    """The jobs that are open at any time of each week, with what they are in it."""
    whole = {source: whole_weeks(rows, source) for source in READINGS}
    weeks: dict[date, list[Row]] = {}
    for week in all_weeks():
        begin, end = midnight(week), midnight(week) + WEEK
        weeks[week] = []
        for spell in job_spells_of(rows):
            if not (spell["from"] < end and spell["until"] >= begin):
                continue
            ends = spell["has_ended"] and begin <= spell["until"] < end
            boards = {row["board"] for row in spell["told"] if row["since"] < end}
            weeks[week].append(
                {
                    **spell,
                    "is_new": begin <= spell["posted"] < end,
                    "appears": begin <= spell["from"] < end and spell["posted"] < begin,
                    "closes": spell["closing"] if ends and not spell["is_dropped"] else None,
                    "drops": ends and spell["is_dropped"],
                    "days": (min(spell["until"], end) - spell["posted"]) / DAY,
                    "with_before": any({week, week - WEEK} <= whole[board] for board in boards),
                    "with_after": any({week, week + WEEK} <= whole[board] for board in boards),
                }
            )
    return weeks


_spells: dict[int, list[Row]] = {}


def job_spells_of(rows: MarketRows) -> list[Row]:
    """The spells, worked out once."""
    return _spells.setdefault(id(rows), job_spells(rows))


def levels(cell: Cell) -> list[Cell]:
    """A cell and all roll-ups that it belongs to."""
    return [(one, two, three) for one, two, three in product(*((name, "all") for name in cell))]


def middle(values: list[float]) -> float | None:
    """The median, of enough values."""
    return median(values) if len(values) >= LEAST else None


def market(rows: MarketRows) -> dict[tuple[date, Cell], Row]:
    """Every figure of every row of job_market_weekly."""
    weeks = job_weeks(rows)
    whole = {source: whole_weeks(rows, source) for source in READINGS}
    job_of = {link["posting_id"]: link["job_id"] for link in rows.links if link["known_until"] is None}
    cells = {job_of[row["posting_id"]]: cell_of(row) for row in rows.sightings}
    demand: dict[tuple[date, Cell], list[Row]] = defaultdict(list)
    supply: dict[tuple[date, Cell], list[str]] = defaultdict(list)
    for week, jobs in weeks.items():
        for job in jobs:
            for cell in levels(job["cell"]):
                demand[week, cell].append(job)
    for row in rows.applications:
        if row["posting_id"] in job_of:
            for cell in levels(cells[job_of[row["posting_id"]]]):
                supply[monday(row["applied_at"]), cell].append(row["subject_id"])
    found: dict[tuple[date, Cell], Row] = {}
    for cell in sorted({cell for _, cell in [*demand, *supply]}):
        first = min(week for week, filled in [*demand, *supply] if filled == cell)
        base, index = None, None
        for week in all_weeks():
            if week < first:
                continue
            both = sum({week, week - WEEK} <= covered for covered in whole.values())
            now, before = demand.get((week, cell), []), demand.get((week - WEEK, cell), [])
            row = _figures(now, supply.get((week, cell), []))
            row |= _changes(now, before, both) | {"compared_sources_count": both}
            row["applicants_change"] = row["applicants_count"] - len(set(supply.get((week - WEEK, cell), [])))
            there, here = row["compared_postings_count_before"], row["compared_postings_count"]
            follows = _is_followed(demand, whole, cell, week)
            if both and there and index is not None:
                index = index * here / there
            else:
                base, index = (week, 100.0) if follows else (None, None)
            is_rollup = "all" in cell
            row["open_postings_index"] = index if is_rollup else None
            row["index_base_date"] = base if is_rollup else None
            found[week, cell] = row
    return found


def _is_followed(
    demand: dict[tuple[date, Cell], list[Row]], whole: dict[Source, set[date]], cell: Cell, week: date
) -> bool:
    is_covered = any({week, week + WEEK} <= covered for covered in whole.values())
    is_within = midnight(week) + WEEK < HORIZON
    return is_covered and is_within and any(job["with_after"] for job in demand.get((week, cell), []))


def _figures(jobs: list[Row], applicants: list[str]) -> Row:
    known = [job for job in jobs if job["closing"] != "assumed"]
    people = len(set(applicants))
    return {
        "open_postings_count": len(jobs),
        "new_postings_count": sum(job["is_new"] for job in jobs),
        "appeared_postings_count": sum(job["appears"] for job in jobs),
        "closed_postings_count": sum(job["closes"] is not None for job in jobs),
        **{f"{how}_closed_count": sum(job["closes"] == how for job in jobs) for how in CLOSINGS},
        "dropped_postings_count": sum(job["drops"] for job in jobs),
        "end_assumed_count": len(jobs) - len(known),
        "applications_count": len(applicants),
        "applicants_count": people,
        "tension_ratio": len(jobs) / people if people else None,
        "tension_share": len(jobs) / (len(jobs) + people) if jobs or people else None,
        "priced_postings_count": sum(job["pay"] is not None for job in jobs),
        "median_pay_usd": middle([job["pay"] for job in jobs if job["pay"]]),
        "aged_postings_count": len(known),
        "median_days_open": middle([job["days"] for job in known]),
        "median_days_to_close": middle([job["days"] for job in jobs if job["closes"] in ("told", "seen")]),
    }  # fmt: skip


def _changes(jobs: list[Row], jobs_before: list[Row], both: int) -> Row:
    """How the week compares with the one before, as told by the sources that cover both."""
    now = [job for job in jobs if job["with_before"]]
    before = [job for job in jobs_before if job["with_after"]]
    figures, earlier = _figures(now, []), _figures(before, [])
    told: Row = {"compared_postings_count": len(now), "compared_postings_count_before": len(before)}
    if not both or (not now and not before and (jobs or jobs_before)):
        return told | dict.fromkeys(MOVES)
    pay, pay_before = figures["median_pay_usd"], earlier["median_pay_usd"]
    days, days_before = figures["median_days_open"], earlier["median_days_open"]
    return told | {
        "open_postings_change": len(now) - len(before),
        "new_postings_change": figures["new_postings_count"] - earlier["new_postings_count"],
        "median_pay_change_rate": pay / pay_before - 1 if pay and pay_before else None,
        "median_days_open_change": days - days_before
        if days is not None and days_before is not None
        else None,
    }
