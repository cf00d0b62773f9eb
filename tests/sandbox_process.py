"""A running sandbox for tests: a tiny market, served by a process of its own, its quotas lifted."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from cvplus.lake.manifest import Window
from cvplus.runtime.environment import sandbox_sources
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.credentials import Credentials
from sandbox.providers import providers

COMMAND = (sys.executable, "-m", "sandbox")
PLAYED = {name: played for name, played in sandbox_sources().items() if name in providers()}


class Sandbox:
    """A sandbox that serves a market at an address, and the window of its whole history."""

    def __init__(self, home: Path, port: int) -> None:
        self._command = [*COMMAND, "serve", "--home", str(home), "--port", str(port)]
        self._port = port
        self.address = f"http://127.0.0.1:{port}"
        self.start()
        health = self.ask("health")
        self.window = Window(
            start=datetime.fromisoformat(health["history_start"]),
            end=datetime.fromisoformat(health["history_end"]),
        )

    def start(self) -> None:
        """Serve in a process of its own, without quotas; return once it answers."""
        environment = {**os.environ, "CVPLUS_SANDBOX_QUOTAS": "off"}
        self.process = subprocess.Popen(self._command, cwd=PROJECT_ROOT, env=environment)
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the sandbox ended with {self.process.returncode}")

    def stop(self) -> None:
        """End the process, politely."""
        self.process.terminate()
        self.process.wait(timeout=300)

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Ask one of the sandbox's own pages."""
        method = method or ("GET" if body is None else "POST")
        answer = requests.request(method, f"{self.address}/{path}", json=body, timeout=300)
        answer.raise_for_status()
        return answer.json()

    def credentials(self, source: str, key: str = "sandbox-key") -> Credentials:
        """What the source's connection says when the sandbox plays it."""
        connection = PLAYED[source].connection(self.address)
        return Credentials(connection["host"], connection["login"], key, connection.get("extra", {}))


@contextmanager
def running_sandbox(home: Path) -> Iterator[Sandbox]:
    """Build a tiny market under ``home`` and serve it until the block ends."""
    build = [*COMMAND, "build", "--home", str(home), "--size", "tiny"]
    subprocess.run(build, cwd=PROJECT_ROOT, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    sandbox = Sandbox(home, port)
    try:
        yield sandbox
    finally:
        sandbox.stop()
