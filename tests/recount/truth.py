"""What the warehouse counts beside what the simulated market knows and no provider tells."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from recount.market import Market
from recount.raw_records import Row

REPOSITORY = Path(__file__).parents[2]
# How far a count of open jobs may be off, and which share of jobs must have the right boards and employer.
OPEN_TOLERANCE, RIGHT_SHARE = 0.02, 0.98
WEEKS_BACK = (0, 1, 4)
Outcome = tuple[str, bool, str]


def against_truth(market: Market, home: Path) -> Iterator[Outcome]:
    """(name, whether it holds, detail) of each figure that the market of ``home`` knows.

    Only jobs that the market tells to several boards count: those of the government have no other, and one
    board lists jobs of its own.
    """
    told = {row["key"]: row for row in map(json.loads, _ask(home, "jobs").splitlines())}
    boards: dict[str, set[str]] = defaultdict(set)
    of_job: dict[str, set[str]] = defaultdict(set)
    employers: dict[str | None, set[str]] = defaultdict(set)
    for listing in market.listings:
        key = listing["job_key"]
        if listing["known_until"] is None and key in told and not key.startswith("usajobs:"):
            job = market.job_of[listing["posting_id"]]
            boards[job].add(key)
            of_job[told[key]["job"]].add(key)
            employers[market.employers[job]].add(told[key]["employer"])
    yield from _open_jobs(market, home, set(boards))
    true_sets = {frozenset(keys) for keys in of_job.values()}
    right = sum(frozenset(keys) in true_sets for keys in boards.values())
    yield (
        "boards_of_a_job is what the market knows",
        right >= RIGHT_SHARE * len(boards) > 0,
        f"{right} of {len(boards)} jobs have exactly their listings",
    )
    named = {company: names for company, names in employers.items() if company}
    alone = sum(len(names) == 1 for names in named.values())
    yield (
        "who_hires names one employer of the market by one company",
        alone >= RIGHT_SHARE * len(named) > 0,
        f"{alone} of {len(named)} companies are one employer",
    )


def _open_jobs(market: Market, home: Path, jobs: set[str]) -> Iterator[Outcome]:
    """Open jobs now and some weeks ago, and whether demand moves the way that it does."""
    counts: list[tuple[int, int]] = []
    for weeks in WEEKS_BACK:
        moment = market.until - timedelta(weeks=weeks)
        counted = sum(_is_open(market.jobs[job], moment) for job in jobs)
        true = int(_ask(home, "open_jobs", "--at", moment.strftime("%Y-%m-%dT%H:%M:%SZ")))
        counts.append((counted, true))
        yield (
            f"jobs open {weeks} weeks before the horizon are those of the market",
            abs(counted - true) <= max(1, OPEN_TOLERANCE * true) and true > 0,
            f"{counted}, in truth {true}",
        )
    (now, true_now), *_, (before, true_before) = counts
    yield (
        "is_demand_rising moves as the market does",
        abs((now - before) - (true_now - true_before)) <= max(1, OPEN_TOLERANCE * true_before),
        f"{now - before:+}, in truth {true_now - true_before:+}",
    )


def _is_open(job: Row, moment: datetime) -> bool:
    return bool(job["posted_at"] <= moment < job["open_until"])


def _ask(home: Path, of: str, *more: str) -> str:
    command = [sys.executable, "-m", "sandbox", "truth", "--home", str(home), "--of", of, *more]
    return subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
