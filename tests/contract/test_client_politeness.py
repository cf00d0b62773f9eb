"""The one client asks no more often than it may, asks nothing twice, and counts what it took."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from scripted_provider import FULL, Answer, Provider, Reader, declared

from cvplus.errors import AccessRefused, BudgetExhausted, QuotaExhausted, SourceUnavailable
from cvplus.sources import circuit, session
from cvplus.sources.usage import Usage

EPOCH = {"remaining": "X-RateLimit-Remaining", "reset": "X-RateLimit-Reset", "reset_is": "epoch"}
SECONDS = {"remaining": "RateLimit-Remaining", "reset": "RateLimit-Reset", "reset_is": "seconds"}


def with_quota(**quota: Any) -> Any:
    return declared(quota={"requests_per_second": 1000, **quota})


def pages(count: int, **headers: str) -> list[Answer]:
    return [Answer({"more": n < count, "items": [{"id": n}]}, headers=headers) for n in range(1, count + 1)]


def test_a_second_pass_within_the_freshness_asks_nothing(provider: Provider, read: Reader) -> None:
    provider.plays(*pages(3, Vary="Token, Cookie", ETag='"1"'))
    key = {"type": "api_key", "name": "Token", "location": "header", "api_key": "{password}"}
    with_key = declared()
    with_key = with_key.model_copy(update={"client": with_key.client.model_copy(update={"auth": key})})
    assert read(with_key) == read(with_key) == [1, 2, 3]
    assert len(provider.asked) == 3
    assert (read.extraction.api_calls, read.extraction.cache_hits) == (0, 3)


def test_an_answer_that_there_is_nothing_is_kept_too(provider: Provider, read: Reader) -> None:
    says_nothing = declared(answer_check="cvplus.sources.oddities.usajobs.check_answer")
    provider.plays(Answer("204 No Content"))
    assert read(says_nothing) == read(says_nothing) == []
    assert len(provider.asked) == 1
    assert (read.extraction.api_calls, read.extraction.cache_hits) == (0, 1)


@pytest.mark.parametrize(
    ("validator", "condition"),
    [
        ({"ETag": '"v1"'}, "If-None-Match"),
        ({"Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}, "If-Modified-Since"),
    ],
)
def test_an_expired_answer_is_confirmed_and_not_sent_again(
    provider: Provider, read: Reader, validator: dict[str, str], condition: str
) -> None:
    at_once_stale = declared(fresh_hours=0)
    provider.plays(Answer(FULL, headers=validator))
    assert read(at_once_stale) == [1, 2]
    time.sleep(0.05)
    before = datetime.now(UTC)
    provider.plays(Answer("", 304, validator))
    usage = Usage()
    assert read(at_once_stale, usage=usage) == [1, 2]
    assert provider.headers[-1][condition] == next(iter(validator.values()))
    assert (usage.calls, usage.cache_hits, usage.not_modified) == (1, 1, 1)
    assert not read.extraction.is_stale
    assert (read.extraction.fetched_at or before) >= before, "confirmed now is known now"


def test_the_cache_keeps_the_newest_answers(
    provider: Provider, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "CACHE_ENTRIES", 2)
    provider.plays(FULL)
    for name in ("a", "b", "c"):
        read(declared(endpoint={"path": name}))
        time.sleep(1.01)  # the cache orders by whole seconds
    for name, asked in (("c", 3), ("b", 3), ("a", 4)):
        read(declared(endpoint={"path": name}))
        assert len(provider.asked) == asked, "only the first answer had to make room"


def test_market_data_is_fresh_for_four_hours_and_a_thousand_answers_are_kept() -> None:
    assert (declared().fresh_hours, session.CACHE_ENTRIES) == (4.0, 1_000)


def test_calls_bytes_and_hits_are_counted(provider: Provider, read: Reader) -> None:
    usage = Usage()
    provider.plays(Answer({}, 429), Answer({}, 500), FULL)
    read(usage=usage)
    read(usage=usage)
    assert (usage.calls, usage.retried, usage.throttled, usage.cache_hits) == (3, 2, 1, 1)
    assert usage.bytes == len('{"more": false, "items": [{"id": 1}, {"id": 2}]}')


def test_a_retry_waits_for_a_permit_too(provider: Provider, read: Reader) -> None:
    provider.plays(Answer({}, 500))
    with pytest.raises(QuotaExhausted, match="own limiter"):
        read(declared(quota={"requests_per_second": 1, "per_day": 2}), retries=5)
    assert len(provider.asked) == 2


@pytest.mark.parametrize("spread", ["seconds", "date"])
def test_a_long_retry_after_stops_every_worker_and_the_next_run(
    provider: Provider, read: Reader, spread: str
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    provider.plays(Answer({}, 429, {"Retry-After": "3600" if spread == "seconds" else later}))
    for _ in range(2):
        with pytest.raises(QuotaExhausted, match=r"resets in 3[56]\d\d s"):
            read()
    assert len(provider.asked) == 1


def test_the_wait_after_the_last_permitted_call_is_obeyed(provider: Provider, read: Reader) -> None:
    provider.plays(*pages(1, **{"RateLimit-Remaining": "0", "RateLimit-Reset": "1"}))
    provider.script[0].body["more"] = True
    provider.script.append(Answer({"more": False, "items": [{"id": 2}]}))
    began = time.monotonic()
    assert read(with_quota(headers=SECONDS)) == [1, 2]
    assert time.monotonic() - began >= 1.0


def test_a_reset_far_off_ends_the_walk_with_what_came(provider: Provider, read: Reader) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{time.time() + 7200:.0f}"}
    provider.plays(*pages(2, **headers))
    assert read(with_quota(headers=EPOCH)) == [1]
    assert "resets in 7" in (read.extraction.note or "")
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{time.time() + 7200:.0f}"}, QuotaExhausted),
        ({"X-RateLimit-Remaining": "12"}, AccessRefused),
        ({"X-RateLimit-Remaining": "12", "Retry-After": "3600"}, QuotaExhausted),
    ],
)
def test_a_403_is_a_spent_quota_or_a_bad_key(
    provider: Provider, read: Reader, headers: dict[str, str], expected: type[Exception]
) -> None:
    provider.plays(Answer({}, 403, headers))
    with pytest.raises(expected):
        read(with_quota(headers=EPOCH, throttled_statuses=[403]))
    assert len(provider.asked) == 1


def test_a_throttle_that_only_its_text_shows(provider: Provider, read: Reader) -> None:
    limits = with_quota(throttled_statuses=[403], throttled_text="secondary rate limit")
    provider.plays(Answer({"message": "You exceeded a secondary rate limit."}, 403))
    for _ in range(2):
        with pytest.raises(QuotaExhausted):
            read(limits)
    assert len(provider.asked) == 1, "nobody asks again before an untold wait is over"


def test_a_429_that_speaks_of_the_day_is_not_tried_again(provider: Provider, read: Reader) -> None:
    limits = with_quota(throttled_statuses=[429], throttled_text="DAY limit", resets="utc_day")
    usage = Usage()
    provider.plays(Answer({"message": "The DAY limit is reached."}, 429))
    for message in ("resets in .*HTTP 429: The DAY limit is reached", "told us to wait"):
        with pytest.raises(QuotaExhausted, match=message):
            read(limits, usage=usage)
    assert (len(provider.asked), usage.calls, usage.throttled) == (1, 1, 1)


def test_another_429_of_the_same_provider_may_pass(provider: Provider, read: Reader) -> None:
    limits = with_quota(throttled_statuses=[429], throttled_text="DAY limit")
    provider.plays(Answer({}, 429), FULL)
    assert read(limits) == [1, 2]
    provider.plays(Answer({"message": "Busy."}, 429))
    with pytest.raises(SourceUnavailable, match="HTTP 429: Busy"):
        read(limits, cache_folder=None)


def test_a_wait_that_only_a_text_tells_is_slept(provider: Provider, read: Reader) -> None:
    limits = with_quota(throttled_statuses=[400], throttled_text=r"again in (\d+) seconds")
    provider.plays(Answer({"error_message": "Ask again in 1 seconds."}, 400), FULL)
    began = time.monotonic()
    assert read(limits) == [1, 2]
    assert time.monotonic() - began >= 1.0


def test_a_short_wait_of_a_throttled_403_is_slept(provider: Provider, read: Reader) -> None:
    provider.plays(Answer({}, 403, {"RateLimit-Remaining": "0", "RateLimit-Reset": "1"}), FULL)
    began = time.monotonic()
    assert read(with_quota(headers=SECONDS, throttled_statuses=[403])) == [1, 2]
    assert time.monotonic() - began >= 1.0


def test_a_backoff_in_a_good_answer_is_obeyed(provider: Provider, read: Reader) -> None:
    provider.plays({"more": True, "items": [{"id": 1}], "backoff": 1}, {"more": False, "items": [{"id": 2}]})
    began = time.monotonic()
    assert read(with_quota(backoff_field="backoff")) == [1, 2]
    assert time.monotonic() - began >= 1.0


def test_without_a_key_the_smaller_quota_holds(provider: Provider, read: Reader) -> None:
    limits = with_quota(without_key={"per_day": 1})
    provider.plays(*pages(2))
    assert read(limits) == [1, 2]
    provider.plays(*pages(2))
    with pytest.raises(QuotaExhausted, match="own limiter"):
        read(limits.model_copy(update={"fresh_hours": 0.0}), key=None)
    assert provider.asked == []


def test_a_spent_budget_stops_before_the_call(provider: Provider, read: Reader) -> None:
    left = [0.5, 0.5]

    def charge(call: str) -> float:
        assert call.startswith("GET /v1/things?page=")
        if not left:
            raise BudgetExhausted(cause="Spent.", remedy="Wait.")
        return left.pop()

    usage = Usage()
    provider.plays(*pages(3))
    assert read(charge=charge, usage=usage) == [1, 2]
    assert "Spent" in (read.extraction.note or "")
    assert (len(provider.asked), usage.cost_usd) == (2, 1.0)


def test_every_call_that_leaves_is_charged_retries_too(provider: Provider, read: Reader) -> None:
    left = [0.5, 0.5]

    def charge(call: str) -> float:
        if not left:
            raise BudgetExhausted(cause="Spent.", remedy="Wait.")
        return left.pop()

    usage = Usage()
    provider.plays(Answer({}, 503))
    with pytest.raises(BudgetExhausted):
        read(charge=charge, usage=usage)
    assert (len(provider.asked), usage.calls, usage.retried, usage.cost_usd) == (2, 2, 1, 1.0)


def test_sources_of_one_pool_share_its_limits(provider: Provider, read: Reader) -> None:
    limits = {"requests_per_second": 1000, "per_day": 2, "pool": "account"}
    provider.plays(*pages(2))
    assert read(declared(quota=limits)) == [1, 2]
    with pytest.raises(QuotaExhausted, match="own limiter"):
        read(declared(source="another", quota=limits))


def test_a_circuit_opens_is_probed_and_closes(
    provider: Provider, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.plays(Answer({}, 503))
    for _ in range(circuit.FAILURES_TO_OPEN):
        with pytest.raises(SourceUnavailable, match="HTTP 503"):
            read(retries=0)
    with pytest.raises(SourceUnavailable, match="5 times in a row, so it is not asked"):
        read(retries=0)
    assert len(provider.asked) == circuit.FAILURES_TO_OPEN
    monkeypatch.setattr(circuit, "COOL_DOWN_SECONDS", 0)
    provider.plays(FULL)
    assert read(retries=0) == [1, 2], "the probe succeeds"
    monkeypatch.setattr(circuit, "COOL_DOWN_SECONDS", 900)
    assert read(declared(endpoint={"path": "more"}), retries=0) == [1, 2], "and the circuit is closed"


def spent(call: str) -> float:
    raise BudgetExhausted(cause="Spent.", remedy="Wait.")


@pytest.mark.parametrize(
    ("answers", "options", "code"),
    [
        ([Answer({}, 503)], {}, "source_unavailable"),
        ([Answer(FULL, cut=True)], {"retries": 0}, "source_unavailable"),
        ([Answer({}, 401)], {}, "access_refused"),
        ([Answer({}, 429, {"Retry-After": "3600"})], {}, "quota_exhausted"),
        ([FULL], {"charge": spent}, "budget_exhausted"),
    ],
)
def test_the_last_good_answer_serves_in_every_outage(
    provider: Provider, read: Reader, answers: list[Any], options: dict[str, Any], code: str
) -> None:
    at_once_stale = declared(fresh_hours=0)
    provider.plays(FULL)
    read(at_once_stale)
    usage = Usage()
    provider.plays(*answers)
    assert read(at_once_stale, usage=usage, **options) == [1, 2]
    assert read.extraction.is_stale
    assert usage.outage is not None
    assert usage.outage.code == code
