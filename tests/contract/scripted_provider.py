"""An invented provider that answers as a test scripts it, over real sockets here, and what reads it."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cvplus.lake.manifest import Window
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.extract import extract
from cvplus.sources.extraction import Extraction
from cvplus.sources.session import SessionOptions

KEY = "s3cret+key"
FULL = {"more": False, "items": [{"id": 1}, {"id": 2}]}


@dataclass
class Answer:
    """One scripted answer; ``cut`` sends only half the body, ``seconds`` is how long it takes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    seconds: float = 0.0


@dataclass
class Provider:
    """A scripted provider: answers in order, the last one for ever, and keeps what it was asked."""

    url: str = ""
    script: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def plays(self, *answers: Answer | dict[str, Any]) -> None:
        """Answer so from now on; a bare object is a good answer."""
        self.script = [Answer(answer) if isinstance(answer, dict) else answer for answer in answers]
        self.asked.clear()


@contextlib.contextmanager
def serving() -> Iterator[Provider]:
    """A provider that answers on a port of its own while the block runs."""
    script = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script.asked.append(f"{self.command} {self.path}")
            script.headers.append(dict(self.headers))
            answer = script.script.pop(0) if len(script.script) > 1 else script.script[0]
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            content = text.encode()
            time.sleep(answer.seconds)
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # a client that did not wait
                self.wfile.write(content[: len(content) // 2] if answer.cut else content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield script
    server.shutdown()
    server.server_close()


def declared(**changes: Any) -> SourceDeclaration:
    """The invented source: one resource, pages by number. ``endpoint`` changes parts of its endpoint."""
    endpoint = {"path": "things", "data_selector": "items", **changes.pop("endpoint", {})}
    return SourceDeclaration.model_validate(
        {
            "source": "invented",
            "title": "An invented provider",
            "domain": "skills",
            "access": "Open to all.",
            "limits": "There are none.",
            "retention": "Kept for ever.",
            "terms": "There are none.",
            "client": {
                "kind": "rest",
                "base_url": "https://api.invented.example/v1",
                "auth": {"type": "api_key", "name": "token", "location": "query", "api_key": "{password}"},
                "paginator": {
                    "type": "page_number",
                    "base_page": 1,
                    "page_param": "page",
                    "total_path": None,
                    "has_more_path": "more",
                    "stop_after_empty_page": False,
                },
            },
            "quota": {"requests_per_second": 1000},
            "resources": [
                {
                    "name": "things",
                    "key": ["id"],
                    "known_at": {"rule": "observed"},
                    "maps_to": "skill",
                    "gives": "One record a thing.",
                    "sample": {"id": 1},
                    "add_fields": {"seen": "{fetched_date}"},
                    "endpoint": endpoint,
                }
            ],
            **changes,
        }
    )


@dataclass
class Reader:
    """Reads the invented resource; a cache folder of its own, no patience."""

    provider: Provider
    folder: Path
    window: Window

    def __call__(
        self, declaration: SourceDeclaration | None = None, key: str | None = KEY, **options: Any
    ) -> list[Any]:
        self.extraction: Extraction = extract(
            declaration or declared(),
            "things",
            self.window,
            Credentials(base_url=self.provider.url, password=key),
            options=SessionOptions(
                **{
                    "cache_folder": self.folder,
                    "retries": 2,
                    "backoff_seconds": 0.0,
                    "read_seconds": 30,
                    "quota_wait_seconds": 30,
                    "reaches_this_machine": True,
                    **options,
                }
            ),
        )
        return [record["id"] for page in self.extraction.pages for record in page]
