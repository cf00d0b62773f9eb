"""AngelList's directory of companies, in its old shape by our contract: numbered pages, hidden companies."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving import access
from sandbox.serving.limits import HOUR, Limit, limited
from sandbox.serving.paging import pages_of, whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import World

BASE = "/angellist_companies"
LARGEST_PAGE, LARGEST_BATCH = 50, 50
LIMITS = [Limit(1_000, HOUR)]
NAMES = {400: "bad_request", 401: "access_denied", 403: "access_denied", 404: "not_found"}
SENTENCES = {401: "You must pass in an access token when making this request."}
# Head count up to which a range goes, and how it is written.
SIZES = (
    (10, "1-10"),
    (50, "11-50"),
    (200, "51-200"),
    (500, "201-500"),
    (1_000, "501-1000"),
    (5_000, "1001-5000"),
)
LARGEST_SIZE = "5000+"
HIDDEN = 1 / 30
Row = dict[str, Any]


def records_path(path: str) -> str:
    """A batch is a list itself."""
    return "" if path.endswith("/batch") else "startups"


def error_answer(status: int, message: str) -> Response:
    """An error in OAuth's words."""
    said = SENTENCES.get(status, message)
    return JSONResponse({"error": NAMES.get(status, "error"), "error_description": said}, status)


def throttled_answer() -> Response:
    """The hour's calls are spent."""
    return over_limit(429)


def quota_gone_answer() -> Response:
    """The same as the old service said it."""
    return over_limit(403)


def over_limit(status: int) -> Response:
    """The other shape of errors."""
    error = {"type": "over_limit", "message": "You have exceeded the hourly limit"}
    return JSONResponse({"success": False, "error": error}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    hour = limited(world, "angellist_companies", LIMITS, throttled_answer, retry_after=True)
    router = APIRouter(prefix=f"{BASE}/1", dependencies=[access.bearer(error_answer), hour])
    companies = {one["rank"]: one for one in world.employers("angellist_companies")}

    @router.get("/startups")
    def startups(request: Request) -> Response:
        asked = dict(request.query_params)
        since = instant_of(asked.get("updated_after", "1970-01-01T00:00:00Z"))
        page = whole_number(asked, "page", 1, 1, 100_000, error_answer)
        size = whole_number(asked, "per_page", LARGEST_PAGE, 1, LARGEST_PAGE, error_answer)
        found = [one for one in companies.values() if instant_of(one["updated_at"]) >= since]
        envelope = {
            "total": len(found),
            "per_page": size,
            "page": page,
            "last_page": max(pages_of(len(found), size), 1),
        }
        shown = [startup(world, one) for one in found[(page - 1) * size : page * size]]
        return JSONResponse({"startups": shown, **envelope})

    @router.get("/startups/batch")
    def batch(request: Request) -> Response:
        ids = request.query_params.get("ids", "").split(",")
        if len(ids) > LARGEST_BATCH or not all(number.isdigit() for number in ids):
            return error_answer(400, f"ids must be {LARGEST_BATCH} numbers at most")
        known = [companies[int(number)] for number in ids if int(number) in companies]
        return JSONResponse([startup(world, one) for one in known])

    @router.get("/startups/{number}")
    def one(number: int) -> Response:
        if number not in companies:
            return error_answer(404, "no such startup")
        return JSONResponse(startup(world, companies[number]))

    return router


def instant_of(text: str) -> datetime:
    """An instant of ISO 8601, in UTC where it doesn't say; refused with 400 when it's none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(error_answer(400, "updated_after is not an instant")) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def startup(world: World, employer: Row) -> Row:
    """A company; one in thirty is hidden and says nothing but its id."""
    key, name = employer["permalink"], employer["name"]
    if world.chance("angellist: hidden", key) < HIDDEN:
        return {"id": employer["rank"], "hidden": True}
    industry = employer["industry"].replace("-", " ")
    tells_contact = world.chance("angellist_companies: contact", key) < 0.1
    contact = f" Write to hello@{employer['domain']}." if tells_contact else ""
    return {
        "id": employer["rank"],
        "hidden": False,
        "community_profile": False,
        "name": name,
        "angellist_url": f"https://angel.example/{key}",
        "logo_url": f"https://angel.example/logos/{employer['rank']}.png",
        "thumb_url": f"https://angel.example/thumbs/{employer['rank']}.png",
        "quality": employer["rank"] % 11,
        "product_desc": f"{name} works in {industry}.{contact}\n",
        "high_concept": f"{industry.capitalize()} for everybody",
        "follower_count": employer["rank"] * 3,
        "company_url": site_of(employer, world.chance("angellist_companies: site", key)),
        "company_size": size_of(employer["head_count"], world.chance("angellist_companies: size", key)),
        "created_at": "2013-01-30T18:52:59Z",
        "updated_at": employer["updated_at"],
        "crunchbase_url": None,
        "twitter_url": "",
        "blog_url": "",
        "video_url": "",
        "markets": [tag(industry, "MarketTag") | {"angellist_url": f"https://angel.example/{industry}"}],
        "locations": [tag(employer["city"], "LocationTag")],
        "company_type": [tag("startup", "CompanyTypeTag")],
        "status": {"message": "We shipped", "created_at": employer["updated_at"]}
        if employer["rank"] % 2
        else None,
        "screenshots": [],
    }


def tag(name: str, kind: str) -> Row:
    """A tag: in small letters, and as it is shown."""
    number = 400 + sum(name.lower().encode())
    return {"id": number, "tag_type": kind, "name": name.lower(), "display_name": name.title()}


def site_of(employer: Row, drawn: float) -> str:
    """A company's site: without a scheme now and then, or an empty text."""
    if drawn < 0.05:
        return ""
    return f"www.{employer['domain']}" if drawn < 0.15 else f"http://www.{employer['domain']}"


def size_of(head_count: int, drawn: float) -> str | None:
    """The range of a head count; one in twelve isn't told."""
    if drawn < 1 / 12:
        return None
    return next((told for most, told in SIZES if head_count <= most), LARGEST_SIZE)
