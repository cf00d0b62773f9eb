"""How well listings and records of companies are linked, beside what the sandbox's market knows of them."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg

from cvplus.errors import PlantError
from cvplus.evaluation.demand import weekly_demand
from cvplus.evaluation.figures import Figure, share_of
from cvplus.evaluation.market import Market, own_market
from cvplus.warehouse.connection import connect

_LEAST_SURE = 20
_JOBS = """
    select distinct on (posting_id) job_key, job_id, link_confidence, title
    from marts.fct_posting_sightings where is_current order by posting_id, known_at desc
"""
_RECORDS = """
    select distinct on (record.company_record_id) record.source, record.source_company_id, record.domain,
        record.company_name,
        coalesce(
            link.company_id,
            case when name.name_letters is null then md5(record.company_key) else name.company_id end
        ) as company_id
    from intermediate.int_company_records as record
    left join intermediate.int_company_links as link
        on record.company_record_id = link.company_record_id and link.known_until is null
    left join intermediate.int_company_names as name
        on record.company_key = name.name_letters and name.known_until is null
    where record.known_until is null and not record.is_removed
    order by record.company_record_id
"""


def linking() -> list[Figure]:
    """Pairs joined rightly and pairs found, of jobs and of companies, and how many jobs are open.

    Jobs that are open now, and in each week. Of the market that this home runs against; nothing where there
    is none, or no warehouse. Joins that are wrong, and the least certain ones, are written beside, as CSV.
    """
    market = own_market()
    if market is None:
        return []
    try:
        with connect() as connection:
            return _figures(connection, market)
    except (PlantError, psycopg.errors.UndefinedTable):
        return []


def _figures(connection: psycopg.Connection, market: Market) -> list[Figure]:
    data = market.name
    note = "weights set beside it" if (market.size, market.seed) == ("small", 7) else "not tuned on"
    folder = market.home / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    job_of = {told["key"]: told["job"] for told in market.truth("jobs")}
    listings = connection.execute(_JOBS).fetchall()
    jobs = [(key, job_of[key], job_id) for key, job_id, *_ in listings if key in job_of]
    employer_of = {
        (told["source"], told["source_company_id"]): told["employer"] for told in market.truth("employers")
    }
    companies = [
        (f"{source}:{record}", employer, company_id or f"{source}:{record}")
        for source, record, domain, _, company_id in connection.execute(_RECORDS).fetchall()
        if (employer := employer_of.get((source, record)) or employer_of.get(("website", domain)))
    ]
    figures = []
    for thing, linked in (("jobs", jobs), ("companies", companies)):
        _write(folder / f"false_joins_of_{thing}.csv", ("one", "other"), _false_joins(linked))
        figures += _pair_figures(thing, linked, data, note)
    unsure = sorted((row for row in listings if row[2] is not None), key=lambda row: row[2])[:_LEAST_SURE]
    _write(folder / "least_certain_jobs.csv", ("job_key", "job_id", "link_confidence", "title"), unsure)
    open_jobs = _open_jobs(connection, market, job_of, data, note)
    return [*figures, open_jobs, *weekly_demand(connection, market.truth("lives"), job_of, data, note)]


def _pair_figures(thing: str, linked: Sequence[tuple[str, Any, Any]], data: str, note: str) -> list[Figure]:
    """Of pairs of records: how many of those joined are of one thing, and how many of those are joined."""
    together = _pairs(Counter((truth, said) for _, truth, said in linked).values())
    said = _pairs(Counter(said for _, _, said in linked).values())
    true = _pairs(Counter(truth for _, truth, _ in linked).values())
    measured = (("precision", said, 0.99), ("recall", true, 0.95))
    return [
        Figure(
            "linking", f"{thing}, {name} of pairs", data, size, one.value, one.low, one.high, aim, note=note
        )
        for name, size, aim in measured
        if (one := share_of(together, size))
    ]


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _false_joins(linked: Sequence[tuple[str, Any, Any]]) -> list[tuple[str, str]]:
    groups: dict[Any, list[tuple[str, Any]]] = {}
    for key, truth, said in linked:
        groups.setdefault(said, []).append((key, truth))
    return [
        (one, other)
        for group in groups.values()
        for (one, truth), (other, other_truth) in combinations(group, 2)
        if truth != other_truth
    ]


def _open_jobs(
    connection: psycopg.Connection, market: Market, job_of: Mapping[str, Any], data: str, note: str
) -> Figure:
    """How far the number of open private jobs is from the market's own, as a share of it."""
    row = connection.execute("select max(window_end) from ops.batches where source = 'product'").fetchone()
    instant = row[0].strftime("%Y-%m-%dT%H:%M:%SZ") if row and row[0] else ""
    true = int(market.ask("open_jobs", "--at", instant).decode())
    rows = connection.execute(
        """
        select listing.job_key from marts.fct_postings as job
        join marts.fct_posting_sightings as listing using (job_id)
        where job.is_open and listing.is_current and job.source <> 'usajobs'
          and job.job_id = listing.posting_id
        """
    ).fetchall()
    told = sum(key in job_of for (key,) in rows)
    error = abs(told - true) / max(true, 1)
    return Figure("linking", "open jobs, error", data, true, error, error, error, at_most=0.02, note=note)


def _write(file: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(names)
        writer.writerows(rows)
