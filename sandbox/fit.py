"""How well a CV fits a posting, and the known model of what follows from it.

The model is logistic in the fit, the season and the competition. Part of it (`UNSEEN_SPREAD`) depends on
nothing that is written anywhere: the best possible prediction averages over it, as `expected_probability`
does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.clock import hiring_index
from sandbox.people import CvVersions, People
from sandbox.postings import Postings

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

UNSEEN_SPREAD = 0.5
INTERVIEW_RATE = 0.175
OFFER_RATE = 0.34
INTERVIEW_WEIGHTS = {
    "skill_share": 8.5,
    "preferred_share": 1.2,
    "years_missing": -0.95,
    "years_over": -0.08,
    "education_missing": -1.1,
    "title_likeness": 2.6,
    "region_match": 2.0,
    "pay_gap": -3.0,
    "quality": 2.0,
    "competition": -0.45,
    "season": 1.0,
}
OFFER_WEIGHTS = {
    "skill_share": 4.5,
    "preferred_share": 1.0,
    "years_missing": -0.6,
    "years_over": 0.05,
    "education_missing": -0.5,
    "title_likeness": 1.0,
    "region_match": 0.6,
    "pay_gap": -3.5,
    "quality": 1.8,
    "competition": -0.3,
    "season": 0.6,
}


@dataclass(frozen=True)
class Fit:
    """What the model looks at, one value a pair."""

    skill_share: Floats
    preferred_share: Floats
    years_missing: Floats
    years_over: Floats
    education_missing: Floats
    title_likeness: Floats
    region_match: Floats
    pay_gap: Floats
    quality: Floats

    def score(self, weights: dict[str, float], competition: Floats, season: Floats) -> Floats:
        """The weighted sum, before its intercept."""
        total = weights["competition"] * competition + weights["season"] * season
        for name, weight in weights.items():
            if name not in ("competition", "season"):
                total = total + weight * getattr(self, name)
        return np.asarray(total)


def packed(matrix: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """A boolean matrix as words of 64 bits, to count what two rows share quickly."""
    width = -(-matrix.shape[1] // 64) * 64
    padded = np.zeros((matrix.shape[0], width), dtype=bool)
    padded[:, : matrix.shape[1]] = matrix
    return np.packbits(padded, axis=1).view(np.uint64)


@dataclass(frozen=True)
class Matcher:
    """Computes the fit of many (CV version, posting) pairs at once."""

    people: People
    versions: CvVersions
    postings: Postings
    family_of: Integers
    held: NDArray[np.uint64]
    required: NDArray[np.uint64]
    preferred: NDArray[np.uint64]

    @classmethod
    def of(cls, people: People, versions: CvVersions, postings: Postings, family_of: Integers) -> "Matcher":
        """A matcher over a district."""
        return cls(
            people,
            versions,
            postings,
            family_of,
            packed(versions.skills),
            packed(postings.required),
            packed(postings.preferred),
        )

    def fit(self, version: Integers, posting: Integers) -> Fit:
        """The fit of pairs given as two arrays of the same shape."""
        people, postings = self.people, self.postings
        person = self.versions.person[version]
        skill_share = _share(self.held[version], self.required[posting])
        preferred_share = _share(self.held[version], self.preferred[posting])
        gap = people.years[person] - postings.years_required[posting]
        own, asked = people.occupation[person], postings.occupation[posting]
        same_family = self.family_of[own] == self.family_of[asked]
        same_country = people.country[person] == postings.country[posting]
        offered = postings.pay_high[posting]
        return Fit(
            skill_share=skill_share,
            preferred_share=preferred_share,
            years_missing=np.clip(-gap, 0, 6),
            years_over=np.clip(gap - 6, 0, 15),
            education_missing=np.clip(postings.education_required[posting] - people.education[person], 0, 3)
            * 1.0,
            title_likeness=np.where(own == asked, 1.0, np.where(same_family, 0.45, 0.0)),
            region_match=np.where(same_country, 1.0, np.where(postings.is_remote[posting], 0.6, 0.0)),
            pay_gap=np.clip(np.log(people.pay_expected[person] / offered), 0, 1),
            quality=self.versions.quality[version],
        )


def _share(held: NDArray[np.uint64], asked: NDArray[np.uint64]) -> Floats:
    both = np.bitwise_count(held & asked).sum(axis=-1)
    return np.asarray(both / np.maximum(np.bitwise_count(asked).sum(axis=-1), 1), dtype=np.float64)


def logistic(values: Floats) -> Floats:
    """1 / (1 + exp(-x)), safe for large |x|."""
    return np.asarray(0.5 * (1 + np.tanh(values / 2)), dtype=np.float64)


def expected_probability(score: Floats) -> Floats:
    """The probability when the unseen part isn't known: the logistic's mean over its distribution.

    Gauss-Hermite quadrature with nine nodes, exact to about 1e-6 for a spread of one half.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(9)
    share = weights / weights.sum()
    total = np.zeros_like(score)
    for node, weight in zip(nodes, share, strict=True):
        total += weight * logistic(score + UNSEEN_SPREAD * node)
    return total


def intercept_for(score: Floats, rate: float, weights: Floats | None = None) -> float:
    """The intercept at which the (weighted) mean probability is the rate wanted (bisection, 60 halvings)."""
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        if np.average(expected_probability(score + middle), weights=weights) < rate:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def season_of(moments: Floats) -> Floats:
    """The hiring season around zero."""
    return hiring_index(moments) - 1.0
