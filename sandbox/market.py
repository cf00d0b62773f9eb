"""Builds a market: exports and the providers' store under one home, district by district, and its truth."""

import shutil
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from sandbox import store
from sandbox.applications import Applications, draw_applications
from sandbox.behaviour import (
    write_consents,
    write_events,
    write_experiments,
    write_subscriptions,
    write_voices,
)
from sandbox.canonical import Canon
from sandbox.catalogue import Catalogue, load_catalogue
from sandbox.clock import Clock
from sandbox.company_records import write_leads, write_operations
from sandbox.drops import DropWriter
from sandbox.fit import INTERVIEW_WEIGHTS, OFFER_WEIGHTS, Matcher
from sandbox.outcomes import Intercepts, Outcomes, draw_outcomes
from sandbox.people import CvVersions, People, draw_people, draw_versions
from sandbox.postings import Postings, draw_postings
from sandbox.provider_records import ProviderWriter
from sandbox.records import write_applications, write_cvs, write_jobs, write_outcomes
from sandbox.seen_records import SeenWriter
from sandbox.sizes import SIZES, MarketSize
from sandbox.truth import Truth, chances_of

FORMAT = 3
STORE_NAME = "providers.sqlite"
LEADS_A_DISTRICT = 140


@dataclass(frozen=True)
class MarketRequest:
    """Which market is wanted; the same request with the same end gives the same bytes."""

    size: str = "small"
    seed: int = 7
    days: int = 180
    end: date | None = None
    data: str = "market"


@dataclass(frozen=True)
class District:
    """Everything drawn for one district."""

    people: People
    versions: CvVersions
    postings: Postings
    applications: Applications
    outcomes: Outcomes


def market_file(home: Path) -> Path:
    """Where a home says which market it holds."""
    return home / "market.json"


def read_market(home: Path) -> dict[str, Any] | None:
    """What a home holds, or None when nothing whole is there."""
    path = market_file(home)
    if not path.is_file():
        return None
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found


def is_kept(found: dict[str, Any] | None, request: MarketRequest) -> bool:
    """Whether a market found can be used as it is."""
    if found is None or found.get("format") != FORMAT:
        return False
    same = all(found[name] == getattr(request, name) for name in ("size", "seed", "days", "data"))
    return same and request.end in (None, date.fromisoformat(found["history_end"][:10]))


def build(home: Path, request: MarketRequest) -> dict[str, Any]:
    """Builds the market wanted under a home, or keeps the one that is there; returns its `market.json`.

    The new market is made beside the old one and takes its place at the end, `market.json` last, so a build
    that is cut short leaves nothing that looks whole. Raises KeyError for an unknown size.
    """
    found = read_market(home)
    if found is not None and is_kept(found, request):
        return found
    size = SIZES[request.size]
    unfinished = home / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    clock = Clock.until(request.end, request.days)
    summary = build_market(unfinished, clock, size, request.seed)
    summary = describe(request, clock) | summary
    put_in_place(home, unfinished, summary)
    return summary


def describe(request: MarketRequest, clock: Clock) -> dict[str, Any]:
    """The head of `market.json`."""
    return {
        "format": FORMAT,
        "data": request.data,
        "size": request.size,
        "seed": request.seed,
        "days": clock.days,
        "history_start": f"{clock.start.isoformat()}T00:00:00Z",
        "history_end": f"{clock.end.isoformat()}T00:00:00Z",
    }


def put_in_place(home: Path, unfinished: Path, summary: dict[str, Any]) -> None:
    """Swaps a finished market in; `market.json` disappears first and comes back last."""
    market_file(home).unlink(missing_ok=True)
    for name in ("exports", STORE_NAME):
        old = home / name
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
        (unfinished / name).rename(old)
    shutil.rmtree(unfinished)
    temporary = market_file(home).with_suffix(".tmp")
    temporary.write_bytes(orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    temporary.replace(market_file(home))


def draw_district(
    catalogue: Catalogue, size: MarketSize, seed: int, number: int, days: int, intercepts: Intercepts | None
) -> tuple[District, Intercepts]:
    """Draws one district; every part has a random stream of its own, named by seed, district and part."""

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng([seed, 100 + number, part])

    postings = draw_postings(catalogue, size.jobs, number * size.jobs, days, stream(1))
    people = draw_people(catalogue, size.cvs, number * size.cvs, days, stream(2))
    versions = draw_versions(catalogue, people, days, stream(3))
    matcher = Matcher.of(people, versions, postings, catalogue.family_of)
    applications = draw_applications(
        matcher,
        people,
        versions,
        postings,
        count=size.applications,
        first=number * size.applications,
        days=days,
        random=stream(4),
    )
    outcomes, used = draw_outcomes(applications, people, postings, stream(5), intercepts)
    return District(people, versions, postings, applications, outcomes), used


def write_district(
    drops: DropWriter, catalogue: Catalogue, district: District, seed: int, number: int
) -> None:
    """Writes one district's exports."""

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng([seed, 100 + number, part])

    people, versions, postings = district.people, district.versions, district.postings
    write_cvs(drops, catalogue, people, versions, stream(11))
    write_jobs(drops, catalogue, postings, stream(12))
    write_applications(drops, catalogue, people, versions, postings, district.applications, stream(13))
    write_outcomes(drops, catalogue, postings, district.applications, district.outcomes, stream(14))
    write_events(drops, people, versions, postings, district.applications, district.outcomes, stream(15))
    assigned = write_experiments(drops, people, stream(16))
    write_subscriptions(drops, people, assigned, stream(17))
    write_voices(drops, people, stream(18))
    write_consents(drops, people, stream(19))


def build_market(home: Path, clock: Clock, size: MarketSize, seed: int) -> dict[str, Any]:
    """Draws and writes all districts; returns row counts, sins counted, the model and its truth."""
    catalogue = load_catalogue(size.companies, clock.days, seed, size.families)
    providers = ProviderWriter(home / STORE_NAME, catalogue, clock)
    seen_writer = SeenWriter(providers.path, Canon(catalogue, clock, seed))
    store.create(providers.path)
    drops = DropWriter(home / "exports", clock, np.random.default_rng([seed, 2]))
    write_operations(drops, np.random.default_rng([seed, 3]))
    write_leads(
        drops, min(LEADS_A_DISTRICT, size.cvs // 4) * size.districts, np.random.default_rng([seed, 4])
    )
    truth, intercepts = Truth(), None
    served: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for number in range(size.districts):
        district, intercepts = draw_district(catalogue, size, seed, number, clock.days, intercepts)
        write_district(drops, catalogue, district, seed, number)
        drops.flush()
        served["usajobs"] += providers.write_federal_postings(district.postings)
        seen += seen_writer.write_district(district.postings)
        truth.add(district.applications.applied, district.outcomes, float(clock.days))
        store.insert(
            providers.path, "chances", chances_of(district.applications, district.outcomes, truth.window_days)
        )
        if number == 0:
            random = np.random.default_rng([seed, 5])
            served["arbeitnow"] = providers.write_german_postings(
                district.postings, size.german_postings, random
            )
    seen_writer.write_catalogue()
    served["crunchbase"] = providers.write_organizations()
    served["stack_overflow"] = providers.write_tags(size.tags, np.random.default_rng([seed, 6]))
    return {
        "rows": dict(sorted(drops.lines.items())),
        "served": dict(sorted(served.items())),
        "seen": dict(sorted(seen.items())),
        "repeated": dict(sorted(drops.repeated.items())),
        "late": dict(sorted(drops.late.items())),
        "malformed": dict(sorted(drops.malformed.items())),
        "truth": truth.report()
        | {
            "interview_weights": INTERVIEW_WEIGHTS,
            "offer_weights": OFFER_WEIGHTS,
            "intercepts": asdict(intercepts) if intercepts else {},
        },
    }
