"""PitchBook lists companies that are none, and failures inside good answers."""

from typing import Any

import requests

from cvplus.lake.store import RejectedRecord

_PARTS = ("matched", "noData", "unmatched", "duplicates")


def found(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The companies of a search; one that PitchBook made up for trials is rejected.

    Code and not data because they come from the same address as the others, and a flag is all that tells.
    """
    return [
        _refused(hit["companyId"], "PitchBook made this company up for trials.")
        if hit.get("sandbox")
        else hit
        for hit in response.json()["items"]
    ]


def profiles(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The profiles of a bulk answer; a company that was asked for and has none is rejected with its reason.

    Code and not data because failures stand beside the profiles with status 200, and because the answer
    counts what it holds: a sum that is not its total means that companies were swallowed.
    """
    body: dict[str, Any] = response.json()
    stats = body["stats"]
    told = sum(stats[name] for name in _PARTS)
    if told != stats["total"] or len(body["matched"]) != stats["matched"]:
        raise ValueError(f"{told} of {stats['total']} companies are accounted for")
    failed = [_refused(item["id"], f"{item['reason']}: {item.get('message')}") for item in body["unmatched"]]
    return [*body["matched"], *failed]


def _refused(company: str, reason: str) -> RejectedRecord:
    return RejectedRecord("refused_by_provider", reason[:200], company)
