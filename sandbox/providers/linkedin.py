"""LinkedIn's Job Library: Rest.li queries, pages of 24 by offset, a quota that a sentence tells."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving import access
from sandbox.serving.limits import DAY, Limit, limited
from sandbox.serving.paging import whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import World

BASE = "/linkedin/rest"
RECORDS = "elements"
LARGEST_PAGE = 24
LIMITS = [Limit(2_000, DAY)]
RANGE = re.compile(r"\(start:\(day:(\d+),month:(\d+),year:(\d+)\),end:\(day:(\d+),month:(\d+),year:(\d+)\)\)")
PERIODS = {"year": "YEARLY", "month": "MONTHLY", "day": "DAILY", "hour": "CompensationPeriod_HOURLY"}


def error_answer(status: int, message: str) -> Response:
    """An error: its status, a code of the service and a sentence."""
    return JSONResponse({"status": status, "serviceErrorCode": 65600, "message": message}, status)


def throttled_answer() -> Response:
    """The day's calls are spent, until midnight UTC; no header says so."""
    limit = "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached"
    return error_answer(429, limit)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    day = limited(world, "linkedin", LIMITS, throttled_answer)
    router = APIRouter(prefix=BASE, dependencies=[access.bearer(error_answer), day])

    @router.get("/jobLibrary")
    def job_library(request: Request) -> Response:
        asked = dict(request.query_params)
        check_question(request, asked)
        start = whole_number(asked, "start", 0, 0, 10_000_000, error_answer)
        count = whole_number(asked, "count", 10, 1, LARGEST_PAGE, error_answer)
        where, values = conditions(asked)
        total = world.count_seen("linkedin", where, *values, past=True)
        found = world.seen(
            "linkedin", where, *values, order="s.id", limit=count, offset=start, past=True
        )  # in no order that means anything
        more = (
            [{"rel": "next", "href": f"/rest/jobLibrary?start={start + count}"}]
            if start + count < total
            else []
        )
        paging = {"start": start, "count": count, "total": total, "links": more}
        return JSONResponse({"paging": paging, "elements": [element(world, job) for job in found]})

    return router


def check_question(request: Request, asked: dict[str, str]) -> None:
    """Refuse what LinkedIn refuses, each in its own way."""
    raw = request.url.query
    if not request.headers.get("LinkedIn-Version", "").isdigit():
        raise Refused(error_answer(426, "Requested version is not active"))
    if asked.get("q") != "criteria" or "%28" in raw or "urn:li" in raw:
        raise Refused(error_answer(400, "Query parameters are not encoded as Rest.li wants them"))
    if not asked.get("keyword") and not asked.get("organization"):
        raise Refused(error_answer(500, "Internal Server Error"))


def conditions(asked: dict[str, str]) -> tuple[str, list[Any]]:
    """The question as SQL over seen jobs: every word in title or text, the countries, the days of listing."""
    clauses, values = ["true"], []
    for word in asked.get("keyword", "").lower().split():
        clauses.append("instr(lower(j.facts ->> '$.title' || ' ' || (j.facts ->> '$.description')), ?) > 0")
        values.append(word)
    countries = [code.upper() for code in re.findall(r"urn:li:country:(\w\w)", asked.get("countries", ""))]
    if countries:
        clauses.append(f"s.country in ({', '.join('?' for _ in countries)})")
        values += countries
    found = RANGE.fullmatch(asked.get("dateRange", ""))
    if found:
        numbers = [int(text) for text in found.groups()]
        clauses.append("s.visible_from >= ? and s.visible_from < ?")
        last = date(numbers[5], numbers[4], numbers[3]) + timedelta(days=1)
        values += [date(numbers[2], numbers[1], numbers[0]).isoformat(), last.isoformat()]
    return " and ".join(clauses), values


def element(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """A promoted posting; amounts are text, instants milliseconds, a closing time of 0 is none."""
    is_closed = job["visible_until"] <= world.market["history_end"]
    details = {
        "jobTitle": job["title"],
        "jobLocation": f"{job['city']}, {job['region']}, {job['country_name']}",
        "organizationName": job["company_name"],
        "organizationUrl": f"https://www.linkedin.example/company/{world.every_employer[job['employer']]['rank']}",
        "payerName": job["company_name"],
        "jobDescription": job["description"].replace("&", "&amp;"),
        "jobApplyMethod": "Complex Onsite",
        "jobBenefits": ["Medical insurance"],
        "jobListTimeInMilliseconds": milliseconds(job["visible_from"]),
        "jobClosedTimeInMilliseconds": milliseconds(job["visible_until"])
        if is_closed
        else (0, None)[job["id"] % 2],
        "jobStatistics": {"totalImpressions": {"start": 0, "end": 1_000}},
        "jobTargeting": [
            {"facetName": "Location", "isIncluded": True, "includedSegments": [job["country_name"]]}
        ],
    }
    if job["pay_low"] is not None:
        details["jobSalaryRange"] = {
            "currencyCode": job["currency"],
            "minBaseSalary": f"{job['pay_low']:g}",
            "maxBaseSalary": f"{job['pay_high']:g}",
            "payPeriod": PERIODS[job["pay_period"]],
        }
    address = f"https://www.linkedin.example/ad-library/job/detail/{4_467_000_000 + job['id']}"
    return {"jobPostingUrl": address, "isRestricted": False, "jobDetails": details}


def milliseconds(instant: str) -> int:
    """An instant as epoch milliseconds."""
    return int(datetime.fromisoformat(instant).astimezone(UTC).timestamp() * 1_000)
