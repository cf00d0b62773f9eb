"""An S3 server over HTTP (moto's) that misbehaves on demand; ``s3_fixtures`` starts it."""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends

Effect = Literal["503", "500", "reset", "answer_lost", "cut", "flipped", "no_conditions", "not_implemented"]
_ANSWERS = {
    "503": ("503 Slow Down", "SlowDown"),
    "500": ("500 Internal Server Error", "InternalError"),
    "no_conditions": ("501 Not Implemented", "NotImplemented"),
    "not_implemented": ("501 Not Implemented", "NotImplemented"),
}
_HANG_UP = struct.pack("ii", 1, 0)


@dataclass
class Fault:
    """What the next ``times`` requests of which ``METHOD /path?query`` holds ``of`` all of these get."""

    of: tuple[str, ...]
    effect: Effect
    times: int = 1

    def fits(self, request: str, environ: dict[str, Any]) -> bool:
        """Whether this request is to be spoilt."""
        is_conditional = "HTTP_IF_NONE_MATCH" in environ
        return self.times > 0 and all(part in request for part in self.of) and (
            self.effect != "no_conditions" or is_conditional
        )  # fmt: skip


@dataclass
class S3Server:
    """The server's account of requests and its plan of faults."""

    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    before: Callable[[str], None] | None = None
    url: str = ""
    _moto: Any = field(default_factory=lambda: DomainDispatcherApplication(create_backend_app))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The WSGI application."""
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        if "moto-api" in request:
            return self._moto(environ, start_response)
        self.requests.append(request)
        if self.before:
            self.before(request)
        fault = next((fault for fault in self.faults if fault.fits(request, environ)), None)
        if fault is None:
            return self._moto(environ, start_response)
        fault.times -= 1
        if fault.effect in _ANSWERS:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            status, code = _ANSWERS[fault.effect]
            start_response(status, [("Content-Type", "application/xml")])
            return [f"<Error><Code>{code}</Code><Message>Planted.</Message></Error>".encode()]
        if fault.effect == "reset":
            self._hang_up(environ)
        if fault.effect == "answer_lost":
            list(self._moto(environ, lambda *_: None))
            self._hang_up(environ)
        body = bytearray(b"".join(self._moto(environ, start_response)))
        if fault.effect == "cut":
            return self._cut(bytes(body), environ)
        body[len(body) // 2] ^= 0xFF
        return [bytes(body)]

    def _cut(self, body: bytes, environ: dict[str, Any]) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        self._hang_up(environ)

    def _hang_up(self, environ: dict[str, Any]) -> None:
        connection = environ["werkzeug.socket"]
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _HANG_UP)
        connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    def count(self, *parts: str) -> int:
        """How many requests hold all of ``parts``."""
        return sum(all(part in request for part in parts) for request in self.requests)

    def fill(self, bucket: str, keys: Iterable[str]) -> None:
        """Put empty objects straight into the server's memory: thousands in a second."""
        backend = s3_backends["123456789012"]["aws"]
        for key in keys:
            backend.put_object(bucket, key, b"")
