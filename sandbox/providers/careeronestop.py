"""CareerOneStop Web API: wages of an occupation in a place, numbers as text, the user's id in the path."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.pay_questions import STATES, matched, state_named
from sandbox.serving import access
from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.world import EMAIL, World

BASE = "/careeronestop/v1"
RECORDS = "OccupationDetail.Wages.NationalWagesList"
LIMITS = [Limit(120, MINUTE)]
NAMES = {"p10": "Pct10", "p25": "Pct25", "p50": "Median", "p75": "Pct75", "p90": "Pct90"}
HOURS = 2_080


def error_answer(status: int, message: str) -> Response:
    """An error: a sentence."""
    return JSONResponse({"Message": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    throttled = limited(world, "careeronestop", LIMITS, lambda: error_answer(429, "Too many requests."))
    router = APIRouter(prefix=BASE, dependencies=[access.bearer(error_answer), throttled])

    @router.get("/comparesalaries/{user}/wage")
    def wage(user: str, request: Request) -> Response:
        asked = dict(request.query_params)
        if user != EMAIL:
            return error_answer(401, "Authorization has been denied for this request.")
        if not asked.get("keyword") or not asked.get("location"):
            return error_answer(400, "keyword and location are needed.")
        found = matched(world, asked["keyword"])
        code = found[0]["code"] if found else asked["keyword"][:7]
        places = places_of(asked["location"])
        if code not in world.occupations or places is None:
            return error_answer(404, "No data available for the keyword and location.")
        return JSONResponse({"OccupationDetail": detail(world, code, *places), "MetaData": None})

    return router


def places_of(text: str) -> tuple[str | None, str | None] | None:
    """(state, area) of a location, each None where it is wider than that; None for a place unknown."""
    if text in ("US", "United States"):
        return None, None
    city, found, rest = text.partition(",")
    state = state_named(rest if found else city)
    return (state, f"{city}, {STATES[state][0]}" if found else None) if state else None


def detail(world: World, code: str, state: str | None, area: str | None) -> dict[str, Any]:
    """An occupation with its wages; one area in five has none."""
    is_small = area is not None and world.chance("careeronestop: no area", f"{code} {area}") < 0.2
    fips = STATES[state][1] if state else ""
    area_ids = {"StFips": fips, "Area": f"0{fips}"}
    return {
        "OccupationTitle": world.occupations[code]["name"],
        "OccupationCode": f"{code}.00",
        "OccupationDescription": f"Work as {world.occupations[code]['name'].lower()}.",
        "SocData": {"SocCode": code.replace("-", "")},
        "Wages": {
            "NationalWagesList": rates(world, code, "United States", {"StFips": "00", "Area": "000000"}),
            "StateWagesList": rates(world, code, state, {"StFips": fips}) if state else [],
            "BLSAreaWagesList": [] if area is None or is_small else rates(world, code, area, area_ids),
            "WageYear": str(world.today.year - 1),
            "SocWageInfo": {"SocCode": code.replace("-", "")},
        },
    }  # fmt: skip


def rates(world: World, code: str, area: str, ids: dict[str, str]) -> list[dict[str, str]]:
    """The annual and the hourly wages of a place, in either order; every third annual one with commas."""
    error = 0.99 + 0.02 * world.chance("careeronestop: area", f"{code} {area}")
    amounts = {
        name: amount * error for name, amount in world.pay_percentiles("careeronestop", code, "US").items()
    }
    pattern = "{:,.0f}" if world.chance("careeronestop: commas", f"{code} {area}") < 0.33 else "{:.0f}"
    annual = {NAMES[name]: pattern.format(round(amount, -1)) for name, amount in amounts.items()}
    hourly = {NAMES[name]: f"{amount / HOURS:.2f}" for name, amount in amounts.items()}
    told = [
        {"RateType": rate, **wages, **ids, "AreaName": area}
        for rate, wages in (("Annual", annual), ("Hourly", hourly))
    ]
    return told if world.chance("careeronestop: order", f"{code} {area}") < 0.5 else told[::-1]
