"""Glassdoor wraps every answer, and says in the wrapping, with status 200, that it refuses."""

import re
from typing import Any

import requests

from cvplus.errors import AccessRefused, MalformedAnswer, QuotaExhausted
from cvplus.sources.answers import LOOK_AT_ANSWER

_TOO_OFTEN = re.compile(r"throttl|limit|quota|exceed|too many", re.IGNORECASE)


def check_answer(response: requests.Response) -> None:
    """Read ``success`` and ``status`` of a JSON answer; what is no JSON is judged like any provider's.

    Code and not data because a refused key, a refused action and a spent quota all have status 200.
    """
    try:
        body: Any = response.json()
    except ValueError:
        return
    if not isinstance(body, dict) or response.status_code != 200:
        return
    said = str(body.get("status", "no status"))[:200]
    if body.get("success") is not True:
        if _TOO_OFTEN.search(said):
            raise QuotaExhausted(
                cause=f"The provider throttles us ({said}).",
                remedy="Run the window again in an hour or later.",
            )
        raise AccessRefused(
            cause=f"The provider refused the key or the action ({said}).",
            remedy="Check partner id and key in the Airflow connection, and whether they cover the action.",
        )
    if not isinstance(body.get("response"), dict):
        raise MalformedAnswer(cause=f"The answer holds no response ({said}).", remedy=LOOK_AT_ANSWER)


def read_places(response: requests.Response) -> list[dict[str, Any]]:
    """The counts of postings by city and by state, each with ``placeKind`` and ``placeKey``.

    Code and not data because either block may be missing, and states may be an object by name.
    """
    told = response.json()["response"]
    return [
        {"placeKind": kind, "placeKey": str(place.get("id") or place["name"]), **place}
        for kind, block in (("city", "cities"), ("state", "states"))
        for place in _listed(told.get(block))
    ]


def _listed(block: Any) -> list[dict[str, Any]]:
    if isinstance(block, dict):
        return [{"name": name, **place} for name, place in block.items()]
    return block or []


def read_progression(response: requests.Response) -> list[dict[str, Any]]:
    """The titles that follow on the one asked for, and that title itself, each with its pay.

    Code and not data because the pay of the title itself stands beside the list, not in it.
    """
    told = response.json()["response"]
    title, currency = told.get("jobTitle"), told.get("payCurrencyCode", "USD")
    results = [{"payCurrencyCode": currency, **result} for result in told.get("results") or []]
    following = [result for result in results if result["nextJobTitle"] != title]
    if told.get("payMedian") is None:
        return following
    pay = {"medianSalary": told["payMedian"], "payLow": told.get("payLow"), "payHigh": told.get("payHigh")}
    return [{"payCurrencyCode": currency, "nextJobTitle": title, **pay}, *following]
