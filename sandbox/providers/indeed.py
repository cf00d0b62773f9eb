"""Indeed: Hiring Lab's CSV files without a key, and a GraphQL search with errors in status 200."""

import csv
import io
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from sandbox.serving.access import fields_of
from sandbox.serving.conditional import conditional
from sandbox.serving.paging import page_after
from sandbox.serving.refusal import Refused
from sandbox.world import KEY, World

BASE = "/indeed/hiring-lab"
SEARCH = "/indeed/apis"
CODES = {400: "BAD_USER_INPUT", 401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND"}
UNITS = {"year": "YEAR", "month": "MONTH", "day": "DAY", "hour": "HOUR"}
# So many postings stand for the rest of a small market, lest one more or less doubles its index.
STEADY = 50


def records_path(path: str) -> str:
    """Where the records of an answer lie; a file is a list of rows itself."""
    return "data.jobSearch.results" if path.startswith(SEARCH) else ""


def error_answer(status: int, message: str) -> Response:
    """An error of the search: status 200 and a list of errors; a throttled one has its status."""
    if status in (429, 404):
        return PlainTextResponse(f"{status}: {message}", status)
    extensions = {"code": CODES.get(status, "INTERNAL_SERVER_ERROR"), "classification": "ExecutionAborted"}
    return JSONResponse(
        {"data": None, "errors": [{"message": message, "path": [], "extensions": extensions}]}
    )


def create_router(world: World) -> APIRouter:
    """The routes of this provider: files and search."""
    router = APIRouter()

    @router.get(BASE + "/job_postings_tracker/{version}/{country}/{file_name}")
    def postings(version: str, country: str, file_name: str, request: Request) -> Response:
        if country not in world.countries or file_name != f"aggregate_job_postings_{country}.csv":
            return error_answer(404, "Not Found")
        return conditional(request, table(index_rows(world, country)))

    @router.get(BASE + "/indeed-wage-tracker/{version}/posted-wage-growth-by-country.csv")
    def wages(version: str, request: Request) -> Response:
        return conditional(request, table(wage_rows(world)))

    @router.post(SEARCH + "/graphql")
    async def search(request: Request) -> Response:
        if request.headers.get("indeed-api-key") != KEY:
            return error_answer(403, "Client is not authorized")
        asked = (await fields_of(request)).get("variables") or {}
        if not 1 <= int(asked.get("limit") or 10) <= 100:
            raise Refused(error_answer(400, "limit must be between 1 and 100"))
        page, cursor = page_after(
            found(world, asked), asked.get("cursor"), int(asked.get("limit") or 10), error_answer
        )
        body = {"pageInfo": {"nextCursor": cursor}, "results": [result(world, job) for job in page]}
        return JSONResponse({"data": {"jobSearch": body}})

    return router


def table(rows: list[dict[str, Any]]) -> Response:
    """A CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return PlainTextResponse(text.getvalue(), headers={"Content-Type": "text/plain; charset=utf-8"})


def index_rows(world: World, country: str) -> list[dict[str, Any]]:
    """Open and new postings of a country, day by day; 100 on the first day of history."""
    seen = world.seen("indeed", "s.country = ?", country, past=True)
    first = date.fromisoformat(world.market["history_start"][:10])
    days = [(first + timedelta(days=number)).isoformat() for number in range((world.today - first).days)]
    opened = Counter(job["visible_from"][:10] for job in seen)
    closed = Counter(job["visible_until"][:10] for job in seen)
    before = sum(count for day, count in opened.items() if day < days[0])
    before -= sum(count for day, count in closed.items() if day < days[0])
    total = list(accumulate((opened[day] - closed[day] for day in days), initial=before))[1:]
    new = [sum(opened[past] for past in days[max(0, number - 6) : number + 1]) for number in range(len(days))]
    return [
        {
            "date": day,
            "jobcountry": country,
            "indeed_job_postings_index_SA": index if kind == "total postings" else "",
            "indeed_job_postings_index_NSA": index,
            "variable": kind,
        }
        for kind, counts in (("total postings", total), ("new postings", new))
        for day, index in zip(
            days, [round(100 * (n + STEADY) / (counts[0] + STEADY), 2) for n in counts], strict=True
        )
    ]


def wage_rows(world: World) -> list[dict[str, Any]]:
    """Growth of posted wages by country and month; the mean of three months is not there at first."""
    first = date.fromisoformat(world.market["history_start"][:10])
    months = sorted({(first + timedelta(days=n)).replace(day=1) for n in range((world.today - first).days)})
    rows = []
    for code, country in world.countries.items():
        growths = [
            round(0.02 + 0.03 * world.chance(f"indeed: wages {code}", str(month)), 9) for month in months
        ]
        for number, (month, growth) in enumerate(zip(months, growths, strict=True)):
            mean = round(sum(growths[number - 2 : number + 1]) / 3, 9) if number > 1 else "NA"
            rows.append(
                {"jobcountry": code, "country": country.name, "month": f"{month:%b-%y}",
                 "posted_wage_growth_yoy": growth, "posted_wage_growth_yoy_3moavg": mean}
            )  # fmt: skip
    return rows


def found(world: World, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The jobs that a search finds, newest first."""
    clauses, values = ["true"], []
    for word in str(asked.get("what") or "").lower().split():
        clauses.append("instr(lower(s.facts ->> '$.title'), ?) > 0")
        values.append(word)
    where = (asked.get("location") or {}).get("where")
    if where:
        clauses.append("? in (j.facts ->> '$.country_name', j.facts ->> '$.city')")
        values.append(where)
    hours = re.fullmatch(r"(\d+)h", str(((asked.get("filters") or {}).get("date") or {}).get("start")))
    if hours:
        clauses.append("s.visible_from >= ?")
        values.append(f"{world.now - timedelta(hours=int(hours[1])):%Y-%m-%dT%H:%M:%SZ}")
    return world.seen("indeed", " and ".join(clauses), *values)


def result(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """A job; pay that Indeed guesses stands apart, and parts are null now and then."""
    told = None
    if job["pay_low"] is not None:
        pay = {"min": job["pay_low"], "max": None if job["id"] % 11 == 0 else job["pay_high"]}
        told = {"unitOfWork": UNITS[job["pay_period"]], "range": pay}
    is_guess = job["pay_is_modelled"]
    employer = world.every_employer[job["employer"]]
    place = {"short": f"{job['city']}, {job['region']}", "long": f"{job['city']}, {job['region']}"}
    size = {"industry": f"Iv1_{employer['industry'].upper()}", "employeesLocalizedLabel": "501 to 1,000"}
    return {
        "job": {
            "key": f"{job['id']:016x}",
            "title": job["title"],
            "datePublished": milliseconds(job["posted_at"]),
            "dateOnIndeed": milliseconds(job["visible_from"]),
            "description": {"html": job["description"]},
            "location": {
                "countryCode": job["country"],
                "admin1Code": job["region"],
                "city": job["city"],
                "formatted": place,
            },
            "compensation": {
                "baseSalary": None if is_guess else told,
                "currencyCode": job["currency"],
                "estimated": {"currencyCode": job["currency"], "baseSalary": told}
                if is_guess and told
                else None,
            },
            "attributes": [
                {"key": name[:5].upper(), "label": name} for name in ["Full-time", *job["required"]]
            ],
            "employer": None
            if job["id"] % 40 == 0
            else {
                "name": job["company_name"],
                "relativeCompanyPageUrl": f"/cmp/{employer['permalink']}",
                "dossier": {"employerDetails": size, "links": {"corporateWebsite": employer["website"]}},
            },
        }
    }


def milliseconds(instant: str) -> int:
    """An instant as epoch milliseconds."""
    return int(datetime.fromisoformat(instant).astimezone(UTC).timestamp() * 1_000)
