"""An MLflow server of one's own is tried as a training uses it, and what it lacks is said in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from own_servers import own_mlflow

from cvplus.checks.model_store import server_findings
from cvplus.settings import load_settings


@contextmanager
def answering(told: dict[str, str], date: str | None = None) -> Iterator[str]:
    """A server that answers some paths with a text, as at some instant."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200 if self.path in told else 404)
            self.send_header("Date", date or self.date_time_string())
            self.end_headers()
            self.wfile.write(told.get(self.path, "").encode())

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> str:
    """What is missing there, in words."""
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    monkeypatch.setenv("CVPLUS_MLFLOW_URL", url)
    return " ".join(finding.told for finding in server_findings(load_settings()) if finding.is_missing)


def test_a_server_that_is_away_is_said_without_its_login(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = missing(monkeypatch, tmp_path, "http://me:geheim@127.0.0.1:1")
    assert "does not answer" in told
    assert "geheim" not in told


def test_what_is_no_mlflow_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with answering({"/health": "OK"}) as url:
        assert "is no MLflow server" in missing(monkeypatch, tmp_path, url)


def test_another_major_version_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with answering({"/health": "OK", "/version": "2.9.1"}) as url:
        assert "The server is MLflow 2.9.1" in missing(monkeypatch, tmp_path, url)


def test_a_clock_that_is_wrong_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with answering({"/health": "OK", "/version": "2.9.1"}, "Sat, 01 Jan 2000 00:00:00 GMT") as url:
        assert "Its clock is" in missing(monkeypatch, tmp_path, url)


@pytest.mark.slow
def test_a_server_that_keeps_files_on_its_own_machine_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with own_mlflow(tmp_path, serves_artifacts=True) as told:
        assert missing(monkeypatch, tmp_path, told["CVPLUS_MLFLOW_URL"]) == ""
    (tmp_path / "mlflow.db").unlink()
    with own_mlflow(tmp_path, serves_artifacts=False) as told:
        assert "in a folder of the server's machine" in missing(
            monkeypatch, tmp_path, told["CVPLUS_MLFLOW_URL"]
        )
