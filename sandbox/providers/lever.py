"""Lever Postings API v0: one employer's site as a bare list, a global and an EU instance, no key."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.providers.board_texts import pieces, plain
from sandbox.serving.conditional import conditional
from sandbox.serving.paging import whole_number
from sandbox.world import World

BASE = "/lever/v0/postings"
EU_BASE = "/lever/eu/v0/postings"
RECORDS = ""
FILTERS = ("location", "commitment", "team", "department", "level")
WORKPLACES = ("onsite", "hybrid", "unspecified", "on-site")


def error_answer(status: int, message: str) -> Response:
    """An error: not ok, and why."""
    return JSONResponse({"ok": False, "error": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of both instances."""
    router = APIRouter()
    router.include_router(instance_router(world, BASE, is_eu=False))
    router.include_router(instance_router(world, EU_BASE, is_eu=True))
    return router


def instance_router(world: World, base: str, *, is_eu: bool) -> APIRouter:
    """The routes of one instance; a site of the other isn't known here."""
    router = APIRouter(prefix=f"{base}/{{site}}")

    def is_here(site: str) -> bool:
        employer = world.every_employer.get(site)
        return employer is not None and employer["platform"] == "lever" and is_in_eu(site) == is_eu

    @router.get("")
    def postings(site: str, request: Request) -> Response:
        if not is_here(site):
            return error_answer(404, "Document not found")
        asked = request.query_params
        if asked.get("mode", "json" if "application/json" in request.headers["Accept"] else "html") != "json":
            return HTMLResponse("<!doctype html><html><body>Jobs</body></html>")
        skip = whole_number(asked, "skip", 0, 0, 100_000, error_answer)
        limit = whole_number(asked, "limit", 100_000, 1, 100_000, error_answer)
        found = [record(world, job, is_eu) for job in world.seen("lever", "s.employer = ?", site)]
        for name in FILTERS:
            wanted = asked.getlist(name)
            found = [one for one in found if not wanted or one["categories"].get(name) in wanted]
        return conditional(request, JSONResponse(found[skip : skip + limit]))

    @router.get("/{posting_id}")
    def posting(site: str, posting_id: str) -> Response:
        jobs = world.seen("lever", "s.employer = ?", site) if is_here(site) else []
        found = [record(world, job, is_eu) for job in jobs if posting_id_of(job) == posting_id]
        return JSONResponse(found[0]) if found else error_answer(404, "Document not found")

    return router


def is_in_eu(site: str) -> bool:
    """Whether an employer's site is kept on the EU instance: one in five, the same in every market."""
    return crc32(f"eu {site}".encode()) % 5 == 0


def posting_id_of(job: dict[str, Any]) -> str:
    """The id of a posting, a UUID."""
    return str(uuid5(NAMESPACE_URL, f"lever:{job['id']}"))


def record(world: World, job: dict[str, Any], is_eu: bool) -> dict[str, Any]:
    """A posting; one in twenty was opened again a year after its first day, as many tell no country."""
    opening, body, items = pieces(job)
    number, place = job["id"], f"{job['city']}, {job['region']}"
    created = int(datetime.fromisoformat(job["visible_from"]).timestamp() * 1_000)
    is_reopened = world.chance("lever: opened again", number) < 0.05
    address = f"https://jobs{'.eu' if is_eu else ''}.lever.example/{job['employer']}/{posting_id_of(job)}"
    benefits = "<div>We look after our people.</div>"
    return salary(world, job) | {
        "additionalPlain": plain(benefits),
        "additional": benefits,
        "categories": {
            "commitment": "Full-time",
            "department": job["family"].title(),
            "location": place,
            "team": job["family"].title(),
            "allLocations": [place, "Remote"] if job["is_remote"] else [place],
        },
        "createdAt": created - 31_536_000_000 if is_reopened else created,
        "descriptionPlain": plain(opening + body),
        "description": opening + body,
        "id": posting_id_of(job),
        "lists": [{"text": "Requirements", "content": items}],
        "text": job["title"],
        "country": job["country"] if world.chance("lever: country", number) >= 0.05 else None,
        "workplaceType": "remote" if job["is_remote"] else WORKPLACES[job["number"] % 4],
        "opening": opening,
        "openingPlain": plain(opening),
        "descriptionBody": body,
        "descriptionBodyPlain": plain(body),
        "hostedUrl": address,
        "applyUrl": f"{address}/apply",
    }


def salary(world: World, job: dict[str, Any]) -> dict[str, Any]:
    """Pay a year where it's shown; one employer in fifty enters thousands."""
    if job["pay_low"] is None:
        return {}
    unit = 1_000 if world.chance("lever: thousands", job["id"]) < 0.02 else 1
    pay = {"min": round(job["pay_low"] / unit), "max": round(job["pay_high"] / unit)}
    note = "<div>Beside it there are shares.</div>"
    return {
        "salaryRange": {"interval": "per-year-salary", "currency": job["currency"]} | pay,
        "salaryDescription": note,
        "salaryDescriptionPlain": plain(note),
    }
