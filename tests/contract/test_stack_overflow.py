"""Stack Exchange's answers as recorded, and what becomes of them."""

from typing import Any

import pytest
from conftest import KEY, Replay, exchanges

from cvplus.errors import (
    AccessRefused,
    ConfigurationError,
    MalformedAnswer,
    QuotaExhausted,
    SourceUnavailable,
)
from cvplus.sources.credentials import Credentials
from cvplus.sources.quota import QuotaLimiter

NO_KEY = Credentials()


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(QuotaLimiter, "pause", lambda limiter, seconds: taken.append(seconds))
    return taken


def test_happy(replay: Replay, naps: list[float]) -> None:
    landed = replay("stack_overflow", "tags", "happy")
    today = f"{landed.manifest.fetched_at:%Y-%m-%d}"
    names = ["javascript", "python", "c#", "c++", "apache-airflow", "c++", "rust&#39;s"]
    assert landed.keys == [f"stackoverflow|{name}|{today}" for name in names]
    assert (landed.manifest.rows_read, landed.manifest.api_calls, landed.manifest.is_partial) == (7, 3, False)
    assert naps == [10], "a backoff in the body is obeyed once"
    assert all(request.params["key"] == KEY for request in landed.requests)


def test_synonyms_of_the_window(replay: Replay) -> None:
    landed = replay("stack_overflow", "synonyms", "synonyms")
    assert landed.keys == ["airflow|apache-airflow", "js|javascript"]
    assert landed.manifest.known_at_rule == "published creation_date +24h"


def test_empty(replay: Replay) -> None:
    landed = replay("stack_overflow", "tags", "empty")
    assert (landed.records, landed.manifest.rows_read, landed.manifest.is_partial) == ([], 0, False)


def test_a_spent_quota_ends_the_batch_as_partial(replay: Replay) -> None:
    landed = replay("stack_overflow", "tags", "throttled")
    assert [record["name"] for record in landed.records] == ["javascript"]
    assert landed.manifest.is_partial
    assert "resets in 17524 s" in (landed.manifest.note or "")


def test_a_quota_spent_before_the_first_page_is_an_error(replay: Replay) -> None:
    refusal = {**exchanges("stack_overflow", "throttled")[1], "query": {"page": "1"}}
    with pytest.raises(QuotaExhausted, match=r"source=stack_overflow resource=tags: .*17524 s"):
        replay("stack_overflow", "tags", [refusal])


def test_broken(replay: Replay) -> None:
    with pytest.raises(MalformedAnswer, match=r"source=stack_overflow resource=tags: .*not JSON"):
        replay("stack_overflow", "tags", "broken")


def test_without_a_key_it_stops_at_page_25_on_purpose(replay: Replay) -> None:
    page = exchanges("stack_overflow", "happy")[1]["body"]
    pages = [
        {
            "path": "tags",
            "query": {"page": str(number)},
            "body": {**page, "items": [{"name": f"tag-{number}", "count": 1}]},
        }
        for number in range(1, 26)
    ]
    landed = replay("stack_overflow", "tags", pages, credentials=NO_KEY)
    assert [record["name"] for record in landed.records] == [f"tag-{number}" for number in range(1, 26)]
    assert (landed.manifest.is_partial, landed.manifest.api_calls) == (True, 25)
    assert "page limit of 25" in (landed.manifest.note or "")


@pytest.mark.parametrize(
    ("error_name", "status", "expected"),
    [
        ("access_denied", 400, AccessRefused),
        ("key_required", 400, AccessRefused),
        ("bad_parameter", 400, ConfigurationError),
        ("internal_error", 400, SourceUnavailable),
        ("temporarily_unavailable", 200, SourceUnavailable),
    ],
)
def test_the_body_says_what_failed_whatever_the_status(
    replay: Replay, error_name: str, status: int, expected: type[Exception]
) -> None:
    body: dict[str, Any] = {"error_id": 1, "error_name": error_name, "error_message": f"for {KEY}"}
    with pytest.raises(expected, match=error_name) as failure:
        replay("stack_overflow", "tags", [{"path": "tags", "status": status, "body": body}])
    assert KEY not in str(failure.value)


def test_a_throttle_is_waited_for_as_long_as_its_text_says(replay: Replay, naps: list[float]) -> None:
    told = "too many requests from this IP, more requests available in 40 seconds"
    body = {"error_id": 502, "error_name": "throttle_violation", "error_message": told}
    refusal = {"path": "tags", "status": 400, "body": body}
    landed = replay("stack_overflow", "tags", [refusal, *exchanges("stack_overflow", "happy")])
    assert (landed.manifest.rows_read, naps[0]) == (7, 40)
    with pytest.raises(SourceUnavailable, match="available in 40 seconds"):
        replay("stack_overflow", "tags", [refusal] * 3, run_key="run-2")
