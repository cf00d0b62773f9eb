"""What a market is about, as the export contract has it: CVs, jobs, applications, outcomes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.applications import CHANNELS, Applications
from sandbox.catalogue import Catalogue
from sandbox.documents import DocumentWriter
from sandbox.drops import DropWriter
from sandbox.job_texts import description_of, requirements_of
from sandbox.outcomes import Outcomes
from sandbox.people import CvVersions, People
from sandbox.postings import Postings

Floats = NDArray[np.float64]

PERIODS_A_YEAR = {"year": 1.0, "month": 12.0, "day": 260.0, "hour": 2_080.0}
LOW_PAY_USD = 46_000.0
CORRECTED_SHARE = 0.03
# Whole units for pay by the year or month, cents for pay by the hour.
DECIMALS = {"year": 0, "month": 0, "day": 2, "hour": 2}


def write_cvs(
    drops: DropWriter, catalogue: Catalogue, people: People, versions: CvVersions, random: np.random.Generator
) -> None:
    """One record a CV version, dropped on the day it was saved (the first drop brings all older ones)."""
    writer = DocumentWriter(catalogue, people, drops.clock, random)
    saved = drops.clock.instants(versions.saved)
    says_industry = random.random(len(people)) < 0.85
    records, days = [], []
    for i in range(len(versions)):
        person = int(versions.person[i])
        occupation = int(people.occupation[person])
        records.append(
            {
                "cvId": people.cv_id(person),
                "userId": people.user_id(person),
                "version": int(versions.number[i]),
                "updatedAt": saved[i],
                "targetIndustry": label(catalogue.industries_of[occupation][0])
                if says_industry[person]
                else None,
                "targetRegion": catalogue.countries[people.country[person]].code,
                "language": "en",
                "document": writer.write(versions, i),
            }
        )
        days.append(versions.saved[i])
    drops.add("cvs", np.array(days), records)


def label(slug: str) -> str:
    """An industry as people write it: `real-estate` is `Real Estate`."""
    return slug.replace("-", " ").title()


def write_jobs(
    drops: DropWriter, catalogue: Catalogue, postings: Postings, random: np.random.Generator
) -> None:
    """Jobs that users entered: one record when entered, one more when the posting was closed."""
    count = len(postings)
    posted, entered, closes = (
        drops.clock.instants(moments) for moments in (postings.posted, postings.entered, postings.closes)
    )
    drawn = random.random((count, 5))
    records, days = [], []
    for i in map(int, np.flatnonzero(~postings.is_usajobs)):
        country = catalogue.countries[postings.country[i]]
        city, region = country.cities[postings.city[i] % len(country.cities)]
        period = country.pay_period
        if country.code == "US" and postings.pay_high[i] < LOW_PAY_USD:
            period = "hour"
        unit = country.units_per_usd / PERIODS_A_YEAR[period]
        decimals = DECIMALS[period]
        shows_pay = drawn[i, 0] < 0.7
        record: dict[str, Any] = {
            "jobKey": postings.key(i),
            "title": postings.full_title(i, catalogue),
            "company": catalogue.companies[postings.company[i]].name if drawn[i, 1] < 0.97 else None,
            "location": f"{city}, {region}",
            "country": "UK" if country.code == "GB" and drawn[i, 2] < 0.4 else country.code,
            "industry": label(postings.industry[i]) if drawn[i, 3] < 0.95 else None,
            "description": description_of(postings, i, catalogue),
            "requirements": requirements_of(postings, i, catalogue),
            "postedAt": posted[i] if drawn[i, 4] < 0.97 else None,
            "closedAt": None,
            "salaryMin": round(float(postings.pay_low[i] * unit), decimals) if shows_pay else None,
            "salaryMax": round(float(postings.pay_high[i] * unit), decimals) if shows_pay else None,
            "salaryCurrency": country.currency if shows_pay else None,
            "salaryPeriod": period if shows_pay else None,
            "remote": bool(postings.is_remote[i]),
            "updatedAt": entered[i],
        }
        records.append(record)
        days.append(postings.entered[i])
        if postings.closes[i] > postings.entered[i]:
            records.append(record | {"closedAt": closes[i], "updatedAt": closes[i]})
            days.append(postings.closes[i])
    drops.add("jobs", np.array(days), records)


def write_applications(
    drops: DropWriter,
    catalogue: Catalogue,
    people: People,
    versions: CvVersions,
    postings: Postings,
    applications: Applications,
    random: np.random.Generator,
) -> None:
    """One record an application, and a second for the few whose channel was corrected a day or two later."""
    count = len(applications)
    offsets = np.array([country.utc_offset_hours for country in catalogue.countries])
    offset = offsets[people.country[applications.person]]
    utc, ahead = drops.clock.instants(applications.applied), drops.clock.instants(applications.applied, 1)
    is_corrected = random.random(count) < CORRECTED_SHARE
    later = applications.applied + random.uniform(0.3, 2.5, count)
    corrected = drops.clock.instants(later)
    records: list[dict[str, Any]] = []
    days = []
    for i in range(count):
        person = int(applications.person[i])
        applied = ahead[i] if offset[i] else utc[i]
        channel = CHANNELS[applications.channel[i]]
        record = {
            "applicationId": applications.application_id(i),
            "userId": people.user_id(person),
            "cvId": people.cv_id(person),
            "cvVersion": int(versions.number[applications.version[i]]),
            "jobKey": postings.key(int(applications.posting[i])),
            "appliedAt": applied,
            "channel": "website" if is_corrected[i] else channel,
            "updatedAt": applied,
        }
        records.append(record)
        days.append(applications.applied[i])
        if is_corrected[i]:
            records.append(record | {"channel": channel, "updatedAt": corrected[i]})
            days.append(later[i])
    drops.add("applications", np.array(days), records)


def write_outcomes(
    drops: DropWriter,
    catalogue: Catalogue,
    postings: Postings,
    applications: Applications,
    outcomes: Outcomes,
    random: np.random.Generator,
) -> None:
    """One record a thing that happened within the history, dropped when the user got round to telling."""
    told_after = np.where(
        random.random(len(applications)) < 0.7, 0.0, random.exponential(1.2, len(applications))
    )
    records: list[dict[str, Any]] = []
    days: list[float] = []
    happenings = {
        "interview": outcomes.interview_at,
        "offer": outcomes.offer_at,
        "hired": outcomes.hired_at,
        "rejected": outcomes.rejected_at,
        "no_response": outcomes.no_response_at,
        "withdrawn": outcomes.withdrawn_at,
    }
    for name, moments in happenings.items():
        seen = np.flatnonzero(moments < drops.clock.days)
        instants = drops.clock.instants(moments[seen])
        for position, i in enumerate(seen):
            record: dict[str, Any] = {
                "outcomeId": f"O{applications.first + i:07d}-{name[:3]}",
                "applicationId": applications.application_id(int(i)),
                "outcome": name,
                "occurredAt": instants[position],
            }
            if name in ("offer", "hired"):
                record |= _offer_pay(
                    catalogue, postings, int(applications.posting[i]), float(outcomes.offer_pay_usd[i])
                )
            records.append(record)
            days.append(float(moments[i] + told_after[i]))
    drops.add("outcomes", np.array(days), records)


def _offer_pay(catalogue: Catalogue, postings: Postings, posting: int, usd_a_year: float) -> dict[str, Any]:
    country = catalogue.countries[postings.country[posting]]
    period = "hour" if country.code == "US" and usd_a_year < LOW_PAY_USD else country.pay_period
    amount = usd_a_year * country.units_per_usd / PERIODS_A_YEAR[period]
    return {
        "salaryAmount": round(amount, DECIMALS[period]),
        "salaryCurrency": country.currency,
        "salaryPeriod": period,
    }
