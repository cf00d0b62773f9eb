"""Frankfurter v2: the ECB's reference rates of working days, EUR per default; strict about parameters."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.serving.limits import MINUTE, Limit, limited
from sandbox.serving.refusal import Refused
from sandbox.world import World

BASE = "/fx_rates"
RECORDS = ""
KNOWN = {"base", "quotes", "from", "to", "date", "providers"}
DIGITS = 6


def error_answer(status: int, message: str) -> Response:
    """An error in Frankfurter's shape."""
    return JSONResponse({"status": status, "message": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    limit = limited(world, "fx_rates", [Limit(60, MINUTE)], lambda: error_answer(429, "too many requests"))
    router = APIRouter(prefix=BASE, dependencies=[limit])

    @router.get("/v2/rates")
    def rates(request: Request) -> Response:
        asked = dict(request.query_params)
        unknown = sorted(asked.keys() - KNOWN)
        if unknown:
            return error_answer(422, f"unknown parameter {unknown[0]}")
        today = world.today.isoformat()
        first = day_of(asked, "from", asked.get("date", today))
        last = day_of(asked, "to", asked.get("date", today))
        base, quotes = asked.get("base", "EUR"), asked.get("quotes", "USD").split(",")
        rows: list[dict[str, Any]] = []
        for day, usd in world.rates(first, last).items():
            usd = usd | {"USD": 1.0}
            if base not in usd:
                return error_answer(422, f"invalid base {base}")
            rows += [
                {"date": day, "base": base, "quote": quote, "rate": round(usd[base] / usd[quote], DIGITS)}
                for quote in quotes
                if quote in usd and quote != base
            ]
        return JSONResponse(rows)

    return router


def day_of(asked: dict[str, str], name: str, default: str) -> str:
    """A day among the parameters; refused with 422 when it is none."""
    try:
        return date.fromisoformat(asked.get(name, default)).isoformat()
    except ValueError:
        raise Refused(error_answer(422, f"invalid {name}")) from None
