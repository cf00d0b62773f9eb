"""Quotas are held before they are hit, whoever asks beside us, and can be used nearly whole."""

import heapq
import math
import os
import random
import subprocess
import sys
import time
from bisect import bisect_left
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import quota_worker

from cvplus.errors import QuotaExhausted
from cvplus.sources.declaration import Client, Quota
from cvplus.sources.quota import QuotaLimiter, is_throttled, rates_of, told_wait
from cvplus.sources.registry import load_sources
from sandbox.providers import providers
from sandbox.serving.limits import Limit, Window

DAY = 86_400
WORKERS = 4


def declared_quotas() -> dict[str, Quota]:
    """The quota of each declared source, with and without a key, and some that none declares."""
    quotas = {
        "rolling": Quota(requests_per_second=1, per_minute=25, per_day=250, per_week=1000, per_month=2500),
        "utc_day": Quota(requests_per_second=3, per_hour=500, per_day=900, resets="utc_day"),
        "credits": Quota(requests_per_second=1, per_day=100, credits_per_month=3_000, credits_per_call=2),
    }
    for source, declaration in load_sources().items():
        if isinstance(declaration.client, Client):
            quotas[source] = declaration.quota
            if declaration.quota.without_key:
                quotas[f"{source} without a key"] = declaration.quota.held(has_key=False)
    return quotas


QUOTAS = declared_quotas()


def most_in_a_window(instants: list[float], seconds: float) -> int:
    """The most calls that any half-open window of so many seconds holds."""
    return max(number + 1 - bisect_left(instants, at - seconds + 1e-9) for number, at in enumerate(instants))


def work_of_days(quota: Quota) -> list[float]:
    """Calls that there are to make on each of 30 days.

    Always more than allowed where weeks or months count; else on one or two days more than any limit, and a
    few on the others.
    """
    limits = quota.limits()
    if max(limits) > DAY:
        return [math.inf] * 30
    full_days = (0, 15) if max(limits.values()) <= 2_000 else (0,)
    return [max(150, 1.2 * max(limits.values())) if day in full_days else 10 for day in range(30)]


def simulated(quota: Quota, folder: Path) -> tuple[list[float], list[float]]:
    """When calls left and arrived over 30 days of 4 workers, each of whom takes whatever it may.

    The workers share the limiter's file, and nothing else.
    """
    chance = random.Random(7)
    now = start = 1_763_683_200.0 + 20 * 3_600  # in the evening: midnights lie within the work
    limiters = [QuotaLimiter("invented", quota, folder, 0.0, clock=lambda: now) for _ in range(WORKERS)]
    work = work_of_days(quota)
    left: list[float] = []
    arrived: list[float] = []
    due = [(start, worker) for worker in range(WORKERS)]
    while due:
        now, worker = heapq.heappop(due)
        day = int((now - start) // DAY)
        if day >= 30:
            continue
        if work[day] <= 0:
            heapq.heappush(due, (start + (day + 1) * DAY, worker))
            continue
        wait = limiters[worker].take()
        if wait == 0:
            work[day] -= 1
            left.append(now)
            wait = 0.02 + 0.015 * chance.random()
            arrived.append(now + wait)
        heapq.heappush(due, (now + wait, worker))
    return left, sorted(arrived)


def documented(name: str) -> list[Limit]:
    """The rolling limits that the sandbox counts by: the declared ones, and its own of the provider."""
    quota = QUOTAS[name]
    limits = [
        Limit(share.numerator, seconds * share.denominator)  # 0.4 in a second are 2 in 5
        for seconds, limit in quota.limits().items()
        for share in [Fraction(limit).limit_denominator(100)]
        if not (seconds == DAY and quota.resets == "utc_day")
    ]
    source, _, without_key = name.partition(" ")
    played = getattr(providers().get(source), "LIMITS_WITHOUT_KEY" if without_key else "LIMITS", [])
    return [*limits, *played]


@pytest.mark.slow
@pytest.mark.parametrize("name", QUOTAS)
def test_thirty_days_of_four_workers_break_no_limit_and_waste_little(name: str, tmp_path: Path) -> None:
    quota = QUOTAS[name]
    left, arrived = simulated(quota, tmp_path)
    assert left[-1] - left[0] > 25 * DAY or len(left) == quota.limits().get(31 * DAY)
    for limit in documented(name):
        window = Window(limit)
        assert all(window.spend(at, 1) for at in arrived), limit
    days = Counter(int(at // DAY) for at in arrived)
    if quota.resets == "utc_day" and quota.per_day:
        assert 0.9 * quota.per_day <= max(days.values()) <= quota.per_day
    for seconds, documented_limit in quota.limits().items():
        assert usable_share(quota, left, seconds) >= 0.9, f"of {documented_limit:g} in {seconds} s"


def usable_share(quota: Quota, left: list[float], seconds: int) -> float:
    """The most calls that left in a window, as a share of what all limits together allow in it."""
    span = max(seconds, 20 / quota.requests_per_second)
    allowed = min(limit * max(1, span / shorter) for shorter, limit in quota.limits().items())
    return most_in_a_window(left, span) / math.floor(allowed)


def test_sources_of_one_pool_declare_the_same_limits() -> None:
    pools: dict[str, set[str]] = {}
    for declaration in load_sources().values():
        quota = declaration.quota
        pools.setdefault(quota.pool or declaration.source, set()).add(str((quota.limits(), quota.resets)))
    assert {name: limits for name, limits in pools.items() if len(limits) > 1} == {}


def test_calls_of_a_second_are_spread_and_every_window_has_its_slack() -> None:
    quota = Quota(requests_per_second=3, per_minute=180, per_hour=10_800)
    held = [(rate.limit, rate.interval) for rate in rates_of(quota)]
    assert held == [(1, 350), (180, 63_000), (10_300, 3_605_000)]
    once_a_day = rates_of(Quota(requests_per_second=3, per_day=1))
    assert [(rate.limit, rate.interval) for rate in once_a_day] == [(1, 86_405_000)]


def test_a_quota_that_resets_at_midnight_can_be_spent_anew_then() -> None:
    now = 1_763_769_600.0 - 3_600  # 23:00
    quota = {"requests_per_second": 1, "per_day": 2}
    calendar = QuotaLimiter("a", Quota(**quota, resets="utc_day"), None, 0.0, clock=lambda: now)
    rolling = QuotaLimiter("b", Quota(**quota), None, 0.0, clock=lambda: now)
    for _ in range(2):
        assert calendar.take() == rolling.take() == 0
        now += 2
    assert calendar.take() == pytest.approx(3_600 - 4 + 5, abs=1)
    now += calendar.take()
    assert calendar.take() == 0
    assert rolling.take() > 80_000


def test_calls_beside_midnight_count_for_both_days() -> None:
    midnight = 1_763_769_600.0
    now = midnight - 2
    limiter = QuotaLimiter(
        "a", Quota(requests_per_second=1, per_day=2, resets="utc_day"), None, 0.0, clock=lambda: now
    )
    assert limiter.take() == 0
    now = midnight + 2
    assert limiter.take() == 0
    now = midnight + 6
    assert limiter.take() == pytest.approx(DAY - 1, abs=1)


def test_a_pause_is_for_all_and_survives(tmp_path: Path) -> None:
    quota = Quota(requests_per_second=100)
    QuotaLimiter("invented", quota, tmp_path, 1.0).pause(3_600)
    later = QuotaLimiter("invented", quota, tmp_path, 1.0)
    later.pause(5)
    with pytest.raises(QuotaExhausted, match=r"resets in 3[56]\d\d s"):
        later.acquire()


@pytest.mark.slow
def test_four_processes_share_one_quota(tmp_path: Path) -> None:
    command = [sys.executable, Path(quota_worker.__file__), tmp_path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [
        subprocess.Popen(
            [*command, f"{number}", f"{WORKERS}"], stdout=subprocess.PIPE, text=True, env=environment
        )
        for number in range(WORKERS)
    ]
    printed = [process.communicate()[0] for process in processes]
    assert {process.returncode for process in processes} == {0}
    instants = sorted(float(line) for text in printed for line in text.splitlines())
    assert most_in_a_window(instants, 1.0) <= 20
    assert len(instants) == 90
    assert sum(bool(text) for text in printed) > 1, "one process alone proves nothing"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "soon"}, None),
        ({"X-Left": "3", "X-Reset": "60"}, None),
        ({"X-Left": "0", "X-Reset": "60"}, 60),
        ({"X-Left": "0"}, 3_600),
        ({"X-Left": "0", "X-Reset": "60", "Retry-After": "7"}, 7),
    ],
)
def test_what_headers_tell(headers: dict[str, str], expected: float | None) -> None:
    told = {"remaining": "X-Left", "reset": "X-Reset", "reset_is": "seconds"}
    assert told_wait(200, headers, "", Quota.model_validate({"headers": told})) == expected


def test_a_reset_instant_is_a_wait_from_now() -> None:
    quota = Quota.model_validate({"headers": {"remaining": "L", "reset": "R", "reset_is": "epoch"}})
    later = {"L": "0", "R": f"{time.time() + 90:.0f}"}
    assert told_wait(200, later, "", quota) == pytest.approx(90, abs=60)
    assert told_wait(200, {"L": "0", "R": "1"}, "", quota) == 0


TEXT = {"throttled_statuses": [400, 429], "throttled_text": r"too often, try in (\d+) s"}


@pytest.mark.parametrize(
    ("status", "text", "quota", "wait", "throttled"),
    [
        (403, "", {"throttled_statuses": [403]}, 3_600, True),
        (403, "", {}, None, False),
        (429, "", {}, None, True),
        (400, "too often", TEXT | {"throttled_text": "too often"}, 3_600, True),
        (400, "too often, try in 12 s", TEXT, 12, True),
        (400, "no such field", TEXT, None, False),
        (403, "too often, try in 12 s", TEXT, None, False),
        (429, "too often, try in 12 s", TEXT, 12, True),
        (429, "later", TEXT, None, True),
    ],
)
def test_what_status_and_text_tell(
    status: int, text: str, quota: dict[str, Any], wait: float | None, throttled: bool
) -> None:
    limits = Quota(**quota)
    assert told_wait(status, {}, text, limits) == wait
    assert is_throttled(status, wait, limits) == throttled


@pytest.mark.parametrize(("hour", "wait"), [(1, 23 * 3_600), (23.5, 3_600)])
def test_a_quota_of_a_calendar_day_is_spent_until_midnight(
    monkeypatch: pytest.MonkeyPatch, hour: float, wait: float
) -> None:
    quota = Quota(throttled_statuses=[429], throttled_text="DAY", resets="utc_day")
    monkeypatch.setattr(time, "time", lambda: 1_763_769_600.0 + hour * 3_600)
    assert told_wait(429, {}, "DAY limit", quota) == wait


@pytest.mark.parametrize(
    "limits",
    [
        {"requests_per_second": 1, "per_minute": 61},
        {"per_hour": 100, "per_day": 100},
        {"per_day": 10, "credits_per_month": 9_000, "credits_per_call": 10},
    ],
)
def test_limits_that_do_not_bind_one_another_are_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="do not bind one another"):
        Quota(**limits)
