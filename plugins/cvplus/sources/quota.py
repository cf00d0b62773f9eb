"""The quota of a source, held before it is hit: shared by all processes of a machine and kept between runs.

Counting and its algorithm are pyrate_limiter's, over SQLite under a file lock. Its own waiting loop is not
used: it stamps a call with the moment it meant to wake, and a call that leaves later than it is
counted can break the next window.
"""

import math
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import ceil, floor
from pathlib import Path
from typing import cast

from pyrate_limiter import Rate, RateItem, SQLiteBucket
from pyrate_limiter.abstracts.algorithm import SlidingWindowLog
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from cvplus.errors import QuotaExhausted
from cvplus.sources.declaration import Quota
from cvplus.sources.state_files import read_states

# A longer wait means that the quota is gone: a worker does not sleep that long.
LONGEST_WAIT_SECONDS = 900
# How long, at the least, nobody asks a provider whose quota is spent and who does not say until when.
UNTOLD_WAIT_SECONDS = 3_600
# Calls arrive later than they leave, some more than others, and clocks differ: every window is held this
# much longer than documented, which costs at most one call in twenty.
SLACK_SHARE, LONGEST_SLACK_SECONDS = 0.05, 5
_ENDING = ".quota.sqlite"
_SECOND, _DAY = 1_000, 86_400_000
_PAUSE = "create table if not exists pause (only_row integer primary key check (only_row = 1), until real)"


class DaysFromMidnight(SlidingWindowLog):
    """Rolling windows, except that a day is the calendar's, UTC; calls near midnight count for both days."""

    def window_start(self, rate: Rate, now: int) -> int:
        """Inclusive lower bound (epoch milliseconds) of what counts for a call at ``now``."""
        if rate.interval != _DAY:
            return super().window_start(rate, now)
        slack = LONGEST_SLACK_SECONDS * _SECOND
        return (now - slack) // _DAY * _DAY - slack

    def retry_after(self, rate: Rate, now: int, blocking_timestamp: int | None) -> int:
        """Milliseconds until there is room."""
        if rate.interval != _DAY:
            return super().retry_after(rate, now, blocking_timestamp)
        return self.window_start(rate, now) + _DAY + 2 * LONGEST_SLACK_SECONDS * _SECOND - now


def rates_of(quota: Quota) -> list[Rate]:
    """The documented limits as the limiter holds them, each with its slack.

    Calls of a second are spread evenly over it, so that no second holds a burst of two.
    """
    rates: list[Rate] = []
    for seconds, limit in quota.limits().items():
        if seconds == 1:
            rates.append(Rate(1, ceil(_SECOND * (1 + SLACK_SHARE) / limit)))
            continue
        slack = min(seconds * SLACK_SHARE, LONGEST_SLACK_SECONDS)
        fixed = seconds * _SECOND == _DAY and quota.resets == "utc_day"
        interval = _DAY if fixed else int((seconds + slack) * _SECOND)
        # The slack of a shorter window can make it the stricter one; the library takes no looser long one.
        within = floor(interval * rates[-1].limit / rates[-1].interval)
        held = min(int(limit), within)
        if held <= rates[-1].limit:
            rates.pop()  # as many in a longer window: it implies the shorter one
        rates.append(Rate(held, interval))
    return rates


def told_wait(status: int, headers: Mapping[str, str], text: str, quota: Quota) -> float | None:
    """Seconds that an answer asks us to wait; ``None`` when it asks for none, or does not say how long.

    ``Retry-After`` comes first, then the reset once nothing is left, then what the declaration says of an
    answer with this status and text.
    """
    asked = headers.get("Retry-After")
    if asked is not None:
        with suppress(InvalidHeader, ValueError, OverflowError):
            return believed(Retry().parse_retry_after(asked), quota)
    if quota.headers is not None and _number(headers.get(quota.headers.remaining)) == 0:
        reset = _number(headers.get(quota.headers.reset))
        if reset is None:
            return _untold_wait(quota)
        return believed(reset - time.time() if quota.headers.reset_is == "epoch" else reset, quota)
    if status not in quota.throttled_statuses:
        return None
    if quota.throttled_text is None:
        return _untold_wait(quota) if quota.headers is None else None
    found = quota.throttled_text.search(text)
    if found is None:
        return None
    return believed(float(found[1]), quota) if found.groups() else _untold_wait(quota)


def believed(seconds: float, quota: Quota) -> float:
    """A wait that was told: none is longer than the longest window of the quota, a day at the least.

    A provider whose clock is a year ahead, or that tells a number without end, would keep us away for good.
    """
    return min(max(0.0, seconds), max(_DAY / _SECOND, *quota.limits()))


def is_throttled(status: int, wait: float | None, quota: Quota) -> bool:
    """Whether an answer means that we asked too often, and not that the key or the request is wrong.

    ``wait``: what :func:`told_wait` makes of it.
    """
    return status == 429 or (wait is not None and status in quota.throttled_statuses)


def _untold_wait(quota: Quota) -> float:
    """Seconds for which nobody asks a provider whose quota is spent and who does not say until when."""
    day = _DAY / _SECOND
    rest_of_day = day - time.time() % day if quota.resets == "utc_day" else 0.0
    return max(UNTOLD_WAIT_SECONDS, rest_of_day)


def _number(value: str | None) -> float | None:
    with suppress(ValueError):
        number = float(value or "")
        return None if math.isnan(number) else number
    return None


def told_pauses(folder: Path) -> dict[str, float]:
    """Sources, or pools of them, that told us to wait, each with its end (epoch seconds); reads only."""
    return read_states(folder, _ENDING, "select until from pause")


class QuotaLimiter:
    """Permits to call one source, or one pool of sources.

    ``wait_seconds``: how long a call may wait for our own limits; a wait that the provider told us may be
    as long as :data:`LONGEST_WAIT_SECONDS`. ``clock`` gives epoch seconds.
    """

    def __init__(
        self,
        source: str,
        quota: Quota,
        folder: Path | None,
        wait_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._bucket = SQLiteBucket.init_from_file(
            rates_of(quota),
            table="calls",
            db_path=str(folder / f"{source}{_ENDING}") if folder else ":memory:",
            use_file_lock=folder is not None,
            algorithm=DaysFromMidnight() if quota.resets == "utc_day" else None,
        )
        with self._bucket.lock:
            self._bucket.conn.execute(_PAUSE)
            self._bucket.conn.commit()
            self._bucket.leak(self._now())

    def acquire(self) -> None:
        """Wait for a permit to make one call.

        Raises:
            QuotaExhausted: the wait would be longer than a worker sleeps.
        """
        deadline = self._clock() + self._wait_seconds
        while True:
            paused = self.paused_seconds()
            if paused > LONGEST_WAIT_SECONDS:
                raise QuotaExhausted(
                    cause=f"The provider told us to wait; its quota resets in {paused:.0f} s.",
                    remedy="Run the window again after the reset, or ask the provider for more.",
                )
            if paused > 0:
                time.sleep(paused)
                deadline = self._clock() + self._wait_seconds
                continue
            wait = self.take()
            if wait == 0:
                return
            if self._clock() + wait > deadline:
                raise QuotaExhausted(
                    cause="Our own limiter holds the request back: the declared quota is spent; "
                    f"it has room in {wait:.0f} s.",
                    remedy="Run the window again later, or correct the quota in the declaration.",
                )
            # No two workers shall wake as one.
            time.sleep(wait + random.uniform(0, min(wait, 0.01)))

    def take(self) -> float:
        """Take a permit when there is one: 0, else the seconds after which to try again."""
        with self._bucket.lock:
            item = RateItem(self._source, self._now())
            if self._bucket.put(item):
                return 0.0
            wait = cast(int, self._bucket.waiting(item))  # it is awaitable in asynchronous buckets only
        return max(1, wait) / _SECOND

    def pause(self, seconds: float) -> None:
        """Keep every worker from calling for so long; a longer pause that is on already stays."""
        with self._bucket.lock:
            self._bucket.conn.execute(
                "insert into pause values (1, ?) "
                "on conflict do update set until = max(until, excluded.until)",
                [self._clock() + seconds],
            )
            self._bucket.conn.commit()

    def paused_seconds(self) -> float:
        """How long nobody may call, because the provider said so."""
        with self._bucket.lock:
            row = self._bucket.conn.execute("select until from pause").fetchone()
        return max(0.0, row[0] - self._clock()) if row else 0.0

    def close(self) -> None:
        """Let go of the file."""
        self._bucket.close()

    def _now(self) -> int:
        return int(self._clock() * _SECOND)
