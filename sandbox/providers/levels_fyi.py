"""Levels.fyi: a copy of the old file of reports, and the benchmarks of our own contract."""

from collections import Counter, defaultdict
from datetime import datetime
from statistics import quantiles
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.providers.pay_questions import STATES
from sandbox.serving import access
from sandbox.serving.conditional import conditional
from sandbox.serving.limits import MINUTE, Limit, Told, limited
from sandbox.serving.paging import page_after, whole_number
from sandbox.world import World

BASE = "/levels_fyi/js"
LIMITS = [Limit(60, MINUTE)]
LARGEST_PAGE = 200
LEAST_REPORTS = 5
TOLD: dict[str, Told] = {"X-RateLimit-Limit": "limit", "X-RateLimit-Remaining": "remaining"}


def records_path(path: str) -> str:
    """The file is a list itself."""
    return "data" if "benchmarks" in path else ""


def error_answer(status: int, message: str) -> Response:
    """An error of the benchmarks."""
    code = {401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limited"}.get(
        status, "bad_request"
    )
    return JSONResponse({"error": {"code": code, "message": message, "requestId": "req-1"}}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    reports = world.pay_reports("levels_fyi")
    router = APIRouter()
    throttled = limited(
        world, "levels_fyi", LIMITS, lambda: error_answer(429, "Slow down."), headers=TOLD, retry_after=True
    )
    inner = APIRouter(prefix="/levels_fyi/v1", dependencies=[access.bearer(error_answer), throttled])

    @router.get(f"{BASE}/salaryData.json")
    def salary_data(request: Request) -> Response:
        rows = [row for number, report in enumerate(reports, 1) for row in rows_of(world, report, number)]
        return conditional(request, JSONResponse(rows))

    @inner.get("/benchmarks")
    def benchmarks(request: Request) -> Response:
        asked = dict(request.query_params)
        size = whole_number(asked, "pageSize", 50, 1, LARGEST_PAGE, error_answer)
        family, place, since = (asked.get(name) for name in ("jobFamily", "location", "updatedSince"))
        found = [
            row
            for row in benchmarks_of(world, reports)
            if row["jobFamily"] == (family or row["jobFamily"])
            and row["location"]["slug"] == (place or row["location"]["slug"])
            and row["updatedAt"] >= (since or "")
        ]
        page, following = page_after(found, asked.get("cursor"), size, error_answer)
        return JSONResponse({"data": page, "page": {"nextCursor": following}})

    router.include_router(inner)
    return router


def rows_of(world: World, report: dict[str, Any], number: int) -> list[dict[str, str]]:
    """A report as the file has it: in thousands, one in twenty in dollars, one in thirty not split.

    One in fifty is there twice, one in fifty has no number.
    """
    drawn = world.chance("levels_fyi: spelling", report["number"])
    unit = 1 if drawn < 0.05 else 1_000
    is_split = world.chance("levels_fyi: split", report["number"]) >= 0.03
    parts = {"basesalary": report["base"], "stockgrantvalue": report["stock"], "bonus": report["bonus"]}
    state = STATES.get(report["region"], ("",))[0]
    place = (
        f"{report['city']}, {state}"
        if state
        else f"{report['city']}, {report['region']}, {world.countries[report['country']].name}"
    )
    told = datetime.fromisoformat(report["reported_at"])
    row = {
        "timestamp": f"{told.month}/{told.day}/{told:%Y %H:%M:%S}",
        "company": report["company_name"],
        "level": f"L{2 + ('intern', 'junior', 'mid', 'senior', 'lead').index(report['level'])}",
        "title": report["title"],
        "totalyearlycompensation": f"{sum(parts.values()) / unit:.0f}",
        "location": place,
        "yearsofexperience": f"{report['years']:g}",
        "yearsatcompany": f"{report['years_at_company']:g}",
        "tag": "",
        **{name: f"{amount / unit:.0f}" if is_split else "0" for name, amount in parts.items()},
        "gender": ("", "Male", "Female")[report["number"] % 3],
        "otherdetails": "",
        "cityid": str(7_000 + report["number"] % 50),
        "dmaid": "0",
        "rowNumber": "" if 0.05 <= drawn < 0.07 else str(number),
    }  # fmt: skip
    return [row, row | {"rowNumber": f"{number}0000000"}] if drawn >= 0.98 else [row]


def benchmarks_of(world: World, reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A benchmark for each job family and country that enough people told of."""
    families = {code: occupation["family"] for code, occupation in world.occupations.items()}
    groups = defaultdict(list)
    for report in reports:
        groups[families[report["occupation_code"]], report["country"]].append(report)
    return [benchmark(*group, told) for group, told in sorted(groups.items()) if len(told) >= LEAST_REPORTS]


def benchmark(family: str, country: str, told: list[dict[str, Any]]) -> dict[str, Any]:
    """One benchmark, in the currency of the reports, named by the title that most of them have."""

    def middle(name: str) -> float:
        return round(quantiles([report[name] for report in told], n=4)[1], -2)

    totals = quantiles(
        [report["base"] + report["bonus"] + report["stock"] for report in told], n=20, method="inclusive"
    )
    name = Counter(report["title"] for report in told).most_common(1)[0][0]
    return {
        "benchmarkId": f"bm_{family}_{country}",
        "jobFamily": family,
        "jobFamilyName": name,
        "company": None,
        "level": None,
        "location": {"slug": country.lower(), "name": country, "countryCode": country},
        "currency": told[0]["currency"],
        "period": "year",
        "totalCompensation": {f"p{share}": round(totals[share // 5 - 1], -2) for share in (25, 50, 75, 90)},
        "baseSalary": {"p50": middle("base")},
        "stockPerYear": {"p50": middle("stock")},
        "bonus": {"p50": middle("bonus")},
        "sampleCount": len(told),
        "windowStart": told[0]["reported_at"][:10],
        "windowEnd": told[-1]["reported_at"][:10],
        "updatedAt": told[-1]["reported_at"],
    }
