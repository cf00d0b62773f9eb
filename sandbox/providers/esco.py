"""ESCO's web service: search by type, HAL links, an old version unless one is selected; no key."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.limits import SECOND, Limit, limited
from sandbox.serving.paging import address, whole_number
from sandbox.world import World

BASE = "/esco/api"
RECORDS = "_embedded.results"
VERSIONS = ("v1.0.9", "v1.1.2", "v1.2.0")
NEW_SHARE = 0.1
CLASSES = {"skill": "Skill", "occupation": "Occupation"}


def error_answer(status: int, message: str) -> Response:
    """An error of the service: a list of one."""
    return JSONResponse([{"logref": "error", "message": message}], status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    limit = limited(world, "esco", [Limit(10, SECOND)], lambda: error_answer(429, "Too many requests"))
    router = APIRouter(prefix=BASE, dependencies=[limit])
    found = {"skill": skills(world), "occupation": occupations(world)}

    @router.get("/search")
    def search(request: Request) -> Response:
        asked = dict(request.query_params)
        version = asked.get("selectedVersion", VERSIONS[0])
        if version not in VERSIONS:
            return error_answer(400, "Unknown version")
        kinds = [asked["type"]] if asked.get("type") in CLASSES else list(CLASSES)
        text = asked.get("text", "").lower()
        rows = [row for kind in kinds for row in found[kind] if text in row["title"].lower()]
        rows = [row for row in rows if version == VERSIONS[-1] or not is_new(world, row)]
        offset = whole_number(asked, "offset", 0, 0, 1_000_000, error_answer)
        size = whole_number(asked, "limit", 10, 1, 500, error_answer)
        links = {"self": {"href": address(request)}}
        if offset + size < len(rows):
            links["next"] = {"href": address(request, offset=offset + size)}
        body = {"total": len(rows), "offset": offset, "limit": size, "language": asked.get("language", "en")}
        return JSONResponse(body | {"_links": links, "_embedded": {"results": rows[offset : offset + size]}})

    return router


def is_new(world: World, row: dict[str, Any]) -> bool:
    """Whether a concept came with the newest version; older ones do not have it."""
    return world.chance("esco: new", row["uri"]) < NEW_SHARE


def skills(world: World) -> list[dict[str, Any]]:
    """The market's technologies as skills, some with the qualifier that ESCO puts in brackets."""
    names = sorted({name for facts in world.occupations.values() for name in facts["technologies"]})
    qualified = (
        f"{name} (computer programming)" if place % 3 == 0 else name for place, name in enumerate(names)
    )
    return [concept("skill", name) for name in qualified]


def occupations(world: World) -> list[dict[str, Any]]:
    """The market's occupations with ISCO codes."""
    return [
        concept("occupation", facts["name"].lower()) | {"code": f"{2000 + place}.{1 + place % 5}"}
        for place, facts in enumerate(world.occupations.values())
    ]


def concept(kind: str, title: str) -> dict[str, Any]:
    """A result of a search; the label is a text in some and a map in others."""
    identity = uuid5(NAMESPACE_URL, f"{kind}/{title}")
    return {
        "className": CLASSES[kind],
        "uri": f"http://data.europa.eu/esco/{kind}/{identity}",
        "title": title,
        "searchHit": title,
        "preferredLabel": {"en": title} if len(title) % 2 else title,
    }
