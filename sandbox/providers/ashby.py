"""Ashby's public job posting API: one employer's board in one answer, pay by tiers and components, no key."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.board_texts import plain
from sandbox.serving.conditional import conditional
from sandbox.world import World

BASE = "/ashby/posting-api"
RECORDS = "jobs"


def error_answer(status: int, message: str) -> Response:
    """An error: no more than a text."""
    return JSONResponse("Not Found" if status == 404 else message, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE)

    @router.get("/job-board/{board}")
    def job_board(board: str, request: Request) -> Response:
        employer = world.every_employer.get(board)
        if employer is None or employer["platform"] != "ashby":
            return error_answer(404, "Not Found")
        has_pay = request.query_params.get("includeCompensation") == "true"
        found = [record(world, job, has_pay) for job in world.seen("ashby", "s.employer = ?", board)]
        return conditional(request, JSONResponse({"apiVersion": "1", "jobs": found}))

    return router


def record(world: World, job: dict[str, Any], has_pay: bool) -> dict[str, Any]:
    """A job; three in a hundred are not listed, and half of the remote ones are hybrid in truth."""
    found_id = str(uuid5(NAMESPACE_URL, f"ashby:{job['id']}"))
    is_hybrid = world.chance("ashby: hybrid", job["id"]) < 0.5
    address = f"https://jobs.ashbyhq.example/{job['employer']}/{found_id}"
    place = {"addressRegion": job["region"], "addressCountry": job["country_name"]}
    return {
        "id": found_id,
        "title": job["title"] if job["id"] % 20 else f" {job['title']}",
        "department": job["family"].title(),
        "team": job["family"].title(),
        "employmentType": "FullTime",
        "location": f"{job['city']}, {job['region']}",
        "secondaryLocations": [
            {
                "location": job["country_name"],
                "address": {"postalAddress": {"addressCountry": job["country_name"]}},
            }
        ],
        "publishedAt": job["visible_from"].replace("Z", ".000+00:00"),
        "isListed": world.chance("ashby: listed", job["id"]) >= 0.03,
        "isRemote": job["is_remote"],
        "workplaceType": ("Hybrid" if is_hybrid else "Remote") if job["is_remote"] else "OnSite",
        "address": {"postalAddress": place | {"addressLocality": job["city"]}},
        "jobUrl": address,
        "applyUrl": f"{address}/application",
        "descriptionHtml": job["description"],
        "descriptionPlain": plain(job["description"]),
    } | (compensation(job) if has_pay else {})


def compensation(job: dict[str, Any]) -> dict[str, Any]:
    """Pay in one tier beside equity; without pay there are no tiers."""
    equity = {"compensationType": "EquityPercentage", "interval": "NONE", "currencyCode": None}
    equity |= {"minValue": None, "maxValue": None}
    if job["pay_low"] is None:
        told = {"compensationTierSummary": None, "scrapeableCompensationSalarySummary": None}
        return {"compensation": told | {"compensationTiers": [], "summaryComponents": []}}
    low, high = round(job["pay_low"]), round(job["pay_high"])
    pay = {"compensationType": "Salary", "interval": "1 YEAR", "currencyCode": job["currency"]}
    pay |= {"minValue": low, "maxValue": high}
    said = f"{job['currency']} {low // 1_000}K – {high // 1_000}K"
    tier = {
        "id": str(uuid5(NAMESPACE_URL, f"ashby tier:{job['id']}")),
        "tierSummary": f"{said} • Offers Equity",
        "title": job["city"],
        "additionalInformation": None,
        "components": [
            {"id": str(uuid5(NAMESPACE_URL, f"ashby {name}:{job['id']}")), "summary": text} | part
            for name, text, part in (("equity", "Offers Equity", equity), ("pay", said, pay))
        ],
    }
    return {
        "compensation": {
            "compensationTierSummary": f"{said} • Offers Equity",
            "scrapeableCompensationSalarySummary": said.replace("–", "-"),
            "compensationTiers": [tier],
            "summaryComponents": [equity, pay],
        }
    }
