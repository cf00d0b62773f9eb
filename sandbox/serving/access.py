"""Who may ask: dependencies that refuse a request without the sandbox's key, in the provider's own words.

router = APIRouter(prefix=BASE, dependencies=[access.bearer(error_answer)])
"""

import base64
import binascii
import secrets
from typing import Any
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.refusal import ErrorAnswer, Refused
from sandbox.world import EMAIL, KEY, World


def header(name: str, error_answer: ErrorAnswer, *, expected: str = KEY, status: int = 401) -> Any:
    """A header that must hold exactly this."""

    def check(request: Request) -> None:
        if request.headers.get(name) != expected:
            raise Refused(error_answer(status, f"{name} is missing or wrong"))

    return Depends(check)


def query(name: str, error_answer: ErrorAnswer, *, expected: str = KEY, status: int = 401) -> Any:
    """A query parameter that must hold exactly this."""

    def check(request: Request) -> None:
        if request.query_params.get(name) != expected:
            raise Refused(error_answer(status, f"{name} is missing or wrong"))

    return Depends(check)


def bearer(error_answer: ErrorAnswer, *, scheme: str = "Bearer") -> Any:
    """`Authorization: Bearer <key>`, or another scheme's word."""
    return header("Authorization", error_answer, expected=f"{scheme} {KEY}")


def basic(error_answer: ErrorAnswer) -> Any:
    """`Authorization: Basic …` of the sandbox's e-mail and key."""

    def check(request: Request) -> None:
        if basic_pair(request) != (EMAIL, KEY):
            raise Refused(error_answer(401, "user or password is wrong"))

    return Depends(check)


def user_agent(error_answer: ErrorAnswer, *, status: int = 403, part: str = "@") -> Any:
    """A `User-Agent` that names a contact: a library's default one is refused."""

    def check(request: Request) -> None:
        if part not in request.headers.get("User-Agent", ""):
            raise Refused(error_answer(status, "declare who you are in User-Agent"))

    return Depends(check)


def basic_pair(request: Request) -> tuple[str, str] | None:
    """(user, password) of basic authentication; None without a readable one."""
    scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
    try:
        user, found, password = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if scheme.lower() == "basic" and found else None


async def fields_of(request: Request) -> dict[str, Any]:
    """The fields of a body, be it a form or a JSON object; empty when it is neither."""
    body = await request.body()
    if "json" not in request.headers.get("Content-Type", ""):
        return dict(parse_qsl(body.decode(errors="replace")))
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}


class Tokens:
    """OAuth 2 client credentials: the sandbox's e-mail and key buy a token that lives `seconds`.

    The pair comes as basic authentication or as `client_id` and `client_secret` in form, JSON or query.
    """

    def __init__(self, world: World, error_answer: ErrorAnswer, seconds: int = 600) -> None:
        self.world = world
        self.error_answer = error_answer
        self.seconds = seconds
        self.ends: dict[str, float] = {}

    def add_route(self, router: APIRouter, path: str, method: str = "POST") -> None:
        """Adds the address that sells tokens; give it a router of its own if the other demands a token."""
        router.add_api_route(path, self.sell, methods=[method], include_in_schema=False)

    async def sell(self, request: Request) -> Response:
        """The answer to a request for a token."""
        asked = dict(request.query_params) | await fields_of(request)
        pair = basic_pair(request) or (asked.get("client_id"), asked.get("client_secret"))
        if pair != (EMAIL, KEY) or asked.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "invalid_client"}, 401)
        scope = {"scope": asked["scope"]} if "scope" in asked else {}
        return JSONResponse(
            {"access_token": self.issue(), "token_type": "Bearer", "expires_in": self.seconds} | scope
        )

    def issue(self) -> str:
        """A new token."""
        token = secrets.token_hex(16)
        self.ends[token] = self.world.clock() + self.seconds
        return token

    def needed(self) -> Any:
        """The dependency that refuses a request without a token that still lives."""

        def check(request: Request) -> None:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme != "Bearer" or self.ends.get(token, 0.0) <= self.world.clock():
                raise Refused(self.error_answer(401, "the token is missing, wrong or has expired"))

        return Depends(check)
