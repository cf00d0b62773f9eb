"""Pay benchmarks from single statements about pay, and the statements of jobs and applications."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from recount.raw_records import Row, utc_day

WINDOW_DAYS, OFFICIAL_WEIGHT, LEAST_REPORTED, LEAST_STATED = 730, 20.0, 5, 5
SHARES = {"p10_usd": 0.10, "p25_usd": 0.25, "p50_usd": 0.50, "p75_usd": 0.75, "p90_usd": 0.90}
MASSES = (0.2, 0.1, 0.4, 0.1, 0.2)
Cell = tuple[str, str, str]
Point = tuple[float, str, int, float]


def posted(jobs: dict[str, Row]) -> list[tuple[Any, ...]]:
    """(occupation, country, seniority, day, middle amount a year, currency) of each job that states pay."""
    return [
        (
            job["occupation_id"],
            job["country"],
            job["seniority"],
            utc_day(job["posted_at"]),
            (low + high) / 2,
            job["currency"],
        )
        for job in jobs.values()
        for low in [job["salary_min_amount"] or job["salary_max_amount"]]
        for high in [job["salary_max_amount"] or job["salary_min_amount"]]
        if low
    ]


def benchmarks(observations: list[Row], until: datetime) -> dict[Cell, Row]:
    """(occupation, place, seniority) -> percentiles and what they rest on.

    ``observations``: as in ``marts.fct_pay_observations``.
    """
    cells: dict[Cell, list[Row]] = defaultdict(list)
    for one in observations:
        is_placed = one["occupation_id"] and one["country"] and one["basis"] != "modelled"
        if is_placed and not one["is_dropped_out"]:
            for seniority, region in _cells(one, until):
                cells[one["occupation_id"], region, seniority].append(one)
    found = {}
    for cell, told in cells.items():
        people = sum(one["weight"] for one in told if one["basis"] == "reported")
        used = _newest_releases(
            [one for one in told if one["basis"] != "reported" or people >= LEAST_REPORTED]
        )
        if used:
            found[cell] = {**_percentiles(used), **_provenance(used, until)}
    return found


def _cells(one: Row, until: datetime) -> set[tuple[str, str]]:
    """The (seniority, place) cells that a statement speaks for."""
    if one["basis"] == "official_statistic":
        return {("all", one["region_id"])} if one["p50_usd"] is not None else set()
    first_day = utc_day(until - timedelta(days=WINDOW_DAYS))
    if not (_middle(one) or 0) > 0 or one["weight"] <= 0 or one["observed_date"] <= first_day:
        return set()
    seniorities = {"all", one["seniority"]} - {None}
    return {(seniority, place) for seniority in seniorities for place in (one["country"], one["region_id"])}


def _middle(one: Row) -> float | None:
    ends = [end for end in (one["low_usd"], one["high_usd"]) if end is not None]
    if one["median_usd"] is not None:
        return float(one["median_usd"])
    return sum(ends) / len(ends) if ends else None


def _newest_releases(told: list[Row]) -> list[Row]:
    """All but statistics that a newer release of the same source has replaced."""
    newest: dict[str, Row] = {}
    for one in sorted(told, key=lambda row: row["observation_id"], reverse=True):
        if one["basis"] == "official_statistic":
            before = newest.get(one["source"])
            if before is None or (one["observed_date"], one["known_at"]) >= (
                before["observed_date"],
                before["known_at"],
            ):
                newest[one["source"]] = one
    return [one for one in told if one["basis"] != "official_statistic" or newest[one["source"]] is one]


def _points(one: Row) -> list[Point]:
    """(USD, identity, number, weight): where a statement's weight lies."""
    name = one["observation_id"]
    if one["basis"] == "official_statistic":
        p10, p25, p50, p75, p90 = (one[share] for share in SHARES)
        low = p25 if p25 is not None else p50
        high = p75 if p75 is not None else p50
        values = (p10 if p10 is not None else low, low, p50, high, p90 if p90 is not None else high)
        return [
            (value, name, number, OFFICIAL_WEIGHT * mass)
            for number, (value, mass) in enumerate(zip(values, MASSES, strict=True))
        ]
    middle = _middle(one)
    assert middle is not None
    low, high = one["low_usd"], one["high_usd"]
    if low is None or high is None or low >= high:
        return [(middle, name, 0, one["weight"])]
    return [
        (value, name, number, one["weight"] * mass)
        for number, (value, mass) in enumerate(((low, 0.25), (middle, 0.5), (high, 0.25)))
    ]


def _percentiles(used: list[Row]) -> dict[str, float | None]:
    """Percentiles where a statistic or people speak, or enough postings and offers do."""
    if {one["basis"] for one in used} <= {"posted", "offer"} and len(used) < LEAST_STATED:
        return dict.fromkeys(SHARES)
    points = sorted(point for one in used for point in _points(one))
    total = sum(point[3] for point in points)
    before, places = 0.0, []
    for pay, _, _, weight in points:
        places.append(((before + weight / 2) / total, pay))
        before += weight
    return {name: _at(share, places) for name, share in SHARES.items()}


def _at(share: float, places: list[tuple[float, float]]) -> float:
    if places[0][0] > share:
        return places[0][1]
    for (left, low), (right, high) in pairwise(places):
        if left <= share < right:
            return low + (high - low) * (share - left) / (right - left)
    return places[-1][1]


def _provenance(used: list[Row], until: datetime) -> Row:
    counts = {
        f"{name}_count": sum(one["basis"] == basis for one in used)
        for name, basis in (
            ("posted", "posted"),
            ("offer", "offer"),
            ("reported", "reported"),
            ("official", "official_statistic"),
        )
    }
    latest = max(one["observed_date"] for one in used)
    return {
        **counts,
        "observations_count": len(used),
        "sources": ", ".join(sorted({one["source"] for one in used})),
        "is_official_only": counts["official_count"] == len(used),
        "is_top_coded": any(one["basis"] == "official_statistic" and one["p90_usd"] is None for one in used),
        "earliest_observed_date": min(one["observed_date"] for one in used),
        "latest_observed_date": latest,
        "freshness_days": (utc_day(until) - latest).days,
    }
