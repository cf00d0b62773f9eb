"""Payscale Jobalyzer: a question buys a ticket, whose report is ready at the second look."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.pay_questions import Match, matched
from sandbox.serving.access import Tokens
from sandbox.serving.limits import MONTH, Limit, limited
from sandbox.world import EMAIL, World

BASE = "/payscale/jobalyzer"
LIMITS = [Limit(2_000, MONTH)]
COUNTRIES = {"United States": "US", "United Kingdom": "GB", "Canada": "CA", "Germany": "DE", "France": "FR"}
CURRENCIES = {"USD": "US Dollar", "GBP": "British Pound", "CAD": "Canadian Dollar", "EUR": "Euro"}
MOST_COUNTED = 45


def records_path(path: str) -> str:
    """Where the records of an answer lie: a report is one itself, a ticket is none."""
    return "." if path.endswith("/pay") else "Reports"


def error_answer(status: int, message: str) -> Response:
    """An error: a sentence."""
    return JSONResponse({"message": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    tokens = Tokens(world, error_answer)
    router = APIRouter()
    tokens.add_route(router, "/payscale/accounts/connect/token")
    inner = APIRouter(prefix=BASE, dependencies=[tokens.needed()])
    tickets: dict[str, tuple[dict[str, str], Match]] = {}
    looks: dict[str, int] = {}
    bought = limited(world, "payscale", LIMITS, lambda: error_answer(429, "The month's reports are used up."))

    @inner.post("/v2/reports", dependencies=[bought])
    async def ask(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        answers = asked.get("answers", {})
        found = matched(world, answers.get("JobTitle", ""))
        if asked.get("customerId") != EMAIL or answers.get("Country") not in COUNTRIES:
            return error_answer(400, "customerId and Country are needed.")
        if found is None:
            return JSONResponse(
                {"Links": None, "Warnings": None, "Errors": [{"Message": "The job title was not found."}]}
            )
        number = uuid5(NAMESPACE_URL, orjson.dumps(answers, option=orjson.OPT_SORT_KEYS).decode()).hex[:12]
        tickets[number] = (answers, found)
        link = f"{request.url.replace(query='')}/{number}"
        warnings = [{"Message": "The job title was resolved."}] if found[2] < 1 else None
        return JSONResponse(
            {"Links": {"Self": link, "PayReport": f"{link}/pay"}, "Warnings": warnings, "Errors": None}
        )

    @inner.get("/v2/reports/{number}/pay")
    def look(number: str) -> Response:
        if number not in tickets:
            return error_answer(404, "There is no such report.")
        looks[number] = looks.get(number, 0) + 1
        return (
            Response(status_code=202) if looks[number] == 1 else JSONResponse(report(world, *tickets[number]))
        )

    router.include_router(inner)
    return router


def report(world: World, answers: dict[str, str], found: Match) -> dict[str, Any]:
    """A report: one in twelve is worth nothing, some are of the whole state or country."""
    occupation, title, likeness = found
    key, country = "|".join(answers.values()), COUNTRIES[answers["Country"]]
    pay = world.pay_percentiles("payscale", occupation["code"], country)
    levels = ["Metro"] * ("City" in answers) * 3 + ["State"] * ("State" in answers) + ["Country"]
    profiles = 20 + int(900 * world.chance("payscale: profiles", key))
    base: dict[str, Any] = {f"Percentile{name.removeprefix('p')}": amount for name, amount in pay.items()}
    base |= {"Average": pay["p50"], "Count": min(profiles, MOST_COUNTED), "Percent": 100.0}
    base["CurrencyName"] = CURRENCIES[world.countries[country].currency]
    return {
        "ReportRating": 0
        if world.chance("payscale: rating", key) < 1 / 12
        else round(0.4 + 0.6 * likeness, 2),
        "TotalProfilesAnalyzed": profiles,
        "TotalCompanies": profiles // 2,
        "TotalIncumbents": profiles,
        "LevelUsed": levels[int(world.chance("payscale: level", key) * len(levels))],
        "BasePayReport": base,
        "TotalPayReport": {"Percentile50": round(pay["p50"] * 1.06, 2)},
        **dict.fromkeys(("HourlyPayReport", "Bonus", "Commission", "ProfitShare")),
        "Context": {
            "SubmittedJobTitle": answers["JobTitle"],
            "MatchedJobTitle": title,
            "JobTitleRating": round(100 * likeness),
        }
        if likeness < 1
        else None,
    }
