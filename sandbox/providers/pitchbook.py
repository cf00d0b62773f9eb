"""PitchBook's API: searches by number of page, profiles in bulk whose failures come inside a good answer."""

import re
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.pitchbook_records import hit_of, id_of, profile_of
from sandbox.serving import access
from sandbox.serving.limits import MINUTE, MONTH, Limit, limited
from sandbox.serving.paging import pages_of, whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import KEY, World

BASE = "/pitchbook"
TRIAL_KEY = "trial-key"
PER_PAGE, LARGEST_PAGE = 25, 100
CALLS, CREDITS = [Limit(60, MINUTE)], [Limit(2_000, MONTH)]
RANGE = re.compile(r"([<>])(\d+)|(\d+)\^(\d+)")
REASONS = {
    400: "BAD_REQUEST",
    402: "PAYMENT_REQUIRED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
}
TRIAL = [
    {"companyId": f"{number}-01", "companyName": f"Trial {number}", "sandbox": True, "website": None}
    for number in (100_001, 100_002, 100_003)
]


def records_path(path: str) -> str:
    """Profiles that were found lie beside those that were not."""
    return "matched" if path.endswith("/bio") else "items"


def reason_of(status: int) -> str:
    """A status as a text, its number in front."""
    return f"{status} {REASONS.get(status, 'ERROR')}"


def error_answer(status: int, message: str) -> Response:
    """An error: a reason and a sentence."""
    return JSONResponse({"reason": reason_of(status), "message": message}, status)


def throttled_answer() -> Response:
    """Over the calls of a minute; nothing but the sentence says so."""
    limit = "Search & Update rate limit exceeded. Please wait until rate limit period is renewed"
    return error_answer(429, limit)


def quota_gone_answer() -> Response:
    """No credit is left."""
    return error_answer(402, "Not enough credits")


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    minute = limited(world, "pitchbook", CALLS, throttled_answer)
    month = limited(world, "pitchbook", CREDITS, quota_gone_answer)
    router = APIRouter(prefix=BASE, dependencies=[Depends(check_key), minute, month])
    companies = {id_of(one): one for one in world.employers("pitchbook")}

    @router.get("/companies/search")
    def search(request: Request) -> Response:
        asked = dict(request.query_params)
        found = [hit_of(one) for one in companies.values() if is_meant(one, asked)]
        return page_answer(asked, TRIAL if is_trial(request) else found)

    @router.get("/companies/{key}/bio")
    def profile(key: str) -> Response:
        if key not in companies:
            return error_answer(404, f"{key} is unknown")
        return JSONResponse(profile_of(world, companies[key]))

    @router.post("/companies/bio")
    async def profiles(request: Request) -> Response:
        items = (await access.fields_of(request)).get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) and "id" in item for item in items):
            return error_answer(400, "items must be a list of ids")
        return JSONResponse(bulk(world, companies, [item["id"] for item in items]))

    return router


def check_key(request: Request) -> None:
    """The key behind a word of PitchBook's own; one for trials finds companies that are none."""
    if request.headers.get("Authorization") not in (f"PB-Token {KEY}", f"PB-Token {TRIAL_KEY}"):
        raise Refused(error_answer(403, "Access denied"))


def is_trial(request: Request) -> bool:
    """Whether the key is one for trials."""
    return request.headers["Authorization"].endswith(TRIAL_KEY)


def is_meant(employer: dict[str, Any], asked: dict[str, str]) -> bool:
    """Whether a company fits every filter that is given."""
    texts = {
        "country": employer["country_name"],
        "city": employer["city"],
        "industry": employer["industry"].replace("-", " "),
    }
    named = all(asked.get(name, text).lower() == text.lower() for name, text in texts.items())
    words = asked.get("keywords", "").lower().split()
    told = f"{employer['name']} {employer['industry']}".lower()
    return named and all(word in told for word in words) and is_within(employer, asked.get("employeeCount"))


def is_within(employer: dict[str, Any], wanted: str | None) -> bool:
    """Whether a head count is in a range: `>10`, `<10` or `10^15`; refused with 400 when it's none."""
    if wanted is None:
        return True
    found = RANGE.fullmatch(wanted)
    if found is None:
        raise Refused(error_answer(400, f"employeeCount {wanted} is not a range"))
    sign, bound, low, high = found.groups()
    count: int = employer["head_count"]
    if sign is None:
        return int(low) <= count <= int(high)
    return count > int(bound) if sign == ">" else count < int(bound)


def page_answer(asked: dict[str, str], found: list[dict[str, Any]]) -> Response:
    """A page of a search; whoever asks for more than the largest one gets that, and is told so."""
    page = whole_number(asked, "page", 1, 1, 100_000, error_answer)
    size = min(whole_number(asked, "perPage", PER_PAGE, 1, 10_000, error_answer), LARGEST_PAGE)
    stats = {"total": len(found), "perPage": size, "page": page, "lastPage": pages_of(len(found), size)}
    return JSONResponse({"stats": stats, "items": found[(page - 1) * size : page * size]})


def bulk(world: World, companies: dict[str, dict[str, Any]], keys: list[str]) -> dict[str, Any]:
    """The profiles of ids, the last first; beside them the ids that are unknown or repeated."""
    once = list(dict.fromkeys(keys))
    matched = [profile_of(world, companies[key]) for key in reversed(once) if key in companies]
    unmatched = [
        {"id": key, "reason": reason_of(404), "message": f"{key} is unknown"}
        for key in once
        if key not in companies
    ]
    repeated = [{"id": key} for place, key in enumerate(keys) if key in keys[:place]]
    parts: dict[str, list[dict[str, Any]]] = {
        "matched": matched,
        "noData": [],
        "unmatched": unmatched,
        "duplicates": repeated,
    }
    return {"stats": {"total": len(keys)} | {name: len(part) for name, part in parts.items()}, **parts}
