"""Fills the store of what the providers serve, so that they tell of the same market as the exports do."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from sandbox import reference, store
from sandbox.catalogue import TITLE_PATTERNS, Catalogue
from sandbox.clock import Clock
from sandbox.job_texts import joined
from sandbox.postings import USAJOBS_FIRST_ID, Postings

COPIED_SHARE = 0.2
REMOVED_COMPANIES = 12
HOURLY_PAY_BELOW_USD = 45_000.0
HOURS_A_YEAR = 2_087
PAY_GRADES = {0: (3, 4), 1: (7, 9), 2: (11, 12), 3: (13, 14), 4: (14, 15)}


@dataclass(frozen=True)
class ProviderWriter:
    """Writes the store of one market."""

    path: Path
    catalogue: Catalogue
    clock: Clock

    def write_federal_postings(self, postings: Postings) -> int:
        """The postings that USAJOBS serves; returns how many there are."""
        agencies = list(reference.rows_of(reference.HERE / "data" / "agencies.csv"))
        opened = self.clock.days_of(postings.posted)
        closed = self.clock.days_of(postings.closes)
        rows: list[tuple[Any, ...]] = []
        for i in np.flatnonzero(postings.is_usajobs):
            number = USAJOBS_FIRST_ID + postings.first + int(i)
            agency = agencies[postings.city[i] % len(agencies)]
            required, preferred = postings.skills(int(i), self.catalogue)
            is_hourly = postings.pay_high[i] < HOURLY_PAY_BELOW_USD
            unit = HOURS_A_YEAR if is_hourly else 1
            low_grade, high_grade = PAY_GRADES[int(postings.level[i])]
            occupation = int(postings.occupation[i])
            facts: dict[str, Any] = agency | {
                "id": number,
                "title": postings.full_title(int(i), self.catalogue),
                "series": self.catalogue.series_of[occupation],
                "opened": opened[i],
                "closed": closed[i],
                "pay_low": round(float(postings.pay_low[i]) / unit, 2),
                "pay_high": round(float(postings.pay_high[i]) / unit, 2),
                "is_hourly": bool(is_hourly),
                "low_grade": f"{low_grade:02d}",
                "high_grade": f"{high_grade:02d}",
                "is_remote": bool(postings.is_remote[i]),
                "required": required,
                "preferred": preferred,
                "years": int(postings.years_required[i]),
                "education_level": int(postings.education_required[i]),
                "degree_field": self.catalogue.degree_field_of[occupation],
            }
            rows.append((number, opened[i], facts["series"], facts))
        store.insert(self.path, "postings", rows)
        return len(rows)

    def write_organizations(self) -> int:
        """The employers of the market as Crunchbase knows them, and a few that were removed."""
        companies = self.catalogue.companies
        updated = self.clock.instants(np.array([company.updated_day for company in companies]))
        rows: list[tuple[Any, ...]] = []
        for company, instant in zip(companies, updated, strict=True):
            country = self.catalogue.countries[company.country]
            facts = {
                "uuid": company.uuid,
                "name": company.name,
                "permalink": company.permalink,
                "industry": company.industry,
                "city": company.city,
                "region": company.region,
                "country": country.name,
                "continent": country.continent,
                "currency": country.currency,
                "units_per_usd": country.units_per_usd,
                "head_count_code": company.head_count_code,
                "founded_year": company.founded_year,
                "funding_total_usd": company.funding_total_usd,
                "funding_type": company.funding_type,
                "funding_rounds": company.funding_rounds,
                "rank": len(rows) + 1,
                "updated_at": instant,
            }
            rows.append((company.uuid, instant, facts))
        store.insert(self.path, "organizations", rows)
        gone = np.linspace(1, self.clock.days - 1, REMOVED_COMPANIES)
        store.insert(
            self.path,
            "removed",
            (
                (f"00000000-0000-4000-8000-{number:012d}", instant)
                for number, instant in enumerate(self.clock.instants(gone))
            ),
        )
        return len(rows)

    def write_tags(self, count: int, random: np.random.Generator) -> int:
        """Technologies as Stack Overflow's tags with counts of questions, and their synonyms."""
        rows, used = [], set()
        active = self.clock.epochs(self.clock.days - random.exponential(6.0, count))
        created = self.clock.epochs(random.uniform(0, 1, count) ** 3 * self.clock.days)
        for position, (technology, uses) in enumerate(reference.technology_tags(count)):
            name = tag_name(technology)
            if name in used:
                continue
            used.add(name)
            questions = int(uses**1.35 * 40 * np.exp(random.normal(0, 0.4))) + position % 7
            facts = {
                "name": escape(name),
                "count": questions,
                "has_synonyms": False,
                "is_moderator_only": False,
                "is_required": False,
                "last_activity_date": active[position],
            }
            rows.append((name, questions, facts))
        synonyms = []
        for position, (other, technology) in enumerate(reference.technology_aliases()):
            source, target = tag_name(other), tag_name(technology)
            if target in used and source not in used:
                used.add(source)
                facts = {
                    "from_tag": escape(source),
                    "to_tag": escape(target),
                    "applied_count": 5 + position,
                    "creation_date": created[position % len(created)],
                    "last_applied_date": active[position % len(active)],
                }
                synonyms.append((source, facts["creation_date"], facts))
        targets = {facts["to_tag"] for _, _, facts in synonyms}
        for _, _, facts in rows:
            facts["has_synonyms"] = facts["name"] in targets
        store.insert(self.path, "tags", rows)
        store.insert(self.path, "synonyms", synonyms)
        return len(rows)

    def write_german_postings(self, postings: Postings, count: int, random: np.random.Generator) -> int:
        """What Arbeitnow serves: German postings, some of them also entered by users as jobs."""
        germany = next(i for i, country in enumerate(self.catalogue.countries) if country.code == "DE")
        entered = np.flatnonzero(~postings.is_usajobs & (postings.country == germany))
        copied = entered[: int(count * COPIED_SHARE)]
        fresh = np.flatnonzero(postings.is_usajobs)[: count - len(copied)]
        employers = [company for company in self.catalogue.companies if company.country == germany]
        cities = self.catalogue.countries[germany].cities
        rows: list[tuple[Any, ...]] = []
        for position, i in enumerate(np.concatenate([copied, fresh])):
            is_copy = position < len(copied)
            employer = (
                self.catalogue.companies[postings.company[i]]
                if is_copy
                else employers[position % len(employers)]
            )
            occupation = int(postings.occupation[i])
            title = self.catalogue.titles_of[occupation][int(postings.title[i])]
            # Not every fresh posting may repeat a federal one: its level is drawn again.
            level = int(postings.level[i]) if is_copy else int(random.integers(1, 5))
            created = float(postings.posted[i]) + (0.02 if is_copy else random.random())
            required, preferred = postings.skills(int(i), self.catalogue)
            city = cities[postings.city[i] % len(cities)][0]
            family = self.catalogue.families[self.catalogue.family_of[occupation]]
            facts = {
                "company_name": employer.name,
                "title": f"{TITLE_PATTERNS[level].format(title)} (m/w/d)",
                "description": german_description(employer.name, title, required, preferred),
                "remote": bool(postings.is_remote[i]),
                "tags": [family.capitalize()],
                "job_types": ["Full time"] if position % 3 else ["berufserfahren"],
                "location": city,
                "created_at": self.clock.epochs(np.array([min(created, self.clock.days - 0.1)]))[0],
            }
            slug = f"{tag_name(title)}-{city.lower().replace(' ', '-')}-{100_000 + position}"
            rows.append((slug, facts["created_at"], facts | {"slug": slug}))
        store.insert(self.path, "german_postings", rows)
        return len(rows)


def tag_name(technology: str) -> str:
    """A technology as a tag: lower case, hyphens for spaces, other signs kept."""
    return "-".join(technology.lower().replace("(", "").replace(")", "").split())


def german_description(company: str, title: str, required: list[str], preferred: list[str]) -> str:
    """A short German job text in HTML."""
    parts = [
        f"<p>Wir, {escape(company)}, suchen zum nächstmöglichen Zeitpunkt: {escape(title)}.</p>",
        f"<p><strong>Dein Profil</strong></p><ul><li>Erfahrung mit {escape(joined(required))}</li>",
        f"<li>Von Vorteil: {escape(joined(preferred))}</li></ul>" if preferred else "</ul>",
        "<p>Wir freuen uns auf deine Bewerbung!</p>",
    ]
    return "".join(parts)
