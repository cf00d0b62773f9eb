"""LinkedIn leaves holes in good answers."""

from typing import Any

import requests

from cvplus.lake.store import RejectedRecord

_WITHHELD = "This information is not available"


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
