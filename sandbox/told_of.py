"""Which job of the market each listing is of, and which employer each record of a company is of."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.market import STORE_NAME
from sandbox.postings import USAJOBS_FIRST_ID

# How each provider writes the number that the store keeps of a listing.
_LISTING_KEYS: dict[str, Callable[[int, dict[str, Any]], str]] = {
    "adzuna": lambda number, seen: f"{seen['country'].lower()}-{number}",
    "angellist": lambda number, _: str(number),
    "ashby": lambda number, seen: f"{seen['employer']}/{uuid5(NAMESPACE_URL, f'ashby:{number}')}",
    "built_in": lambda number, _: str(number),
    "greenhouse": lambda number, seen: f"{seen['employer']}/{number}",
    "hacker_news_who_is_hiring": lambda number, _: str(number + 45_000_000),
    "himalayas": lambda number, seen: f"https://himalayas.example/companies/{seen['employer']}/jobs/{number}",
    "indeed": lambda number, _: f"{number:016x}",
    "lever": lambda number, seen: f"{seen['employer']}/{uuid5(NAMESPACE_URL, f'lever:{number}')}",
    "linkedin": lambda number, _: str(number + 4_467_000_000),
    "remotive": lambda number, _: str(number),
    "the_muse": lambda number, _: str(number),
}
_LEVER_SITES = ("global", "eu")


def told_jobs(home: Path) -> Iterator[dict[str, Any]]:
    """``key`` of every listing (``<source>:<id there>``), the number of its ``job``, and its ``employer``.

    Arbeitnow's listings are left out: the store does not keep which of them repeat a job.
    """
    with sqlite3.connect(home / STORE_NAME) as store:
        store.row_factory = sqlite3.Row
        for number, employer in store.execute("select number, facts ->> '$.employer' from jobs"):
            yield {"key": f"cvplus:J{number:06d}", "job": number, "employer": employer}
        for (control_number,) in store.execute("select control_number from postings"):
            yield {
                "key": f"usajobs:{control_number}",
                "job": control_number - USAJOBS_FIRST_ID,
                "employer": None,
            }
        for seen in store.execute("select provider, id, number, employer, country from seen_jobs"):
            write = _LISTING_KEYS.get(seen["provider"])
            if write is None:
                continue
            told = write(seen["id"], dict(seen))
            sites = _LEVER_SITES if seen["provider"] == "lever" else ("",)
            for site in sites:
                key = f"{seen['provider']}:{site}{'/' if site else ''}{told}"
                yield {"key": key, "job": seen["number"], "employer": seen["employer"]}


def told_employers(home: Path) -> Iterator[dict[str, Any]]:
    """``source`` and ``source_company_id`` of every record of a company, the permalink of its ``employer``.

    PitchBook's ids stand for no employer that the store keeps: its records are told by their website.
    """
    with sqlite3.connect(home / STORE_NAME) as store:
        rows = store.execute(
            "select permalink, rank, facts ->> '$.uuid', facts ->> '$.cik', facts ->> '$.domain'"
            " from employers"
        ).fetchall()
    for permalink, rank, uuid, cik, domain in rows:
        told = {
            "crunchbase": uuid,
            "the_muse": 15_000_000 + rank,
            "built_in": rank,
            "angellist_companies": rank,
            "glassdoor": 100_000 + rank,
            "sec_edgar": f"{cik:010d}",
            "website": domain,
        }
        for source, source_company_id in told.items():
            yield {"source": source, "source_company_id": str(source_company_id), "employer": permalink}


def open_jobs(home: Path, instant: str) -> int:
    """How many private jobs are open at an instant (ISO 8601, UTC)."""
    with sqlite3.connect(home / STORE_NAME) as store:
        (count,) = store.execute(
            "select count(*) from jobs where facts ->> '$.posted_at' <= ?1 and facts ->> '$.closed_at' > ?1",
            [instant],
        ).fetchone()
    return int(count)


def told_chances(home: Path) -> Iterator[dict[str, Any]]:
    """``application_id`` and the true chances of an ``interview`` and of an ``offer`` in the label window."""
    with sqlite3.connect(home / STORE_NAME) as store:
        store.row_factory = sqlite3.Row
        yield from map(dict, store.execute("select application_id, interview, offer from chances"))


def told_lives(home: Path) -> Iterator[dict[str, Any]]:
    """``job``, ``posted_at``, ``closed_at``, ``occupation`` (SOC) and ``industry`` of every job.

    A federal vacancy is told by its series: it has no ``occupation`` here. Its days begin at 00:00 UTC.
    """
    with sqlite3.connect(home / STORE_NAME) as store:
        for job, posted_at, closed_at, occupation, industry in store.execute(
            "select number, facts ->> '$.posted_at', facts ->> '$.closed_at', facts ->> '$.occupation_code',"
            " facts ->> '$.industry' from jobs"
        ):
            life = {"posted_at": posted_at, "closed_at": closed_at}
            yield {"job": job, **life, "occupation": occupation, "industry": industry}
        for control_number, opened, closed in store.execute(
            "select control_number, facts ->> '$.opened', facts ->> '$.closed' from postings"
        ):
            life = {"posted_at": f"{opened}T00:00:00Z", "closed_at": f"{closed}T00:00:00Z"}
            job = control_number - USAJOBS_FIRST_ID
            yield {"job": job, **life, "occupation": None, "industry": "government"}
