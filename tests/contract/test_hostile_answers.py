"""Answers that mean harm, or come from a provider out of its mind: each ends soon, with a clear error."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import responses
from conftest import WINDOW
from invented_source import API
from invented_source import declared as invented
from invented_source import read as read_invented
from scripted_provider import KEY, declared

from cvplus.errors import ConfigurationError, MalformedAnswer, PlantError, QuotaExhausted, SourceUnavailable
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.credentials import Credentials
from cvplus.sources.extract import extract
from cvplus.sources.limits import AnswerLimits
from cvplus.sources.session import SessionOptions

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Send = Callable[[Callable[[bytes], None]], None]


@dataclass
class Wire:
    """A server that sends bytes as they are; ``connections`` counts who came."""

    url: str = ""
    connections: int = 0
    sends: Send = field(default=lambda send: None)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving_bytes() as served:
        yield served


@contextmanager
def serving_bytes() -> Iterator[Wire]:
    wire, is_over = Wire(), Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        wire.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"

        def answer(client: socket.socket) -> None:
            with client, suppress(OSError):  # the client may hang up at any moment
                client.recv(1 << 16)
                wire.sends(client.sendall)

        def serve() -> None:
            while not is_over.is_set():
                with suppress(TimeoutError):
                    client, _ = listener.accept()
                    wire.connections += 1
                    Thread(target=answer, args=(client,), daemon=True).start()

        server = Thread(target=serve, daemon=True)
        server.start()
        yield wire
        is_over.set()
        server.join()


def read(wire: Wire, **options: Any) -> list[Any]:
    """The invented resource over that wire, with little patience."""
    limits = AnswerLimits(answer_seconds=1.0, answer_megabytes=1.0, answer_values=10_000)
    patience = {"retries": 1, "backoff_seconds": 0.0, "read_seconds": 30.0, "reaches_this_machine": True}
    extraction = extract(
        declared(),
        "things",
        WINDOW,
        Credentials(base_url=wire.url, password=KEY),
        options=SessionOptions(**{"limits": limits, **patience, **options}),
    )
    return [record for page in extraction.pages for record in page]


def head(**headers: Any) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    return HEAD + "".join(lines).encode() + b"\r\n"


def whole(body: bytes, **headers: Any) -> Send:
    return lambda send: send(head(Content_Length=len(body), **headers) + body)


def endless(send: Callable[[bytes], None]) -> None:
    send(head())
    while True:
        send(b" " * 65_536)


def endless_refusal(send: Callable[[bytes], None]) -> None:
    send(b"HTTP/1.1 503 Not now\r\n\r\n")
    while True:
        send(b" " * 65_536)


def endless_head(send: Callable[[bytes], None]) -> None:
    send(HEAD)
    while True:
        send(b"X" * 65_536)


def drip(send: Callable[[bytes], None]) -> None:
    send(head(Content_Length=1_000_000))
    while True:
        send(b" ")
        time.sleep(0.05)


def drip_of_head(send: Callable[[bytes], None]) -> None:
    for letter in HEAD * 100:
        send(bytes([letter]))
        time.sleep(0.05)


def chunks_without_end(send: Callable[[bytes], None]) -> None:
    send(head(Transfer_Encoding="chunked"))
    while True:
        send(b"8\r\n        \r\n")


@pytest.mark.parametrize("sends", [endless, endless_refusal, chunks_without_end])
def test_a_body_without_end_ends(wire: Wire, sends: Send) -> None:
    wire.sends = sends
    with pytest.raises(
        MalformedAnswer, match=r"source=invented resource=things: .*longer than 1 MB.*answers\.yaml"
    ):
        read(wire, limits=AnswerLimits(answer_seconds=20.0, answer_megabytes=1.0))


def test_a_head_without_end_ends(wire: Wire) -> None:
    wire.sends = endless_head
    with pytest.raises(PlantError, match="source=invented resource=things"):
        read(wire)


@pytest.mark.parametrize("sends", [drip, drip_of_head])
def test_a_slow_drip_ends_and_is_not_waited_for_again(wire: Wire, sends: Send) -> None:
    wire.sends = sends
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=r"had not ended after 1 s"):
        read(wire)
    assert time.monotonic() - began < 10
    assert wire.connections == 1


def test_an_answer_that_unpacks_without_measure_takes_no_memory(wire: Wire) -> None:
    wire.sends = whole(gzip.compress(b"[" + b" " * (200 << 20) + b"]"), Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(MalformedAnswer, match="longer than 1 MB unpacked"):
        read(wire)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "unheard-of"])
def test_a_packing_that_was_not_asked_for_is_not_unpacked(wire: Wire, packing: str) -> None:
    wire.sends = whole(gzip.compress(b"{}"), Content_Encoding=packing)
    with pytest.raises(MalformedAnswer, match="which was not asked for"):
        read(wire)


@pytest.mark.parametrize("body", [b'{"items": [' + b"{}," * 20_000 + b"{}]}", b"[" * 5_001 + b"{" * 5_000])
def test_more_values_than_an_answer_may_hold(wire: Wire, body: bytes) -> None:
    wire.sends = whole(body)
    with pytest.raises(MalformedAnswer, match=r"more than 10,000"):
        read(wire)


def test_json_nested_a_million_deep_is_malformed(wire: Wire) -> None:
    wire.sends = whole(b'{"items": [' + b'{"a":' * 1_000_000 + b"1" + b"}" * 1_000_000 + b"]}")
    with pytest.raises(MalformedAnswer, match="nested too deep"):
        read(wire, limits=AnswerLimits())


@pytest.mark.parametrize("levels", range(880, 1_001, 10))
def test_json_nested_about_as_deep_as_can_be_read_lands_or_is_malformed(levels: int) -> None:
    body = '[{"id": ' + '{"a":' * levels + "1" + "}" * levels + "}]"
    with responses.RequestsMock() as api:
        api.get(f"{API}/things", body=body, content_type="application/json")
        try:
            records, _ = read_invented(invented({"path": "things"}))
        except MalformedAnswer:
            return
        assert len(records) == 1


@pytest.mark.parametrize("number", ["1e400", "1E400", "-2e+308", "7E+999", "9223372036854775808", "9" * 40])
def test_a_number_that_nothing_can_carry_on_costs_its_value_alone(number: str) -> None:
    with responses.RequestsMock() as api:
        body = f'[{{"id": 1, "pay": {number}, "of": [3.5e2]}}]'
        api.get(f"{API}/things", body=body, content_type="application/json")
        (record,), _ = read_invented(invented({"path": "things"}))
    assert (record["pay"], record["of"]) == (None, [350.0])


@pytest.mark.parametrize("told", ["1e400", "-1e400", "nan", "9" * 400, "1e18", "", "soon"])
def test_a_reset_that_is_no_time_does_not_keep_us_away_for_good(told: str) -> None:
    quota = {
        "requests_per_second": 1000,
        "headers": {"remaining": "RateLimit-Remaining", "reset": "RateLimit-Reset", "reset_is": "seconds"},
        "throttled_statuses": [403],
    }
    with responses.RequestsMock() as api:
        headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": told}
        api.get(f"{API}/things", status=403, json={"message": "no more"}, headers=headers)
        with pytest.raises((QuotaExhausted, SourceUnavailable)) as failure:
            read_invented(invented({"path": "things"}, quota=quota))
        waits = [int(word) for word in str(failure.value).split() if word.isdigit()]
        assert all(wait <= 86_400 for wait in waits), failure.value


@pytest.mark.parametrize(
    "told",
    [
        "9" * 5_000,
        "999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "1e400",
        "-5",
    ],
)
def test_a_retry_after_that_is_no_time_does_not_keep_us_away_for_good(told: str, tmp_path: Path) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as api:
        api.get(f"{API}/things", status=429, json={}, headers={"Retry-After": told})
        with pytest.raises((QuotaExhausted, SourceUnavailable)) as failure:
            read_invented(invented({"path": "things"}))
        waits = [int(word) for word in str(failure.value).split() if word.isdigit()]
        assert all(wait <= 86_400 for wait in waits), failure.value


NEXT = {"type": "json_link", "next_url_path": "next"}


@pytest.mark.parametrize(
    ("link", "what"),
    [
        (
            "http://api.invented.example/v1/things?page=2",
            "leads to http://api.invented.example instead of https",
        ),
        ("https://api.invented.example:8443/v1/things", "leads to https://api.invented.example:8443"),
        ("https://elsewhere.example/v1/things", "leads to https://elsewhere.example"),
        ("https://api.invented.example@elsewhere.example/", "leads to https://elsewhere.example"),
        ("//elsewhere.example/things", "leads to https://elsewhere.example"),
        ("https://api.invented.example.elsewhere.example/", "elsewhere"),
        ("http://169.254.169.254/latest/meta-data/", "leads to http://169.254.169.254"),
        ("file:///etc/passwd", "leads to nowhere"),
        ("https://[::1", "leads to nowhere|does not say how the pages go on"),
        (5, "does not say how the pages go on"),
        (1e308, "does not say how the pages go on"),
        (True, "does not say how the pages go on"),
        ({"url": "x"}, "does not say how the pages go on"),
        ([1], "does not say how the pages go on"),
    ],
)
def test_a_next_link_that_is_none_of_the_provider_s_gets_no_key(link: Any, what: str) -> None:
    with responses.RequestsMock() as api:
        api.get(f"{API}/things", json={"items": [{"id": 1}], "next": link})
        endpoint = {"path": "things", "data_selector": "items", "paginator": NEXT}
        with pytest.raises(MalformedAnswer, match=what):
            read_invented(invented(endpoint))
        assert len(api.calls) == 1


@pytest.mark.parametrize("cursor", [5, 1e308, True, {"a": 1}, [1, 2], "x" * 100_000])
def test_an_odd_cursor_is_sent_back_or_refused(cursor: Any) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as api:
        api.get(f"{API}/things", json={"items": [{"id": 1}], "next": cursor})
        paginator = {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}
        with pytest.raises(MalformedAnswer, match=r"circles|how the pages go on"):
            read_invented(invented({"path": "things", "data_selector": "items", "paginator": paginator}))


def test_in_production_this_machine_is_not_called(wire: Wire) -> None:
    wire.sends = whole(json.dumps({"more": False, "items": [{"id": 1}]}).encode())
    assert [record["id"] for record in read(wire)] == [1]
    came = wire.connections
    with pytest.raises(ConfigurationError, match=r"leads to the loopback address 127\.0\.0\.1"):
        read(wire, reaches_this_machine=False)
    assert wire.connections == came


@pytest.mark.parametrize("found", ["127.0.0.1", "169.254.169.254", "::1", "10.1.2.3", "fe80::1", "::"])
def test_a_provider_s_name_that_leads_home_is_not_called(monkeypatch: pytest.MonkeyPatch, found: str) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was opened"))
    with pytest.raises(
        ConfigurationError, match=r"source=invented resource=things: api\.invented\.example leads to"
    ):
        read_invented(invented({"path": "things"}))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://host/x", "gopher://x", "host-without-scheme", "https://"]
)
def test_a_connection_names_what_can_be_called(url: str) -> None:
    declaration = invented({"path": "things"})
    for credentials in (
        Credentials(base_url=url),
        Credentials(extra={"hosts": {"api.invented.example": url}}),
    ):
        with pytest.raises(
            ConfigurationError, match=r"connection invented \(host.* names an address that cannot"
        ):
            list(extract(declaration, "things", WINDOW, credentials).pages)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["empty_records", "no_records", "nested_records", "one_text", "texts"])
def test_the_largest_answers_leave_memory_alone(kind: str) -> None:
    """Under a gigabyte for a whole process, 140 MB of which is there before."""
    folders = [PROJECT_ROOT, PROJECT_ROOT / "plugins", PROJECT_ROOT / "tests"]
    script = Path(__file__).with_name("landed_answer.py")
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), kind],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        check=True,
        capture_output=True,
    ).stdout
    landed = json.loads(printed)
    assert landed["rows_read"] > 0
    assert landed["peak_bytes"] < 1 << 30, landed
