"""The one client against a provider that misbehaves in every way, over real sockets on this machine."""

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import WINDOW
from scripted_provider import FULL, KEY, Answer, Provider, Reader, declared

from cvplus.errors import (
    AccessRefused,
    ConfigurationError,
    MalformedAnswer,
    QuotaExhausted,
    SourceUnavailable,
)
from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.land import land_resource
from cvplus.sources.session import SessionOptions


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(provider: Provider, read: Reader, status: int) -> None:
    provider.plays(Answer({}, status), Answer({}, status), FULL)
    assert read() == [1, 2]
    assert (read.extraction.api_calls, len(provider.asked)) == (3, 3)


def test_retry_after_is_obeyed(provider: Provider, read: Reader) -> None:
    provider.plays(Answer({}, 429, {"Retry-After": "1"}), FULL)
    began = time.monotonic()
    assert read() == [1, 2]
    assert time.monotonic() - began >= 1.0


@pytest.mark.parametrize("status", [429, 500])
def test_a_lasting_failure_ends_after_the_retries(provider: Provider, read: Reader, status: int) -> None:
    provider.plays(Answer({"message": "not now"}, status))
    with pytest.raises(
        SourceUnavailable, match=rf"source=invented resource=things: .*HTTP {status}: not now"
    ):
        read()
    assert len(provider.asked) == 3


def test_a_wait_longer_than_a_worker_sleeps_is_a_spent_quota(provider: Provider, read: Reader) -> None:
    provider.plays(Answer({}, 429, {"Retry-After": "3600"}))
    with pytest.raises(QuotaExhausted, match="resets in 3600 s"):
        read()
    assert len(provider.asked) == 1


def test_a_quota_spent_on_the_way_makes_a_partial_batch(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 1}]}, Answer({}, 429, {"Retry-After": "3600"}))
    assert read() == [1]
    assert read.extraction.is_partial
    assert "resets in 3600 s" in (read.extraction.note or "")


def test_our_own_quota_holds_us_back(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 1}]}, {"more": True, "items": [{"id": 2}]}, FULL)
    two_a_day = {"requests_per_second": 1, "per_day": 2}
    assert read(declared(quota=two_a_day)) == [1, 2]
    assert "own limiter" in (read.extraction.note or "")
    assert len(provider.asked) == 2
    with pytest.raises(QuotaExhausted, match="own limiter"):
        read(
            declared(quota={"requests_per_second": 1, "per_day": 2}, fresh_hours=0, endpoint={"path": "more"})
        )


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_not_tried_again(provider: Provider, read: Reader, status: int) -> None:
    provider.plays(Answer([{"message": f"unknown key {KEY}"}], status))
    with pytest.raises(AccessRefused, match=r"unknown key \*\*\*.*connection `invented`"):
        read()
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    ("answer", "patience", "what"),
    [
        (Answer(FULL, cut=True), 30, "cut or garbled|hung up"),
        (Answer(FULL, seconds=1.0), 0.5, "in time|cannot be reached"),
    ],
)
def test_a_cut_or_late_answer(
    provider: Provider, read: Reader, answer: Answer, patience: float, what: str
) -> None:
    provider.plays(answer)
    with pytest.raises(SourceUnavailable, match=what):
        read(retries=0, read_seconds=patience)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer('{"items": [{"id"'), r"not JSON .* begins '\{\"items\": \[\{\"id\"'"),
        (Answer("<html>Log in</html>", headers={"Content-Type": "text/html"}), "web page"),
        (Answer("  <!DOCTYPE html>Log in"), "web page"),
        (Answer({"more": False, "results": []}), "no list of records at 'items'; it has: more, results"),
        (Answer({"more": False, "items": {"id": 1}}), "no list of records"),
        (Answer({"items": [{"id": 1}]}), "does not say how the pages go on"),
    ],
)
def test_a_malformed_answer(provider: Provider, read: Reader, answer: Answer, what: str) -> None:
    provider.plays(answer)
    with pytest.raises(MalformedAnswer, match=what):
        read()


def test_a_wrong_request_is_our_fault(provider: Provider, read: Reader) -> None:
    provider.plays(Answer({"error": "no such field"}, 400))
    with pytest.raises(ConfigurationError, match="HTTP 400: no such field"):
        read()


def test_a_redirect_does_not_carry_the_key_away(provider: Provider, read: Reader) -> None:
    provider.plays(Answer({}, 302, {"Location": "https://elsewhere.example/v2"}))
    with pytest.raises(ConfigurationError, match=r"moved .*HTTP 302 to https://elsewhere"):
        read()
    assert len(provider.asked) == 1


def test_a_looping_cursor(provider: Provider, read: Reader) -> None:
    cursor = {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}
    pages = [{"next": name, "items": [{"id": number}]} for number, name in enumerate("aba")]
    provider.plays(*pages)
    with pytest.raises(MalformedAnswer, match="circles"):
        read(declared(endpoint={"paginator": cursor}))
    assert len(provider.asked) == 3


def test_a_page_may_come_twice(provider: Provider, read: Reader) -> None:
    page = {"more": True, "items": [{"id": 1}]}
    provider.plays(page, page, FULL)
    assert read() == [1, 1, 1, 2]


def test_a_page_that_comes_for_ever(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 1}]})
    with pytest.raises(MalformedAnswer, match=r"same page \(1 records\) 3 times"):
        read()


def test_an_empty_page_in_the_middle_is_not_the_end(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 0}]}, {"more": True, "items": []}, FULL)
    assert read() == [0, 1, 2]


def test_an_empty_page_that_ends_too_early(provider: Provider, read: Reader) -> None:
    counted = {
        "total_selector": "count",
        "paginator": {
            "type": "page_number",
            "base_page": 1,
            "total_path": None,
            "stop_after_empty_page": True,
        },
    }
    provider.plays({"count": 9, "items": [{"id": 1}]}, {"count": 9, "items": []})
    with pytest.raises(MalformedAnswer, match="ended after 1 of 9"):
        read(declared(endpoint=counted))
    whole = [{"id": number} for number in range(1, 10)]
    provider.plays({"count": 9, "items": whole}, {"count": 9, "items": []})
    assert read(declared(endpoint=counted)) == list(range(1, 10)), "no page of the bad walk stays cached"


def test_an_announced_page_that_is_empty_and_the_last(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 1}]}, {"more": False, "items": []})
    with pytest.raises(MalformedAnswer, match="Page 2 is empty and the last"):
        read()
    link = {"endpoint": {"paginator": {"type": "json_link", "next_url_path": "next"}}}
    provider.plays({"next": "/v1/things?page=2", "items": [{"id": 1}]}, {"next": None, "items": []})
    assert read(declared(**link)) == [1]
    assert read.extraction.note == "page 2, to which a link led, was empty"


def test_a_few_missing_records_are_noted(provider: Provider, read: Reader) -> None:
    whole = [{"id": number} for number in range(99)]
    provider.plays({"more": False, "count": 100, "items": whole})
    assert len(read(declared(endpoint={"total_selector": "count"}))) == 99
    assert read.extraction.note == "1 of 100 records were not among the pages"


def test_a_second_try_goes_on_from_the_cached_pages(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 0}]}, Answer({}, 500))
    with pytest.raises(SourceUnavailable):
        read()
    provider.plays(FULL)
    assert read() == [0, 1, 2]
    assert (read.extraction.cache_hits, read.extraction.api_calls, read.extraction.is_stale) == (1, 1, False)


def test_a_stale_answer_stands_in_while_the_provider_is_down(provider: Provider, read: Reader) -> None:
    at_once_stale = declared(fresh_hours=0)
    provider.plays(FULL)
    began = datetime.now(UTC)
    assert read(at_once_stale) == [1, 2]
    asked_again = datetime.now(UTC)
    provider.plays(Answer({}, 503))
    assert read(at_once_stale) == [1, 2]
    assert (read.extraction.is_stale, read.extraction.cache_hits) == (True, 1)
    assert read.extraction.fetched_at is not None
    assert began <= read.extraction.fetched_at <= asked_again, "it is as old as the first answer"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer("<html>"), MalformedAnswer),
        (Answer({}, 404), ConfigurationError),
    ],
)
def test_nothing_stands_in_for_a_wrong_request_or_answer(
    provider: Provider, read: Reader, answer: Answer, expected: type[Exception]
) -> None:
    at_once_stale = declared(fresh_hours=0)
    provider.plays(FULL)
    read(at_once_stale)
    provider.plays(answer)
    with pytest.raises(expected):
        read(at_once_stale)


def test_an_answer_past_its_time_to_live_does_not_stand_in(provider: Provider, read: Reader) -> None:
    short_lived = declared(fresh_hours=0, time_to_live_hours=0.0001)
    provider.plays(FULL)
    read(short_lived)
    time.sleep(0.4)
    provider.plays(Answer({}, 503))
    with pytest.raises(SourceUnavailable):
        read(short_lived)


def test_a_post_is_tried_again_and_cached(provider: Provider, read: Reader) -> None:
    search = declared(endpoint={"method": "POST", "json": {"from": "{window_start_date}"}})
    provider.plays(Answer({}, 500), FULL)
    assert read(search) == [1, 2]
    assert read(search) == [1, 2]
    assert [line.split()[0] for line in provider.asked] == ["POST", "POST"]


def test_the_key_is_sent_and_nowhere_kept(
    provider: Provider, read: Reader, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.plays(Answer({}, 500), {"more": True, "items": [{"id": 1}]}, Answer({}, cut=True))
    with pytest.raises(SourceUnavailable) as failure:
        read()
    assert "token=s3cret%2Bkey" in provider.asked[0]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert b"things" in kept
    for text in (kept.decode(errors="ignore"), caplog.text, str(failure.value)):
        assert "s3cret" not in text


def test_what_is_no_object_is_rejected_and_the_rest_lands(provider: Provider, tmp_path: Path) -> None:
    provider.plays({"more": False, "items": [{"id": 1}, "oops", {"name": "no key"}, None]})
    lake = open_lake(tmp_path.as_uri())
    credentials = Credentials(base_url=provider.url, password=KEY)
    options = SessionOptions(reaches_this_machine=True)
    manifest = land_resource(declared(), "things", WINDOW, credentials, lake, "run-1", options)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert (manifest.rows_read, manifest.rows_rejected) == (4, 2)
    assert list(lake.read_records(manifest)) == [{"seen": today, "id": 1}, {"seen": today, "name": "no key"}]
    assert [(line["record_number"], line["record"]) for line in lake.read_rejects(manifest)] == [
        (2, '"oops"'),
        (4, "null"),
    ]
    again = land_resource(declared(), "things", WINDOW, credentials, lake, "run-1", options)
    assert (again, len(provider.asked)) == (manifest, 1)
