"""The status page: behind Airflow's login, every text escaped, nothing that runs or comes from elsewhere."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from cvplus.status.html import HEADERS, page_of
from cvplus.status.lines import Line, Section, Status

ROOT = "/cvplus/status"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_hostile_texts_stay_texts_wherever_they_stand() -> None:
    line = Line(HOSTILE, HOSTILE, HOSTILE, "bad", dag_id=HOSTILE)
    page = page_of(Status(HOSTILE, (Section(HOSTILE, (line,)),)), "/airflow", HOSTILE)
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") == 6, "each of the six texts is shown"
    assert 'href="/airflow/%22%3E%3Cscript' in page


def test_the_policy_allows_the_pages_own_style_and_nothing_else() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy


@pytest.fixture
def airflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, airflow_environment: dict[str, str]
) -> Iterator[FastAPI]:
    """An application that mounts the page, with Airflow's own login and an API that keeps the tokens."""
    for name, value in airflow_environment.items():
        monkeypatch.setenv(name, value)
    from airflow.api_fastapi.app import init_auth_manager, purge_cached_app
    from airflow.models.revoked_token import RevokedToken

    from status_page import StatusPages

    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(tmp_path / "passwords"))
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "secret" * 12)
    # The one thing of a login that stands in Airflow's database, which is not there.
    monkeypatch.setattr(RevokedToken, "is_revoked", lambda *_, **__: False)
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", "postgresql://nobody@127.0.0.1:1/none")
    app = FastAPI()
    app.state.tokens = []

    @app.get("/api/v2/{path:path}")
    def api(request: Request, path: str) -> Any:
        app.state.tokens.append(request.headers["Authorization"])
        status = {"status": "healthy"}
        if path == "monitor/health":
            return {"scheduler": status, "dag_processor": status}
        dag = {
            "dag_id": "<b>bold",
            "is_paused": False,
            "max_active_runs": 1,
            "next_dagrun_run_after": None,
        }
        lists: dict[str, list[Any]] = {
            "dags": [dag],
            "dag_runs": [],
            "assets": [],
            "import_errors": [],
            "pools": [],
        }
        return lists | {"total_entries": 1}

    app.mount(ROOT, StatusPages())
    init_auth_manager()
    yield app
    purge_cached_app()


def token() -> str:
    """The token of somebody who may look, as Airflow's login gives it."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    return get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="viewer", role="viewer"))


@pytest.mark.parametrize("path", [f"{ROOT}/", f"{ROOT}/ingest_adzuna"])
def test_without_a_login_it_answers_nothing(airflow: FastAPI, path: str) -> None:
    with TestClient(airflow) as client:
        assert client.get(path).status_code == 401
        assert client.get(path, headers={"Authorization": "Bearer forged"}).status_code == 403
        assert client.get(path, cookies={"_token": "forged"}).status_code == 403
    assert airflow.state.tokens == [], "nothing was read for somebody unknown"


def test_it_asks_airflow_with_the_readers_own_token_and_shows_what_that_one_may_see(airflow: FastAPI) -> None:
    mine = token()
    with TestClient(airflow) as client:
        answer = client.get(f"{ROOT}/", cookies={"_token": mine})
    assert answer.status_code == 200
    assert set(airflow.state.tokens) == {f"Bearer {mine}"}
    assert "&lt;b&gt;bold" in answer.text
    assert "The warehouse did not answer" in answer.text, "a part that is down is told on the page"
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_dag_has_a_page_of_its_own_and_an_unknown_one_says_so(airflow: FastAPI) -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    with TestClient(airflow) as client:
        assert "is started by hand only" in client.get(f"{ROOT}/%3Cb%3Ebold", headers=headers).text
        unknown = client.get(f"{ROOT}/%3Cscript%3E", headers=headers)
    assert unknown.status_code == 404
    assert "<script" not in unknown.text
    assert unknown.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_it_only_reads(airflow: FastAPI) -> None:
    with TestClient(airflow) as client:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.request(method, f"{ROOT}/", cookies={"_token": token()}).status_code == 405


def test_the_plugin_file_costs_the_processes_of_airflow_nothing(
    airflow_environment: dict[str, str],
) -> None:
    code = (
        "import airflow.plugins_manager, sys; before = set(sys.modules); import status_page; import json; "
        "print(json.dumps(sorted(set(sys.modules) - before - {'json', 'status_page'})))"
    )
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=airflow_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [name for name in json.loads(found.stdout.splitlines()[-1]) if not name.startswith("json")] == []
