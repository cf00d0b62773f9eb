"""EDGAR: a company and its filings in columns, facts by tag; a page with 403 for whoever does not say who."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse, JSONResponse

from sandbox.providers.company_codes import is_traded
from sandbox.providers.sec_edgar_facts import facts_of
from sandbox.providers.sec_edgar_records import company_of, filings_of, in_columns, older_name
from sandbox.serving import access
from sandbox.serving.limits import SECOND, Limit, Window
from sandbox.serving.refusal import Refused
from sandbox.world import World

BASE = "/sec_edgar"
RECORDS = "."
MOST_CALLS = Limit(10, SECOND)
SHUT_OUT_SECONDS = 600
UNDECLARED = "Your Request Originates from an Undeclared Automated Tool"
NO_SUCH_KEY = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code>'
    "<Message>The specified key does not exist.</Message></Error>"
)


def error_answer(status: int, message: str) -> Response:
    """An error: XML of the file store for what isn't there, a page for everything else."""
    if status == 404:
        return Response(NO_SUCH_KEY, 404, media_type="application/xml")
    return page(status, UNDECLARED if status in (401, 403) else message)


def page(status: int, title: str) -> Response:
    """A page whose title says what the matter is."""
    body = f"<!DOCTYPE html><html><head><title>SEC.gov | {title}</title></head><body><h1>{title}</h1></body>"
    return HTMLResponse(f"{body}</html>", status)


def throttled_answer() -> Response:
    """Too many requests: a page with 403, and nothing says for how long."""
    return page(403, "Request Rate Threshold Exceeded")


class Gate:
    """Shuts an address out that asks too often, until it has kept to the limit for ten minutes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.window = Window(MOST_CALLS)
        self.shut_until = 0.0

    def check(self) -> None:
        """Counts a call; refuses it when it's one too many, or too early after one that was."""
        now = self.world.clock()
        if not self.window.spend(now, 1):
            self.shut_until = now + SHUT_OUT_SECONDS
        if self.world.has_quotas and now < self.shut_until:
            self.world.throttled["sec_edgar"] += 1
            raise Refused(throttled_answer())


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    router = APIRouter(
        prefix=BASE, dependencies=[access.user_agent(error_answer), Depends(Gate(world).check)]
    )
    filers = {f"{one['cik']:010d}": one for one in world.employers("sec_edgar")}

    def filer(cik: str) -> dict[str, Any]:
        if cik not in filers:
            raise Refused(error_answer(404, "no such company"))
        return filers[cik]

    @router.get("/submissions/CIK{cik}.json")
    def submissions(cik: str) -> Response:
        if "-" in cik:
            return older(cik.partition("-")[0], f"CIK{cik}.json")
        return JSONResponse(company_of(world, filer(cik)))

    def older(cik: str, name: str) -> Response:
        filings = filings_of(world, filer(cik))
        if name != older_name(cik) or not filings.older:
            return error_answer(404, "no such file")
        return JSONResponse(in_columns(filings.older))

    @router.get("/api/xbrl/companyfacts/CIK{cik}.json")
    def company_facts(cik: str) -> Response:
        return JSONResponse(facts_of(world, filer(cik)))

    @router.get("/api/xbrl/companyconcept/CIK{cik}/{taxonomy}/{tag}.json")
    def company_concept(cik: str, taxonomy: str, tag: str) -> Response:
        told = facts_of(world, filer(cik))
        concept = told["facts"].get(taxonomy, {}).get(tag)
        if concept is None:
            return error_answer(404, "no such concept")
        head = {"cik": told["cik"], "taxonomy": taxonomy, "tag": tag, "entityName": told["entityName"]}
        return JSONResponse(head | concept)

    @router.get("/files/company_tickers.json")
    def company_tickers() -> Response:
        traded = [one for one in filers.values() if is_traded(one)]
        return JSONResponse(
            {
                str(row): {"cik_str": one["cik"], "ticker": one["ticker"], "title": one["name"]}
                for row, one in enumerate(traded)
            }
        )

    return router
