"""What was told of a history later than it should have been, and what was told otherwise.

Every fact that features rest on has its corrections here, spread over the whole history, so that whatever
instant somebody looks at, much of what was known then is told otherwise later.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from dbt_fixtures.clock import HistorySize
from dbt_fixtures.facts import as_facts, company_facts_of
from dbt_fixtures.market import CURRENCIES, OCCUPATIONS, PERCENTILES, SENIORITIES, SKILLS, facts_of
from dbt_fixtures.raw_rows import RawRow

Record = dict[str, Any]
DAY = timedelta(days=1)
# An occupation of which its maker tells nothing for long.
PASSED_ON = "15-1243"


def corrected(size: HistorySize, random: Random, told: Iterable[RawRow]) -> Iterator[RawRow]:
    """The rows of a history, some of them later, and the corrections of all that it tells."""
    rows = [_late(size, random, row) for row in told]
    rows = [row for row in rows if row.known_at <= size.horizon]
    yield from rows
    first: dict[tuple[str, str], RawRow] = {}
    for row in rows:
        known = first.get((row.table, row.record_key))
        if known is None or row.known_at < known.known_at:
            first[row.table, row.record_key] = row
    job_keys = sorted(row.record_key for row in first.values() if row.table == "product__jobs")
    for row in sorted(first.values(), key=lambda row: (row.table, row.record_key)):
        if row.table in CHANGES:
            share, times, change = CHANGES[row.table]
            if random.random() < share:
                for _ in range(times):
                    when = row.known_at + (size.horizon - row.known_at) * random.random()
                    yield from _correction(
                        row, change(dict(row.record), random, when), when, random, job_keys
                    )
    yield from consents(size, random)
    yield from passed_on(size)
    yield from removed_companies(size, random)
    yield from snapshots(size, random)
    yield from told_by_others(size, random)


def consents(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Every fifth person refuses to be learned from, and every second of them takes that back."""
    for number in range(0, size.people, 5):
        share = random.random()
        for is_granted, at in ((False, share), (True, share + (1 - share) * random.random())):
            when = size.instant(at)
            record = {
                "subject_id": f"subject-{number:05d}",
                "purpose": "training",
                "isGranted": is_granted,
                "recordedAt": when.isoformat(),
            }
            if not is_granted or number % 2:
                yield RawRow("product", "consents", f"{number}|training", record, _day_after(when))


def passed_on(size: HistorySize) -> Iterator[RawRow]:
    """Wages that a source passes on, twice before their maker tells them late, and once after."""
    code, name = PASSED_ON.replace("-", ""), "Database Architects"
    for year, share in ((2023, -0.2), (2024, 0.3), (2025, 0.9)):
        record = {
            "SocCode": code,
            "AreaLevel": "Nation",
            "AreaCode": "00000000",
            "AreaName": "United States",
            "WageYear": str(year),
            "RateType": "Annual",
            "Median": str(90_000 + 1_000 * (year - 2022)),
        }
        yield RawRow("careeronestop", "wages", f"{code}|00000000|{year}", record, size.instant(share))
    record = {
        "area_code": "0000000",
        "area_name": "National",
        "industry_code": "000000",
        "occupation_code": code,
        "occupation_name": name,
        "year": "2024",
        "published_at": size.instant(0.8).date().isoformat(),
        "annual_p50": "95000",
    }
    yield RawRow("bls_oews", "wages", f"0000000|000000|{code}|2024", record, size.instant(0.8))


def removed_companies(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Companies that their source takes away."""
    for number in range(0, 12, 4):
        when = size.instant(random.random())
        record = {
            "uuid": f"company-{number}",
            "entity_def_id": "organization",
            "deleted_at": when.isoformat(),
        }
        yield RawRow("crunchbase", "deleted_entities", record["uuid"], record, when + DAY)


def snapshots(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """A board that lists its jobs every fourth day: some go, and some come back."""
    listed = [random.random() < 0.8 for _ in range(12)]
    for number in range(0, size.days, 4):
        when = size.start + timedelta(days=number, hours=7)
        listed = [is_there if random.random() < 0.8 else not is_there for is_there in listed]
        for job, is_there in enumerate(listed):
            if is_there or job == 0:
                record = {
                    "id": 700 + job,
                    "title": f"Senior Data Scientist {job}",
                    "company_name": f"Company {job} Inc",
                    "publication_date": size.instant(-0.1).isoformat(),
                    "candidate_required_location": "California, USA",
                }
                row = RawRow("remotive", "jobs", str(record["id"]), record, when)
                yield from (row, facts_of(row, "Senior Data Scientist", "15-2051"))


def told_by_others(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Skills under other names and counts, repositories of one day, annual reports and ratings."""
    for number in range(12):
        when = size.instant((number + random.random()) / 12)
        noon = when.replace(hour=12)
        repository = {"id": number, "full_name": f"a/{number}", "topics": random.sample(SKILLS, 3)}
        skill = {"uri": f"esco/{number % 4}", "title": random.choice(SKILLS), "className": "Skill"}
        tag = {"name": "python", "count": number, "snapshot_date": (size.start + 9 * DAY).date().isoformat()}
        firm = {"cik": str(number % 4), "name": f"Firm {number} Inc"}
        staff = {"tag": "EntityNumberOfEmployees", "unit": "pure", "val": 50 + number, "accn": str(number)}
        staff |= {"cik": firm["cik"], "end": f"20{number + 10}-12-31", "filed": when.date().isoformat()}
        rating = {"feedbackId": f"f{number % 6}", "subject_id": "subject-00001", "score": number % 5 + 1}
        rating["givenAt"] = size.start.isoformat()
        yield RawRow("github", "repositories", str(number), repository, size.start + timedelta(hours=number))
        yield RawRow("esco", "skills", skill["uri"], skill, size.start + timedelta(days=9, hours=number))
        yield RawRow("stack_overflow", "tags", "python", tag, noon)
        yield RawRow("sec_edgar", "facts", str(number), staff, when)
        yield RawRow("product", "feedback", rating["feedbackId"], rating, _day_after(when))
        row = RawRow("sec_edgar", "companies", firm["cik"], firm, noon)
        yield from (row, *company_facts_of([row]))


def _application(record: Record, random: Random, when: datetime) -> Record:
    applied = datetime.fromisoformat(record["appliedAt"]) - timedelta(hours=random.randint(0, 30))
    changed = {"jobKey": None, "cvVersion": random.choice([1, 2, 3]), "appliedAt": applied.isoformat()}
    return record | changed | {"updatedAt": when.isoformat()}


def _outcome(record: Record, random: Random, when: datetime) -> Record:
    happened = datetime.fromisoformat(record["occurredAt"]) - timedelta(days=random.uniform(0, 9))
    outcome = random.choice(["rejected", "interview", "offer", "hired", "withdrawn"])
    pay = {"salaryAmount": random.randint(5_000, 9_000), "salaryCurrency": "GBP", "salaryPeriod": "month"}
    return record | {"outcome": outcome, "occurredAt": happened.isoformat()} | pay


def _event(record: Record, random: Random, when: datetime) -> Record:
    return record | {"eventType": "cv_analysis", "timestamp": when.isoformat()}


def _cv(record: Record, random: Random, when: datetime) -> Record:
    measures = record["measures"] | {"word_count": random.randint(150, 900), "total_experience": 9.5}
    skills = record["skills"] | {"technical": random.sample(SKILLS, 5)}
    return record | {"measures": measures, "skills": skills, "updatedAt": when.isoformat()}


def _subscription(record: Record, random: Random, when: datetime) -> Record:
    started = datetime.fromisoformat(record["startedAt"]) - timedelta(days=random.randint(0, 20))
    changed = {"plan": random.choice(["basic", "team"]), "status": random.choice(["trial", "active"])}
    return record | changed | {"startedAt": started.isoformat(), "updatedAt": when.isoformat()}


def _job(record: Record, random: Random, when: datetime) -> Record:
    """Edited, closed by another day, or open again; now and then the pay is withdrawn."""
    low = random.randint(40, 150) * 1000
    country = random.choice(list(CURRENCIES))
    told = record | {"country": country, "salaryCurrency": CURRENCIES[country], "salaryMin": low}
    told |= {"company": f"Company {random.randint(0, 14)}, Inc", "remote": random.random() < 0.5}
    told["closedAt"] = random.choice([None, (when + timedelta(days=random.uniform(-9, 20))).isoformat()])
    if random.random() < 0.3:
        told |= {"salaryMin": None, "salaryMax": None}
    return told | {"updatedAt": when.isoformat()}


def _announcement(record: Record, random: Random, when: datetime) -> Record:
    return record | {"minimumSalary": random.randint(30, 60), "maximumSalary": random.randint(60, 80)}


def _organization(record: Record, random: Random, when: datetime) -> Record:
    properties = record["properties"] | {
        "num_employees_enum": random.choice(["c_00101_00250", "c_00251_00500"]),
        "funding_total": {"value": 1, "currency": "USD", "value_usd": random.randint(1, 99) * 1_000_000},
        "founded_on": {"value": f"20{random.randint(10, 19)}-01-01", "precision": "year"},
        "updated_at": when.isoformat(),
    }
    return record | {"properties": properties}


def _wages(record: Record, random: Random, when: datetime) -> Record:
    median = random.randint(50, 150) * 1000
    percentiles = {f"annual_p{p}": str(round(median * share)) for p, share in PERCENTILES.items()}
    employment = str(random.randint(10, 900) * 1000)
    return record | percentiles | {"employment": employment, "published_at": when.date().isoformat()}


def _rate(record: Record, random: Random, when: datetime) -> Record:
    return record | {"rate": record["rate"] * random.uniform(0.7, 1.4)}


Change = Callable[[Record, Random, datetime], Record]
# For each raw table: the share of its records that are told otherwise, how often, and how.
CHANGES: dict[str, tuple[float, int, Change]] = {
    "product__applications": (0.2, 1, _application),
    "product__outcomes": (0.5, 2, _outcome),
    "product__events": (0.5, 1, _event),
    "product__cvs": (0.7, 2, _cv),
    "product__subscriptions": (0.8, 2, _subscription),
    "product__jobs": (0.7, 2, _job),
    "usajobs__historic_announcements": (1.0, 2, _announcement),
    "crunchbase__organizations": (1.0, 3, _organization),
    "bls_oews__wages": (1.0, 3, _wages),
    "fx_rates__rates": (0.7, 2, _rate),
}
LATE = ("product__applications", "product__outcomes", "product__events", "product__jobs", "fx_rates__rates")


def _correction(
    row: RawRow, record: Record, when: datetime, random: Random, job_keys: list[str]
) -> Iterator[RawRow]:
    """The row told otherwise, with what enrichment reads of it then."""
    if row.source == "product":
        record["_dropped_on"] = when.date().isoformat()
    if row.table == "product__applications":
        record["jobKey"] = random.choice(job_keys)
    known_at = _day_after(when) if row.source == "product" else when + DAY
    told = replace(row, record=record, known_at=known_at)
    yield told
    if row.table in ("product__jobs", "usajobs__historic_announcements"):
        occupation = random.choice([*OCCUPATIONS, PASSED_ON])
        yield facts_of(told, f"{random.choice(SENIORITIES).title()} Specialist", occupation)
    if row.table == "product__cvs":
        yield as_facts(told, {"last_occupation_id": "15-2051", "wanted_occupation_id": "13-2011"}, "cv_facts")
    yield from company_facts_of([told])


def _late(size: HistorySize, random: Random, row: RawRow) -> RawRow:
    """One row in ten becomes known weeks later than it would have."""
    if row.table in LATE and random.random() < 0.1:
        return replace(row, known_at=row.known_at + timedelta(days=random.randint(15, 40)))
    return row


def _day_after(when: datetime) -> datetime:
    return datetime.combine(when.date() + DAY, time(), when.tzinfo)
