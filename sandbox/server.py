"""Serves a home: the four providers under their own base paths, and the sandbox's own pages."""

import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from sandbox.faults import PROVIDERS, Fault, FaultBook, Misbehaviour
from sandbox.world import World


def create_app(home: Path, search_cap: int = 10_000) -> FastAPI:
    """The application over a home; `search_cap` is the silent limit of the USAJOBS search."""
    world = World.of(home, search_cap)
    book = FaultBook()
    app = FastAPI(title="CVPlus sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    for module in PROVIDERS.values():
        app.include_router(module.create_router(world))

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
        return book.counters()

    @app.get("/faults")
    def planned() -> list[Fault]:
        return book.planned

    @app.post("/faults")
    def plan(faults: list[Fault]) -> list[Fault]:
        book.planned.extend(faults)
        return book.planned

    @app.delete("/faults")
    def clear() -> list[Fault]:
        book.planned.clear()
        return book.planned

    app.add_middleware(Misbehaviour, book=book)
    return app


def serve(home: Path, port: int) -> int:
    """Serves a home on loopback until told to stop; 2 when nothing has been built there."""
    try:
        app = create_app(home)
    except FileNotFoundError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    # A cut answer is an error to uvicorn too; only what ends the server is worth a line.
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False)
    return 0
