"""Which company each job is of now, from the linker's raw records and the names that companies bear."""

from hashlib import md5
from typing import Any

import psycopg

from recount.jobs import trusted_first
from recount.raw_records import Row, newest, rows, tellings


def employers(connection: psycopg.Connection[Any], jobs: dict[str, Row]) -> dict[str, str | None]:
    """Job -> company, or None where no listing names one.

    Who bears which name is taken from ``intermediate.int_company_names``.
    """
    company_of = _companies_of_records(connection)
    bearers = {
        one["name_letters"]: one["company_id"]
        for one in rows(connection, "select * from intermediate.int_company_names where known_until is null")
    }
    found = {}
    for name, job in jobs.items():
        by_trust = trusted_first(job["listings"])
        linked = [company_of.get(one["company_record_id"]) for one in by_trust]
        named = [_bearer(one, bearers) for one in by_trust]
        found[name] = next((company for company in [*linked, *named] if company), None)
    return found


def _companies_of_records(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Record of a company -> its company.

    The first of a name bears the name's id, others that of their first record. The records are those of
    ``intermediate.int_company_tellings``.
    """
    links = newest(tellings(connection, "derived", "company_record_links"), "company_record_id")
    told = {
        one["company_record_id"]: one
        for one in rows(connection, "select * from intermediate.int_company_tellings")
    }
    first_of = {name: links[name]["thing_ids"][-1] if name in links else name for name in told}
    ever = {thing for link in links.values() for thing in link["thing_ids"]} | set(first_of.values())
    bearers: dict[str, str] = {}
    for name in sorted(ever & told.keys(), key=lambda name: (told[name]["known_at"], name)):
        bearers.setdefault(told[name]["company_key"], name)
    return {
        name: _md5(told[first]["company_key"]) if bearers[told[first]["company_key"]] == first else first
        for name, first in first_of.items()
    }


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _bearer(listing: Row, bearers: dict[str, str | None]) -> str | None:
    """The one company that bears a listing's company name, whole or without its legal form."""
    if listing["company_key"] is None:
        return None
    whole = "".join(letter for letter in listing["company_name"] if letter.isalnum()).lower()
    if bearers.get(whole):
        return bearers[whole]
    if listing["company_key"] in bearers:
        return bearers[listing["company_key"]]
    return _md5(listing["company_key"])
