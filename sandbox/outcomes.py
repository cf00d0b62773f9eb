"""What becomes of applications, drawn from the known model: interview, offer, hire, refusal, silence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.applications import Applications
from sandbox.fit import (
    INTERVIEW_RATE,
    INTERVIEW_WEIGHTS,
    OFFER_RATE,
    OFFER_WEIGHTS,
    UNSEEN_SPREAD,
    expected_probability,
    intercept_for,
    logistic,
    season_of,
)
from sandbox.people import People
from sandbox.postings import Postings

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

PAY_NOISE = 0.06
TIME_NOISE = 0.35
NEVER = np.inf


@dataclass(frozen=True)
class Outcomes:
    """What happens to each application, in days since the history's start (`inf`: never), seen or not yet.

    `interview_probability` and `offer_probability` (both of the application) are the best that anybody
    could say from what is written down; the pay is the yearly USD amount of the offer.
    """

    interview_probability: Floats
    offer_probability: Floats
    interview_at: Floats
    offer_at: Floats
    hired_at: Floats
    rejected_at: Floats
    no_response_at: Floats
    withdrawn_at: Floats
    offer_pay_usd: Floats
    offer_pay_center_usd: Floats
    offer_days_center: Floats


@dataclass(frozen=True)
class Intercepts:
    """The model's two free constants, fixed on the first district so that all districts share one model."""

    interview: float
    offer: float


def draw_outcomes(
    applications: Applications,
    people: People,
    postings: Postings,
    random: np.random.Generator,
    intercepts: Intercepts | None = None,
) -> tuple[Outcomes, Intercepts]:
    """Outcomes of a district and the intercepts used (those given, or those that meet the base rates)."""
    count = len(applications)
    fit, applied = applications.fit, applications.applied
    competition = np.log1p(applications.earlier_applicants)
    season = season_of(applied)
    interview_score = fit.score(INTERVIEW_WEIGHTS, competition, season)
    offer_score = fit.score(OFFER_WEIGHTS, competition, season)
    if intercepts is None:
        interview_intercept = intercept_for(interview_score, INTERVIEW_RATE)
        invited_rate = expected_probability(interview_score + interview_intercept)
        intercepts = Intercepts(interview_intercept, intercept_for(offer_score, OFFER_RATE, invited_rate))
    interview_score = interview_score + intercepts.interview
    offer_score = offer_score + intercepts.offer
    unseen = random.normal(0, UNSEEN_SPREAD, (2, count))
    is_invited = random.random(count) < logistic(interview_score + unseen[0])
    is_offered = is_invited & (random.random(count) < logistic(offer_score + unseen[1]))

    level = postings.level[applications.posting]
    interview_days = np.clip(np.exp(np.log(7.0 + 1.2 * level) + random.normal(0, 0.45, count)), 1, 38)
    center = time_to_offer_center(applications, postings)
    offer_days = np.maximum(np.exp(np.log(center) + random.normal(0, TIME_NOISE, count)), interview_days + 1)
    is_hired = is_offered & (random.random(count) < 0.72)
    hired_days = offer_days + random.gamma(2.0, 3.0, count)
    fate = random.random(count)
    answer_days = np.clip(np.exp(np.log(13.0) + random.normal(0, 0.6, count)), 1, 90)
    after_interview = interview_days + random.gamma(2.5, 5.0, count)
    is_withdrawn = ~is_invited & (fate < 0.02) | is_offered & ~is_hired & (fate < 0.6)
    is_refused = ~is_withdrawn & (is_invited & ~is_offered & (fate < 0.82) | ~is_invited & (fate < 0.52))
    is_silent = ~is_invited & ~is_withdrawn & ~is_refused & (fate < 0.86)
    pay_center = offer_pay_center(applications, people, postings)
    return (
        Outcomes(
            interview_probability=expected_probability(interview_score),
            offer_probability=expected_probability(interview_score) * expected_probability(offer_score),
            interview_at=np.where(is_invited, applied + interview_days, NEVER),
            offer_at=np.where(is_offered, applied + offer_days, NEVER),
            hired_at=np.where(is_hired, applied + hired_days, NEVER),
            rejected_at=np.where(
                is_refused, applied + np.where(is_invited, after_interview, answer_days), NEVER
            ),
            no_response_at=np.where(is_silent, applied + random.uniform(38, 44, count), NEVER),
            withdrawn_at=np.where(
                is_withdrawn, applied + np.where(is_offered, hired_days, answer_days), NEVER
            ),
            offer_pay_usd=np.exp(np.log(pay_center) + random.normal(0, PAY_NOISE, count)),
            offer_pay_center_usd=pay_center,
            offer_days_center=center,
        ),
        intercepts,
    )


def time_to_offer_center(applications: Applications, postings: Postings) -> Floats:
    """Median days from applying to an offer: longer for senior and federal posts, shorter for a good fit."""
    posting = applications.posting
    return np.asarray(
        17.0
        * np.exp(
            0.13 * postings.level[posting]
            + 0.35 * postings.is_usajobs[posting]
            - 0.45 * (applications.fit.skill_share - 0.6)
            - 0.12 * postings.is_remote[posting]
            - 0.25 * season_of(applications.applied)
        )
    )


def offer_pay_center(applications: Applications, people: People, postings: Postings) -> Floats:
    """Median pay a year (USD) of an offer: the posting's own middle, moved by experience and skills."""
    posting, person = applications.posting, applications.person
    middle = (postings.pay_low[posting] + postings.pay_high[posting]) / 2
    gap = np.clip(people.years[person] - postings.years_required[posting], -3, 8)
    return np.asarray(middle * np.exp(0.012 * gap + 0.12 * (applications.fit.skill_share - 0.7)))
