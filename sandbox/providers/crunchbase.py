"""Crunchbase Data API v4: organisation searches (keyset by `after_id`), entities, the deletion feed."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.crunchbase_records import FIELDS, properties_of
from sandbox.serving import access
from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.world import World

BASE = "/crunchbase/v4/data"
LIMIT, LARGEST_LIMIT = 50, 1_000
FEED_LIMIT, LARGEST_FEED_LIMIT = 10, 1_000
LIMITS = [Limit(200, MINUTE)]
COMPARISONS = {
    "eq": lambda found, asked: found == asked[0],
    "not_eq": lambda found, asked: found != asked[0],
    "gt": lambda found, asked: found > asked[0],
    "gte": lambda found, asked: found >= asked[0],
    "lt": lambda found, asked: found < asked[0],
    "lte": lambda found, asked: found <= asked[0],
    "between": lambda found, asked: asked[0] <= found <= asked[1],
    "includes": lambda found, asked: bool({*found} & {*asked} if isinstance(found, list) else found in asked),
    "contains": lambda found, asked: asked[0].lower() in found.lower(),
}


def records_path(path: str) -> str:
    """Where the records of an answer lie."""
    return "" if "deleted_entities" in path else "entities"


def refused(status: int, code: str, message: str) -> Response:
    """An error as the live service answers: a list of one."""
    return JSONResponse([{"status": status, "code": code, "message": message}], status)


def error_answer(status: int, message: str) -> Response:
    """An error of any status; of a wrong key it says no more than that."""
    if status == 401:
        return refused(401, "LA401", "Unauthorized user_key")
    return refused(status, f"CS{status}", message)


def throttled_answer() -> Response:
    """Over the quota: 429, and no hint how long to wait."""
    return refused(429, "LA429", "Too many requests")


def empty_answer(path: str) -> Response:
    """A search, or a deletion feed, without results."""
    return JSONResponse([] if "deleted_entities" in path else {"count": 0, "entities": []})


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    checks = [
        access.header("X-cb-user-key", error_answer),
        limited(world, "crunchbase", LIMITS, throttled_answer),
    ]
    router = APIRouter(prefix=BASE, dependencies=checks)
    organizations = [properties_of(facts) for facts in world.store.facts("select facts from organizations")]

    @router.post("/searches/organizations")
    async def search(request: Request) -> Response:
        return searched(organizations, await request.body())

    @router.get("/entities/organizations/{key}")
    def entity(key: str, request: Request) -> Response:
        for properties in organizations:
            if key in (properties["uuid"], properties["permalink"]):
                wanted = request.query_params.get("field_ids", "identifier").split(",")
                return JSONResponse({"properties": chosen(properties, wanted)})
        return JSONResponse({"error": "requested resource could not be found", "code": "CS404"}, 404)

    @router.get("/deleted_entities")
    @router.get("/deleted_entities/{collection_id}")
    def deleted(request: Request, collection_id: str | None = None) -> Response:
        return deletion_feed(world, dict(request.query_params), collection_id)

    return router


def searched(organizations: list[dict[str, Any]], body: bytes) -> Response:
    """The answer to a search body."""
    try:
        asked = orjson.loads(body)
        found = [entity for entity in organizations if all(holds(entity, p) for p in asked.get("query", []))]
        for order in reversed([*asked.get("order", []), {"field_id": "uuid"}]):
            found = in_order(found, order["field_id"], order.get("sort") == "desc")
        unknown = set(asked.get("field_ids", [])) - FIELDS
        if unknown:
            raise ValueError(f"unknown field_ids: {', '.join(sorted(unknown))}")
        limit = int(asked.get("limit", LIMIT))
        if not 1 <= limit <= LARGEST_LIMIT:
            raise ValueError(f"limit must be between 1 and {LARGEST_LIMIT}")
        start = position_after(found, asked.get("after_id"))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        return refused(400, "CS400", str(fault))
    page = found[start : start + limit]
    entities = [
        {"uuid": entity["uuid"], "properties": chosen(entity, asked.get("field_ids", []))} for entity in page
    ]
    return JSONResponse({"count": len(found), "entities": entities})


def holds(properties: dict[str, Any], predicate: dict[str, Any]) -> bool:
    """Whether a predicate is true of an organisation; one about a field it lacks is not."""
    field, operator = predicate["field_id"], predicate["operator_id"]
    if field not in FIELDS:
        raise ValueError(f"unknown field_id {field}")
    if operator not in COMPARISONS:
        raise ValueError(f"unknown operator_id {operator}")
    found, values = properties.get(field), predicate["values"]
    if isinstance(found, dict):
        found = found.get("value_usd", found.get("value"))
        values = [value["value"] if isinstance(value, dict) else value for value in values]
    if found is None:
        return False
    if field.endswith("_at") and len(str(values[0])) == 10:
        # A filter by day looks at days.
        found = found[:10]
    return bool(COMPARISONS[operator](found, values))


def in_order(found: list[dict[str, Any]], field: str, is_descending: bool) -> list[dict[str, Any]]:
    """Sorts by a field's own value, what lacks it last; rows with the same value stay as they were."""
    if field not in FIELDS:
        raise ValueError(f"unknown field_id {field}")

    def value(properties: dict[str, Any]) -> Any:
        known = properties[field]
        return known.get("value_usd", known.get("value")) if isinstance(known, dict) else known

    present = [properties for properties in found if properties.get(field) is not None]
    missing = [properties for properties in found if properties.get(field) is None]
    return sorted(present, key=value, reverse=is_descending) + missing


def position_after(found: list[dict[str, Any]], uuid: str | None) -> int:
    """Where the page after an organisation begins."""
    if uuid is None:
        return 0
    for position, properties in enumerate(found):
        if properties["uuid"] == uuid:
            return position + 1
    raise ValueError(f"after_id {uuid} is not among the results")


def chosen(properties: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """The fields asked for, as far as they're known; the identifier always."""
    wanted = {*fields, "identifier"} - {"facet_ids"}
    return {name: value for name, value in properties.items() if name in wanted}


def deletion_feed(world: World, asked: dict[str, str], collection_id: str | None) -> Response:
    """What was removed, as a bare list, keyset by the last uuid."""
    if collection_id not in (None, "organizations"):
        return JSONResponse([])
    try:
        limit = int(asked.get("limit", FEED_LIMIT))
    except ValueError:
        return refused(400, "CS400", "limit must be a number")
    if not 1 <= limit <= LARGEST_FEED_LIMIT:
        return refused(400, "CS400", f"limit must be between 1 and {LARGEST_FEED_LIMIT}")
    direction = "asc" if asked.get("deleted_at_order", "asc").lower() == "asc" else "desc"
    rows = world.store.rows(f"select uuid, deleted_at from removed order by deleted_at {direction}, uuid")
    feed = [{"uuid": uuid, "entity_def_id": "organization", "deleted_at": instant} for uuid, instant in rows]
    try:
        start = position_after(feed, asked.get("after_id"))
    except ValueError as fault:
        return refused(400, "CS400", str(fault))
    return JSONResponse(feed[start : start + limit])
