"""A server is alive when its own process says so, whatever its file says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import psycopg
import pytest
from own_server import own_server

from cvplus.runtime.postgres import EmbeddedPostgres, is_postgres_running, start_postgres, stop_postgres
from cvplus.runtime.postmaster import live_postmaster


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of these tests' own."""
    with own_server() as running:
        yield running


def start_again(server: EmbeddedPostgres) -> EmbeddedPostgres:
    """Start what may have been killed."""
    return start_postgres(server.data_folder, server.data_folder.parent / "password", server.port)


def answers(server: EmbeddedPostgres) -> bool:
    with psycopg.connect(server.url()) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def test_a_running_server_is_found_and_left_alone(server: EmbeddedPostgres) -> None:
    before = live_postmaster(server.data_folder)
    assert before is not None
    assert before.port == server.port
    assert start_again(server) == server
    assert live_postmaster(server.data_folder) == before


def test_a_killed_server_is_dead_and_starts_again(server: EmbeddedPostgres) -> None:
    postmaster = live_postmaster(server.data_folder)
    assert postmaster is not None
    os.kill(postmaster.pid, signal.SIGKILL)
    while is_postgres_running(server.data_folder):
        time.sleep(0.01)
    assert (server.data_folder / "postmaster.pid").exists()
    assert answers(start_again(server))


def test_a_server_whose_folder_may_not_be_seen_is_known_by_its_name(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(process: psutil.Process) -> str:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "cwd", refuse)
    assert is_postgres_running(server.data_folder)


@pytest.mark.parametrize(
    "left",
    ["", "17", "no number\n", "{stranger}\n/elsewhere\n0\n{port}\n"],
    ids=["an empty file", "half a file", "rubbish", "the number of another process"],
)
def test_a_server_starts_whatever_file_a_dead_one_has_left(server: EmbeddedPostgres, left: str) -> None:
    stop_postgres(server.data_folder)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    file = server.data_folder / "postmaster.pid"
    file.write_text(left.format(stranger=stranger.pid, port=server.port))
    assert not is_postgres_running(server.data_folder)
    assert stop_postgres(server.data_folder) is False
    assert answers(start_again(server))
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
