"""Salary.com DaaS: a token by GET, market pay of a batch of questions, errors inside good answers."""

from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.pay_questions import matched
from sandbox.serving.access import Tokens
from sandbox.serving.limits import SECOND, Limit, limited
from sandbox.world import EMAIL, KEY, World

BASE = "/salary_com"
RECORDS = ""
LIMITS = [Limit(4, SECOND)]
LARGEST_BATCH = 200
TOKEN_SECONDS = 7 * 86_400
WIDER_SHARE = 0.15
REGIONS = {
    **dict.fromkeys(("MA", "NY"), "Northeast"),
    **dict.fromkeys(("IL", "OH"), "Midwest"),
    **dict.fromkeys(("GA", "NC", "TX", "VA"), "South"),
    **dict.fromkeys(("CA", "CO", "WA"), "West"),
}
COUNTRIES = {"USA": "US", "GBR": "GB", "CAN": "CA", "DEU": "DE", "FRA": "FR", "AUS": "AU"}
SURE = 0.5


def error_answer(status: int, message: str) -> Response:
    """An error: a sentence."""
    return JSONResponse({"Message": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    tokens = Tokens(world, error_answer, TOKEN_SECONDS)
    throttled = limited(world, "salary_com", LIMITS, lambda: error_answer(429, "Too many requests."))
    router = APIRouter(prefix=BASE)
    inner = APIRouter(dependencies=[tokens.needed(), throttled])

    @router.get("/token")
    def token(request: Request) -> Response:
        asked = request.query_params
        if (asked.get("ClientID"), asked.get("ClientSecret")) != (EMAIL, KEY):
            return error_answer(401, "The client is not known.")
        ends = datetime.fromtimestamp(world.clock() + TOKEN_SECONDS, UTC)
        said = {"ExpirationTime": f"{ends:%Y-%m-%dT%H:%M:%S}"}
        return JSONResponse(
            {name: {"TokenContent": tokens.issue()} | said for name in ("AccessToken", "RefreshToken")}
        )

    @inner.post("/DaaS/jobpricing")
    async def one(request: Request) -> Response:
        return JSONResponse(answer(world, orjson.loads(await request.body())))

    @inner.post("/DaaS/batchjobpricing")
    async def batch(request: Request) -> Response:
        questions = orjson.loads(await request.body())
        if not isinstance(questions, list) or not 0 < len(questions) <= LARGEST_BATCH:
            return JSONResponse({"Code": -1, "Message": f"A batch holds 1 to {LARGEST_BATCH} requests"})
        told = [{"SubRequestID": item.get("SubRequestID"), **answer(world, item)} for item in questions]
        return JSONResponse(told[::-1])

    router.include_router(inner)
    return router


def answer(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """The pay that answers a question, of a city's whole state at times.

    A city without its state, or a country unknown, is an error.
    """
    scope = asked.get("DataScope") or {}
    country = COUNTRIES.get(scope.get("CountryCode", ""))
    if country is None or (scope.get("City") and not scope.get("State")):
        return {"Code": -1, "Message": "Location request is incomplete"}
    found = matched(world, asked.get("JobTitle", ""))
    if found is None:
        return {"Code": -1, "Message": "No job matches the request"}
    occupation, title, likeness = found
    base = world.pay_percentiles("salary_com", occupation["code"], country)
    names = {name: name.removeprefix("p") for name in base}
    return {
        "MatchRating": "Confident" if likeness >= SURE else "NeedsReview",
        **{f"Salary{number}": base[name] for name, number in names.items()},
        **{f"Comp{number}": round(base[name] * 1.04, 2) for name, number in names.items()},
        "BonusTarget50": round(base["p50"] * 0.05, 2),
        "CurrencyCode": world.countries[country].currency,
        "DataScope_IndustryCode": "ALL",
        "DataScope_IndustryName": "All Industries",
        "DataScope_FTERange": "ALL",
        **{f"DataScope_{name}": value for name, value in answered(world, scope).items()},
        "JobFamilyName": occupation["family"].title(),
        "JobLevelName": title,
    }


def answered(world: World, scope: dict[str, str]) -> dict[str, str]:
    """The scope that is answered, with the state's region: some cities are too small for one of their own."""
    is_wider = world.chance("salary_com: wider", "|".join(scope.values())) < WIDER_SHARE
    region = REGIONS.get(scope.get("State", ""))
    kept = {name: value for name, value in scope.items() if name != "City" or not is_wider}
    return kept | ({"Region": region} if region else {})
