"""What people do in the product beside applying: events, plans, experiments, voices, consents, requests."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.applications import Applications
from sandbox.clock import Clock
from sandbox.drops import DropWriter
from sandbox.outcomes import Outcomes
from sandbox.people import CvVersions, People
from sandbox.postings import Postings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEATURES = ("cv_editor", "job_search", "salary_insights", "cover_letter", "interview_practice", "skill_gap")
PLANS = {"premium_monthly": ("month", 19.0), "premium_yearly": ("year", 190.0), "team": ("month", 49.0)}
EXPERIMENTS = ("prediction_badge", "cv_tips")
# Planted effects of the treatments, for the A/B tests to find: share of trials that become paid plans.
PAID_AFTER_TRIAL = {"control": 0.34, "treatment": 0.46}
SESSIONS_A_PERSON = 9.0


def users_of(people: People) -> tuple[list[str], Floats]:
    """(user ids, the day each joined) of a district, one row a user."""
    owners = np.unique(people.user)
    return [people.user_id(int(owner)) for owner in owners], np.maximum(people.joined[owners], 0.0)


def write_events(
    drops: DropWriter,
    people: People,
    versions: CvVersions,
    postings: Postings,
    applications: Applications,
    outcomes: Outcomes,
    random: np.random.Generator,
) -> None:
    """CV analyses, prediction requests (mostly before applying), reported outcomes and use of features."""
    days = drops.clock.days
    records: list[dict[str, Any]] = []
    moments: list[float] = []
    prefix = f"E{people.first:06d}"

    def tell(kind: str, person: int, when: float, job: str | None, metadata: dict[str, Any]) -> None:
        record = {"eventType": kind, "userId": people.user_id(person), "jobId": job, "metadata": metadata}
        records.append({"eventId": f"{prefix}-{len(records):07d}"} | record)
        moments.append(when)

    for i in map(int, np.flatnonzero(versions.saved >= 0)):
        person = int(versions.person[i])
        metadata = {"cvId": people.cv_id(person), "cvVersion": int(versions.number[i])}
        tell("cv_analysis", person, float(versions.saved[i]) + 0.003, None, metadata)
    asked = np.flatnonzero(random.random(len(applications)) < 0.45)
    before = random.uniform(0.01, 0.9, len(applications))
    for i in map(int, asked):
        person = int(applications.person[i])
        job = postings.key(int(applications.posting[i]))
        metadata = {"cvId": people.cv_id(person), "cvVersion": int(versions.number[applications.version[i]])}
        tell("prediction_request", person, float(applications.applied[i] - before[i]), job, metadata)
    is_told = (outcomes.interview_at < days - 1) & (random.random(len(applications)) < 0.6)
    for i in map(int, np.flatnonzero(is_told)):
        person = int(applications.person[i])
        job = postings.key(int(applications.posting[i]))
        metadata = {"applicationId": applications.application_id(int(i)), "outcome": "interview"}
        tell("user_outcome", person, float(outcomes.interview_at[i]) + 0.2, job, metadata)
    sessions = random.poisson(SESSIONS_A_PERSON * people.activity / people.activity.mean())
    owners = np.repeat(np.arange(len(people)), sessions)
    start = np.maximum(people.joined[owners], 0)
    when = start + (days - 0.01 - start) * random.random(len(owners))
    used = random.choice(len(FEATURES), size=len(owners), p=[0.3, 0.3, 0.15, 0.1, 0.1, 0.05])
    seconds = np.ceil(random.gamma(2.0, 140.0, len(owners)))
    for owner, moment, feature, duration in zip(owners, when, used, seconds, strict=True):
        metadata = {"feature": FEATURES[feature], "durationSeconds": int(duration)}
        tell("feature_usage", int(owner), float(moment), None, metadata)
    instants = drops.clock.instants(np.array(moments))
    for record, instant in zip(records, instants, strict=True):
        record["timestamp"] = instant
    drops.add("events", np.array(moments), records)


def write_subscriptions(
    drops: DropWriter, people: People, assigned: dict[str, str], random: np.random.Generator
) -> None:
    """Trials that become paid plans or don't, paid plans that lapse: one record a change of state."""
    users, joined = users_of(people)
    days = drops.clock.days
    drawn = random.random((len(users), 5))
    start = joined + random.exponential(12.0, len(users))
    rows: list[tuple[float, float, float | None, int, str, str]] = []
    plans = list(PLANS)
    for i, user in enumerate(users):
        if drawn[i, 0] > 0.4 or start[i] >= days:
            continue
        plan = plans[int(drawn[i, 1] ** 2 * len(plans))]
        begun = float(start[i])
        rows.append((begun, begun, None, i, plan, "trial"))
        trial_ends = begun + 14.0
        if drawn[i, 2] > PAID_AFTER_TRIAL[assigned.get(user, "control")]:
            rows.append((trial_ends, begun, trial_ends, i, plan, "cancelled"))
            continue
        rows.append((trial_ends, begun, None, i, plan, "active"))
        moment = trial_ends + 20.0 + 160.0 * float(drawn[i, 3])
        if drawn[i, 4] < 0.12:
            rows.append((moment, begun, None, i, plan, "past_due"))
            rows.append((moment + 9.0, begun, None, i, plan, "active"))
        elif drawn[i, 4] < 0.45:
            rows.append((moment, begun, moment, i, plan, "cancelled"))
    moments = np.array([row[0] for row in rows])
    records = []
    for changed, (_, begun, ended, i, plan, status) in zip(drops.clock.instants(moments), rows, strict=True):
        interval, amount = PLANS[plan]
        records.append(
            {
                "subscriptionId": f"S{people.first + i:06d}",
                "userId": users[i],
                "plan": plan,
                "status": status,
                "startedAt": one(drops.clock, begun),
                "endedAt": one(drops.clock, ended) if ended is not None else None,
                "amount": 0.0 if status == "trial" else amount,
                "currency": "USD",
                "interval": interval,
                "updatedAt": changed,
            }
        )
    drops.add("subscriptions", moments, records)


def one(clock: Clock, moment: float) -> str:
    """The instant of one moment."""
    return clock.instants(np.array([moment]))[0]


def write_experiments(drops: DropWriter, people: People, random: np.random.Generator) -> dict[str, str]:
    """Two A/B tests, an even split each; returns the variant of `cv_tips`, which moves paid conversion."""
    users, joined = users_of(people)
    conversion: dict[str, str] = {}
    for number, experiment in enumerate(EXPERIMENTS):
        is_treated = random.random(len(users)) < 0.5
        begun = np.maximum(joined, 30.0 + 20.0 * number) + random.random(len(users)) * 3
        takes_part = random.random(len(users)) < 0.8
        instants = drops.clock.instants(begun)
        records, days = [], []
        for i in np.flatnonzero(takes_part):
            variant = "treatment" if is_treated[i] else "control"
            if experiment == "cv_tips":
                conversion[users[i]] = variant
            record = {
                "experimentId": experiment,
                "variant": variant,
                "userId": users[i],
                "assignedAt": instants[i],
            }
            records.append(record | {"isControl": variant == "control"})
            days.append(begun[i])
        drops.add("experiments", np.array(days), records)
    return conversion


def write_voices(drops: DropWriter, people: People, random: np.random.Generator) -> None:
    """Feedback (scores 1 to 5) and support tickets, some of them closed later."""
    users, joined = users_of(people)
    days = drops.clock.days
    who = np.flatnonzero(random.random(len(users)) < 0.35)
    when = joined[who] + (days - 0.01 - joined[who]) * random.random(len(who))
    scores = random.choice([1, 2, 3, 4, 5], size=len(who), p=[0.04, 0.07, 0.16, 0.38, 0.35])
    contexts = random.choice(["prediction", "cv_analysis", "support"], size=len(who))
    feedback = [
        {
            "feedbackId": f"F{people.first + int(i):06d}",
            "userId": users[i],
            "score": int(score),
            "givenAt": instant,
            "context": str(context),
        }
        for i, score, context, instant in zip(who, scores, contexts, drops.clock.instants(when), strict=True)
    ]
    drops.add("feedback", when, feedback)
    who = np.flatnonzero(random.random(len(users)) < 0.12)
    opened = joined[who] + (days - 0.01 - joined[who]) * random.random(len(who))
    closed = opened + random.gamma(1.5, 1.2, len(who))
    category = random.choice(["billing", "import", "prediction", "account"], size=len(who))
    tickets, moments = [], []
    for position, i in enumerate(who):
        begun, ended = one(drops.clock, opened[position]), one(drops.clock, closed[position])
        ticket: dict[str, Any] = {
            "ticketId": f"T{people.first + int(i):06d}",
            "userId": users[i],
            "openedAt": begun,
        }
        ticket |= {"closedAt": None, "category": str(category[position]), "updatedAt": begun}
        tickets += [ticket, ticket | {"closedAt": ended, "updatedAt": ended}]
        moments += [opened[position], closed[position]]
    drops.add("support_tickets", np.array(moments), tickets)


def write_consents(drops: DropWriter, people: People, random: np.random.Generator) -> None:
    """Three purposes a user at joining, a few withdrawn later; and a handful of privacy requests."""
    users, joined = users_of(people)
    days = drops.clock.days
    granted = random.random((len(users), 3)) < np.array([0.95, 0.97, 0.9])
    withdrawn = random.random((len(users), 3)) < 0.01
    later = joined + (days - joined) * random.random(len(users))
    at_first, at_last = drops.clock.instants(joined), drops.clock.instants(later)
    records: list[dict[str, Any]] = []
    moments: list[float] = []
    for i, user in enumerate(users):
        for j, purpose in enumerate(("training", "analytics", "personalization")):
            consent = {"userId": user, "purpose": purpose, "isGranted": bool(granted[i, j])}
            consent |= {"lawfulness": "consent" if purpose == "training" else "legitimate_interest"}
            records.append(consent | {"recordedAt": at_first[i]})
            moments.append(float(joined[i]))
            if granted[i, j] and withdrawn[i, j]:
                records.append(consent | {"isGranted": False, "recordedAt": at_last[i]})
                moments.append(float(later[i]))
    drops.add("consents", np.array(moments), records)
    count = min(max(2, len(users) // 250), len(users))
    asking = np.sort(random.choice(len(users), size=count, replace=False))
    requested = joined[asking] + (days - 0.5 - joined[asking]) * random.uniform(0.6, 1.0, count)
    requests = [
        {
            "requestId": f"P{people.first + int(i):06d}",
            "userId": users[i],
            "kind": "portability" if position % 3 == 2 else "erasure",
            "requestedAt": instant,
        }
        for position, (i, instant) in enumerate(zip(asking, drops.clock.instants(requested), strict=True))
    ]
    drops.add("privacy_requests", requested, requests)
