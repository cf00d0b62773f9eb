"""Frankfurter v2: rates of working days, EUR per default; the ECB's only for who asks for them; strict."""

from datetime import date, timedelta
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
# How far the blend of all sources lies from the ECB's rates.
BLENDED = 1.0004


def error_answer(status: int, message: str) -> Response:
    """An error in Frankfurter's shape."""
    return JSONResponse({"status": status, "message": message}, status)


def create_router(world: World) -> APIRouter:
    """The routes of this provider."""
    limit = limited(world, "fx_rates", [Limit(60, MINUTE)], lambda: error_answer(429, "too many requests"))
    router = APIRouter(prefix=BASE, dependencies=[limit])
    last_week = world.rates((world.today - timedelta(days=7)).isoformat(), world.today.isoformat())
    currencies = {"USD", *(currency for usd in last_week.values() for currency in usd)}

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
        for code in (base, *quotes):
            if code not in currencies:
                return error_answer(422, f"invalid currency: {code}")
        factor = 1.0 if asked.get("providers") == "ecb" else BLENDED
        rows: list[dict[str, Any]] = []
        for day, usd in world.rates(first, last).items():
            usd = usd | {"USD": 1.0}
            rows += [
                {"date": day, "base": base, "quote": quote, "rate": told(usd[base] / usd[quote] * factor)}
                for quote in quotes
                if quote != base
            ]
        return JSONResponse(rows)

    return router


def told(rate: float) -> float:
    """A rate with as many digits as are published."""
    return round(rate, DIGITS)


def day_of(asked: dict[str, str], name: str, default: str) -> str:
    """A day among the parameters; refused with 422 when it is none."""
    try:
        return date.fromisoformat(asked.get(name, default)).isoformat()
    except ValueError:
        raise Refused(error_answer(422, f"invalid {name}")) from None
