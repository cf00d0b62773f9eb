"""The invented labour market: official wages, companies and postings of two sources, with their facts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dbt_fixtures.clock import HistorySize, dropped
from dbt_fixtures.facts import as_facts, company_facts_of, company_key_of
from dbt_fixtures.raw_rows import RawRow

SKILLS = [
    *("python", "sql", "apache-airflow", "docker", "excel", "react", "aws", "c++"),
    *("kubernetes", "tableau", "go", "r", "java", "linux", "sap", "figma"),
]
CURRENCIES = {"US": "USD", "GB": "GBP", "DE": "EUR"}
OCCUPATIONS = {
    "15-1252": ("Software Developer", "Technology"),
    "15-2051": ("Data Scientist", "Software"),
    "13-2011": ("Accountant", "finance"),
    "29-1141": ("Registered Nurse", "Healthcare"),
}
SENIORITIES = ["junior", "mid", "senior"]
PERCENTILES = {10: 0.6, 25: 0.8, 50: 1.0, 75: 1.25, 90: 1.6}


def wages(size: HistorySize) -> Iterator[RawRow]:
    """Official wages of two years: the second is published in the middle of the history."""
    for year, published in ((2024, size.start - timedelta(days=300)), (2025, size.instant(0.5))):
        for number, (occupation, (name, _)) in enumerate(OCCUPATIONS.items()):
            for area_code, area_name in (("0000000", "National"), ("0600000", "California")):
                median = 60_000 + 15_000 * number + 2_000 * (year - 2024) + 5_000 * (area_code != "0000000")
                code = occupation.replace("-", "")
                record = {
                    "area_code": area_code,
                    "area_name": area_name,
                    "industry_code": "000000",
                    "occupation_code": code,
                    "occupation_name": name,
                    "year": str(year),
                    "published_at": published.date().isoformat(),
                    "employment": str(100_000 * (number + 1)),
                    **{f"annual_p{p}": str(round(median * share)) for p, share in PERCENTILES.items()},
                }
                key = f"{area_code}|000000|{code}|{year}"
                yield RawRow("bls_oews", "wages", key, record, published + timedelta(days=1))


def exchange_rates(size: HistorySize) -> Iterator[RawRow]:
    """What a euro bought, on working days of the last two thirds of the history; it moves every day."""
    for number in range(size.days // 3, size.days):
        published = size.start + timedelta(days=number)
        if published.weekday() > 4:
            continue
        for quote, units in (("USD", 1.1 + number / 1000), ("GBP", 0.9 - number / 2000)):
            record = {"date": published.date().isoformat(), "base": "EUR", "quote": quote, "rate": units}
            key = f"EUR|{quote}|{record['date']}"
            yield RawRow("fx_rates", "rates", key, record, published + timedelta(days=1))


def companies(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Twelve companies; each grows and is funded once more during the history."""
    for number in range(12):
        for version, share in enumerate((-0.2, random.random())):
            updated = size.instant(share)
            properties = {
                "identifier": {"uuid": f"company-{number}", "value": f"Company {number} Inc."},
                "website_url": f"https://www.company{number}.example/about",
                "num_employees_enum": ["c_00011_00050", "c_00051_00100"][version],
                "categories": [{"value": random.choice(["Software", "Banking", "Hospital"])}],
                "location_identifiers": [{"value": "United States", "location_type": "country"}],
                "founded_on": {"value": "2015-01-01", "precision": "year"},
                "funding_total": {"value": 1, "currency": "USD", "value_usd": 1_000_000 * (version + number)},
                "last_funding_type": ["seed", "series_a"][version],
                "updated_at": updated.isoformat(),
            }
            record = {"uuid": f"company-{number}", "properties": properties}
            known_at = updated + timedelta(hours=24)
            row = RawRow("crunchbase", "organizations", f"company-{number}", record, known_at)
            yield from (row, *company_facts_of([row]))


def entered_jobs(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Jobs that people entered, each with a second version that closes it and raises the pay."""
    for number in range(size.jobs):
        key = f"cvplus:J{number:06d}"
        occupation, (name, industry) = random.choice(list(OCCUPATIONS.items()))
        posted = size.instant(random.uniform(-0.5, 0.9))
        closed = posted + timedelta(days=random.uniform(5, 50))
        low = random.randint(40, 120) * 1000
        country = random.choice(list(CURRENCIES))
        title = f"{random.choice(SENIORITIES).title()} {name}"
        record: dict[str, Any] = {
            "jobKey": key,
            "title": title,
            "company": f"Company {random.randint(0, 14)}, Inc",
            "location": "San Francisco, CA",
            "country": country,
            "industry": industry,
            "requirements": [],
            "postedAt": posted.isoformat(),
            "salaryCurrency": CURRENCIES[country],
            "salaryPeriod": "year",
            "remote": random.random() < 0.3,
        }
        if random.random() < 0.6:
            record |= {"salaryMin": low, "salaryMax": low + 20_000}
        for version, updated in ((record, posted), (record | _closing(closed, low), closed)):
            told = {**version, "updatedAt": updated.isoformat()}
            for row in dropped(size, random, "jobs", key, told, updated):
                yield row
                yield facts_of(row, title, occupation)


def federal_jobs(size: HistorySize, random: Random) -> Iterator[RawRow]:
    """Vacancies of USAJOBS: all in the history, and the later half in the search as well, seen at the end."""
    for number in range(size.jobs // 4):
        posted = size.instant(number / (size.jobs // 4))
        closes = posted + timedelta(days=21)
        control_number = str(800_000_000 + number)
        announcement = {
            "usajobsControlNumber": control_number,
            "positionTitle": "IT Specialist (Data)",
            "hiringAgencyName": "Example Bureau",
            "minimumSalary": 35.5,
            "maximumSalary": 50.25,
            "salaryType": "Per Hour",
            "positionOpenDate": posted.date().isoformat(),
            "positionCloseDate": closes.date().isoformat(),
            "PositionLocations": [{"positionLocationState": "California", "positionLocationCity": "Fresno"}],
        }
        known_at = posted + timedelta(hours=24)
        row = RawRow("usajobs", "historic_announcements", control_number, announcement, known_at)
        yield from (row, facts_of(row, "Data Specialist", "15-2051"))
        if number % 2:
            descriptor = {
                "PositionTitle": "IT Specialist (Data), remote",
                "OrganizationName": "Example Bureau",
                "PositionLocation": [
                    {"CountryCode": "United States", "CountrySubDivisionCode": "California"}
                ],
                "PositionRemuneration": [{"MinimumRange": "80000.0", "RateIntervalCode": "PA"}],
                "PublicationStartDate": f"{posted.date()}T00:00:00.0000",
                "ApplicationCloseDate": f"{closes.date()}T23:59:59.9970",
            }
            record = {"MatchedObjectId": control_number, "MatchedObjectDescriptor": descriptor}
            seen = RawRow("usajobs", "search", control_number, record, posted + timedelta(days=3))
            yield from (seen, facts_of(seen, "Senior Data Specialist", "15-2051"))


def facts_of(posting: RawRow, title: str, occupation: str) -> RawRow:
    """What would have been read from a posting's text."""
    number = int(posting.record_key[-3:])
    told = {
        "title_normalized": title.lower(),
        "occupation_id": occupation,
        "occupation_score": 0.9,
        "seniority": title.split()[0].lower() if title.split()[0].lower() in SENIORITIES else None,
        "skills_required": SKILLS[number % 5 : number % 5 + number % 7],
        "skills_preferred": [SKILLS[number % 16]],
        "years_required": number % 10,
        "education_level_required": 6,
        "word_count": 200 + number,
        "company_key": company_key_of(posting),
    }
    return as_facts(posting, told)


def _closing(closed: datetime, low: int) -> dict[str, Any]:
    return {"closedAt": closed.isoformat(), "salaryMin": low + 5_000, "salaryMax": low + 30_000}
