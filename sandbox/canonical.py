"""What is true of a job, an employer and an occupation, before any provider has told it its own way."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox import reference, words
from sandbox.catalogue import HEAD_COUNT_CODES, SENIORITIES, Catalogue
from sandbox.chance import bell, chances, waits
from sandbox.clock import Clock
from sandbox.job_texts import description_of, requirements_of
from sandbox.lenses import platform_of, short_name
from sandbox.postings import Postings

HEAD_COUNTS = (1, 11, 51, 101, 251, 501, 1_001, 5_001, 10_001, 200_000)
EDITED_SHARE = 0.35
REPORTED_SHARE = 0.6
REPORT_NOISE = 0.08


@dataclass(frozen=True)
class Canon:
    """The facts of one market."""

    catalogue: Catalogue
    clock: Clock
    seed: int

    def edits(self, postings: Postings, index: NDArray[np.int64]) -> NDArray[np.float64]:
        """When each of these jobs was last edited, in days; when it was posted, for most."""
        numbers = postings.first + index
        moment = chances(self.seed, "edited at", numbers) * (postings.closes - postings.posted)[index]
        return (
            np.where(chances(self.seed, "edited", numbers) < EDITED_SHARE, moment, 0) + postings.posted[index]
        )

    def jobs(self, postings: Postings, index: NDArray[np.int64]) -> Iterator[tuple[int, dict[str, Any]]]:
        """(number, facts) of jobs that private employers post; pay is a year's, in the place's currency."""
        posted, closed = (
            self.clock.instants(moments[index]) for moments in (postings.posted, postings.closes)
        )
        edited = self.clock.instants(self.edits(postings, index))
        for position, i in enumerate(map(int, index)):
            country = self.catalogue.countries[postings.country[i]]
            city, region = country.cities[postings.city[i] % len(country.cities)]
            company = self.catalogue.companies[postings.company[i]]
            occupation = int(postings.occupation[i])
            required, preferred = postings.skills(i, self.catalogue)
            education = int(postings.education_required[i])
            yield (
                postings.first + i,
                {
                    "number": postings.first + i,
                    "title": postings.full_title(i, self.catalogue),
                    "occupation_code": self.catalogue.soc_codes[occupation],
                    "family": self.catalogue.families[self.catalogue.family_of[occupation]],
                    "level": SENIORITIES[postings.level[i]],
                    "employer": company.permalink,
                    "company_name": company.name,
                    "industry": postings.industry[i],
                    "city": city,
                    "region": region,
                    "country": country.code,
                    "country_name": country.name,
                    "currency": country.currency,
                    "pay_low": round(float(postings.pay_low[i]) * country.units_per_usd, 2),
                    "pay_high": round(float(postings.pay_high[i]) * country.units_per_usd, 2),
                    "pay_period": country.pay_period,
                    "is_remote": bool(postings.is_remote[i]),
                    "required": required,
                    "preferred": preferred,
                    "description": description_html(postings, i, self.catalogue),
                    "years": int(postings.years_required[i]),
                    "education_level": education,
                    "education": words.DEGREE_DEMANDS[education],
                    "posted_at": posted[position],
                    "closed_at": closed[position],
                    "updated_at": edited[position],
                },
            )

    def employers(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """(permalink, rank, facts) of every employer once; names alike are one employer, the larger."""
        companies = self.catalogue.companies
        listed = {row["company_name"]: row for row in reference.rows_of(reference.COMPANIES)}
        keys = np.arange(len(companies))
        size, stars, votes, margin = (
            chances(self.seed, name, keys) for name in ("head count", "rating", "votes", "revenue")
        )
        updated = self.clock.instants(np.array([company.updated_day for company in companies]))
        known: set[str] = set()
        for i, company in enumerate(companies):
            if company.permalink in known:
                continue
            known.add(company.permalink)
            country = self.catalogue.countries[company.country]
            band = HEAD_COUNT_CODES.index(company.head_count_code)
            low, high = HEAD_COUNTS[band], HEAD_COUNTS[band + 1] - 1
            head_count = round(low * (high / low) ** float(size[i]))
            yield (
                company.permalink,
                len(known),
                {
                    "rank": len(known),
                    "permalink": company.permalink,
                    "uuid": company.uuid,
                    "name": company.name,
                    "short_name": short_name(company.name),
                    "domain": f"{company.permalink}.example",
                    "website": f"https://www.{company.permalink}.example",
                    "industry": company.industry,
                    "city": company.city,
                    "region": company.region,
                    "country": country.code,
                    "country_name": country.name,
                    "currency": country.currency,
                    "head_count": head_count,
                    "head_count_code": company.head_count_code,
                    "founded_year": company.founded_year,
                    "funding_total_usd": company.funding_total_usd,
                    "funding_type": company.funding_type,
                    "funding_rounds": company.funding_rounds,
                    "revenue_usd": round(head_count * 90_000 * (1 + 3 * float(margin[i])), -3),
                    "rating": round(2.6 + 2.1 * float(stars[i]), 1),
                    "rating_count": 3 + int(head_count * 0.2 * float(votes[i])),
                    "platform": platform_of(company.permalink),
                    "ticker": listed[company.name]["ticker"],
                    "cik": int(listed[company.name]["cik"]),
                    "updated_at": updated[i],
                },
            )

    def occupations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(SOC code, facts); `pay_usd` is OEWS's p10, p25, p50, p75, p90 of a year in the United States."""
        catalogue = self.catalogue
        names = {row["soc_code"]: row["name"] for row in reference.rows_of(reference.OCCUPATIONS)}
        for i, code in enumerate(catalogue.soc_codes):
            yield (
                code,
                {
                    "code": code,
                    "name": names[code],
                    "family": catalogue.families[catalogue.family_of[i]],
                    "industries": catalogue.industries_of[i],
                    "titles": catalogue.titles_of[i],
                    "technologies": [catalogue.skill_names[skill] for skill in catalogue.skills_of[i]],
                    "education_level": int(catalogue.education_of[i]),
                    "degree_field": catalogue.degree_field_of[i],
                    "pay_usd": [float(amount) for amount in catalogue.pay_of[i]],
                },
            )

    def pay_reports(self, postings: Postings, index: NDArray[np.int64]) -> Iterator[tuple[Any, ...]]:
        """(number, instant, SOC code, employer, facts): what people say that they earn in such jobs."""
        numbers = postings.first + index
        moments = postings.posted[index] + waits(40.0, chances(self.seed, "report wait", numbers))
        reports = (chances(self.seed, "reports", numbers) < REPORTED_SHARE) & (moments < self.clock.days)
        index, numbers, moments = index[reports], numbers[reports], moments[reports]
        noise = np.exp(REPORT_NOISE * bell(chances(self.seed, "report noise", numbers)))
        bonus, stock = (chances(self.seed, name, numbers) for name in ("bonus", "stock"))
        tenure = waits(2.5, chances(self.seed, "tenure", numbers))
        instants = self.clock.instants(moments)
        for position, i in enumerate(map(int, index)):
            country = self.catalogue.countries[postings.country[i]]
            city, region = country.cities[postings.city[i] % len(country.cities)]
            company = self.catalogue.companies[postings.company[i]]
            level = int(postings.level[i])
            middle = float(postings.pay_low[i] + postings.pay_high[i]) / 2 * country.units_per_usd
            base = middle * float(noise[position])
            facts = {
                "number": int(numbers[position]),
                "title": postings.full_title(i, self.catalogue),
                "level": SENIORITIES[level],
                "company_name": company.name,
                "city": city,
                "region": region,
                "country": country.code,
                "currency": country.currency,
                "base": round(base, -2),
                "bonus": round(base * 0.15 * float(bonus[position]) * (level > 1), -2),
                "stock": round(base * 0.4 * float(stock[position]) * (level > 2), -2),
                "years": int(postings.years_required[i]) + int(tenure[position]),
                "years_at_company": round(float(tenure[position]), 1),
                "is_remote": bool(postings.is_remote[i]),
            }
            code = self.catalogue.soc_codes[int(postings.occupation[i])]
            yield int(numbers[position]), instants[position], code, company.permalink, facts


def description_html(postings: Postings, index: int, catalogue: Catalogue) -> str:
    """A job's text and its requirements in HTML."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in requirements_of(postings, index, catalogue))
    text = escape(description_of(postings, index, catalogue))
    return f"<p>{text}</p><h3>Requirements</h3><ul>{lines}</ul>"
