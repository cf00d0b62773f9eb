"""O*NET Web Services v2: occupations, technologies, skills; `start` and `end`; a wrong key gives a page."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.serving import access
from sandbox.serving.limits import SECOND, Limit, limited
from sandbox.serving.paging import address, whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import World

BASE = "/onet"
LISTS = {"technology_skills": "category", "skills": "element", "occupations": "occupation"}
MOST_ROWS = 2_000
SKILLS = (
    "Reading Comprehension",
    "Active Listening",
    "Writing",
    "Speaking",
    "Critical Thinking",
    "Active Learning",
)


def records_path(path: str) -> str:
    """Where the records lie in the answer of a path."""
    return LISTS[path.rstrip("/").rpartition("/")[2]]


def error_answer(status: int, message: str) -> Response:
    """An error; of a wrong key an HTML page and no JSON, of a wrong value 422."""
    if status in (401, 403):
        return HTMLResponse("<html><head><title>403 Forbidden</title></head></html>", 403)
    return JSONResponse({"error": message}, 422 if status == 400 else status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    key = access.header("X-API-Key", error_answer, status=403)
    limit = limited(world, "onet", [Limit(10, SECOND)], lambda: error_answer(429, "Wait 200 ms"))
    router = APIRouter(prefix=BASE, dependencies=[key, limit])

    @router.get("/online/occupations/")
    def occupations(request: Request) -> Response:
        rows = [
            {
                "href": address(request) + f"{code}.00",
                "code": f"{code}.00",
                "title": facts["name"],
                **({"tags": {"bright_outlook": True}} if world.chance("onet: outlook", code) < 0.3 else {}),
            }
            for code, facts in world.occupations.items()
        ]
        return page(rows, "occupation", request)

    @router.get("/online/occupations/{code}/details/technology_skills")
    def technology_skills(code: str, request: Request) -> Response:
        examples = [
            {
                "title": technology,
                "hot_technology": place < 3,
                "in_demand": place < 2,
                "href": address(request),
                "percentage": max(1, 60 // (place + 1)),
            }
            for place, technology in enumerate(occupation(world, code)["technologies"])
        ]
        rows = [
            {
                "code": 43230000 + number,
                "title": f"Technology group {number + 1}",
                "example": examples[number::4],
            }
            for number in range(min(4, len(examples)))
        ]
        return page(rows, "category", request)

    @router.get("/online/occupations/{code}/details/skills")
    def skills(code: str, request: Request) -> Response:
        occupation(world, code)
        rows = [
            {
                "id": f"2.A.1.{chr(97 + place)}",
                "name": name,
                "description": "Invented.",
                "importance": int(30 + 65 * world.chance(f"onet: {name}", code)),
                "level": int(30 + 50 * world.chance(f"onet: level of {name}", code)),
                "related": address(request),
            }
            for place, name in enumerate(SKILLS)
        ]
        return page(rows, "element", request)

    return router


def occupation(world: World, code: str) -> dict[str, Any]:
    """An occupation by its O*NET code; refused with 404 when it has no details."""
    soc, _, part = code.partition(".")
    if part != "00" or soc not in world.occupations:
        raise Refused(error_answer(404, "Occupation has no details"))
    return world.occupations[soc]


def page(rows: list[dict[str, Any]], name: str, request: Request) -> Response:
    """Rows `start` to `end`, counted from 1, with the address of those that follow."""
    asked = dict(request.query_params)
    start = whole_number(asked, "start", 1, 1, 1_000_000, error_answer)
    end = whole_number(asked, "end", start + 19, start, start + MOST_ROWS, error_answer)
    chosen = rows[start - 1 : end]
    more = {"next": address(request, start=end + 1, end=2 * end - start + 1)} if end < len(rows) else {}
    answered = {"start": start, "end": min(end, len(rows)) if rows else 0, "total": len(rows)}
    return JSONResponse({**answered, **more, name: chosen})
