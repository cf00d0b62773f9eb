"""The people of a district and the versions of their CVs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.catalogue import SENIORITY_PAY_QUANTILE, Catalogue
from sandbox.postings import ranked_choice

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

SHARE_BEFORE_HISTORY = 0.45
SHARE_REVISED = 0.35
SETTLING_DAYS = 1.6


@dataclass(frozen=True)
class People:
    """One person and CV a row; `joined` is the day of the first CV version, `years` those of experience."""

    first: int
    occupation: Integers
    level: Integers
    country: Integers
    years: Floats
    education: Integers
    joined: Floats
    activity: Floats
    quality: Floats
    pay_expected: Floats
    user: Integers
    last_job_ended_months: Integers

    def __len__(self) -> int:
        return len(self.years)

    def cv_id(self, index: int) -> str:
        """The id of a person's CV."""
        return f"CV{self.first + index:06d}"

    def user_id(self, index: int) -> str:
        """The id of the account; some accounts hold two CVs."""
        return f"U{self.first + int(self.user[index]):06d}"


@dataclass(frozen=True)
class CvVersions:
    """One version of a CV a row, sorted by person and time; `skills` is a boolean matrix over skill names."""

    person: Integers
    number: Integers
    saved: Floats
    quality: Floats
    skills: NDArray[np.bool_]
    first_of_person: Integers

    def __len__(self) -> int:
        return len(self.person)

    def at(self, people: Integers, moments: Floats) -> Integers:
        """The version that stood when something happened: the newest saved before it."""
        span = 10_000.0
        keys = self.person * span + self.saved
        return np.searchsorted(keys, people * span + moments, side="right") - 1


def level_of_years(years: Floats, luck: Floats) -> Integers:
    """How far somebody has come: years of experience, with a little luck at the top."""
    level = np.digitize(years, [0.5, 2.0, 5.5, 9.0])
    return np.where((level == 4) & (luck < 0.6), 3, level)


def draw_people(
    catalogue: Catalogue, count: int, first: int, days: int, random: np.random.Generator
) -> People:
    """People who join before and during the first four fifths of the history."""
    weights = catalogue.weight_of / catalogue.weight_of.sum()
    occupation = random.choice(len(weights), size=count, p=weights)
    country_weights = np.array([country.weight for country in catalogue.countries])
    country_weights[0] *= 1.6
    country = random.choice(len(country_weights), size=count, p=country_weights / country_weights.sum())
    years = np.clip(random.gamma(1.5, 4.4, count), 0, 38)
    years[random.random(count) < 0.05] = 0.0
    level = level_of_years(years, random.random(count))
    drift = random.choice([-1, 0, 1], size=count, p=[0.18, 0.64, 0.18])
    is_early = random.random(count) < SHARE_BEFORE_HISTORY
    joined = np.where(is_early, -random.uniform(0.01, 60, count), random.uniform(0, days * 0.8, count))
    factor = np.array([country.pay_factor for country in catalogue.countries])[country]
    quantile = SENIORITY_PAY_QUANTILE[level] + random.normal(0.02, 0.06, count)
    # One account in twenty holds the CV of the row before it as well.
    user = np.arange(count)
    second = np.flatnonzero(random.random(count) < 0.05)
    user[second] = np.maximum(second - 1, 0)
    return People(
        first=first,
        occupation=occupation,
        level=level,
        country=country,
        years=np.round(years * 12) / 12,
        education=np.clip(catalogue.education_of[occupation] + drift, 2, 8),
        joined=joined,
        activity=random.gamma(1.6, 1.0, count) + 0.1,
        quality=random.beta(2.6, 2.2, count),
        pay_expected=catalogue.pay(occupation, quantile) * factor,
        user=user,
        last_job_ended_months=np.where(random.random(count) < 0.6, 0, random.integers(0, 14, count)),
    )


def draw_versions(catalogue: Catalogue, people: People, days: int, random: np.random.Generator) -> CvVersions:
    """CV versions: the first when a person joins, up to three more, each with more skills and better form."""
    count = len(people)
    several = 1 + (random.random(count) < SHARE_REVISED) * random.integers(1, 4, count)
    person = np.repeat(np.arange(count), several)
    first_of_person = np.concatenate([[0], np.cumsum(several)[:-1]])
    number = np.arange(len(person)) - first_of_person[person] + 1
    room = days - 2.0 - np.maximum(people.joined, 0)
    saved = np.where(
        number == 1,
        people.joined[person],
        np.maximum(people.joined, 0)[person] + room[person] * random.random(len(person)),
    )
    order = np.lexsort((saved, person))
    saved = saved[order]
    skills = np.zeros((len(person), len(catalogue.skill_names)), dtype=bool)
    holding = np.clip(random.beta(3.2, 2.0, count) + 0.006 * people.years, 0.1, 0.97)
    foreign = random.integers(0, 4, count)
    for i in range(count):
        pool = catalogue.skills_of[people.occupation[i]]
        held = ranked_choice(pool, max(2, round(holding[i] * len(pool))), random)
        start = first_of_person[i]
        skills[start : start + several[i], held] = True
        other = random.integers(0, len(catalogue.skill_names), int(foreign[i]))
        skills[start : start + several[i], other] = True
        for later in range(start + 1, start + several[i]):
            learnt = random.choice(pool, size=min(2, len(pool)), replace=False)
            skills[later : start + several[i], learnt] = True
    quality = np.clip(people.quality[person] + 0.08 * (number - 1), 0, 1)
    return CvVersions(person, number, saved, quality, skills, first_of_person)
