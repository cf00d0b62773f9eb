"""Hacker News' hiring threads: which of an account's threads they are, and what a comment says in prose."""

from typing import Any

import requests

from cvplus.lake.store import RejectedRecord
from cvplus.sources.oddities.hiring_headline import Headline, parse_headline, plain_comment

_THREAD = "Ask HN: Who is hiring?"
_ITEM = "https://news.ycombinator.com/item?id="


def threads(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The hiring threads among the account's stories, which are also of people who seek work.

    Code and not data because the search cannot tell them apart: it takes "hired" for "hiring".

    Raises:
        ValueError: a story has no number or no title, so nobody knows what it is.
    """
    if any(hit["objectID"] is None or not isinstance(hit["title"], str) for hit in response.json()["hits"]):
        raise ValueError("a story has no number or no title")
    return [
        {name: hit.get(name) for name in ("objectID", "title", "created_at", "created_at_i")}
        for hit in response.json()["hits"]
        if hit["title"].startswith(_THREAD)
    ]


def postings(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The comments of a page as postings, without their authors; replies are rejected.

    A comment whose text is gone is told as deleted, so that it takes away what it said before. One that is no
    posting (no company or no role in its first line) lands with a confidence of 0.

    Code and not data because a posting is prose here.
    """
    return [_posting(hit) for hit in response.json()["hits"]]


def _posting(hit: dict[str, Any]) -> dict[str, Any] | RejectedRecord:
    number = None if hit["objectID"] is None else str(hit["objectID"])
    if str(hit.get("parent_id")) != str(hit.get("story_id")):
        return RejectedRecord(
            reason_code="refused_by_provider",
            reason="The comment replies to another one and is no posting.",
            record=f"parent {hit.get('parent_id')}",
            record_key=number,
        )
    text = hit.get("comment_text") or ""
    headline = parse_headline(text) if text.strip() else Headline()
    return {
        "objectID": number,
        "story_id": hit["story_id"],
        "story_title": hit.get("story_title"),
        "created_at": hit["created_at"],
        "item_url": f"{_ITEM}{number}",
        "is_deleted": not text.strip(),
        "company": headline.company,
        "role": headline.roles[0] if headline.roles else None,
        "roles": headline.roles,
        "location": headline.location,
        "is_remote": headline.is_remote,
        "pay": headline.pay,
        "link": headline.link,
        "company_domain": headline.domain,
        "extraction_confidence": headline.confidence,
        "text": plain_comment(text),
    }
