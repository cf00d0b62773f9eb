"""Misbehaviour on demand: a book of planned faults and the layer that plays them around the providers."""

import asyncio
import gzip
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import orjson
from fastapi import Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.providers import arbeitnow, crunchbase, stack_overflow, usajobs

Kind = Literal[
    "429", "429_without_hint", "500", "503", "slow", "cut", "malformed", "changed_fields",
    "duplicate_page", "html_login",
    "empty_page", "throttled", "quota_gone",
]  # fmt: skip
PROVIDERS = {
    "stack_overflow": stack_overflow,
    "crunchbase": crunchbase,
    "usajobs": usajobs,
    "arbeitnow": arbeitnow,
}
LOGIN_PAGE = (
    "<!doctype html><html><head><title>Sign in</title></head><body><form>Please sign in</form></body></html>"
)


class Fault(BaseModel, extra="forbid"):
    """A planned fault: after `after` further requests that match, the next `times` are answered badly.

    `path` is a part of the path; `seconds` is how long a `slow` answer takes.
    """

    provider: Literal["stack_overflow", "crunchbase", "usajobs", "arbeitnow"]
    kind: Kind
    path: str | None = None
    times: int = Field(default=1, ge=1)
    after: int = Field(default=0, ge=0)
    seconds: float = Field(default=1.0, ge=0, le=120)


class FaultBook:
    """The faults still to come, in the order in which they were planned, and counters of all requests."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self.answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.played: Counter[str] = Counter()

    def take(self, provider: str, path: str) -> Fault | None:
        """The fault that this request meets, counted down; None when it's answered well."""
        for fault in self.planned:
            if fault.provider != provider or (fault.path is not None and fault.path not in path):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            self.planned = [kept for kept in self.planned if kept.times > 0]
            self.played[fault.kind] += 1
            return fault
        return None

    def counters(self) -> dict[str, Any]:
        """Requests by provider and status, and faults played by kind."""
        providers = {name: dict(statuses) for name, statuses in self.answers.items()}
        return {"requests": providers, "faults": dict(self.played)}


def made_up_answer(fault: Fault, path: str) -> Response | None:
    """The answer of a fault that needs no real one; None for those that spoil a real answer."""
    module = PROVIDERS[fault.provider]
    if fault.kind == "429":
        return PlainTextResponse("Too Many Requests", 429, {"Retry-After": "1"})
    if fault.kind == "429_without_hint":
        return PlainTextResponse("Too Many Requests", 429)
    if fault.kind in ("500", "503"):
        return PlainTextResponse("the sandbox was told to fail", int(fault.kind))
    if fault.kind == "html_login":
        return HTMLResponse(LOGIN_PAGE)
    if fault.kind == "empty_page":
        return module.empty_answer(path)
    if fault.kind == "throttled":
        return module.throttled_answer()
    if fault.kind == "quota_gone":
        return getattr(module, "quota_gone_answer", module.throttled_answer)()
    return None


class Misbehaviour:
    """ASGI layer around the providers."""

    def __init__(self, app: ASGIApp, book: FaultBook) -> None:
        self.app = app
        self.book = book
        self.last: dict[str, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, well or badly."""
        provider = scope["path"].split("/")[1] if scope["type"] == "http" else ""
        if provider not in PROVIDERS:
            await self.app(scope, receive, send)
            return
        counted = self._counting(provider, send)
        fault = self.book.take(provider, scope["path"])
        if fault is None:
            await self._answer_well(scope, receive, counted)
            return
        answer = made_up_answer(fault, scope["path"])
        if answer is not None:
            await answer(scope, receive, counted)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._answer_well(scope, receive, counted)
        elif fault.kind == "duplicate_page" and scope["path"] in self.last:
            for message in self.last[scope["path"]]:
                await counted(message)
        else:
            messages = await self._collect(scope, receive)
            for message in spoilt(messages, fault.kind):
                await counted(message)

    def _counting(self, provider: str, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.book.answers[provider][str(message["status"])] += 1
            await send(message)

        return counted

    async def _collect(self, scope: Scope, receive: Receive) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        return messages

    async def _answer_well(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages = await self._collect(scope, receive)
        self.last[scope["path"]] = messages
        for message in messages:
            await send(message)


def spoilt(messages: list[Message], kind: str) -> list[Message]:
    """A real answer cut off in transit (`cut`: the declared length never comes) or with broken JSON."""
    start = messages[0]
    body = b"".join(message.get("body", b"") for message in messages[1:])
    headers: list[tuple[bytes, bytes]] = list(start["headers"])
    if kind == "cut":
        return [start, {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": False}]
    if kind not in ("malformed", "changed_fields"):
        return messages
    if (b"content-encoding", b"gzip") in headers:
        body = gzip.decompress(body)
    if kind == "malformed":
        body = body[: max(len(body) * 2 // 3, 1)]
    else:
        body = orjson.dumps(with_changed_fields(orjson.loads(body)))
    kept = [(name, value) for name, value in headers if name not in (b"content-encoding", b"content-length")]
    kept.append((b"content-length", str(len(body)).encode()))
    return [{**start, "headers": kept}, {"type": "http.response.body", "body": body, "more_body": False}]


def with_changed_fields(part: Any, is_record: bool = False) -> Any:
    """An answer whose records (objects in lists) have lost their last field and gained `unannounced`."""
    if isinstance(part, list):
        return [with_changed_fields(entry, is_record=True) for entry in part]
    if not isinstance(part, dict):
        return part
    if is_record:
        return dict(list(part.items())[:-1]) | {"unannounced": 1}
    return {name: with_changed_fields(value) for name, value in part.items()}
