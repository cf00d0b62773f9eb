"""Jobs, put together from the listings that boards show now and the linker's raw records.

A listing (what one board says of one opening) is taken from ``intermediate.int_posting_sightings``; which
listings are one job, whether that job is open, and what it asks for is worked out here.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from recount.raw_records import Row, days, horizon, instant, newest, rows, tellings

OPEN_DAYS = timedelta(days=60)
EMPLOYERS_OWN = ("usajobs", "greenhouse", "lever", "ashby")
EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def job_histories(connection: psycopg.Connection[Any]) -> dict[str, list[tuple[str, datetime]]]:
    """Listing -> the jobs that it was held to be of, and since when, the last being what holds now."""
    links = newest(tellings(connection, "derived", "posting_links"), "posting_id")
    return {
        posting: [
            (job, since)
            for job, text in zip(record["thing_ids"], record["thing_since"], strict=True)
            if (since := instant(text))
        ]
        for posting, record in links.items()
    }


def jobs(connection: psycopg.Connection[Any]) -> dict[str, Row]:
    """Job -> what all its listings together say of it."""
    until, histories = horizon(connection), job_histories(connection)
    dropped_out = {
        (row["source"], row["resource"]): row["dropped_out_at"]
        for row in rows(connection, "select source, resource, dropped_out_at from ops.freshness")
    }
    members: dict[str, list[Row]] = defaultdict(list)
    first_known: dict[str, datetime] = {}
    for listing in rows(connection, "select * from intermediate.int_posting_sightings"):
        history = histories.get(listing["posting_id"], [(listing["posting_id"], EVER)])
        for (job, since), (_, left_at) in zip(history, [*history[1:], ("", NEVER)], strict=True):
            from_when = max(listing["known_at"], since)
            if from_when < min(listing["known_until"] or NEVER, left_at):
                first_known[job] = min(first_known.get(job, NEVER), from_when)
        if listing["known_until"] is None:
            members[history[-1][0]].append(listing)
    found = {}
    for job, listings in members.items():
        vouched = [dropped_out.get((one["source"], one["resource"])) for one in listings]
        vouched_until = min(max(at for at in vouched if at), until) if all(vouched) else None
        found[job] = {"known_at": first_known[job], **_one_job(job, listings, vouched_until, until)}
    return found


def _one_job(job: str, listings: list[Row], vouched_until: datetime | None, until: datetime) -> Row:
    spell, reposts = _last_spell(listings)
    own = [one for one in spell if one["source"] in EMPLOYERS_OWN]
    judges = own or spell
    closings = [one["closed_at"] for one in judges if one["closed_at"]]
    is_closed = bool(closings) and (not own or len(closings) == len(own))
    closed_at = min(closings) if is_closed else None
    told = min((one["closed_at"] for one in spell if one["closing"] == "told"), default=None)
    posted_at = min(one["posted_at"] for one in spell)
    seen_at = max(one["last_seen_at"] or one["known_at"] for one in spell)
    listed_until = closed_at or max(posted_at, seen_at) + OPEN_DAYS
    open_until = min(listed_until, vouched_until or listed_until)
    is_dropped_out = open_until < listed_until
    closing = ("told" if closed_at == told else "seen") if closed_at else None
    if closing is None and not is_dropped_out and open_until <= until:
        closing = "assumed"
    by_trust = trusted_first(spell)
    bearer = min(spell, key=lambda one: (one["posting_id"] != job, one["posting_id"]))
    names = ("title", "occupation_id", "country", "region", "seniority", "is_remote", "workplace")
    paid = [one for one in by_trust if one["salary_min_amount"] or one["salary_max_amount"]]
    skilled = [one for one in by_trust if one["skills_required"] or one["skills_preferred"]]
    asked = dict.fromkeys(skilled[0]["skills_preferred"], False) if skilled else {}
    asked |= dict.fromkeys(skilled[0]["skills_required"], True) if skilled else {}
    return {
        "job_key": bearer["job_key"],
        "source": bearer["source"],
        "boards": sorted({one["source"] for one in listings}),
        "is_repost": reposts + max(one["spell_number"] for one in listings) > 0,
        **{name: next((one[name] for one in by_trust if one[name] is not None), None) for name in names},
        "posted_at": posted_at,
        "closed_at": closed_at,
        "closing": closing,
        "last_seen_at": seen_at,
        "open_until": open_until,
        "is_open": posted_at <= until < open_until,
        "days_open": max(days(posted_at, min(open_until, until)), 0.0),
        "salary_min_amount": paid[0]["salary_min_amount"] if paid else None,
        "salary_max_amount": paid[0]["salary_max_amount"] if paid else None,
        "salary_min_usd": paid[0]["salary_min_usd"] if paid else None,
        "salary_max_usd": paid[0]["salary_max_usd"] if paid else None,
        "currency": paid[0]["currency"] if paid else None,
        "skills": asked,
        "listings": spell,
    }


def trusted_first(listings: list[Row]) -> list[Row]:
    """The most trusted teller first, of one teller's listings the newest."""
    ordered = sorted(listings, key=lambda one: one["posting_id"])
    ordered.sort(key=lambda one: one["posted_at"], reverse=True)
    return sorted(ordered, key=lambda one: one["teller_rank"])


def _last_spell(listings: list[Row]) -> tuple[list[Row], int]:
    """The listings since the job was last posted anew, all before having closed; and how often that was."""
    spell: list[Row] = []
    ends: list[datetime] = []
    reposts = 0
    for one in sorted(listings, key=lambda one: (one["posted_at"], one["posting_id"])):
        if ends and one["posted_at"] >= max(ends):
            spell, reposts = [], reposts + 1
        spell.append(one)
        ends.append(one["closed_at"] or NEVER)
    return spell, reposts


def demand_for_skills(found: dict[str, Row]) -> dict[str, tuple[int, int]]:
    """Skill -> how many open jobs require it, and how many would welcome it."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for job in found.values():
        for skill, is_required in job["skills"].items():
            counts[skill][not is_required] += job["is_open"]
    return {skill: (required, preferred) for skill, (required, preferred) in counts.items()}
