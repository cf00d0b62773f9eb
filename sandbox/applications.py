"""Who applies to what: people look at postings in their line of work and mostly pick where they fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.fit import Fit, Matcher
from sandbox.people import SETTLING_DAYS, CvVersions, People
from sandbox.postings import Postings, season_moments

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

CANDIDATES = 14
SHARE_WITHOUT_LOOKING = 0.30
POSTING_LAG_DAYS = 2.0
MOST_ROUNDS = 60
CHANNELS = ("website", "referral", "recruiter", "job_board", "email")


@dataclass(frozen=True)
class Applications:
    """One application a row, in the order in which they were sent."""

    first: int
    version: Integers
    person: Integers
    posting: Integers
    applied: Floats
    channel: Integers
    earlier_applicants: Integers
    fit: Fit

    def __len__(self) -> int:
        return len(self.applied)

    def application_id(self, index: int) -> str:
        """The id of an application."""
        return f"A{self.first + index:07d}"


def candidate_postings(
    postings: Postings, family: Integers, family_of: Integers, moments: Floats, random: np.random.Generator
) -> tuple[Integers, NDArray[np.bool_]]:
    """For each moment some postings of a family, published a while before: (index, is open) matrices."""
    order = np.lexsort((postings.posted, family_of[postings.occupation]))
    span = 10_000.0
    keys = family_of[postings.occupation][order] * span + postings.posted[order]
    low = np.searchsorted(keys, family * span + moments - 45.0)
    high = np.searchsorted(keys, family * span + moments - POSTING_LAG_DAYS)
    width = np.maximum(high - low, 0)
    place = np.floor(random.random((len(moments), CANDIDATES)) * width[:, None]).astype(np.int64)
    picked = low[:, None] + place
    index = order[np.minimum(picked, len(order) - 1)]
    known_by = np.maximum(postings.entered[index], postings.posted[index]) + POSTING_LAG_DAYS
    is_open = (
        (width[:, None] > 0) & (postings.closes[index] > moments[:, None]) & (known_by <= moments[:, None])
    )
    return index, is_open


def draw_applications(
    matcher: Matcher,
    people: People,
    versions: CvVersions,
    postings: Postings,
    *,
    count: int,
    first: int,
    days: int,
    random: np.random.Generator,
) -> Applications:
    """Applications of a district, drawn in rounds since repeats of a CV and posting are dropped.

    Raises ValueError when the district is too small or too short for so many different applications.
    """
    persons: list[Integers] = []
    posting_indexes: list[Integers] = []
    moments: list[Floats] = []
    taken: set[int] = set()
    total = 0
    for _ in range(MOST_ROUNDS):
        if total == count:
            break
        tried = int((count - total) * 1.3) + 64
        person = random.choice(len(people), size=tried, p=people.activity / people.activity.sum())
        moment = season_moments(tried, SETTLING_DAYS, days - 0.02, random)
        start = np.maximum(people.joined[person], 0) + SETTLING_DAYS
        can_apply = moment >= start
        person, moment = person[can_apply], moment[can_apply]
        chosen, is_found = choose(matcher, people, versions, postings, person, moment, random)
        person, moment, chosen = person[is_found], moment[is_found], chosen[is_found]
        pair = person * len(postings) + chosen
        is_new = np.zeros(len(pair), dtype=bool)
        is_new[np.unique(pair, return_index=True)[1]] = True
        is_new &= ~np.isin(pair, np.fromiter(taken, dtype=np.int64, count=len(taken)))
        is_new &= np.cumsum(is_new) <= count - total
        taken.update(int(value) for value in pair[is_new])
        persons.append(person[is_new])
        moments.append(moment[is_new])
        posting_indexes.append(chosen[is_new])
        total += int(is_new.sum())
    if total < count:
        raise ValueError(f"{len(people)} CVs and {len(postings)} jobs can't make {count} applications")
    all_moments = np.concatenate(moments)
    order = np.argsort(all_moments, kind="stable")
    person = np.concatenate(persons)[order]
    posting = np.concatenate(posting_indexes)[order]
    applied = all_moments[order]
    # A version saved on the day itself reaches nobody before its drop: people apply with the one before it.
    version = versions.at(person, np.floor(applied))
    version = np.maximum(version, versions.first_of_person[person])
    return Applications(
        first=first,
        version=version,
        person=person,
        posting=posting,
        applied=applied,
        channel=random.choice(len(CHANNELS), size=count, p=[0.45, 0.10, 0.10, 0.28, 0.07]),
        earlier_applicants=rank_within(posting),
        fit=matcher.fit(version, posting),
    )


def choose(
    matcher: Matcher,
    people: People,
    versions: CvVersions,
    postings: Postings,
    person: Integers,
    moment: Floats,
    random: np.random.Generator,
) -> tuple[Integers, NDArray[np.bool_]]:
    """(posting, whether one was open) for each person and moment; most pick the best fit they see."""
    family = matcher.family_of[people.occupation[person]]
    index, is_open = candidate_postings(postings, family, matcher.family_of, moment, random)
    version = versions.at(person, moment)
    fit = matcher.fit(np.broadcast_to(version[:, None], index.shape), index)
    appeal = (
        2.2 * fit.skill_share
        + 1.6 * fit.title_likeness
        + 2.4 * fit.region_match
        - 0.25 * fit.years_missing
        - 0.10 * fit.years_over
        - 1.0 * fit.pay_gap
        + 1.6 * ~postings.is_usajobs[index]  # who enters a job by hand means to apply to it
    )
    looks = random.random(len(person)) >= SHARE_WITHOUT_LOOKING
    appeal = np.where(looks[:, None], appeal, 0.6 * fit.region_match) + random.gumbel(0, 0.45, index.shape)
    best = np.argmax(np.where(is_open, appeal, -np.inf), axis=1)
    rows = np.arange(len(person))
    return index[rows, best], is_open[rows, best]


def rank_within(groups: Integers) -> Integers:
    """How many rows before each one belong to the same group (rows are in time order)."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank = np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
    result = np.empty(len(groups), dtype=np.int64)
    result[order] = rank
    return result
