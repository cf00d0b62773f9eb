"""What the marts say of predictions and of the business, counted again in plain Python from the rows.

Written for its own sake, loop by loop, and slow: it shares nothing with the SQL but the definitions in
``docs/warehouse.md``.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from typing import Any

from judged_rows import HORIZON, JOBS, JOINED, PROMOTIONS, JudgedRows, Row

WINDOW, LIFE, SILENCE = timedelta(days=45), timedelta(days=7), timedelta(days=3)
DAY = timedelta(days=1)
TARGETS = {
    "interview": ("interview_probability", "interview_probability"),
    "offer": ("offer_probability", "offer_probability"),
    "salary": ("salary_prediction", "salary_median"),
    "time_to_hire": ("time_to_hire", "time_to_hire_days"),
}


def _job(identity: str) -> str:
    """The job that a posting, or what was once scored as a job, is held to be of now."""
    return JOINED.get(identity, identity)


def judge(rows: JudgedRows) -> dict[str, dict[str, tuple[str, str | None, Any]]]:
    """Prediction -> target -> (maturity, why never, truth)."""
    first: dict[tuple[str, str], Row] = {}
    for application in sorted(rows.applications, key=lambda row: (row["applied_at"], row["application_id"])):
        first.setdefault((application["cv_id"], _job(application["posting_id"])), application)
    outcomes: dict[str, list[Row]] = defaultdict(list)
    for outcome in rows.outcomes:
        outcomes[outcome["application_id"]].append(outcome)
    judged = {}
    for prediction in rows.predictions:
        application = first.get((prediction["cv_id"], _job(prediction["job_id"])))
        known = outcomes[application["application_id"]] if application else []
        judged[prediction["prediction_id"]] = {
            target: _judge_one(prediction, application, known, target) for target in TARGETS
        }
    return judged


def _judge_one(
    prediction: Row, application: Row | None, outcomes: list[Row], target: str
) -> tuple[str, str | None, Any]:
    made_at = prediction["horizon_at"] or prediction["feature_at"]
    if prediction[TARGETS[target][1]] is None:
        return "never", "not_predicted", None
    if application is None:
        return (
            ("never", "not_applied_in_time", None) if made_at + LIFE <= HORIZON else ("pending", None, None)
        )
    if application["applied_at"] > made_at + LIFE:
        return "never", "not_applied_in_time", None
    settling = [row for row in outcomes if target == "interview" or row["outcome"] != "interview"]
    if any(row["known_at"] <= made_at for row in settling):
        return "never", "outcome_known_before", None
    due_at = application["applied_at"] + WINDOW
    if due_at <= made_at:
        return "never", "outcome_due_before", None
    if made_at > application["applied_at"] + SILENCE:
        return "never", "silence_known_before", None
    if due_at > HORIZON:
        return "pending", None, None
    steps = ("interview", "offer", "hired") if target == "interview" else ("offer", "hired")
    newest = [row for row in outcomes if row["known_until"] is None]
    reached = sorted(row["occurred_at"] for row in newest if row["outcome"] in steps)
    in_time = bool(reached) and reached[0] <= due_at
    if target in ("interview", "offer"):
        return "matured", None, in_time
    if not in_time:
        return "never", "no_offer", None
    if target == "time_to_hire":
        return "matured", None, (reached[0] - application["applied_at"]) / DAY
    paid = [row for row in newest if row["salary_usd"] is not None]
    if not paid:
        return "never", "pay_not_told", None
    if prediction["salary_currency"] != "USD":
        return "never", "other_currency", None
    # Pay as agreed on hiring, else as last offered.
    return (
        "matured",
        None,
        max(paid, key=lambda row: (row["outcome"] == "hired", row["occurred_at"]))["salary_usd"],
    )


def weeks(rows: JudgedRows) -> dict[tuple[date, str, str, str], Row]:
    """Accuracy by week, target, model version and segment."""
    jobs = {job["job_id"]: job for job in JOBS}
    judged = judge(rows)
    cells: dict[tuple[date, str, str, str], list[tuple[Row, str, Any, str]]] = defaultdict(list)
    for prediction in rows.predictions:
        day = prediction["scored_at"].date()
        job = jobs[_job(prediction["job_id"])]
        segments = ["all"]
        segments += [f"industry:{job['industry_id']}"] if job["industry_id"] else []
        segments += [f"country:{job['country']}"] if job["country"] else []
        for target, (name, value) in TARGETS.items():
            maturity, _, truth = judged[prediction["prediction_id"]][target]
            if prediction[value] is None:
                continue
            for segment in segments:
                key = (day - timedelta(days=day.weekday()), name, prediction["model_version"], segment)
                cells[key].append((prediction, maturity, truth, target))
    return {key: _measure(cell) for key, cell in cells.items()}


def _measure(cell: list[tuple[Row, str, Any, str]]) -> Row:
    target = cell[0][3]
    counts = {
        state: sum(maturity == state for _, maturity, _, _ in cell)
        for state in ("matured", "pending", "never")
    }
    can = counts["matured"] + counts["pending"]
    found: Row = {
        "predictions_count": len(cell),
        **{f"{state}_count": count for state, count in counts.items()},
        "matured_share": counts["matured"] / can if can else None,
    }
    value = TARGETS[target][1]
    told = [(prediction, truth) for prediction, maturity, truth, _ in cell if maturity == "matured"]
    if target in ("interview", "offer"):
        return found | _probabilities([(prediction[value], float(truth)) for prediction, truth in told])
    low, high = {
        "salary": ("salary_low", "salary_high"),
        "time_to_hire": ("time_to_hire_days_low", "time_to_hire_days_high"),
    }[target]
    n = len(told)
    found["mean_absolute_error"] = sum(abs(p[value] - truth) for p, truth in told) / n if n else None
    found["interval_coverage_share"] = sum(p[low] <= truth <= p[high] for p, truth in told) / n if n else None
    return found


def _probabilities(said: list[tuple[float, float]]) -> Row:
    names = ("accuracy", "accuracy_low", "accuracy_high", "baseline_accuracy", "positive_rate", "auc",
             "brier_score", "calibration_error", "true_positives_count", "false_positives_count",
             "true_negatives_count", "false_negatives_count")  # fmt: skip
    n = len(said)
    if not n:
        return dict.fromkeys(names)
    tp, fp = (sum(p >= 0.5 and truth == side for p, truth in said) for side in (1, 0))
    tn, fn = (sum(p < 0.5 and truth == side for p, truth in said) for side in (0, 1))
    share, z = (tp + tn) / n, 1.959964
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    wins = [(one > other) + 0.5 * (one == other) for one, yes in said if yes for other, no in said if not no]
    bins: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one in said:
        bins[min(int(one[0] * 10), 9)].append(one)
    gaps = [abs(sum(p for p, _ in held) - sum(truth for _, truth in held)) for held in bins.values()]
    values = (share, (share + z * z / (2 * n) - spread) / (1 + z * z / n),
              (share + z * z / (2 * n) + spread) / (1 + z * z / n), max(tp + fn, tn + fp) / n, (tp + fn) / n,
              sum(wins) / len(wins) if wins else None, sum((p - truth) ** 2 for p, truth in said) / n,
              sum(gaps) / n, tp, fp, tn, fn)  # fmt: skip
    return dict(zip(names, values, strict=True))


def overview(rows: JudgedRows) -> dict[date, Row]:
    """The four metrics of every day that is shown."""
    hits = _hits(rows)
    days = {day: _day(rows, hits, day) for day in _days()}
    shown = {}
    for day, row in days.items():
        if day >= (HORIZON - timedelta(days=400)).date() and (
            row["is_complete_day"] or row["predictions_count"]
        ):
            for metric in ("predictions_count", "accuracy", "satisfaction_score", "revenue_usd"):
                for name, back in (("week", 7), ("month", 28)):
                    now, before = row[metric], days[day - timedelta(days=back)][metric]
                    row[f"{metric}_{name}_change"] = None if now is None or before is None else now - before
            shown[day] = row
    return shown


def _days() -> Iterator[date]:
    day = (HORIZON - timedelta(days=430)).date()
    while day <= (HORIZON + timedelta(days=12)).date():
        yield day
        day += DAY


def _day(rows: JudgedRows, hits: list[tuple[date, bool]], day: date) -> Row:
    midnight = datetime.combine(day, time(), UTC)
    is_complete = midnight < HORIZON
    champions = [row for row in PROMOTIONS if row["is_promoted"] and row["decided_at"] < midnight + DAY]
    champion = max(champions, key=lambda row: row["decided_at"])["to_version"] if champions else None
    row: Row = {
        "is_complete_day": is_complete,
        "predictions_count": sum(one["scored_at"].date() == day for one in rows.predictions),
        "champion_version": champion,
        "champion_evaluation_accuracy": {"1": 0.9, "2": 0.925, None: None}[champion],
        "champion_evaluation_rows": {"1": 100, "2": 120, None: None}[champion],
    }
    empty = ("accuracy", "judged_count", "satisfaction_score", "ratings_count", "revenue_usd")
    if not is_complete:
        return row | dict.fromkeys(empty)
    since = day - timedelta(days=27)
    right = [hit for due, hit in hits if since <= due <= day]
    scores = [one["score"] for one in rows.ratings if since <= one["given_at"].date() <= day]
    return row | {
        "accuracy": sum(right) / len(right) if right else None,
        "judged_count": len(right),
        "satisfaction_score": sum(scores) / len(scores) if scores else None,
        "ratings_count": len(scores),
        "revenue_usd": _revenue(rows, midnight),
    }


def _hits(rows: JudgedRows) -> list[tuple[date, bool]]:
    """For each judged interview prediction the day its outcome was due, and whether it was right."""
    judged = judge(rows)
    first: dict[tuple[str, str], datetime] = {}
    for application in sorted(rows.applications, key=lambda one: one["applied_at"]):
        pair = (application["cv_id"], _job(application["posting_id"]))
        first.setdefault(pair, application["applied_at"])
    return [
        (
            (first[one["cv_id"], _job(one["job_id"])] + WINDOW).date(),
            (one["interview_probability"] >= 0.5) == truth,
        )
        for one in rows.predictions
        for maturity, _, truth in [judged[one["prediction_id"]]["interview"]]
        if maturity == "matured"
    ]


def _revenue(rows: JudgedRows, midnight: datetime) -> float | None:
    """A day's share of a year's price of all that was paid for at midnight; None where one has no USD."""
    current: dict[str, Row] = {}
    for version in sorted(rows.subscriptions, key=lambda one: one["updated_at"]):
        begins = version["started_at"] if version["subscription_id"] not in current else version["updated_at"]
        if begins <= midnight:
            current[version["subscription_id"]] = version
    paying = [one for one in current.values() if one["status"] == "active" and one["amount"] > 0]
    if any(one["amount_usd"] is None for one in paying):
        return None
    return sum(one["amount_usd"] * (1 if one["billing_interval"] == "year" else 12) / 365 for one in paying)
