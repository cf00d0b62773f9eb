"""Connections to providers: opened where a provider can be, and read up to a time and a number of bytes.

``requests`` bounds the wait between two bytes and nothing else, so an answer that drips, or that has no end,
would hold a worker for good. What is bounded here is everything that comes over the socket: the head of an
answer, its body, and the body of one that is only thrown away before another try.
"""

import io
import socket
import time
from functools import partial
from http.client import HTTPResponse
from typing import Any

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from cvplus.errors import MalformedAnswer, SourceUnavailable
from cvplus.sources.addresses import Reach, resolved
from cvplus.sources.limits import AnswerLimits

_BUFFER_BYTES = 1 << 16
RAISE_LIMIT = "If the provider's answers are meant to be so large, raise its limit in config/answers.yaml."


def bound(manager: PoolManager, limits: AnswerLimits, reach: Reach) -> None:
    """Make all connections of a pool's manager bounded ones."""
    answer = partial(_BoundedAnswer, limits=limits)
    manager.pool_classes_by_scheme = {
        scheme: type(pool.__name__, (pool,), {"ConnectionCls": _connection(connection, answer, reach)})
        for scheme, pool, connection in (
            ("http", HTTPConnectionPool, HTTPConnection),
            ("https", HTTPSConnectionPool, HTTPSConnection),
        )
    }


def too_large(what: str, limits: AnswerLimits) -> MalformedAnswer:
    """An answer that is larger than one may be."""
    return MalformedAnswer(
        cause=f"The answer is longer than {limits.answer_megabytes:g} MB{what}; the rest was not read.",
        remedy=RAISE_LIMIT,
    )


def _connection(base: type[HTTPConnection], answer: Any, reach: Reach) -> type[HTTPConnection]:
    """A class of connections, because pools take no more than a class."""

    class Connection(base):  # type: ignore[misc,valid-type]
        response_class = answer
        _dns_host: str

        def _new_conn(self) -> socket.socket:
            """Connect to an address that has been looked at, not to one that is resolved once more."""
            if self.proxy is not None:
                return super()._new_conn()
            host = self._dns_host
            try:
                addresses = resolved(host, self.port, reach)
            except (socket.gaierror, UnicodeError) as error:
                raise NameResolutionError(host, self, error) from error  # type: ignore[arg-type]
            try:
                for address in addresses[:-1]:
                    self._dns_host = address
                    try:
                        return super()._new_conn()
                    except (NewConnectionError, ConnectTimeoutError):
                        continue
                self._dns_host = addresses[-1]
                return super()._new_conn()
            finally:
                self._dns_host = host

    return Connection


class _BoundedAnswer(HTTPResponse):
    """The standard library's answer over a bounded stream."""

    def __init__(self, sock: socket.socket, *args: Any, limits: AnswerLimits, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_BoundedStream(sock, limits), _BUFFER_BYTES)


class _BoundedStream(io.RawIOBase):
    """What comes over a socket for one answer."""

    def __init__(self, sock: socket.socket, limits: AnswerLimits) -> None:
        self._socket = sock
        self._patience = sock.gettimeout()
        self._raw = sock.makefile("rb", buffering=0)
        self._limits = limits
        self._ends = time.monotonic() + limits.answer_seconds
        self._left = limits.answer_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there.

        Raises:
            SourceUnavailable: the answer takes longer than one may.
            MalformedAnswer: it is larger than one may be.
            TimeoutError: nothing came for as long as the client waits.
        """
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise self._too_slow()
        self._socket.settimeout(remaining if self._patience is None else min(self._patience, remaining))
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            if time.monotonic() >= self._ends:
                raise self._too_slow() from None
            raise
        self._left -= count or 0
        if self._left < 0:
            raise too_large("", self._limits)
        return count

    def _too_slow(self) -> SourceUnavailable:
        return SourceUnavailable(
            cause=f"The answer had not ended after {self._limits.answer_seconds:g} s.",
            remedy="Run the task again; if the provider is always so slow, raise answer_seconds in "
            "config/answers.yaml.",
        )

    def close(self) -> None:
        self._raw.close()
        super().close()
