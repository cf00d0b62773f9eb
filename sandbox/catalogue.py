"""What a market is made of before anything happens: occupations, skills, countries, employers."""

import re
import uuid
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox import reference

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SENIORITIES = ("intern", "junior", "mid", "senior", "lead")
SENIORITY_PAY_QUANTILE = np.array([0.06, 0.24, 0.50, 0.76, 0.90])
TITLE_PATTERNS = ("{} Intern", "Junior {}", "{}", "Senior {}", "Lead {}")
HEAD_COUNT_CODES = (
    "c_00001_00010", "c_00011_00050", "c_00051_00100", "c_00101_00250", "c_00251_00500",
    "c_00501_01000", "c_01001_05000", "c_05001_10000", "c_10001_max",
)  # fmt: skip
NAMESPACE = uuid.UUID("6f1c2a52-6a3a-4f0e-9d4b-2b6a0f6c7d11")
# What a company's name says of its trade; the others are dealt out.
NAME_HINTS = (
    (r"bank|bancorp|financ|capital|bancshares|credit", "finance"),
    (r"insurance|assurance|insur", "insurance"),
    (r"pharma|therapeutics|bio|genom|medicines", "pharmaceuticals"),
    (r"health|medical|surgical|hospital|care\b", "healthcare"),
    (r"energy|oil|gas|petrol|solar|power|electric", "energy"),
    (r"realty|reit|propert|real estate|homes", "real-estate"),
    (r"software|semiconductor|tech|systems|data|micro|cloud|digital|cyber", "technology"),
    (r"communications|telecom|wireless", "telecommunications"),
    (r"motor|auto|tesla|vehicle", "automotive"),
    (r"aero|space|aviation|defense|boeing|lockheed", "aerospace"),
    (r"education|learning|school", "education"),
    (r"restaurant|hotel|resort|cruise|gaming", "hospitality"),
    (r"store|retail|outfitters|apparel|foods|brands", "retail"),
    (r"logistic|freight|transport|railroad|shipping|airlines", "logistics"),
    (r"media|entertainment|broadcast|pictures|publishing|netflix", "media"),
    (r"construct|building|materials|cement", "construction"),
    (r"industr|manufactur|steel|chemical|paper|tool", "manufacturing"),
    (r"agri|farm|seed", "agriculture"),
)


@dataclass(frozen=True)
class Country:
    """A country; `pay_factor` is its pay against the US, `units_per_usd` the exchange rate."""

    code: str
    name: str
    continent: str
    weight: float
    pay_factor: float
    currency: str
    units_per_usd: float
    pay_period: str
    utc_offset_hours: int
    language: str
    cities: list[tuple[str, str]]


@dataclass(frozen=True)
class Company:
    """An employer: a real name with facts that are made up."""

    name: str
    uuid: str
    permalink: str
    industry: str
    country: int
    city: str
    region: str
    head_count_code: str
    founded_year: int
    funding_total_usd: int
    funding_type: str | None
    funding_rounds: int
    updated_day: float


@dataclass(frozen=True)
class Catalogue:
    """All of it; `*_of` arrays are indexed by occupation."""

    soc_codes: list[str]
    family_of: Integers
    families: list[str]
    industries_of: list[list[str]]
    series_of: list[str]
    education_of: Integers
    degree_field_of: list[str]
    weight_of: Floats
    titles_of: list[list[str]]
    skills_of: list[Integers]
    pay_of: Floats
    skill_names: list[str]
    countries: list[Country]
    companies: list[Company]
    companies_by_industry: dict[str, Integers]

    def pay(self, occupations: Integers, quantiles: Floats) -> Floats:
        """US pay a year at a quantile of an occupation, log-linear between the published percentiles."""
        knots = np.array(reference.PERCENTILES)
        table = np.log(self.pay_of[occupations])
        clipped = np.clip(quantiles, 0.02, 0.98)
        right = np.clip(np.searchsorted(knots, clipped), 1, len(knots) - 1)
        left = right - 1
        share = (clipped - knots[left]) / (knots[right] - knots[left])
        rows = np.arange(len(occupations))
        return np.asarray(np.exp(table[rows, left] + share * (table[rows, right] - table[rows, left])))


def permalink_of(name: str) -> str:
    """A name as it stands in an address: lower case, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def load_countries() -> list[Country]:
    """The countries of the market, the United States first."""
    return [
        Country(
            row["country"],
            row["name"],
            row["continent"],
            float(row["weight"]),
            float(row["pay_factor"]),
            row["currency"],
            float(row["units_per_usd"]),
            row["pay_period"],
            int(row["utc_offset_hours"]),
            row["language"],
            [(city, region) for city, region in (pair.split(":") for pair in row["cities"].split("|"))],
        )
        for row in reference.rows_of(reference.HERE / "data" / "countries.csv")
    ]


def _industry_of_name(name: str, drawn: str) -> str:
    lower = name.lower()
    return next((industry for pattern, industry in NAME_HINTS if re.search(pattern, lower)), drawn)


def make_companies(
    count: int, industries: list[str], countries: list[Country], days: int, random: np.random.Generator
) -> list[Company]:
    """Employers with real names, the largest first; size, age and funding are drawn and fit one another."""
    names = reference.company_names(count)
    weights = np.array([country.weight for country in countries])
    where = random.choice(len(countries), size=count, p=weights / weights.sum())
    drawn = random.choice(industries, size=count)
    rank = np.arange(count) / count
    size = np.clip(np.round(8.4 - 8.0 * rank + random.normal(0, 1.1, count)), 0, 8).astype(int)
    founded = 2022 - np.floor(random.gamma(2.0, 9.0, count) + size * 2).astype(int)
    stage = random.random(count)
    # Most were last touched as the history begins: a provider's answers are read by window of change.
    is_old = random.random(count) < 0.6
    updated = random.random(count) * np.where(is_old, 3.0, days - 0.2)
    made = []
    for i, name in enumerate(names):
        country = countries[where[i]]
        city, region = country.cities[int(stage[i] * 997) % len(country.cities)]
        is_funded = stage[i] < 0.7
        rounds = 1 + int(stage[i] * 8) if is_funded else 0
        funding_type = ("seed", "series_a", "series_b", "series_c", "post_ipo_equity")[min(rounds - 1, 4)]
        made.append(
            Company(
                name=name,
                uuid=str(uuid.uuid5(NAMESPACE, name)),
                permalink=permalink_of(name),
                industry=_industry_of_name(name, str(drawn[i])),
                country=int(where[i]),
                city=city,
                region=region,
                head_count_code=HEAD_COUNT_CODES[size[i]],
                founded_year=int(max(founded[i], 1850)),
                funding_total_usd=int(round(10 ** (5.8 + 0.35 * rounds + 0.1 * size[i]), -4))
                if is_funded
                else 0,
                funding_type=funding_type if is_funded else None,
                funding_rounds=rounds,
                updated_day=float(updated[i]),
            )
        )
    return made


def load_catalogue(
    company_count: int, days: int, seed: int, only_families: tuple[str, ...] = ()
) -> Catalogue:
    """The catalogue of a market: reference figures as they are, companies drawn with the seed."""
    occupations = [
        row
        for row in reference.rows_of(reference.OCCUPATIONS)
        if not only_families or row["family"] in only_families
    ]
    codes = [row["soc_code"] for row in occupations]
    names_of = reference.skills_by_occupation(codes)
    skill_names = sorted({name for names in names_of for name in names})
    position = {name: index for index, name in enumerate(skill_names)}
    families = sorted({row["family"] for row in occupations})
    industries_of = [row["industries"].split("|") for row in occupations]
    industries = sorted({industry for several in industries_of for industry in several})
    countries = load_countries()
    companies = make_companies(company_count, industries, countries, days, np.random.default_rng([seed, 1]))
    by_industry = {
        industry: np.array([i for i, company in enumerate(companies) if company.industry == industry] or [0])
        for industry in industries
    }
    return Catalogue(
        soc_codes=codes,
        family_of=np.array([families.index(row["family"]) for row in occupations]),
        families=families,
        industries_of=industries_of,
        series_of=[row["opm_series"] for row in occupations],
        education_of=np.array([int(row["education_level"]) for row in occupations]),
        degree_field_of=[row["degree_field"] for row in occupations],
        weight_of=np.array([float(row["weight"]) for row in occupations]),
        titles_of=reference.titles_by_occupation(occupations),
        skills_of=[np.array([position[name] for name in names]) for names in names_of],
        pay_of=reference.occupation_pay(codes),
        skill_names=skill_names,
        countries=countries,
        companies=companies,
        companies_by_industry=by_industry,
    )
