"""GitHub REST API: repository search by topic and push, 1,000 results at most, Link header, rate headers."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.limits import MINUTE, Limit, Told, limited
from sandbox.serving.paging import link_header, pages_of, whole_number
from sandbox.serving.refusal import Refused
from sandbox.world import KEY, World

BASE = "/github"
RECORDS = "items"
API = "https://api.github.example"
MOST_RESULTS = 1_000
DAYS_BACK = 60.0
LANGUAGES = ("Python", "JavaScript", "TypeScript", "Java", "Go", "Rust", None)
# What lies below the address of a repository and of an owner; the field is the path's name and `_url`.
OF_REPOSITORY = (
    "forks", "keys", "collaborators", "teams", "hooks", "issue_events", "events", "assignees", "branches",
    "tags", "blobs", "git_tags", "git_refs", "trees", "statuses", "languages", "stargazers",
    "contributors", "subscribers", "subscription", "commits", "git_commits", "comments", "issue_comment",
    "contents", "compare", "merges", "archive", "downloads", "issues", "pulls", "milestones",
    "notifications", "labels", "releases", "deployments",
)  # fmt: skip
OF_OWNER = (
    "followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events",
    "received_events",
)  # fmt: skip
HEADERS: dict[str, Told] = {
    "x-ratelimit-limit": "limit",
    "x-ratelimit-remaining": "remaining",
    "x-ratelimit-used": "used",
    "x-ratelimit-reset": "reset_epoch",
}


def error_answer(status: int, message: str) -> Response:
    """An error in GitHub's shape; the status is a text in it."""
    said = "Bad credentials" if status == 401 else message
    page = "https://docs.github.com/rest"
    return JSONResponse({"message": said, "documentation_url": page, "status": str(status)}, status)


def throttled_answer() -> Response:
    """The primary limit is spent: 403, and the headers say until when."""
    return error_answer(403, "API rate limit exceeded for user ID 1.")


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    limit = limited(
        world,
        "github",
        [Limit(30, MINUTE)],
        throttled_answer,
        headers=HEADERS,
        has_key=lambda request: "Authorization" in request.headers,
        without_key=[Limit(10, MINUTE)],
    )
    router = APIRouter(prefix=BASE, dependencies=[Depends(name_resource), limit])
    repositories = [
        repository for employer in world.employers("github") for repository in of(world, employer)
    ]

    @router.get("/search/repositories")
    def search(request: Request) -> Response:
        given = request.headers.get("Authorization")
        if given not in (None, f"Bearer {KEY}"):
            return error_answer(401, "Bad credentials")
        if not request.headers.get("User-Agent"):
            return error_answer(403, "Request forbidden by administrative rules.")
        asked = dict(request.query_params)
        found = sorted(
            matching(repositories, asked.get("q", "")), key=lambda r: (-r["stargazers_count"], r["id"])
        )
        size = whole_number(asked, "per_page", 30, 1, 100, error_answer)
        page = whole_number(asked, "page", 1, 1, 1_000, error_answer)
        if (page - 1) * size >= MOST_RESULTS:
            return error_answer(422, "Only the first 1000 search results are available")
        last = pages_of(min(len(found), MOST_RESULTS), size)
        items = found[(page - 1) * size : min(page * size, MOST_RESULTS)]
        body = {"total_count": len(found), "incomplete_results": False, "items": items}
        return JSONResponse(body, headers=link_header(request, "page", page, last))

    return router


def name_resource(request: Request) -> None:
    """Says with every answer which of the budgets it counts to."""
    request.state.headers["x-ratelimit-resource"] = "search"


def of(world: World, employer: dict[str, Any]) -> list[dict[str, Any]]:
    """An employer's repositories, one to three, some kept by a person, about the market's technologies."""
    technologies = [unescape(technology["name"]) for technology in world.technologies(40)]
    organisation = employer["permalink"]
    made = []
    for number in range(1 + int(3 * world.chance("github: repositories", organisation))):
        key = f"{organisation}/{number}"
        first = int(len(technologies) * world.chance("github: topic", key) ** 2)
        is_person = world.chance("github: person", key) < 0.1
        made.append(
            repository(
                world,
                key,
                owner=f"dev{employer['rank']}" if is_person else organisation,
                kind="User" if is_person else "Organization",
                topics=technologies[first : first + 1 + int(4 * world.chance("github: topics", key))],
            )
        )
    return made


def repository(world: World, key: str, *, owner: str, kind: str, topics: list[str]) -> dict[str, Any]:
    """A repository with all fields that a search shows."""
    pushed = world.now - timedelta(days=DAYS_BACK * world.chance("github: pushed", key))
    name = f"{topics[0] if topics else 'tools'}-kit-{key.rpartition('/')[2]}"
    number = 90_000_000 + int(9_000_000 * world.chance("github: id", key))
    stars = int(5 + 4_000 * world.chance("github: stars", key) ** 4)
    page, address = f"https://github.example/{owner}/{name}", f"{API}/repos/{owner}/{name}"
    return {
        "id": number,
        "node_id": f"R_{number:x}",
        "name": name,
        "full_name": f"{owner}/{name}",
        "private": False,
        "owner": owner_of(owner, number // 7, kind),
        "html_url": page,
        "url": address,
        **{f"{part}_url": f"{address}/{part.replace('_', '/')}" for part in OF_REPOSITORY},
        "git_url": f"git://github.example/{owner}/{name}.git",
        "ssh_url": f"git@github.example:{owner}/{name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "description": "Invented code of the sandbox." if stars % 3 else None,
        "fork": stars % 11 == 0,
        "created_at": "2022-03-01T09:00:00Z",
        "updated_at": f"{world.now:%Y-%m-%dT%H:%M:%SZ}",
        "pushed_at": f"{pushed:%Y-%m-%dT%H:%M:%SZ}",
        "stargazers_count": stars,
        "watchers_count": stars,
        "watchers": stars,
        "forks_count": stars // 8,
        "forks": stars // 8,
        "open_issues_count": stars % 40,
        "open_issues": stars % 40,
        **dict.fromkeys(("has_issues", "has_projects", "has_downloads", "has_wiki", "allow_forking"), True),
        **dict.fromkeys(("has_pages", "is_template", "web_commit_signoff_required"), False),
        "size": 100 + stars,
        "language": LANGUAGES[number % len(LANGUAGES)],
        "topics": topics,
        "license": {"key": "apache-2.0", "spdx_id": "Apache-2.0"} if number % 5 else None,
        "archived": stars % 29 == 0,
        "disabled": False,
        "visibility": "public",
        "default_branch": "main",
        "score": 1.0,
    }


def owner_of(login: str, number: int, kind: str) -> dict[str, Any]:
    """A person or an organisation, as every repository shows it."""
    address = f"{API}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": f"O_{number:x}",
        "avatar_url": f"https://avatars.github.example/u/{number}",
        "gravatar_id": "",
        "url": address,
        "html_url": f"https://github.example/{login}",
        **{f"{part}_url": f"{address}/{part}" for part in OF_OWNER},
        "type": kind,
        "site_admin": False,
    }


def matching(repositories: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """Repositories that all qualifiers of a query hold for; refused with 422 when one is not known."""
    found = repositories
    for name, value in re.findall(r"(\w+):(\S+)", query):
        if name == "topic":
            found = [r for r in found if value in r["topics"]]
        elif name == "pushed":
            low, high = (moment(part) for part in value.split(".."))
            found = [r for r in found if low <= moment(r["pushed_at"]) <= high]
        elif name == "stars" and value.startswith(">"):
            found = [r for r in found if r["stargazers_count"] > int(value[1:])]
        else:
            raise Refused(error_answer(422, "Validation Failed"))
    return found


def moment(text: str) -> datetime:
    """An instant of a query or a record, UTC."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
