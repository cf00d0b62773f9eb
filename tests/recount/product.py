"""Applications and subscriptions, counted from the product's raw records."""

from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any

import psycopg

from recount.raw_records import Rates, Row, days, horizon, instant, newest, tellings

YEARS = {"hour": 2087, "day": 260, "week": 52, "month": 12, "year": 1, None: 1}
ENDS = ("hired", "rejected", "withdrawn", "no_response")


def applications(connection: psycopg.Connection[Any]) -> dict[str, Row]:
    """Application -> how far it got, by what its newest outcomes say."""
    until = horizon(connection)
    outcomes: dict[str, list[Row]] = defaultdict(list)
    for outcome in _outcomes(connection):
        if outcome["occurred_at"] <= until:
            outcomes[outcome["application_id"]].append(outcome)
    told = newest(tellings(connection, "product", "applications"), "applicationId", _updated_at)
    return {name: _funnel(record, outcomes[name]) for name, record in told.items()}


def _updated_at(record: Row) -> datetime | None:
    return instant(record["updatedAt"])


def _outcomes(connection: psycopg.Connection[Any]) -> list[Row]:
    """The newest word on each outcome, with its pay a year in USD, as of when it was first said so."""
    rates = Rates(connection)
    held: dict[str, Row] = {}
    for one in tellings(connection, "product", "outcomes"):
        record = one.record
        pay = record.get("salaryAmount")
        said = {
            "outcome_id": record["outcomeId"],
            "application_id": record["applicationId"],
            "outcome": record["outcome"],
            "occurred_at": instant(record["occurredAt"]),
            "salary_amount": None if pay is None else float(pay) * YEARS[record.get("salaryPeriod")],
            "currency": (record.get("salaryCurrency") or "").upper() or None,
        }
        before = held.get(record["outcomeId"])
        if before is None or any(before[name] != value for name, value in said.items()):
            held[record["outcomeId"]] = {**said, "known_at": one.known_at}
    for row in held.values():
        row["salary_usd"] = rates.in_usd(
            row["salary_amount"], row["currency"], row["occurred_at"], row["known_at"]
        )
    return list(held.values())


def _funnel(record: Row, outcomes: list[Row]) -> Row:
    def first(*stages: str) -> datetime | None:
        return min((row["occurred_at"] for row in outcomes if row["outcome"] in stages), default=None)

    last: Row | None = None
    paid: Row | None = None
    for row in sorted(outcomes, key=_lateness):
        if last is None or last["outcome"] != "hired" or row["outcome"] == "hired":
            last = row
        if row["outcome"] in ("offer", "hired") and row["salary_amount"] is not None:
            is_better = paid is None or paid["outcome"] != "hired" or row["outcome"] == "hired"
            paid = row if is_better else paid
    applied_at = instant(record["appliedAt"])
    offer_at = first("offer", "hired")
    assert applied_at is not None
    stages = {
        "interview": first("interview", "offer", "hired"),
        "offer": offer_at,
        "hired": first("hired"),
    }
    return {
        "applied_at": applied_at,
        "channel": record.get("channel"),
        "interview_at": stages["interview"],
        "offer_at": offer_at,
        "hired_at": stages["hired"],
        "outcome": last and last["outcome"],
        "closed_at": last["occurred_at"] if last and last["outcome"] in ENDS else None,
        "is_open": last is None or last["outcome"] not in ENDS,
        "furthest_stage": ([name for name, at in stages.items() if at] or ["applied"])[-1],
        "days_to_offer": offer_at and days(applied_at, offer_at),
        "salary_amount": paid and paid["salary_amount"],
        "currency": paid and paid["currency"],
        "salary_usd": paid and paid["salary_usd"],
    }


def _lateness(row: Row) -> tuple[Any, ...]:
    """Said of the same instant, an end comes after an offer, and that after an interview."""
    return row["occurred_at"], {"interview": 0, "offer": 1}.get(row["outcome"], 2)


def offers(connection: psycopg.Connection[Any]) -> list[tuple[float, str | None]]:
    """(amount a year, currency) of what each application was offered, also of one that nobody told of."""
    standing: dict[str, Row] = {}
    for row in sorted(_outcomes(connection), key=_lateness):
        before = standing.get(row["application_id"])
        is_final = before is not None and before["outcome"] == "hired" and row["outcome"] != "hired"
        if row["outcome"] in ("offer", "hired") and row["salary_amount"] and not is_final:
            standing[row["application_id"]] = row
    return [(row["salary_amount"], row["currency"]) for row in standing.values()]


def subscriptions(connection: psycopg.Connection[Any]) -> dict[tuple[str, int], Row]:
    """(subscription, number of the period) -> what it was, from when to when, and what it cost a month.

    Of versions that became known at one instant only the newest was ever known to hold; what is older than
    what was known already is no news.
    """
    until, rates = horizon(connection), Rates(connection)
    held: dict[str, dict[datetime, Row]] = defaultdict(dict)
    for one in tellings(connection, "product", "subscriptions"):
        record = {name: value for name, value in one.record.items() if not name.startswith("_")}
        row = {**record, "updated_at": instant(record["updatedAt"]), "known_at": one.known_at}
        together = held[record["subscriptionId"]]
        if one.known_at not in together or row["updated_at"] >= together[one.known_at]["updated_at"]:
            together[one.known_at] = row
    histories: dict[str, list[Row]] = defaultdict(list)
    for name, by_instant in held.items():
        history = histories[name]
        for row in by_instant.values():
            is_news = all(row["updated_at"] >= before["updated_at"] for before in history)
            if row["updated_at"] <= until and is_news:
                history.append(row)
    return {
        (name, number): period
        for name, history in histories.items()
        for number, period in enumerate(_periods(history, rates), start=1)
    }


def _periods(history: list[Row], rates: Rates) -> list[Row]:
    history = sorted(history, key=lambda row: (row["updated_at"], row["known_at"]))
    names = ("plan", "status", "interval", "amount")
    starts = history[:1] + [
        after
        for before, after in pairwise(history)
        if any((after.get(name) or 0) != (before.get(name) or 0) for name in names)
    ]
    found = []
    for row, following in zip(starts, [*starts[1:], None], strict=True):
        started_at = instant(row["startedAt"])
        ended_at = instant(row.get("endedAt"))
        ends = [following["updated_at"]] if following else []
        if row["status"] != "cancelled" and ended_at:
            ends.append(ended_at)
        amount = row.get("amount")
        usd = rates.in_usd(amount, row.get("currency"), row["updated_at"], row["known_at"])
        found.append(
            {
                "plan": row["plan"],
                "status": row["status"],
                "period_start_at": started_at if row is starts[0] else row["updated_at"],
                "period_end_at": min(ends, default=None),
                "monthly_amount_usd": (
                    None if usd is None else usd / (12 if row.get("interval") == "year" else 1)
                ),
                "is_paying": row["status"] == "active" and bool(amount),
            }
        )
    return found
