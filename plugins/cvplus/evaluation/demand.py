"""How well a week's demand is counted, beside what the sandbox's market knows of when its jobs were open."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import psycopg

from cvplus.evaluation.figures import Figure, share_of

# Weeks that the two sources which tell of everything in this market cover whole.
_WEEKS = """
    select week_start_date from marts.source_coverage
    where is_whole_week and (source, resource) in (('product', 'jobs'), ('usajobs', 'historic_announcements'))
    group by week_start_date having count(*) = 2 order by week_start_date
"""
_JOB_WEEKS = """
    select distinct week.week_start_date, week.job_id, job.source, week.occupation_id, week.industry_id
    from marts.fct_posting_weeks as week join marts.fct_postings as job using (job_id)
"""
_LISTINGS = (
    "select job_id, job_key from marts.fct_posting_sightings where is_current order by job_id, job_key"
)
_TOTALS = """
    select week_start_date, open_postings_count from marts.job_market_weekly
    where industry_id = 'all' and region_id = 'all' and occupation_id = 'all'
"""
_CHANGES = """
    select industry_id, week_start_date, open_postings_change from marts.job_market_weekly
    where industry_id <> 'all' and region_id = 'all' and occupation_id = 'all'
"""
_NEAR = 0.02


def weekly_demand(
    connection: psycopg.Connection,
    lives: Iterable[Mapping[str, Any]],
    job_of: Mapping[str, int],
    data: str,
    note: str,
) -> list[Figure]:
    """How far the open jobs, by week and occupation, are from the market's own, and whether trends agree.

    Args:
        lives: every job of the market: ``job``, ``posted_at``, ``closed_at``, ``occupation`` (``None`` where
            no provider tells it by its code) and ``industry``.
        job_of: the market's job of each listing.

    Returns:
        Errors are sums of what is too much or too little, as shares of all that is true; nothing where fewer
        than two weeks are covered whole.
    """
    weeks = [week for (week,) in connection.execute(_WEEKS).fetchall()]
    if len(weeks) < 2:
        return []
    true = {life["job"]: life for life in lives}
    open_in = {week: [life for life in true.values() if _is_open(life, week)] for week in weeks}
    number = {job: job_of[key] for job, key in connection.execute(_LISTINGS).fetchall() if key in job_of}
    told = [row for row in connection.execute(_JOB_WEEKS).fetchall() if row[0] in open_in]
    private = [
        (week, true[number[job]]["occupation"], occupation or "unknown")
        for week, job, source, occupation, _ in told
        if source != "usajobs" and job in number
    ]
    true_cells = Counter(
        (week, life["occupation"]) for week, jobs in open_in.items() for life in jobs if life["occupation"]
    )
    totals = {week: count for week, count in connection.execute(_TOTALS).fetchall() if week in open_in}
    cells = Counter((week, occupation) for week, occupation, _ in private)
    near = sum(abs(cells[cell] - true_cells[cell]) <= _NEAR * true_cells[cell] for cell in cells | true_cells)
    named = f"{data}, weeks covered whole"
    true_totals = Counter({week: len(jobs) for week, jobs in open_in.items()})
    read = Counter((week, occupation) for week, _, occupation in private)
    size, reading = len(cells | true_cells), f"{note}; titles read too"
    figures = [
        _error("open jobs a week", Counter(totals), true_totals, named, note),
        _error("open jobs a week and occupation", cells, true_cells, named, note),
        _right("occupation-weeks within 2 %", near, size, named, note),
        _error("open jobs a week and occupation as read", read, true_cells, named, reading, at_most=None),
    ]
    return [*figures, _signs(connection, open_in, _industries(told, number, true), named, note)]


def _error(
    name: str, told: Counter[Any], true: Counter[Any], data: str, note: str, at_most: float | None = _NEAR
) -> Figure:
    """The sum of what is too much and too little, as a share of what is true."""
    error = sum(abs(told[cell] - true[cell]) for cell in told.keys() | true.keys()) / max(true.total(), 1)
    size = true.total()
    return Figure("linking", f"{name}, error", data, size, error, error, error, at_most=at_most, note=note)


def _right(name: str, right: int, size: int, data: str, note: str) -> Figure:
    """A share of what is right, of which 95 in 100 should be."""
    share = share_of(right, size)
    return Figure("linking", name, data, size, share.value, share.low, share.high, 0.95, note=note)


def _signs(
    connection: psycopg.Connection,
    open_in: Mapping[date, list[Mapping[str, Any]]],
    industries: Mapping[str, str],
    data: str,
    note: str,
) -> Figure:
    """The share of industries and weeks in which demand rose, fell or stayed as it truly did.

    Jobs whose industry nobody tells lack in their own, and have together no trend to be right about.
    """
    counts = {
        week: Counter(industries.get(life["industry"], "unknown") for life in jobs)
        for week, jobs in open_in.items()
    }
    changes = {(industry, week): change for industry, week, change in connection.execute(_CHANGES).fetchall()}
    right = size = 0
    for week in sorted(open_in)[1:]:
        before = counts.get(week - timedelta(days=7))
        if before is None:
            continue
        for industry in ({industry for industry, _ in changes} | set(industries.values())) - {"unknown"}:
            change, truth = changes.get((industry, week), 0), counts[week][industry] - before[industry]
            size += 1
            right += change is not None and (change > 0) - (change < 0) == (truth > 0) - (truth < 0)
    return _right("sign of the trend of an industry-week", right, size, data, note)


def _industries(
    told: Iterable[tuple[Any, ...]], number: Mapping[str, int], true: Mapping[int, Mapping[str, Any]]
) -> dict[str, str]:
    """What the warehouse calls each industry of the market: most of its jobs are told to be of it."""
    called: dict[str, Counter[str]] = defaultdict(Counter)
    for job, industry in {(job, industry) for _, job, _, _, industry in told if job in number}:
        called[true[number[job]]["industry"]][industry or "unknown"] += 1
    return {industry: names.most_common(1)[0][0] for industry, names in called.items()}


def _is_open(life: Mapping[str, Any], week: date) -> bool:
    """Whether a job was open at any time of a week."""
    begin = datetime.combine(week, time(), UTC)
    posted, closed = (datetime.fromisoformat(life[name]) for name in ("posted_at", "closed_at"))
    return posted < begin + timedelta(days=7) and closed >= begin
