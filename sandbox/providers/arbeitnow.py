"""Arbeitnow job board API: German postings, newest first, Laravel links; no key, no pay."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.world import World

BASE = "/arbeitnow/api"
RECORDS = "data"
PER_PAGE = 100


def error_answer(status: int, message: str) -> Response:
    """An error in Laravel's form."""
    return JSONResponse({"message": message}, status)


def throttled_answer() -> Response:
    """Too fast."""
    return error_answer(429, "Too Many Attempts.")


def empty_answer(path: str) -> Response:
    """A page after the last."""
    return JSONResponse(envelope([], 1, False, "http://127.0.0.1/arbeitnow/api/job-board-api"))


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE)

    @router.get("/job-board-api")
    def job_board(request: Request) -> Response:
        asked = request.query_params.get("page", "1")
        page = int(asked) if asked.isdigit() and int(asked) > 0 else 1
        rows = world.store.facts(
            "select facts from german_postings order by created desc, slug limit ? offset ?",
            PER_PAGE + 1,
            (page - 1) * PER_PAGE,
        )
        address = str(request.url.replace(query=""))
        jobs = [with_address(facts) for facts in rows[:PER_PAGE]]
        return JSONResponse(envelope(jobs, page, len(rows) > PER_PAGE, address))

    return router


def with_address(facts: dict[str, Any]) -> dict[str, Any]:
    """A posting in the provider's field order, with the address of its page."""
    employer = facts["company_name"].lower().replace(" ", "-")
    return {
        "slug": facts["slug"],
        "company_name": facts["company_name"],
        "title": facts["title"],
        "description": facts["description"],
        "remote": facts["remote"],
        "url": f"https://www.arbeitnow.example/jobs/companies/{employer}/{facts['slug']}",
        "tags": facts["tags"],
        "job_types": facts["job_types"],
        "location": facts["location"],
        "created_at": facts["created_at"],
    }


def envelope(jobs: list[dict[str, Any]], page: int, has_more: bool, address: str) -> dict[str, Any]:
    """The page around the postings."""
    first = (page - 1) * PER_PAGE + 1
    return {
        "data": jobs,
        "links": {
            "first": f"{address}?page=1",
            "last": None,
            "prev": f"{address}?page={page - 1}" if page > 1 else None,
            "next": f"{address}?page={page + 1}" if has_more else None,
        },
        "meta": {
            "current_page": page,
            "from": first if jobs else None,
            "path": address,
            "per_page": PER_PAGE,
            "to": first + len(jobs) - 1 if jobs else None,
            "terms": "Invented postings of a sandbox.",
            "info": "Jobs are invented; companies are real names with invented facts.",
        },
    }
