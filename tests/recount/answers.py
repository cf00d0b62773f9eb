"""The twelve plain questions of ``docs/questions.md``, answered without SQL."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

from recount.market import Market, weeks_before
from recount.raw_records import Row, utc_day

Answer = list[tuple[Any, ...]]
DAY = timedelta(days=1)


def midnight(day: date) -> datetime:
    """Midnight UTC at the beginning of a day."""
    return datetime.combine(day, time(), UTC)


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def pay_by_occupation_and_country(market: Market) -> Answer:
    """Benchmarks of whole countries and all seniorities."""
    names = ("observations_count", "is_official_only", "freshness_days")
    return [
        (
            market.names["occupation"][occupation],
            market.names["region"][region],
            *(row[share] for share in ("p25_usd", "p50_usd", "p75_usd")),
            *(row[name] for name in names),
        )
        for (occupation, region, seniority), row in market.benchmarks.items()
        if seniority == "all" and market.names["kind"][region] == "country"
    ]


def skills_by_week(market: Market) -> Answer:
    """Of the jobs open in each of eight weeks, how many asked for each skill."""
    by_job: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for (job, skill), row in market.skills.items():
        by_job[job].append((skill, row))
    found = []
    for monday in weeks_before(market.today, 8):
        start, end = midnight(monday), midnight(monday + 7 * DAY)
        is_open = {
            name: job
            for name, job in market.jobs.items()
            if job["posted_at"] < end and job["open_until"] > start
        }
        asking: Counter[str] = Counter()
        requiring: Counter[str] = Counter()
        for name, job in is_open.items():
            for skill, row in by_job[name]:
                is_named = row["first_seen_at"] <= job["known_at"] or row["first_seen_at"] < end
                if is_named and (row["is_current"] or row["last_seen_at"] > start):
                    asking[skill] += 1
                    requiring[skill] += row["is_required"]
        found += [
            (
                monday,
                market.names["skill"][skill],
                len(is_open),
                count,
                requiring[skill],
                count / len(is_open),
            )
            for skill, count in asking.items()
        ]
    return found


def time_to_fill(market: Market) -> Answer:
    """How long the jobs of each group of occupations stay open; those still open come after all others."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for job in market.jobs.values():
        is_found_early = job["known_at"] < job["posted_at"] + 14 * DAY
        is_old = job["posted_at"] < midnight(market.today - 90 * DAY)
        has_known_end = job["is_open"] or job["closing"] in ("told", "seen")
        if job["occupation_id"] and is_found_early and is_old and has_known_end:
            groups[job["occupation_id"][:2]].append(job)
    found = []
    for group, held in groups.items():
        closed = sorted(job["days_open"] for job in held if not job["is_open"])
        rank = -(-len(held) // 2)
        found.append(
            (
                market.names["group"][group],
                len(held),
                sum(job["closing"] in ("told", "seen") for job in held),
                len(held) - len(closed),
                closed[rank - 1] if rank <= len(closed) else None,
            )
        )
    return found


def funnel_by_week(market: Market) -> Answer:
    """How far the applications of each week got."""
    weeks: dict[date, list[Row]] = defaultdict(list)
    for one in market.applications.values():
        weeks[monday_of(utc_day(one["applied_at"]))].append(one)
    found = []
    for monday, held in weeks.items():
        interviews, offers, hires = (
            sum(one[name] is not None for one in held) for name in ("interview_at", "offer_at", "hired_at")
        )
        is_settled = monday + 52 * DAY <= market.today
        rates = (interviews / len(held), offers / len(held)) if is_settled else (None, None)
        still_open = sum(one["is_open"] for one in held)
        found.append((monday, len(held), interviews, offers, hires, still_open, *rates))
    return found


def accuracy_by_segment(market: Market) -> Answer:
    """How often interview forecasts came true, of all, and by the job's industry and country."""
    segments: dict[str, list[Row]] = defaultdict(list)
    for one in market.predictions:
        if one["interview_probability"] is None:
            continue
        segments["all"].append(one)
        for kind, name in (("industry", one["industry_id"]), ("country", one["country"])):
            if name:
                segments[f"{kind}:{name}"].append(one)
    found = []
    for segment, held in segments.items():
        states = Counter(one["interview_maturity"] for one in held)
        judged = [one for one in held if one["interview_maturity"] == "matured"]
        right = sum((one["interview_probability"] >= 0.5) == one["is_interviewed"] for one in judged)
        positives = sum(one["is_interviewed"] for one in judged)
        n = len(judged)
        shares = (right / n, max(positives, n - positives) / n) if n else (None, None)
        found.append((segment, len(held), n, states["pending"], states["never"], *shares))
    return found


def revenue_by_plan(market: Market) -> Answer:
    """A day's share of a year's price of what was paid for, summed over the days of each month."""
    days: dict[tuple[date, str], set[date]] = defaultdict(set)
    payers: dict[tuple[date, str], set[str]] = defaultdict(set)
    revenue: dict[tuple[date, str], float | None] = defaultdict(float)
    for (name, _), period in market.subscriptions.items():
        if not period["is_paying"]:
            continue
        day = utc_day(period["period_start_at"] - timedelta(microseconds=1)) + DAY
        while day < market.today and (
            period["period_end_at"] is None or midnight(day) < period["period_end_at"]
        ):
            cell = (day.replace(day=1), period["plan"])
            days[cell].add(day)
            payers[cell].add(name)
            so_far, price = revenue[cell], period["monthly_amount_usd"]
            revenue[cell] = None if so_far is None or price is None else so_far + price * 12 / 365
            day += DAY
    return [(*cell, len(days[cell]), len(payers[cell]), revenue[cell]) for cell in days]


def pay_sources_that_disagree(market: Market) -> Answer:
    """Each source's median beside the median of the other sources' medians, over occupations and places."""
    told: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in market.observations:
        ends = [end for end in (one["low_usd"], one["high_usd"]) if end is not None]
        middle = one["median_usd"]
        if middle is None and ends:
            middle = sum(ends) / len(ends)
        if one["occupation_id"] and one["region_id"] and one["basis"] != "modelled" and (middle or 0) > 0:
            told[one["occupation_id"], one["region_id"]][one["source"]].append(middle)
    differences: dict[str, list[float]] = defaultdict(list)
    for sources in told.values():
        medians = {source: median(values) for source, values in sources.items()}
        for source, own in medians.items():
            others = [value for name, value in medians.items() if name != source]
            if others:
                differences[source].append(own / median(others) - 1)
    return [
        (source, len(held), median(held), sum(abs(value) > 0.25 for value in held) / len(held))
        for source, held in differences.items()
    ]


def is_demand_rising(market: Market) -> Answer:
    """Jobs open at the horizon and 28 days before, of boards that were watched on both days."""
    now, before = midnight(market.today), midnight(market.today - 28 * DAY)
    first_seen: dict[str, datetime] = {}
    for one in market.listings:
        first_seen[one["source"]] = min(first_seen.get(one["source"], one["known_at"]), one["known_at"])
    watched = {source for source, at in first_seen.items() if at <= before}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, job in market.jobs.items():
        if watched & set(job["boards"]):
            cell = counts[market.names["job_industry"][name] or "unknown"]
            for number, at in enumerate((before, now)):
                cell[number] += job["posted_at"] <= at < job["open_until"]
    return [
        (market.names["industry"][industry], then, today, today - then, today / then - 1 if then else None)
        for industry, (then, today) in counts.items()
        if then + today
    ]


def who_hires(market: Market) -> Answer:
    """Companies with open jobs: how many, how many were posted and how many closed in 28 days."""
    now, before = midnight(market.today), midnight(market.today - 28 * DAY)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name, job in market.jobs.items():
        company = market.employers[name]
        if company:
            cell = counts[company]
            cell[0] += job["is_open"]
            cell[1] += before <= job["posted_at"] < now
            cell[2] += job["closed_at"] is not None and before <= job["closed_at"] < now
    return [
        (company, *(market.names[kind].get(company) for kind in ("company", "company_industry")), *cell)
        for company, cell in counts.items()
        if cell[0]
    ]


def trial_to_paid(market: Market) -> Answer:
    """Of each month's trials, those that were paid for within 30 days."""
    trials: dict[str, datetime] = {}
    paid: dict[str, datetime] = {}
    for (name, _), period in market.subscriptions.items():
        begins = period["period_start_at"]
        for held, is_it in ((trials, period["status"] == "trial"), (paid, period["is_paying"])):
            if is_it:
                held[name] = min(held.get(name, begins), begins)
    months: dict[date, list[bool]] = defaultdict(list)
    for name, at in trials.items():
        is_paid = name in paid and at <= paid[name] < at + 30 * DAY
        months[utc_day(at).replace(day=1)].append(is_paid)
    found = []
    for month, cohort in months.items():
        last_trial = (month + 32 * DAY).replace(day=1)
        share = sum(cohort) / len(cohort) if last_trial + 30 * DAY <= market.today else None
        found.append((month, len(cohort), sum(cohort), share))
    return found


def boards_of_a_job(market: Market) -> Answer:
    """The listings of every open job."""
    first_seen: dict[str, datetime] = {}
    for one in market.listings:
        name = one["posting_id"]
        first_seen[name] = min(first_seen.get(name, one["known_at"]), one["known_at"])
    return [
        (
            job,
            market.jobs[job]["title"],
            len(market.jobs[job]["boards"]),
            one["source"],
            one["posting_id"],
            first_seen[one["posting_id"]],
        )
        for one in market.listings
        for job in [market.job_of[one["posting_id"]]]
        if one["known_until"] is None and market.jobs[job]["is_open"]
    ]


def old_data(market: Market) -> Answer:
    """What is not fresh, and up to when its data speak."""
    return [
        (*resource, row["state"], row["data_until_at"])
        for resource, row in market.freshness.items()
        if row["state"] != "fresh"
    ]


ANSWERS: dict[str, Callable[[Market], Answer]] = {
    function.__name__: function
    for function in (
        pay_by_occupation_and_country,
        skills_by_week,
        time_to_fill,
        funnel_by_week,
        accuracy_by_segment,
        revenue_by_plan,
        pay_sources_that_disagree,
        is_demand_rising,
        who_hires,
        trial_to_paid,
        old_data,
        boards_of_a_job,
    )
}
