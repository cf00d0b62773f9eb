"""A server is alive when its own process says so, whatever its file says."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe

import psutil
import psycopg
import pytest
from own_server import own_server

from cvplus.errors import WarehouseUnavailable
from cvplus.runtime.postgres import EmbeddedPostgres, is_postgres_running, start_postgres, stop_postgres
from cvplus.runtime.postgres_programs import ProgramFailed, Programs
from cvplus.runtime.postmaster import live_postmaster


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of these tests' own."""
    with own_server() as running:
        yield running


def start_again(server: EmbeddedPostgres) -> EmbeddedPostgres:
    """Start what may have been killed."""
    return start_postgres(server.data_folder, server.password, server.port)


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


def test_a_first_start_that_was_killed_is_begun_anew() -> None:
    data_folder = Path(tempfile.mkdtemp(prefix="cvplus-postgres-")) / "data"
    unfinished = data_folder.with_name("data.unfinished")
    (unfinished / "base").mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    try:
        assert answers(start_postgres(data_folder, token_urlsafe()))
        assert not unfinished.exists()
    finally:
        stop_postgres(data_folder)
        shutil.rmtree(data_folder.parent)


def test_a_folder_that_is_no_data_folder_is_moved_aside() -> None:
    data_folder = Path(tempfile.mkdtemp(prefix="cvplus-postgres-")) / "data"
    data_folder.mkdir()
    (data_folder / "kept").write_text("all that is left of a warehouse")
    try:
        assert answers(start_postgres(data_folder, token_urlsafe()))
        (aside,) = data_folder.parent.glob("data.aside_*")
        assert (aside / "kept").read_text() == "all that is left of a warehouse"
    finally:
        stop_postgres(data_folder)
        shutil.rmtree(data_folder.parent)


def test_a_lost_password_is_replaced(server: EmbeddedPostgres) -> None:
    stop_postgres(server.data_folder)
    changed = start_postgres(server.data_folder, token_urlsafe(), server.port)
    assert answers(changed)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        answers(server)
    stop_postgres(server.data_folder)
    assert answers(start_again(server))


def test_a_port_that_is_taken_is_told_with_the_servers_own_words(server: EmbeddedPostgres) -> None:
    stop_postgres(server.data_folder)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", server.port))
        stranger.listen()
        with pytest.raises(WarehouseUnavailable, match=r"did not start: .*server\.log"):
            start_again(server)
    assert answers(start_again(server))


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


def test_a_program_that_fails_is_told_with_its_cause_not_with_how_it_cleans_up(tmp_path: Path) -> None:
    program = tmp_path / "initdb"
    program.write_text(
        "#!/bin/sh\necho 'initdb: error: could not write: No space left on device'\n"
        "echo 'initdb: removing contents of data directory'\nexit 1\n"
    )
    program.chmod(0o755)
    with pytest.raises(ProgramFailed, match="No space left on device"):
        Programs(tmp_path, None).run("initdb")
