"""Headless Chromium as the tests drive it: load a page, and hear of everything that it did.

It is driven over its own debugging protocol, so the tests need the browser and no driver beside it. Names
outside this machine are resolved to nothing: what a page asks of elsewhere is recorded and goes nowhere.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

# What a hostile script calls when it runs: the browser itself tells the test, whatever the page does.
ALARM = "hostile"
PATIENCE_SECONDS = 120
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
    "--window-size=1400,1000",
)
# Where a page may load from: itself, the site that served it, and what it carries within it.
OWN_SCHEMES = ("file", "data", "blob", "about")


def chromium_path() -> str | None:
    """The browser on this machine, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Visit:
    """What was seen of one page from its opening on."""

    alarms: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: dict[str, str] = field(default_factory=dict)
    navigations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def outside_requests(self) -> list[str]:
        """Addresses asked for that are not on this machine."""
        return [
            address
            for address in self.requests.values()
            if (parts := urlsplit(address)).scheme not in OWN_SCHEMES and parts.hostname != "127.0.0.1"
        ]


class Page:
    """One tab. Commands are answered in order; what happens in between goes to :attr:`visit`."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._asked = 0
        self._is_loaded = False
        self.visit = Visit()
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.ask("Runtime.addBinding", name=ALARM)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._asked += 1
        number = self._asked
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(PATIENCE_SECONDS))
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            self._note(answer)

    def open(self, address: str) -> Visit:
        """Open an address and wait until it has loaded."""
        self.visit = Visit()
        self._is_loaded = False
        failed = self.ask("Page.navigate", url=address).get("errorText")
        if failed:
            raise RuntimeError(f"{address}: {failed}")
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._is_loaded and time.monotonic() < until:
            self.wait(0.1)
        return self.visit

    def wait(self, seconds: float) -> None:
        """Listen for a while."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                self._note(json.loads(self._connection.recv(left)))
            except TimeoutError:
                return

    def tell(self, expression: str) -> Any:
        """The value of an expression in the page; a page's policy does not hold it up."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """The value of an expression once it is true, or what it is in the end."""
        last = time.monotonic() + PATIENCE_SECONDS
        while not (value := self.tell(expression)) and time.monotonic() < last:
            self.wait(0.2)
        return value

    def _note(self, event: dict[str, Any]) -> None:
        method, told = event.get("method"), event.get("params", {})
        if method == "Runtime.bindingCalled":
            self.visit.alarms.append(told["payload"])
        elif method == "Page.javascriptDialogOpening":
            self.visit.dialogs.append(told["message"])
            self._asked += 1
            dismissal = {
                "id": self._asked,
                "method": "Page.handleJavaScriptDialog",
                "params": {"accept": False},
            }
            self._connection.send(json.dumps(dismissal))
        elif method == "Network.requestWillBeSent":
            self.visit.requests[told["requestId"]] = told["request"]["url"]
        elif method == "Network.loadingFailed" and told.get("blockedReason") == "csp":
            # The page's policy held it back: it was never sent.
            self.visit.requests.pop(told["requestId"], None)
        elif method == "Page.frameNavigated":
            self.visit.navigations.append(told["frame"]["url"])
        elif method == "Page.loadEventFired":
            self._is_loaded = True
        elif method == "Runtime.exceptionThrown":
            self.visit.errors.append(json.dumps(told["exceptionDetails"])[:2000])
        elif method == "Log.entryAdded":
            text = told["entry"]["text"]
            kind = self.visit.refusals if "Content Security Policy" in text else self.visit.errors
            kind.append(text)


@contextmanager
def running_chromium(executable: str) -> Iterator[Page]:
    """A browser with a profile of its own and one open tab; both end with the block."""
    profile = Path(tempfile.mkdtemp(prefix="cvplus-chromium-"))
    process = subprocess.Popen(
        [executable, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = _port_of(process, profile / "DevToolsActivePort")
        with connect(f"ws://127.0.0.1:{port}{_first_tab(port)}", max_size=None, proxy=None) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _port_of(process: subprocess.Popen[bytes], told: Path) -> int:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"Chromium ended with {process.returncode} before it said where it listens.")
        if told.exists() and (lines := told.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.1)
    raise RuntimeError("Chromium did not say where it listens.")


def _first_tab(port: int) -> str:
    """Path of the tab's socket; asked over the browser's own socket list, which is plain HTTP."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
        if tabs:
            return str(urlsplit(tabs[0]["webSocketDebuggerUrl"]).path)
        time.sleep(0.1)
    raise RuntimeError("Chromium opened no tab.")
