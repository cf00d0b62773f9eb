"""Serves a home: every provider under its own base path, and the sandbox's own pages."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
import yaml
from fastapi import FastAPI
from pydantic import BaseModel
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from sandbox.faults import Fault, FaultBook, FaultPlan, Misbehaviour, read_plan
from sandbox.providers import providers
from sandbox.serving.refusal import Refused, answer_of
from sandbox.world import World


class Quotas(BaseModel, extra="forbid"):
    """Whether the providers' limits count."""

    on: bool


class Ahead(BaseModel, extra="forbid"):
    """How many seconds the clock by which limits are counted goes forward."""

    seconds: float


def create_app(home: Path, search_cap: int = 10_000, plan: FaultPlan | None = None) -> FastAPI:
    """The application over a home; `search_cap` is the silent limit of the USAJOBS search."""
    world = World.of(home, search_cap)
    book = FaultBook(plan)
    app = FastAPI(title="CVPlus sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    for module in providers().values():
        app.include_router(module.create_router(world))
    app.add_exception_handler(Refused, answer_of)

    @app.get("/health")
    def health() -> dict[str, Any]:
        described = ("data", "size", "seed", "days", "history_start", "history_end")
        return {"status": "ok"} | {name: world.market[name] for name in described}

    @app.get("/truth")
    def truth() -> dict[str, Any]:
        found: dict[str, Any] = world.market["truth"]
        return found

    @app.get("/counters")
    def counters() -> dict[str, Any]:
        return book.counters() | {"throttled": dict(world.throttled)}

    @app.post("/quotas")
    def quotas(wanted: Quotas) -> Quotas:
        world.has_quotas = wanted.on
        return wanted

    @app.post("/clock")
    def clock(ahead: Ahead) -> dict[str, float]:
        world.seconds_ahead += ahead.seconds
        return {"seconds_ahead": world.seconds_ahead}

    @app.get("/faults")
    def planned() -> list[Fault]:
        return book.planned

    @app.post("/faults")
    def plan_more(faults: list[Fault]) -> list[Fault]:
        book.planned.extend(faults)
        return book.planned

    @app.delete("/faults")
    def clear() -> list[Fault]:
        book.clear()
        return book.planned

    app.add_middleware(Misbehaviour, book=book)
    return app


class AbortableProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """HTTP whose application may close the connection without a word: `state["abort"]`."""

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Tells the application of the connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}


def server_of(app: FastAPI, port: int, host: str = "127.0.0.1") -> uvicorn.Server:
    """A server, on loopback unless told."""
    # A cut answer is an error to uvicorn too; only what ends the server is worth a line.
    settings: dict[str, Any] = {"log_level": "critical", "access_log": False, "date_header": False}
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, http=AbortableProtocol, **settings))


def serve(home: Path, port: int, faults: Path | None = None, host: str = "127.0.0.1") -> int:
    """Serves a home until told to stop; 2 when nothing was built there or the plan is wrong.

    The plan is the file given, or the one that `CVPLUS_SANDBOX_FAULTS` names.
    """
    named = faults or (
        Path(os.environ["CVPLUS_SANDBOX_FAULTS"]) if "CVPLUS_SANDBOX_FAULTS" in os.environ else None
    )
    try:
        app = create_app(home, plan=read_plan(named) if named else None)
    except (FileNotFoundError, ValueError, yaml.YAMLError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    server_of(app, port, host).run()
    return 0
