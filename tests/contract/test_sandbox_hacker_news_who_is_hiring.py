"""Hacker News as the sandbox plays it: threads of three kinds, comments by parent and time, shapes."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded

from cvplus.sources.oddities.hiring_headline import parse_headline

SEARCH = "/hacker_news_who_is_hiring/api/v1/search_by_date"


def ask(client: TestClient, **asked: Any) -> Any:
    """The answer to a search."""
    return client.get(SEARCH, params={"hitsPerPage": 1000} | asked).json()


def hiring_threads(client: TestClient) -> list[dict[str, Any]]:
    """The threads of those who hire, newest first."""
    hits = ask(client, tags="story,author_whoishiring")["hits"]
    return [hit for hit in hits if hit["title"].startswith("Ask HN: Who is hiring?")]


def all_comments(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """All comments of all hiring threads."""
    found = []
    for thread in hiring_threads(client):
        found += ask(client, tags=f"comment,story_{thread['objectID']}", **asked)["hits"]
    return found


def test_threads_have_the_shape_of_recorded_ones(sandbox_client: TestClient) -> None:
    real = recorded("hn_algolia", "hn_search.blurred.json")
    ours = ask(sandbox_client, tags="story,author_whoishiring")
    assert differences(ours["hits"], real["hits"], beside=["_tags"]) == []
    assert {
        "hits",
        "nbHits",
        "nbPages",
        "page",
        "hitsPerPage",
        "processingTimeMS",
    } <= real.keys() & ours.keys()


def test_every_month_has_one_hiring_thread_among_three(sandbox_client: TestClient) -> None:
    everything = ask(sandbox_client, tags="story,author_whoishiring")
    assert len(hiring_threads(sandbox_client)) * 3 == everything["nbHits"] == 21
    moments = [hit["created_at_i"] for hit in everything["hits"]]
    assert moments == sorted(moments, reverse=True)


def test_comments_are_those_of_their_parent_in_their_time(sandbox_client: TestClient) -> None:
    (thread, *_) = hiring_threads(sandbox_client)[2:]
    number = thread["objectID"]
    everything = ask(sandbox_client, tags=f"comment,story_{number}")["hits"]
    top = ask(sandbox_client, tags=f"comment,story_{number}", numericFilters=f"parent_id={number}")["hits"]
    assert top == [hit for hit in everything if str(hit["parent_id"]) == number]
    middle = sorted(hit["created_at_i"] for hit in top)[len(top) // 2]
    later = f"parent_id={number},created_at_i>={middle}"
    earlier = f"parent_id={number},created_at_i<{middle}"
    parts = [
        ask(sandbox_client, tags=f"comment,story_{number}", numericFilters=filters)["hits"]
        for filters in (later, earlier)
    ]
    assert parts[0] + parts[1] == top
    assert all(parts)


def test_pages_hold_every_comment_once(sandbox_client: TestClient) -> None:
    number = hiring_threads(sandbox_client)[2]["objectID"]
    whole = ask(sandbox_client, tags=f"comment,story_{number}")
    pages = [
        ask(sandbox_client, tags=f"comment,story_{number}", hitsPerPage=2, page=page)
        for page in range(whole["nbHits"])
    ]
    assert [hit for page in pages for hit in page["hits"]] == whole["hits"]
    assert pages[0]["nbPages"] == -(-whole["nbHits"] // 2)


def test_comments_are_html_that_is_mostly_a_posting(sandbox_client: TestClient) -> None:
    texts = [hit["comment_text"] for hit in all_comments(sandbox_client) if hit["comment_text"]]
    read = [parse_headline(text) for text in texts]
    assert sum(bool(line.roles) for line in read) > 0.6 * len(read) > 20
    assert all("https:&#x2F;&#x2F;" in text for text in texts if " | " in text)
    assert any(line.is_remote for line in read)
    assert any(line.pay for line in read)


@pytest.mark.parametrize(("asked", "status"), [({"numericFilters": "points~3"}, 400), ({"page": -1}, 400)])
def test_what_cannot_be_answered_is_refused(
    sandbox_client: TestClient, asked: dict[str, Any], status: int
) -> None:
    answer = sandbox_client.get(SEARCH, params=asked)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
