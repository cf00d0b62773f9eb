"""Adzuna Job Search API v1: ads of a country, keys in the query, page in path, pay that may be guessed."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.lenses import LENSES
from sandbox.serving import access
from sandbox.serving.limits import DAY, MINUTE, MONTH, WEEK, Limit, limited
from sandbox.serving.paging import whole_number
from sandbox.world import EMAIL, World

BASE = "/adzuna/v1/api"
RECORDS = "results"
LARGEST_PAGE = 50
LIMITS = [Limit(25, MINUTE), Limit(250, DAY), Limit(1_000, WEEK), Limit(2_500, MONTH)]
WORDS = {
    400: "BAD_REQUEST",
    401: "AUTH_FAIL",
    404: "UNSUPPORTED_COUNTRY",
    410: "GONE",
    429: "TOO_MANY_REQUESTS",
}
CATEGORIES = {
    "software": "it-jobs",
    "data": "it-jobs",
    "finance": "accounting-finance-jobs",
    "nursing": "healthcare-nursing-jobs",
}
HAS_WORD = "instr(' ' || lower(s.facts ->> '$.title') || ' ', ' ' || ? || ' ') > 0"
ORDERS = {"date": "s.visible_from", "salary": "s.facts ->> '$.pay_low'", "relevance": "s.id"}


def error_answer(status: int, message: str) -> Response:
    """An error in Adzuna's words; of wrong keys it says no more than that."""
    message = "Authorisation failed" if status == 401 else message
    body = {
        "exception": WORDS.get(status, "UNKNOWN"),
        "doc": "https://api.adzuna.com/v1/doc",
        "display": message,
    }
    return JSONResponse(body | {"__CLASS__": "Adzuna::API::Response::Exception"}, status)


def throttled_answer() -> Response:
    """Over a limit: nothing says for how long."""
    return error_answer(429, "Too many requests")


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    keys = [access.query("app_id", error_answer, expected=EMAIL), access.query("app_key", error_answer)]
    router = APIRouter(prefix=BASE, dependencies=[*keys, limited(world, "adzuna", LIMITS, throttled_answer)])

    @router.get("/jobs/{country}/search/{page}")
    def search(country: str, page: str, request: Request) -> Response:
        asked = dict(request.query_params) | {"page": page}
        if country.upper() not in LENSES["adzuna"].countries:
            return error_answer(404, f"{country} is not supported")
        number = whole_number(asked, "page", 1, 1, 100_000, error_answer)
        size = whole_number(asked, "results_per_page", 10, 1, LARGEST_PAGE, error_answer)
        days = whole_number(asked, "max_days_old", 10_000, 0, 10_000, error_answer)
        order = ORDERS.get(asked.get("sort_by", "relevance"))
        if order is None:
            return error_answer(400, "sort_by is not valid")
        words = asked.get("what", "").lower().split()
        where = " and ".join(["s.country = ?", "s.visible_from >= ?", *[HAS_WORD] * len(words)])
        values = [country.upper(), (world.now - timedelta(days=days)).isoformat(), *words]
        jobs = world.seen(
            "adzuna", where, *values, order=f"{order} desc, s.id", limit=size, offset=(number - 1) * size
        )
        total = world.count_seen("adzuna", where, *values)
        body = {"__CLASS__": "Adzuna::API::Response::JobSearchResults", "count": total}
        return JSONResponse(body | {"results": [result(job) for job in jobs]})

    return router


def result(job: dict[str, Any]) -> dict[str, Any]:
    """An ad; half of the titles mark a word that was found, one company in fifty isn't told."""
    first, _, rest = job["title"].partition(" ")
    marked = f"<strong>{first}</strong> {rest}" if job["id"] % 4 == 0 else job["title"]
    category = CATEGORIES.get(job["family"], f"{job['family']}-jobs")
    text = job["description"].removeprefix("<p>").partition("</p>")[0]
    pay = {"salary_min": job["pay_low"], "salary_max": job["pay_high"]} if job["pay_low"] is not None else {}
    return pay | {
        "id": str(job["id"]),
        "adref": f"eyJ{job['id']:x}",
        "title": marked,
        "description": text if len(text) <= 200 else f"{text[:199]}…",
        "created": job["visible_from"],
        "redirect_url": f"https://www.adzuna.example/jobs/land/ad/{job['id']}?se={job['number']:x}&utm_medium=api",
        "company": {"display_name": job["company_name"]} if job["id"] % 50 else {},
        "location": {
            "display_name": f"{job['city']}, {job['region']}",
            "area": [job["country"].replace("GB", "UK"), job["region"], job["city"]],
        },
        "category": {"tag": category, "label": category.replace("-", " ").title()},
        "salary_is_predicted": str(int(job["pay_is_modelled"])),
        "contract_time": "full_time",
        "contract_type": "permanent",
        "__CLASS__": "Adzuna::API::Response::Job",
    }
