"""The postings of a district: who asks for what, where, from when to when, at what pay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.catalogue import SENIORITY_PAY_QUANTILE, TITLE_PATTERNS, Catalogue
from sandbox.clock import hiring_index

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

USAJOBS_FIRST_ID = 812_000_000
REQUIRED_SKILLS = (4, 8)
PREFERRED_SKILLS = (1, 4)
POOL_ASKED = 14


@dataclass(frozen=True)
class Postings:
    """Arrays of one posting each; days count from the history's start, pay is a year in USD."""

    first: int
    is_usajobs: Booleans
    occupation: Integers
    level: Integers
    title: Integers
    country: Integers
    city: Integers
    company: Integers
    industry: list[str]
    posted: Floats
    closes: Floats
    entered: Floats
    years_required: Integers
    education_required: Integers
    is_remote: Booleans
    pay_low: Floats
    pay_high: Floats
    required: NDArray[np.bool_]
    preferred: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.posted)

    def key(self, index: int) -> str:
        """The job key by which applications and events speak of a posting."""
        number = self.first + index
        return f"usajobs:{USAJOBS_FIRST_ID + number}" if self.is_usajobs[index] else f"cvplus:J{number:06d}"

    def full_title(self, index: int, catalogue: Catalogue) -> str:
        """The title as posted, with its seniority."""
        title = catalogue.titles_of[self.occupation[index]][self.title[index]]
        return TITLE_PATTERNS[self.level[index]].format(title)

    def skills(self, index: int, catalogue: Catalogue) -> tuple[list[str], list[str]]:
        """(required, preferred) skill names."""
        required = [catalogue.skill_names[i] for i in np.flatnonzero(self.required[index])]
        preferred = [catalogue.skill_names[i] for i in np.flatnonzero(self.preferred[index])]
        return required, preferred


def season_moments(count: int, low: float, high: float, random: np.random.Generator) -> Floats:
    """Moments in [low, high), more of them in the hiring season (thinning of a uniform draw)."""
    kept: list[Floats] = []
    missing = count
    while missing > 0:
        tried = random.uniform(low, high, 2 * missing + 16)
        accepted = tried[random.random(len(tried)) * 1.25 < hiring_index(tried)]
        kept.append(accepted[:missing])
        missing -= len(kept[-1])
    return np.concatenate(kept)


def ranked_choice(pool: Integers, count: int, random: np.random.Generator) -> Integers:
    """Some of a pool without repeats, those at its front more likely."""
    weights = 1.0 / (np.arange(len(pool)) + 4.0)
    keys = random.exponential(1.0, len(pool)) / weights
    return pool[np.argsort(keys)[:count]]


def asked_skills(
    catalogue: Catalogue, occupation: Integers, random: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(required, preferred) as boolean matrices of posting x skill."""
    count, width = len(occupation), len(catalogue.skill_names)
    required = np.zeros((count, width), dtype=bool)
    preferred = np.zeros((count, width), dtype=bool)
    how_many = random.integers(*REQUIRED_SKILLS, count, endpoint=True)
    how_many_more = random.integers(*PREFERRED_SKILLS, count, endpoint=True)
    for i in range(count):
        pool = catalogue.skills_of[occupation[i]][:POOL_ASKED]
        asked = ranked_choice(pool, int(how_many[i] + how_many_more[i]), random)
        needed = max(2, len(asked) - int(how_many_more[i]))
        required[i, asked[:needed]] = True
        preferred[i, asked[needed:]] = True
    return required, preferred


def draw_postings(
    catalogue: Catalogue, count: int, first: int, days: int, random: np.random.Generator
) -> Postings:
    """The postings of a district, in the order of their numbers (not of time)."""
    is_usajobs = np.arange(count) % 2 == 1
    weights = catalogue.weight_of / catalogue.weight_of.sum()
    occupation = random.choice(len(weights), size=count, p=weights)
    level = random.choice(5, size=count, p=[0.05, 0.22, 0.38, 0.25, 0.10])
    country_weights = np.array([country.weight for country in catalogue.countries])
    country = random.choice(len(country_weights), size=count, p=country_weights / country_weights.sum())
    country[is_usajobs] = 0
    industry, company = [], np.zeros(count, dtype=np.int64)
    which, employer = random.random(count), random.random(count)
    for i in range(count):
        several = catalogue.industries_of[occupation[i]]
        # The first industry of an occupation is its home: half of the postings are there.
        chosen = several[0] if which[i] < 0.5 else several[int((which[i] - 0.5) * 2 * len(several))]
        employers = catalogue.companies_by_industry[chosen]
        industry.append("government" if is_usajobs[i] else chosen)
        company[i] = employers[int(employer[i] ** 1.5 * len(employers))]
    # Users bring older jobs along when they join; a provider's past is only read from the history's start on.
    own, federal = (
        season_moments(count, -30.0, days - 0.5, random),
        season_moments(count, 0.0, days - 0.5, random),
    )
    posted = np.where(is_usajobs, np.floor(federal), own)
    entered = np.where(is_usajobs, posted, np.maximum(posted, 0) + random.exponential(0.6, count))
    spread = random.uniform(0.06, 0.14, count)
    quantile = SENIORITY_PAY_QUANTILE[level] + random.normal(0, 0.03, count)
    factor = np.array([country.pay_factor for country in catalogue.countries])[country]
    middle = catalogue.pay(occupation, quantile) * factor * np.where(is_usajobs, 0.96, 1.0)
    years = np.array([0, 1, 3, 6, 9])[level] + random.integers(0, 3, count) * (level > 0)
    education = catalogue.education_of[occupation] - (random.random(count) < 0.3)
    required, preferred = asked_skills(catalogue, occupation, random)
    titles = np.array([len(titles) for titles in catalogue.titles_of])[occupation]
    return Postings(
        first=first,
        is_usajobs=is_usajobs,
        occupation=occupation,
        level=level,
        title=np.floor(random.random(count) * titles).astype(np.int64),
        country=country,
        city=random.integers(0, 1_000_000, count),
        company=company,
        industry=industry,
        posted=posted,
        closes=posted + np.clip(random.gamma(5.0, 6.5, count), 10, 75),
        entered=entered,
        years_required=years,
        education_required=education,
        is_remote=random.random(count) < 0.22,
        pay_low=middle * (1 - spread),
        pay_high=middle * (1 + spread),
        required=required,
        preferred=preferred,
    )
