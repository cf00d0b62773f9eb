"""AngelList's company directory says with status 200 that something failed, and hides companies."""

from typing import Any

import requests

from cvplus.errors import AccessRefused, QuotaExhausted, SourceUnavailable
from cvplus.lake.store import RejectedRecord
from cvplus.sources.answers import RUN_AGAIN

_NEED_A_KEY = ("access_denied", "invalid_token", "unauthorized")


def check_answer(response: requests.Response) -> None:
    """Refuse a good status whose body is an error.

    Code and not data because an error is told in any of three ways: ``error`` as a text or an object,
    ``success`` that is false, ``status`` that is another number than 200.

    Raises:
        AccessRefused: the token is not accepted.
        QuotaExhausted: too many calls.
        SourceUnavailable: anything else.
    """
    if response.status_code != 200:
        return
    try:
        body = response.json()
    except ValueError:
        return
    if not isinstance(body, dict):
        return
    status = body.get("status", 200)
    if not body.get("error") and body.get("success") is not False and status == 200:
        return
    error = body.get("error") or f"status {status}"
    kind = str(error.get("type")) if isinstance(error, dict) else str(error)
    said = f"(HTTP 200: {kind})"
    if kind in _NEED_A_KEY or status in (401, 403):
        raise AccessRefused(
            cause=f"The provider refused the key {said}.",
            remedy="Check the Airflow connection `angellist_companies` and the token in its password.",
        )
    if kind == "over_limit" or status == 429:
        raise QuotaExhausted(
            cause=f"The quota is spent; it resets within the hour {said}.",
            remedy="Run the window again after the reset.",
        )
    raise SourceUnavailable(cause=f"The provider failed {said}.", remedy=RUN_AGAIN)


def startups(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The companies of a page; of one that is hidden, its id; one whose flag says neither is rejected.

    Code and not data because what may be kept of a record depends on its flag.
    """
    return [_shown(company) for company in response.json()["startups"]]


def _shown(company: dict[str, Any]) -> dict[str, Any] | RejectedRecord:
    is_hidden = company.get("hidden")
    if is_hidden is not None and not isinstance(is_hidden, bool):
        return RejectedRecord(
            reason_code="refused_by_provider",
            reason=f"Its `hidden` is no truth value ({str(is_hidden)[:20]!r}), so nothing of it is kept.",
            record_key=str(company["id"]),
        )
    return {"id": company["id"], "hidden": True} if is_hidden else company
