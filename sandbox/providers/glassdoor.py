"""Glassdoor's partner API: one address, an action, keys in the query, refusals with status 200."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.providers.pay_questions import STATES
from sandbox.serving import access
from sandbox.serving.limits import DAY, Limit, limited
from sandbox.serving.paging import pages_of, whole_number
from sandbox.world import World

BASE = "/glassdoor/api"
RECORDS = "response.employers"
LIMITS = [Limit(2_000, DAY)]
LARGEST_PAGE = 50


def error_answer(status: int, message: str) -> Response:
    """A refusal: of a key or a value it has status 200."""
    body = {"success": False, "status": "Access-Denied" if status == 401 else message, "response": {}}
    return JSONResponse(body, 200 if status in (400, 401) else status)


def throttled_answer() -> Response:
    """Asked too often: a page that blocks."""
    return HTMLResponse("<html><head><title>Security</title></head><body>Blocked</body></html>", 403)


def good_answer(**found: Any) -> Response:
    """An answer in its wrapping."""
    told = {"attributionURL": "https://www.glassdoor.example/index.htm", **found}
    return JSONResponse({"success": True, "status": "OK", "jsessionid": "AB12CD", "response": told})


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(prefix=BASE, dependencies=guards(world))

    @router.get("/api.htm")
    def call(request: Request) -> Response:
        asked = dict(request.query_params)
        actions = {"employers": employers, "jobs-stats": job_stats}
        answer = actions.get(asked.get("action", ""))
        return answer(world, asked) if answer else error_answer(401, "Access-Denied")

    return router


def guards(world: World) -> list[Any]:
    """Both keys, then the day's calls."""
    keys = [
        access.query("t.p", error_answer, expected="sandbox@example.org"),
        access.query("t.k", error_answer),
    ]
    return [*keys, limited(world, "glassdoor", LIMITS, throttled_answer)]


def employers(world: World, asked: dict[str, str]) -> Response:
    """Employers whose name begins with what is asked for."""
    size = whole_number(asked, "ps", 20, 1, LARGEST_PAGE, error_answer)
    page = whole_number(asked, "pn", 1, 1, 100_000, error_answer)
    wanted = asked.get("q", "").lower()
    found = [facts for facts in world.employers("glassdoor") if facts["name"].lower().startswith(wanted)]
    return good_answer(
        currentPageNumber=page,
        totalNumberOfPages=pages_of(len(found), size),
        totalRecordCount=len(found),
        employers=[employer(facts, wanted) for facts in found[(page - 1) * size : page * size]],
    )


def employer(facts: dict[str, Any], wanted: str) -> dict[str, Any]:
    """An employer; one that few people rated counts as not rated. Ratings are texts but for one."""
    stars, is_rated = facts["rating"], facts["rating_count"] >= 5
    industry = facts["industry"].replace("-", " ").title()
    parts = (
        "cultureAndValues",
        "seniorLeadership",
        "compensationAndBenefits",
        "careerOpportunities",
        "workLifeBalance",
    )
    return {
        "id": 100_000 + facts["rank"],
        "name": facts["name"],
        "website": f"www.{facts['domain']}",
        "isEEP": facts["rank"] % 3 == 0,
        "exactMatch": facts["name"].lower() == wanted,
        "industry": industry,
        "industryName": industry,
        "sectorName": industry,
        "numberOfRatings": facts["rating_count"] if is_rated else 0,
        "squareLogo": f"https://media.glassdoor.example/{facts['permalink']}.png",
        "overallRating": stars if is_rated else 0.0,
        "ratingDescription": "Satisfied" if stars >= 3.5 else "OK",
        **{f"{part}Rating": str(stars) if is_rated else "0.0" for part in parts},
        "recommendToFriendRating": f"{stars / 5:.1f}" if facts["rank"] % 4 else f"{stars * 20:.0f}",
        "featuredReview": {"headline": "A good place", "pros": "The people", "cons": "The parking"},
        "ceo": {
            "name": "The Chief",
            "title": "CEO",
            "numberOfRatings": 12,
            "pctApprove": 80,
            "pctDisapprove": 20,
        },
    }


def job_stats(world: World, asked: dict[str, str]) -> Response:
    """Counts of open postings with all the words of a title, by city and by state."""
    words = asked.get("q", "").lower().split()
    where = " and ".join(["s.country = ?", *["instr(lower(s.facts ->> '$.title'), ?) > 0"] * len(words)])
    jobs = world.seen("glassdoor", where, asked.get("country", "US"), *words)
    cities = Counter((job["city"], job["region"]) for job in jobs)
    states = Counter(job["region"] for job in jobs)
    blocks: dict[str, Any] = {}
    if asked.get("returnCities") == "true":
        blocks["cities"] = [city(*place, count) for place, count in cities.most_common()]
    if asked.get("returnStates") == "true":
        blocks["states"] = {name: {"numJobs": count} for name, count in states.most_common()}
    return good_answer(**blocks)


def city(name: str, state: str, count: int) -> dict[str, Any]:
    """A city with its number of postings."""
    code = STATES.get(state, (state, ""))[0]
    return {
        "id": 1_000_000 + sum(map(ord, name + state)),
        "name": f"{name}, {code}",
        "stateAbbreviation": code,
        "stateName": state,
        "latitude": 40.0,
        "longitude": -100.0,
        "numJobs": count,
    }
