"""The status as a page of Airflow's API server: behind its login, with the reader's own rights, read-only."""

from functools import partial
from typing import Any

import anyio.from_thread
import anyio.to_thread
import httpx
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse

from cvplus.errors import PermanentError
from cvplus.settings import load_settings
from cvplus.status.html import HEADERS, page_of
from cvplus.status.lines import Status
from cvplus.status.reading import read_facts
from cvplus.status.why import DagUnknown, resolved, tell_dag
from cvplus.status.words import tell

# Readings at the same time. They have threads of their own: each waits for answers of the same server.
READINGS_AT_ONCE = 2


def status_app(airflow: Any, root: str) -> FastAPI:
    """The application with the pages ``/`` and ``/<DAG>``.

    Args:
        airflow: Airflow's own application, asked in this process with the reader's token, so that everybody
            sees what Airflow lets them see.
        root: the path at which the pages stand.
    """
    app = FastAPI(openapi_url=None)
    limiter = anyio.CapacityLimiter(READINGS_AT_ONCE)
    may_read = Depends(requires_access_view(AccessView.CLUSTER_ACTIVITY))

    async def answer(request: Request, dag: str | None) -> HTMLResponse:
        inside = httpx.ASGITransport(app=airflow)
        headers = {"Authorization": f"Bearer {_token(request)}"}
        async with httpx.AsyncClient(transport=inside, base_url="http://airflow", headers=headers) as client:
            reading = partial(_read, client, f"{request.base_url}".rstrip("/").removesuffix(root), dag)
            try:
                status = await anyio.to_thread.run_sync(reading, limiter=limiter)
            except DagUnknown as error:
                return HTMLResponse(page_of(Status(str(error), ()), root), 404, HEADERS)
        return HTMLResponse(page_of(status, root, dag or "Status"), 200, HEADERS)

    @app.get("/", dependencies=[may_read])
    async def whole(request: Request) -> HTMLResponse:
        """The status of the whole plant."""
        return await answer(request, None)

    @app.get("/{dag_id}", dependencies=[may_read])
    async def one(request: Request, dag_id: str) -> HTMLResponse:
        """Why one DAG has not run."""
        return await answer(request, dag_id)

    return app


def _token(request: Request) -> str:
    """The token with which the reader is logged in; the login has been checked before."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")


def _read(client: httpx.AsyncClient, airflow_url: str, dag: str | None) -> Status:
    def ask(path: str, parameters: dict[str, Any] | None = None, body: Any = None) -> Any:
        method = "GET" if body is None else "POST"
        question = partial(client.request, method, f"/api/v2{path}", params=parameters, json=body)
        answer = anyio.from_thread.run(question)
        if answer.status_code >= 400:
            raise PermanentError(
                cause=f"Airflow refused {method} {path}: HTTP {answer.status_code}.",
                remedy="Ask an administrator of Airflow for the right to read it.",
            )
        return answer.json()

    facts = read_facts(load_settings(), lambda: ask, airflow_url)
    return tell(facts) if dag is None else tell_dag(facts, resolved(dag, facts))
