"""Misbehaviour on demand: a book of planned faults and the layer that plays them around the providers."""

import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path
from random import Random
from typing import Any, Literal
from urllib.parse import parse_qsl

import orjson
from fastapi import Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel, Field, field_validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cvplus.yaml_files import read_yaml
from sandbox.providers import providers
from sandbox.spoiling import Answer, mixed_up, spoilt

Kind = Literal[
    "401", "403", "429", "429_without_hint", "500", "502", "503", "throttled", "quota_gone", "error_in_200",
    "html_login", "slow", "reset", "cut", "wrong_content_type", "malformed", "wrong_encoding",
    "changed_fields", "missing_field", "new_field", "changed_type", "null_key", "huge_record", "hostile_text",
    "empty_page", "duplicate_page", "looping_cursor", "growing", "clock_skew",
]  # fmt: skip
LOGIN_PAGE = (
    "<!doctype html><html><head><title>Sign in</title></head><body><form>Please sign in</form></body></html>"
)
ONE_DAY = 86_400
PAGE_IN_PATH = re.compile(r"/\d+$")
# Parameters, in the query or in the body, that say which page of a list is meant and not which list.
SAY_WHICH_PAGE = {"page", "p", "pn", "offset", "start", "end", "cursor", "after_id", "continuationtoken"}


class Fault(BaseModel, extra="forbid"):
    """A planned fault: after `after` further requests that match, the next `times` are answered badly.

    `path` is a part of the path; `seconds` is how long a `slow` answer takes; `share` is how likely a request
    that matches is to be hit (a miss uses nothing up); `field` is the field that a fault of records is about.
    """

    provider: str
    kind: Kind
    path: str | None = None
    times: int = Field(default=1, ge=1)
    after: int = Field(default=0, ge=0)
    share: float = Field(default=1.0, gt=0, le=1)
    seconds: float = Field(default=1.0, ge=0, le=120)
    field: str | None = None

    @field_validator("provider")
    @classmethod
    def _is_played(cls, value: str) -> str:
        if value not in providers():
            raise ValueError(f"{value} is none of: {', '.join(providers())}")
        return value


class FaultPlan(BaseModel, extra="forbid"):
    """A file of faults; the seed decides which requests a `share` hits."""

    seed: int = 7
    faults: list[Fault]


def read_plan(path: Path) -> FaultPlan:
    """Reads a plan; raises FileNotFoundError, yaml.YAMLError, or ValueError that names the wrong fault."""
    return FaultPlan.model_validate(read_yaml(path))


class FaultBook:
    """The faults still to come, in the order in which they were planned, and counters of all requests."""

    def __init__(self, plan: FaultPlan | None = None) -> None:
        self.planned: list[Fault] = list(plan.faults) if plan else []
        self.random = Random(plan.seed if plan else 7)
        self.answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.played: Counter[str] = Counter()
        self.pages: dict[str, Answer] = {}
        """The last page that went out of each walk."""

    def clear(self) -> None:
        """Forgets what was planned, and every page that went out."""
        self.planned.clear()
        self.pages.clear()

    def take(self, provider: str, path: str) -> Fault | None:
        """The fault that this request meets, counted down; None when it's answered well."""
        for fault in self.planned:
            if fault.provider != provider or (fault.path is not None and fault.path not in path):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            if fault.share < 1 and self.random.random() >= fault.share:
                continue
            fault.times -= 1
            self.planned = [kept for kept in self.planned if kept.times > 0]
            self.played[fault.kind] += 1
            return fault
        return None

    def counters(self) -> dict[str, Any]:
        """Requests by provider and status, and faults played by kind."""
        requests = {name: dict(statuses) for name, statuses in self.answers.items()}
        return {"requests": requests, "faults": dict(self.played)}


def path_of_records(provider: str, path: str) -> str:
    """Where the records of an answer lie: the module's `records_path` of this path, or its `RECORDS`."""
    module = providers()[provider]
    return str(
        module.records_path(path) if hasattr(module, "records_path") else getattr(module, "RECORDS", "")
    )


def without_page(asked: Any) -> Any:
    """What was asked for, whichever page of it."""
    if isinstance(asked, dict):
        return {
            name: without_page(value) for name, value in asked.items() if name.lower() not in SAY_WHICH_PAGE
        }
    return asked


def walk_of(path: str, query: bytes, body: bytes) -> str:
    """What all requests for pages of one list have in common."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = body.decode(errors="replace")
    return repr(
        [PAGE_IN_PATH.sub("", path), without_page(dict(parse_qsl(query.decode()))), without_page(told)]
    )


def own_error(provider: str, status: int) -> Response:
    """An error in the provider's own shape, in a gateway's where the provider has none."""
    made = getattr(providers()[provider], "error_answer", None)
    return made(status, "the sandbox was told to fail") if made else PlainTextResponse("refused", status)


def made_up_answer(fault: Fault, path: str) -> Response | None:
    """The answer of a fault that needs no real one; None for those that spoil a real answer."""
    module = providers()[fault.provider]
    if fault.kind == "429":
        return PlainTextResponse("Too Many Requests", 429, {"Retry-After": "1"})
    if fault.kind == "429_without_hint":
        return PlainTextResponse("Too Many Requests", 429)
    if fault.kind in ("500", "502", "503"):
        return PlainTextResponse("the sandbox was told to fail", int(fault.kind))
    if fault.kind in ("401", "403"):
        return own_error(fault.provider, int(fault.kind))
    if fault.kind == "error_in_200":
        answer = own_error(fault.provider, 500)
        answer.status_code = 200
        return answer
    if fault.kind == "html_login":
        return HTMLResponse(LOGIN_PAGE)
    if fault.kind == "empty_page" and hasattr(module, "empty_answer"):
        return module.empty_answer(path)
    if fault.kind in ("throttled", "quota_gone"):
        throttled = getattr(module, "throttled_answer", lambda: own_error(fault.provider, 429))
        return (
            getattr(module, "quota_gone_answer", throttled)() if fault.kind == "quota_gone" else throttled()
        )
    return None


class Misbehaviour:
    """ASGI layer around the providers: counts, adds headers that the limits told, and plays faults."""

    def __init__(self, app: ASGIApp, book: FaultBook) -> None:
        self.app = app
        self.book = book

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, well or badly."""
        provider = scope["path"].split("/")[1] if scope["type"] == "http" else ""
        if provider not in providers():
            await self.app(scope, receive, send)
            return
        counted = self._counting(provider, send)
        fault = self.book.take(provider, scope["path"])
        made_up = made_up_answer(fault, scope["path"]) if fault else None
        if made_up is not None:
            await made_up(scope, receive, counted)
        elif fault is not None and fault.kind == "reset":
            await self._reset(scope, receive)
        else:
            await self._answer(fault, provider, scope, receive, counted)

    async def _answer(
        self, fault: Fault | None, provider: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer, body = await self._collect(scope, receive)
        walk = walk_of(scope["path"], scope["query_string"], body)
        earlier = self.book.pages.get(walk)
        if fault is not None and fault.kind == "duplicate_page" and earlier is not None:
            await sent(earlier, send)
            return
        self.book.pages[walk] = answer
        if fault is None:
            await sent(answer, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await sent(answer, send)
        elif fault.kind == "cut":
            await sent(answer, send, answer.body[: len(answer.body) // 2])
        elif fault.kind in ("looping_cursor", "growing"):
            path = path_of_records(provider, scope["path"])
            mixed = mixed_up(answer, earlier, fault.kind, path) if earlier else answer
            # A loop goes on from the page as it was sent; a list that grew is still the list that it is.
            self.book.pages[walk] = mixed if fault.kind == "looping_cursor" else answer
            await sent(mixed, send)
        else:
            path = path_of_records(provider, scope["path"])
            late = ONE_DAY if fault.kind == "clock_skew" else 0
            await sent(spoilt(answer, fault.kind, path, fault.field), send, seconds_ahead=late)

    async def _reset(self, scope: Scope, receive: Receive) -> None:
        """Closes the connection before the first byte; without one to close, the client gets the error."""
        abort = scope["state"].get("abort")
        if abort is None:
            raise ConnectionResetError("the sandbox was told to reset the connection")
        abort()
        while (await receive())["type"] != "http.disconnect":
            continue

    def _counting(self, provider: str, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.book.answers[provider][str(message["status"])] += 1
            await send(message)

        return counted

    async def _collect(self, scope: Scope, receive: Receive) -> tuple[Answer, bytes]:
        """What the provider answers, and the body of what it was asked."""
        headers: dict[str, str] = {}
        scope["state"] = {**scope.get("state", {}), "headers": headers}
        messages: list[Message] = []
        asked: list[bytes] = []

        async def listen() -> Message:
            message = await receive()
            asked.append(message.get("body", b""))
            return message

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, listen, keep)
        start = messages[0]
        told = {name.lower().encode(): value.encode() for name, value in headers.items()}
        kept = [(name, value) for name, value in start["headers"] if name not in told]
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer(start["status"], [*kept, *told.items()], body), b"".join(asked)


async def sent(answer: Answer, send: Send, part: bytes | None = None, seconds_ahead: int = 0) -> None:
    """Sends an answer, or a part of the body that it declared, with the date on the provider's clock."""
    date = formatdate(time.time() + seconds_ahead, usegmt=True)
    headers = [*answer.headers, (b"date", date.encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send(
        {"type": "http.response.body", "body": answer.body if part is None else part, "more_body": False}
    )
