"""Remotive blocks who asks too often, and nobody has written down how a block looks."""

import requests

from cvplus.errors import QuotaExhausted

_BLOCKED_STATUSES = (403, 429)


def check_answer(response: requests.Response) -> None:
    """Take a refusal, and a web page in the place of JSON, for a block: asking again would make it last.

    Code and not data because a block may come with status 200, and then only its form tells.

    Raises:
        QuotaExhausted: we are blocked.
    """
    is_web_page = "html" in response.headers.get("Content-Type", "").lower()
    if response.status_code in _BLOCKED_STATUSES or (is_web_page and response.status_code < 500):
        raise QuotaExhausted(
            cause=f"Remotive blocks us: too many calls (HTTP {response.status_code}).",
            remedy="Ask nothing for six hours, then run the window again; four calls a day are allowed.",
        )
