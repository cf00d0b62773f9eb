"""Glassdoor's partner API, the action that tells what people move on to, as a source of its own."""

from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.providers.glassdoor import error_answer, good_answer, guards, throttled_answer
from sandbox.providers.pay_questions import matched
from sandbox.world import World

__all__ = ["BASE", "RECORDS", "create_router", "error_answer", "throttled_answer"]
BASE = "/glassdoor_salaries/api"
RECORDS = "response.results"


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE, dependencies=guards(world))

    @router.get("/api.htm")
    def call(request: Request) -> Response:
        asked = request.query_params
        if asked.get("action") != "jobs-prog" or asked.get("countryId") != "1":
            return error_answer(401, "Access-Denied")
        return progression(world, asked.get("jobTitle", ""))

    return router


def progression(world: World, title: str) -> Response:
    """The pay of a title, and of the occupations of its family."""
    found = matched(world, title)
    if found is None:
        return good_answer()
    code, family = found[0]["code"], found[0]["family"]
    pay = world.pay_percentiles("glassdoor", code, "US")
    kin = [one for one in world.occupations.values() if one["family"] == family and one["code"] != code]
    return good_answer(
        jobTitle=title,
        payCurrencyCode="USD",
        payLow=pay["p25"],
        payMedian=pay["p50"],
        payHigh=pay["p75"],
        results=[result(world, title, one, len(kin)) for one in kin],
    )


def result(world: World, title: str, following: dict[str, Any], count: int) -> dict[str, Any]:
    """A title that follows, with its median pay."""
    drawn = world.chance("glassdoor: moves", f"{title} {following['code']}")
    return {
        "nextJobTitle": following["titles"][0].lower(),
        "frequency": 1 + int(600 * drawn),
        "frequencyPercent": round(100 * drawn / count, 3),
        "nationalJobCount": world.count_seen(
            "glassdoor", "j.facts ->> '$.occupation_code' = ?", following["code"]
        ),
        "medianSalary": world.pay_percentiles("glassdoor", following["code"], "US")["p50"],
    }
