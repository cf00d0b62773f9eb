"""LinkedIn tells of the day's quota in a sentence, and leaves holes in good answers."""

import re
from typing import Any

import requests

from cvplus.errors import QuotaExhausted
from cvplus.lake.store import RejectedRecord
from cvplus.sources.answers import provider_message

_DAY_LIMIT = re.compile(r"\bDAY limit\b")
_WITHHELD = "This information is not available"


def check_answer(response: requests.Response) -> None:
    """Take a 429 that speaks of the day for what it is: nothing comes before midnight UTC.

    Code and not data because no header tells it, and other 429s pass in seconds.
    """
    if response.status_code == 429 and _DAY_LIMIT.search(provider_message(response)):
        raise QuotaExhausted(
            cause=f"The day's quota is spent; it resets at midnight UTC ({provider_message(response)}).",
            remedy="Run the window again tomorrow, or choose fewer titles in the connection `linkedin`.",
        )


def postings(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The postings of a page; one that LinkedIn withholds is rejected.

    Code and not data because a record that is withheld has the shape of a record, and texts that say so.
    """
    return [_withheld(element) or element for element in response.json()["elements"]]


def _withheld(element: dict[str, Any]) -> RejectedRecord | None:
    texts = [value for value in (element.get("jobDetails") or {}).values() if isinstance(value, str)]
    if not element.get("isRestricted") and not any(text.startswith(_WITHHELD) for text in texts):
        return None
    return RejectedRecord(
        reason_code="refused_by_provider",
        reason="LinkedIn lists the posting and withholds what it says.",
        record=str(element.get("jobPostingUrl"))[:200],
    )
