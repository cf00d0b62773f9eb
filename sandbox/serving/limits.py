"""What a provider allows: calls, or credits, within sliding windows of time, with the one key or without one.

Counted by the world's clock, so `POST /clock` makes tomorrow come; lifted as a whole by `POST /quotas`, and
then the headers tell of a window of which nothing is spent.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from fastapi import Depends, Request, Response

from sandbox.serving.refusal import Refused
from sandbox.world import World

SECOND, MINUTE, HOUR, DAY, WEEK, MONTH = 1, 60, 3_600, 86_400, 604_800, 2_592_000
Told = Literal["limit", "remaining", "used", "reset_seconds", "reset_epoch"]


@dataclass(frozen=True)
class Limit:
    """So many calls (or credits) in so many seconds."""

    amount: int
    seconds: int


class Window:
    """What was spent within one limit's window."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self.spent: deque[tuple[float, int]] = deque()
        self.used = 0

    def spend(self, now: float, cost: int) -> bool:
        """Counts a call; False when it goes beyond the limit (and counts nevertheless, as providers do)."""
        while self.spent and self.spent[0][0] <= now - self.limit.seconds:
            self.used -= self.spent.popleft()[1]
        self.spent.append((now, cost))
        self.used += cost
        return self.used <= self.limit.amount

    def told(self, now: float) -> dict[str, int]:
        """The words that headers are made of; `reset` is when the oldest call leaves the window."""
        seconds = ceil(self.spent[0][0] + self.limit.seconds - now) if self.spent else 0
        return {
            "limit": self.limit.amount,
            "remaining": max(self.limit.amount - self.used, 0),
            "used": self.used,
            "reset_seconds": seconds,
            "reset_epoch": ceil(now) + seconds,
        }


def limited(
    world: World,
    provider: str,
    limits: list[Limit],
    throttled_answer: Callable[[], Response],
    *,
    headers: Mapping[str, Told] | None = None,
    retry_after: bool = False,
    cost: Callable[[Request], int] = lambda request: 1,
    has_key: Callable[[Request], bool] = lambda request: True,
    without_key: list[Limit] | None = None,
) -> Any:
    """The dependency that counts a call and throttles one too many.

    `headers` are sent with every answer and tell of the first limit. `retry_after` adds that header to the
    throttled answer, in seconds. `cost` is what a request costs, where not every one costs the same.
    `without_key` are the limits of requests that bring no key, as `has_key` says.
    """
    keyed = [Window(limit) for limit in limits]
    keyless = [Window(limit) for limit in without_key or []]

    def check(request: Request) -> None:
        now = world.clock()
        amount = cost(request)
        windows = keyed if has_key(request) else keyless
        spent = [window.spend(now, amount) for window in windows]
        told = (windows[0] if world.has_quotas else Window(windows[0].limit)).told(now)
        request.state.headers |= {name: str(told[word]) for name, word in (headers or {}).items()}
        if all(spent) or not world.has_quotas:
            return
        world.throttled[provider] += 1
        answer = throttled_answer()
        if retry_after:
            full = [window for window, is_within in zip(windows, spent, strict=True) if not is_within]
            answer.headers["Retry-After"] = str(max(window.told(now)["reset_seconds"] for window in full))
        raise Refused(answer)

    return Depends(check)
