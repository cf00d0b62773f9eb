"""Greenhouse Job Board API: one employer's whole board in one answer, escaped HTML, pay in cents, no key."""

from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.conditional import conditional
from sandbox.world import World

BASE = "/greenhouse/v1"
RECORDS = "jobs"
NEW_YORK = timezone(timedelta(hours=-5))
COMPLIANCE = {
    "type": "gdpr", "requires_consent": False, "requires_processing_consent": False,
    "requires_retention_consent": False, "retention_period": None, "demographic_data_consent_applies": False,
}  # fmt: skip


def error_answer(status: int, message: str) -> Response:
    """An error: a status and a sentence."""
    return JSONResponse({"status": status, "error": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=f"{BASE}/boards/{{board}}")

    def employer_of(board: str) -> dict[str, Any] | None:
        employer = world.every_employer.get(board)
        return employer if employer and employer["platform"] == "greenhouse" else None

    @router.get("/jobs")
    def jobs(board: str, request: Request) -> Response:
        if employer_of(board) is None:
            return error_answer(404, "Job not found")
        found = [record(job, request) for job in world.seen("greenhouse", "s.employer = ?", board)]
        return conditional(request, JSONResponse({"jobs": found, "meta": {"total": len(found)}}))

    @router.get("/jobs/{number}")
    def job(board: str, number: int, request: Request) -> Response:
        found = world.seen("greenhouse", "s.employer = ? and s.id = ?", board, number)
        return JSONResponse(record(found[0], request, True)) if found else error_answer(404, "Job not found")

    @router.get("")
    def about(board: str) -> Response:
        employer = employer_of(board)
        if employer is None:
            return error_answer(404, "Job not found")
        return JSONResponse(
            {"name": employer["name"], "content": f"&lt;p&gt;Jobs at {escape(employer['name'])}&lt;/p&gt;"}
        )

    return router


def local(instant: str) -> str:
    """An instant as a clock in New York shows it."""
    return datetime.fromisoformat(instant).astimezone(NEW_YORK).isoformat()


def record(job: dict[str, Any], request: Request, is_single: bool = False) -> dict[str, Any]:
    """A job; the text, departments and offices only with `content`, pay only with `pay_transparency`."""
    asked = request.query_params
    place = f"{job['city']}, {job['region']}"
    number = job["number"]
    found: dict[str, Any] = {
        "absolute_url": f"https://job-boards.greenhouse.example/{job['employer']}/jobs/{job['id']}",
        "data_compliance": [COMPLIANCE],
        "internal_job_id": 900_000_000 + number,
        "location": {"name": f"{place}; Remote, {job['country']}" if job["is_remote"] else place},
        "metadata": [
            {"id": 4_595_831, "name": "Employment Type", "value": "Full-time", "value_type": "single_select"}
        ],
        "id": job["id"],
        "updated_at": local(job["updated_at"]),
        "requisition_id": f"R-{number}",
        "title": job["title"],
        "company_name": job["company_name"],
        "first_published": local(job["visible_from"]),
        "language": "en",
        "application_deadline": None,
    }
    if asked.get("content") == "true" or is_single:
        found["content"] = escape(job["description"])
        found["departments"] = [unit(70_000, job["family"].title())]
        # An office of the first country lies above others, as some do.
        children = [81_000] if job["country"] == "US" else []
        found["offices"] = [unit(80_000, job["city"]) | {"location": None, "child_ids": children}]
        found |= {"ai_disclaimer": None, "include_ai_disclaimer": None, "ai_opt_out_request_url": None}
    if asked.get("pay_transparency") == "true":
        found["pay_input_ranges"] = pay_ranges(job)
    return found


def unit(first: int, name: str) -> dict[str, Any]:
    """A department or office; its id goes with its name."""
    return {"id": first + sum(name.encode()), "name": name, "child_ids": [], "parent_id": first - 1}


def pay_ranges(job: dict[str, Any]) -> list[dict[str, Any]]:
    """Pay in cents, nothing says of which period; none when the employer keeps it to itself."""
    if job["pay_low"] is None:
        return []
    amounts = {"min_cents": round(job["pay_low"] * 100), "max_cents": round(job["pay_high"] * 100)}
    return [amounts | {"currency_type": job["currency"], "title": f"{job['city']} Pay Range", "blurb": ""}]
