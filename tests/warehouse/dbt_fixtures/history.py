"""A history of people, CVs, jobs, applications and outcomes, as it would lie in raw.

Invented, seeded and small by default; the same seed gives the same rows. It holds what makes time hard: several
versions of CVs and jobs, records that arrive days late or out of order, records said twice, pay that appears later,
corrections, and outcomes known long after the application.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from dbt_fixtures.raw_rows import RawRow

SKILLS = [
    "python",
    "sql",
    "apache-airflow",
    "docker",
    "excel",
    "react",
    "aws",
    "c++",
    "kubernetes",
    "tableau",
    "go",
    "r",
]
SOFT_SKILLS = ["teamwork", "leadership", "communication"]
COUNTRIES = ["US", "GB", "DE"]
OCCUPATIONS = {
    "15-1252": ("Software Developer", "technology"),
    "15-2051": ("Data Scientist", "technology"),
    "13-2011": ("Accountant", "finance"),
    "29-1141": ("Registered Nurse", "healthcare"),
}
SENIORITIES = ["junior", "mid", "senior"]


@dataclass(frozen=True)
class HistorySize:
    """How much to invent: ``days`` of history for ``people`` who apply ``applications`` times for ``jobs``."""

    applications: int = 200
    people: int = 50
    jobs: int = 80
    events: int = 400
    days: int = 90
    end: date = date(2026, 9, 7)

    @property
    def start(self) -> datetime:
        """The first instant of the history, midnight UTC."""
        return datetime.combine(self.end - timedelta(days=self.days), time(), UTC)


def make_history(size: HistorySize, seed: int = 11) -> Iterator[RawRow]:
    """The raw rows of an invented history, in no order that matters."""
    maker = _Maker(size, Random(seed))
    yield from maker.wages()
    yield from maker.companies()
    yield from maker.cvs()
    yield from maker.jobs()
    yield from maker.applications()
    yield from maker.events()
    yield from maker.subscriptions()


class _Maker:
    def __init__(self, size: HistorySize, random: Random) -> None:
        self.size, self.random = size, random
        self.people = [f"subject-{number:05d}" for number in range(size.people)]
        self.job_posted: dict[str, datetime] = {}

    def wages(self) -> Iterator[RawRow]:
        """Official wages of two years: the second is published in the middle of the history."""
        for year, published in ((2024, self.size.start - timedelta(days=300)), (2025, self._instant(0.5))):
            for number, (occupation, (name, _)) in enumerate(OCCUPATIONS.items()):
                for area_code, area_name in (("0000000", "National"), ("0600000", "California")):
                    median = (
                        60_000 + 15_000 * number + 2_000 * (year - 2024) + 5_000 * (area_code != "0000000")
                    )
                    code = occupation.replace("-", "")
                    record = {
                        "area_code": area_code, "area_name": area_name, "industry_code": "000000",
                        "occupation_code": code, "occupation_name": name, "year": str(year),
                        "published_at": published.date().isoformat(), "employment": str(100_000 * (number + 1)),
                        **{f"annual_p{p}": str(round(median * f)) for p, f in _PERCENTILES.items()},
                    }  # fmt: skip
                    key = f"{area_code}|000000|{code}|{year}"
                    yield RawRow("bls_oews", "wages", key, record, published + timedelta(days=1))

    def companies(self) -> Iterator[RawRow]:
        """Twelve companies; each grows and is funded once more during the history."""
        for number in range(12):
            for version, share in enumerate((-0.2, self.random.random())):
                updated = self._instant(share)
                properties: dict[str, Any] = {
                    "identifier": {"uuid": f"company-{number}", "value": f"Company {number} Inc."},
                    "website_url": f"https://www.company{number}.example/about",
                    "num_employees_enum": ["c_00011_00050", "c_00051_00100"][version],
                    "categories": [{"value": self.random.choice(["Software", "Banking", "Hospital"])}],
                    "location_identifiers": [{"value": "United States", "location_type": "country"}],
                    "founded_on": {"value": "2015-01-01", "precision": "year"},
                    "funding_total": {
                        "value": 1,
                        "currency": "USD",
                        "value_usd": 1_000_000 * (version + 1 + number),
                    },
                    "last_funding_type": ["seed", "series_a"][version],
                    "updated_at": updated.isoformat(),
                }
                record = {"uuid": f"company-{number}", "properties": properties}
                known_at = updated + timedelta(hours=24)
                yield RawRow("crunchbase", "organizations", f"company-{number}", record, known_at)

    def cvs(self) -> Iterator[RawRow]:
        """One CV a person in one to three versions; some arrive late, some are dropped twice."""
        for number, subject in enumerate(self.people):
            updated = self._instant(self.random.uniform(-0.3, 0.05))
            for version in range(1, self.random.randint(2, 4)):
                skills = self.random.sample(SKILLS, self.random.randint(2, 7))
                experience = round(self.random.uniform(0, 20), 2)
                record = {
                    "cvId": f"cv-{number}", "subject_id": subject, "version": version, "updatedAt": updated.isoformat(),
                    "targetIndustry": self.random.choice(["Technology", "finance", None]),
                    "targetRegion": self.random.choice([*COUNTRIES, "UK"]), "language": "en",
                    "measures": {
                        "word_count": self.random.randint(150, 900), "sections_count": 5, "formatting_score": 0.7,
                        "total_experience": experience, "job_changes": 2, "average_tenure": experience / 3,
                        "career_progression": 0.2, "technical_skills_count": len(skills), "soft_skills_count": 1,
                        "skill_diversity": 0.5, "education_level": self.random.randint(3, 7), "relevant_education": 0.5,
                        "longest_gap_months": 3, "languages_count": 1, "certifications_count": 0,
                        "volunteering_count": 0, "quantified_achievements_count": 2, "months_since_last_job": 0,
                        "last_title": "Junior Developer",
                    },
                    "skills": {"technical": skills, "soft": [self.random.choice(SOFT_SKILLS)], "languages": ["english"]},
                    "titles": ["Junior Developer", "Data Analyst"],
                }  # fmt: skip
                yield from self._dropped("cvs", f"cv-{number}|{version}", record, updated)
                updated += timedelta(days=self.random.uniform(5, 30))

    def jobs(self) -> Iterator[RawRow]:
        """Jobs that people entered, most with a second version that closes them, each with its posting facts."""
        for number in range(self.size.jobs):
            key = f"cvplus:J{number:06d}"
            occupation, (name, industry) = self.random.choice(list(OCCUPATIONS.items()))
            posted = self._instant(self.random.uniform(-0.5, 0.9))
            self.job_posted[key] = posted
            low = self.random.randint(40, 120) * 1000
            country = self.random.choice(COUNTRIES)
            record = {
                "jobKey": key, "title": f"{self.random.choice(SENIORITIES).title()} {name}",
                "company": f"Company {self.random.randint(0, 14)}, Inc", "location": "San Francisco, CA",
                "country": country, "industry": industry.title(), "postedAt": posted.isoformat(),
                "requirements": [], "salaryCurrency": {"US": "USD", "GB": "GBP", "DE": "EUR"}[country],
                "salaryPeriod": "year", "remote": self.random.random() < 0.3, "updatedAt": posted.isoformat(),
            }  # fmt: skip
            if self.random.random() < 0.6:
                record |= {"salaryMin": low, "salaryMax": low + 20_000}
            yield from self._posting(key, record, occupation, posted)
            closed = posted + timedelta(days=self.random.uniform(5, 50))
            record |= {
                "closedAt": closed.isoformat(),
                "updatedAt": closed.isoformat(),
                "salaryMin": low + 5_000,
            }
            record |= {"salaryMax": low + 30_000}
            yield from self._posting(key, record, occupation, closed)

    def applications(self) -> Iterator[RawRow]:
        """Applications with their outcomes, known days after they happened."""
        keys = list(self.job_posted)
        for number in range(self.size.applications):
            person = self.random.randrange(self.size.people)
            applied = self._instant(self.random.uniform(0, 1)) - timedelta(minutes=1)
            record = {
                "applicationId": f"application-{number}", "subject_id": self.people[person], "cvId": f"cv-{person}",
                "cvVersion": self.random.choice([1, 1, 2, None]), "jobKey": self.random.choice(keys),
                "appliedAt": applied.isoformat(), "channel": "site", "updatedAt": applied.isoformat(),
            }  # fmt: skip
            yield from self._dropped("applications", f"application-{number}", record, applied)
            yield from self._outcomes(number, applied)

    def _outcomes(self, number: int, applied: datetime) -> Iterator[RawRow]:
        happened, stages = applied, self.random.choice([[], ["rejected"], ["no_response"], ["interview"],
                                                        ["interview", "rejected"], ["interview", "offer", "hired"]])  # fmt: skip
        for stage, outcome in enumerate(stages):
            happened += timedelta(days=self.random.uniform(1, 30))
            record = {
                "outcomeId": f"outcome-{number}-{stage}", "applicationId": f"application-{number}",
                "outcome": outcome, "occurredAt": happened.isoformat(),
            }  # fmt: skip
            if outcome in ("offer", "hired"):
                record |= {"salaryAmount": 90_000 + number, "salaryCurrency": "USD", "salaryPeriod": "year"}
            yield from self._dropped("outcomes", record["outcomeId"], record, happened)

    def events(self) -> Iterator[RawRow]:
        """Events of the product; prediction requests name a job."""
        keys = list(self.job_posted)
        for number in range(self.size.events):
            happened = self._instant(self.random.uniform(-0.3, 1))
            kind = self.random.choice(["cv_analysis", "prediction_request", "feature_usage"])
            record = {
                "eventId": f"event-{number}", "eventType": kind, "subject_id": self.random.choice(self.people),
                "timestamp": happened.isoformat(),
                "metadata": {"feature": self.random.choice(["search", "compare", "export"])},
            }  # fmt: skip
            if kind == "prediction_request":
                record["jobId"] = self.random.choice(keys)
            yield from self._dropped("events", f"event-{number}", record, happened)

    def subscriptions(self) -> Iterator[RawRow]:
        """Every second person tries the product, and then pays or leaves."""
        for number, subject in enumerate(self.people[::2]):
            updated = self._instant(self.random.uniform(-0.3, 0.5))
            record = {"subscriptionId": f"subscription-{number}", "subject_id": subject, "plan": "premium",
                      "startedAt": updated.isoformat(), "amount": 30, "currency": "USD", "interval": "month"}  # fmt: skip
            for status in ("trial", self.random.choice(["active", "cancelled"])):
                version = {**record, "status": status, "updatedAt": updated.isoformat()}
                yield from self._dropped("subscriptions", f"subscription-{number}", version, updated)
                updated += timedelta(days=14)

    def _posting(
        self, key: str, record: dict[str, Any], occupation: str, happened: datetime
    ) -> Iterator[RawRow]:
        for posting in self._dropped("jobs", key, dict(record), happened):
            yield posting
            facts = {
                "source": "product", "resource": "jobs", "record_key": key, "content_hash": posting.content_hash,
                "known_at": posting.known_at.isoformat(), "title_normalized": record["title"].lower(),
                "occupation_id": occupation, "occupation_score": 0.9, "seniority": record["title"].split()[0].lower(),
                "skills_required": sorted(SKILLS[len(key + occupation) % 5 :: 3]), "skills_preferred": [SKILLS[int(key[-2:]) % 12]],
                "years_required": int(key[-1]), "education_level_required": 6, "is_remote_mentioned": False,
                "word_count": 200 + int(key[-3:]),
            }  # fmt: skip
            facts_key = f"product|jobs|{key}|{posting.content_hash}"
            yield RawRow("derived", "posting_facts", facts_key, facts, posting.known_at)

    def _dropped(self, entity: str, key: str, record: dict[str, Any], happened: datetime) -> Iterator[RawRow]:
        """The record as the product drops it: on its day, one in seven late, one in nine twice."""
        days_late = self.random.randint(1, 12) if self.random.random() < 1 / 7 else 0
        repeats = 2 if self.random.random() < 1 / 9 else 1
        for repeat in range(repeats):
            day = happened.date() + timedelta(days=days_late + repeat)
            known_at = datetime.combine(day + timedelta(days=1), time(), UTC)
            if known_at <= datetime.combine(self.size.end, time(), UTC):
                yield RawRow("product", entity, key, {**record, "_dropped_on": day.isoformat()}, known_at)

    def _instant(self, share: float) -> datetime:
        """The instant at a share of the history; below 0 is before it."""
        return self.size.start + timedelta(seconds=round(share * self.size.days * 86_400))


_PERCENTILES = {10: 0.6, 25: 0.8, 50: 1.0, 75: 1.25, 90: 1.6}
