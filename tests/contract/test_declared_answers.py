"""What a declaration can say of answers and keys: formats, tickets, tokens, what is kept, what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import responses
from conftest import WINDOW
from invented_source import API, declared, read

from cvplus.errors import (
    AccessRefused,
    MalformedAnswer,
    SourceNotConfigured,
    SourceUnavailable,
)
from cvplus.lake.store import RejectedRecord
from cvplus.sources.credentials import Credentials, configured_resources
from cvplus.sources.extract import extract
from cvplus.sources.session import SessionOptions

GUARDED = {"path": "groups", "headers": {"X-Key": "{password}"}}


def test_csv_is_read_and_a_torn_line_is_rejected(api: responses.RequestsMock) -> None:
    text = '\ufeffid,name\n1,"Doe, ""J"""\n2\n3,c\n'
    api.get(f"{API}/file.csv", body=text.encode(), content_type="text/csv")
    records, _ = read(declared({"path": "file.csv", "format": "csv"}))
    assert records[0] == {"id": "1", "name": 'Doe, "J"'}
    assert isinstance(records[1], RejectedRecord)
    assert records[2] == {"id": "3", "name": "c"}


def test_a_csv_file_that_was_cut_is_no_shorter_file(api: responses.RequestsMock) -> None:
    api.get(f"{API}/file.csv", body=b"id,name\n1,a\n2,b", content_type="text/csv")
    with pytest.raises(MalformedAnswer, match="the file was cut"):
        read(declared({"path": "file.csv", "format": "csv"}))


def test_json_lines_and_single_records(api: responses.RequestsMock) -> None:
    api.get(f"{API}/lines", body=b'{"id": 1}\n\n{"id": 2}\n')
    api.get(f"{API}/one", json={"id": 3})
    assert read(declared({"path": "lines", "format": "json_lines"}))[0] == [{"id": 1}, {"id": 2}]
    assert read(declared({"path": "one", "is_single": True}))[0] == [{"id": 3}]


def test_what_is_not_in_its_format_is_malformed(api: responses.RequestsMock) -> None:
    api.get(f"{API}/lines", body=b'{"id": 1}\n{"id"')
    with pytest.raises(MalformedAnswer, match="not what is declared"):
        read(declared({"path": "lines", "format": "json_lines"}))


POLLED = {
    "path": "reports",
    "method": "POST",
    "is_single": True,
    "poll": {"link": "link", "wait_seconds": 0.01, "give_up_seconds": 0.05},
}


def test_a_ticket_is_polled_until_its_report_is_ready(api: responses.RequestsMock) -> None:
    api.post(f"{API}/reports", json={"link": f"{API}/reports/7"})
    api.get(f"{API}/reports/7", status=202)
    api.get(f"{API}/reports/7", json={"id": 7})
    assert read(declared(POLLED))[0] == [{"id": 7}]
    assert len(api.calls) == 3


def test_a_ticket_without_a_link_is_a_rejected_record(api: responses.RequestsMock) -> None:
    api.post(f"{API}/reports", json={"errors": ["Unknown title"]})
    (record,) = read(declared(POLLED))[0]
    assert (record.reason_code, "Unknown title" in record.record) == ("refused_by_provider", True)


def test_what_the_ticket_says_stays_with_its_report(api: responses.RequestsMock) -> None:
    api.post(f"{API}/reports", json={"link": f"{API}/reports/7", "warnings": ["ignored"], "n": 1})
    api.get(f"{API}/reports/7", json={"id": 7})
    polled = {**POLLED, "poll": {**POLLED["poll"], "keep": ["warnings", "none"]}}
    assert read(declared(polled))[0] == [{"id": 7, "warnings": ["ignored"]}]


@pytest.mark.parametrize(
    "report",
    [
        {"status": 202},
        {"body": "<html>", "content_type": "text/html"},
        {"body": "[1]"},
        {"status": 401, "json": {"message": "expired"}},
    ],
)
def test_a_ticket_is_asked_for_once_whatever_becomes_of_its_report(
    api: responses.RequestsMock, tmp_path: Path, report: dict[str, Any]
) -> None:
    charged: list[str] = []

    def charge(call: str) -> float:
        charged.append(call)
        return 0.0

    declaration = declared(
        {**POLLED, "path": "reports/{n}", "for_each": {"n": "numbers"}},
        lists={"numbers": ["6", "7"]},
    )
    options = SessionOptions(cache_folder=tmp_path, retries=0, backoff_seconds=0.0, charge=charge)
    for number in ("6", "7"):
        api.post(f"{API}/reports/{number}", json={"link": f"{API}/ready/{number}"})
    api.get(f"{API}/ready/6", json={"id": 6})
    bad = api.get(f"{API}/ready/7", **report)

    def again() -> list[Any]:
        extraction = extract(declaration, "things", WINDOW, Credentials(), options=options)
        return [record for page in extraction.pages for record in page]

    assert again() == [{"id": 6}]
    api.replace(responses.GET, f"{API}/ready/7", json={"id": 7})
    assert again() == [{"id": 6}, {"id": 7}]
    assert bad.call_count > 0
    assert sum(call.request.method == "POST" for call in api.calls) == 2
    assert [call.split("/")[-1] for call in charged if call.startswith("POST")] == ["6", "7"]


def test_a_kept_ticket_whose_report_is_gone_is_bought_anew_once(
    api: responses.RequestsMock, tmp_path: Path
) -> None:
    options = SessionOptions(cache_folder=tmp_path, retries=0, backoff_seconds=0.0)

    def again() -> list[Any]:
        extraction = extract(declared(POLLED), "things", WINDOW, Credentials(), options=options)
        return [record for page in extraction.pages for record in page]

    api.post(f"{API}/reports", json={"link": f"{API}/lost/6"})
    api.get(f"{API}/lost/6", status=202)
    with pytest.raises(SourceUnavailable, match=r"not ready in 0\.05 s"):
        again()
    api.replace(responses.GET, f"{API}/lost/6", status=404, json={"message": "There is no such report."})
    api.replace(responses.POST, f"{API}/reports", json={"link": f"{API}/ready/7"})
    api.get(f"{API}/ready/7", json={"id": 7})
    assert again() == [{"id": 7}]
    assert sum(call.request.method == "POST" for call in api.calls) == 2


def test_a_ticket_that_leads_nowhere_is_not_bought_again_at_once(
    api: responses.RequestsMock, tmp_path: Path
) -> None:
    api.post(f"{API}/reports", json={"link": f"{API}/lost/6"})
    api.get(f"{API}/lost/6", status=404, json={"message": "There is no such report."})
    options = SessionOptions(cache_folder=tmp_path, retries=0, backoff_seconds=0.0)
    for bought in (1, 2):
        with pytest.raises(SourceUnavailable, match="no such report"):
            list(extract(declared(POLLED), "things", WINDOW, Credentials(), options=options).pages)
        assert sum(call.request.method == "POST" for call in api.calls) == bought


def test_a_report_that_never_comes_or_lies_elsewhere(api: responses.RequestsMock) -> None:
    api.post(f"{API}/reports", json={"link": f"{API}/reports/7"})
    api.get(f"{API}/reports/7", status=202)
    with pytest.raises(SourceUnavailable, match=r"not ready in 0\.05 s \(HTTP 202"):
        read(declared(POLLED))
    api.post(f"{API}/away", json={"link": "https://elsewhere.example/7"})
    with pytest.raises(MalformedAnswer, match="link leads to https"):
        read(declared({**POLLED, "path": "away"}))


def test_a_key_goes_only_to_the_call_that_names_it(api: responses.RequestsMock) -> None:
    api.get("https://files.invented.example/all", json=[{"id": 1}])
    read(declared({"path": "all", "base_url": "https://files.invented.example"}, parent=GUARDED))
    assert "X-Key" not in api.calls[0].request.headers
    api.get(f"{API}/groups", json=[{"id": "a"}])
    read(declared(GUARDED))
    assert api.calls[1].request.headers["X-Key"] == "s3cret"


def test_a_resource_is_off_without_what_it_alone_needs(api: responses.RequestsMock) -> None:
    declaration = declared({"path": "all"}, resource={"needs": ["extra.consent"]}, parent={"path": "groups"})
    assert configured_resources(declaration, Credentials()) == ["groups"]
    assert configured_resources(declaration, Credentials(extra={"consent": True})) == ["groups", "things"]
    with pytest.raises(SourceNotConfigured, match=r"has no extra\.consent"):
        read(declaration)


def test_an_answer_that_calls_itself_incomplete_is_a_gap(api: responses.RequestsMock) -> None:
    api.get(f"{API}/search", json={"incomplete_results": True, "items": [{"id": 1}]})
    endpoint = {"path": "search", "data_selector": "items", "incomplete_selector": "incomplete_results"}
    records, extraction = read(declared(endpoint))
    assert records == [{"id": 1}]
    assert "page 1 is not whole" in str(extraction.note)


def test_what_is_dropped_never_lands_and_contact_data_is_masked(api: responses.RequestsMock) -> None:
    found = {
        "id": 1,
        "author": "jd",
        "owner": {"login": "jd", "type": "User"},
        "posts": [{"author": "x", "n": 1}],
    }
    api.get(f"{API}/things", json=[{**found, "text": "Write to jd@example.org"}])
    resource = {
        "drop_fields": ["author", "owner.login", "posts.author", "missing.part"],
        "mask_fields": ["text"],
    }
    assert read(declared({"path": "things"}, resource=resource))[0] == [
        {"id": 1, "owner": {"type": "User"}, "posts": [{"n": 1}], "text": "Write to [email]"}
    ]


def test_parts_of_the_connection_go_where_they_are_declared(api: responses.RequestsMock) -> None:
    api.get(f"{API}/users/us/wages", json=[{"id": 1}])
    declaration = declared({"path": "users/{login}/wages"}, client={"params": {"key": "{password}"}})
    read(declaration)
    assert api.calls[0].request.params == {"key": "s3cret"}  # type: ignore[attr-defined]


def test_another_host_of_the_provider_can_be_found_elsewhere(api: responses.RequestsMock) -> None:
    api.get("http://127.0.0.1:9/files/list", json=[{"id": 1}])
    declaration = declared({"base_url": "https://files.invented.example/files", "path": "list"})
    hosts = {"files.invented.example": "http://127.0.0.1:9"}
    assert read(declaration, extra={"hosts": hosts})[0] == [{"id": 1}]


TOKEN = {
    "type": "oauth2_client_credentials",
    "access_token_url": "https://login.invented.example/token",
    "client_id": "{login}",
    "client_secret": "{password}",
    "access_token_request_data": {"scope": "read"},
}


def test_a_token_is_fetched_and_sent(api: responses.RequestsMock) -> None:
    api.post("https://login.invented.example/token", json={"access_token": "t0ken", "expires_in": 60})
    api.get(f"{API}/things", json=[{"id": 1}])
    read(declared({"path": "things"}, client={"auth": TOKEN}))
    assert "scope=read" in str(api.calls[0].request.body)
    assert api.calls[1].request.headers["Authorization"] == "Bearer t0ken"


def test_a_token_is_never_kept(api: responses.RequestsMock, tmp_path: Path) -> None:
    api.post("https://login.invented.example/token", json={"access_token": "t0ken", "expires_in": 60})
    api.get(f"{API}/things", json=[{"id": 1}])
    declaration = declared({"path": "things"}, client={"auth": TOKEN})
    credentials, options = Credentials(login="us", password="s3cret"), SessionOptions(cache_folder=tmp_path)
    for _ in range(2):
        list(extract(declaration, "things", WINDOW, credentials, options=options).pages)
    assert [call.request.method for call in api.calls] == ["POST", "GET", "POST"]
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"things" in kept
    assert b"s3cret" not in kept
    assert b"t0ken" not in kept


def test_a_token_that_the_provider_forgot_is_bought_anew(api: responses.RequestsMock) -> None:
    sold = iter(["first", "second"])
    good = {"Bearer first"}

    def sell(_: Any) -> tuple[int, dict[str, str], str]:
        return 200, {}, f'{{"access_token": "{next(sold)}", "expires_in": 600}}'

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        if request.headers["Authorization"] not in good:
            return 401, {}, '{"message": "the token is wrong"}'
        good.clear()
        good.add("Bearer second")
        return 200, {"Content-Type": "application/json"}, f'[{{"id": "{request.url[-1]}"}}]'

    api.add_callback(responses.POST, "https://login.invented.example/token", sell)
    for number in "123":
        api.add_callback(responses.GET, f"{API}/things/{number}", answer)
    endpoint = {"path": "things/{n}", "for_each": {"n": "numbers"}}
    records, _ = read(declared(endpoint, client={"auth": TOKEN}, lists={"numbers": ["1", "2", "3"]}))
    assert [record["id"] for record in records] == ["1", "2", "3"]
    assert len(api.calls) == 6


def test_a_key_whose_every_token_is_refused_is_refused(api: responses.RequestsMock) -> None:
    api.post("https://login.invented.example/token", json={"access_token": "t0ken", "expires_in": 600})
    api.get(f"{API}/things/1", json=[{"id": 1}])
    refused = api.get(f"{API}/things/2", status=401, json={"message": "revoked"})
    endpoint = {"path": "things/{n}", "for_each": {"n": "numbers"}}
    with pytest.raises(AccessRefused, match="HTTP 401: revoked"):
        read(declared(endpoint, client={"auth": TOKEN}, lists={"numbers": ["1", "2"]}))
    assert refused.call_count == 2


def test_a_refused_token_is_a_refused_key(api: responses.RequestsMock) -> None:
    api.post("https://login.invented.example/token", json={"error": "invalid_client"}, status=401)
    with pytest.raises(AccessRefused, match=r"gave no token for the key \(HTTP 401\)"):
        read(declared({"path": "things"}, client={"auth": TOKEN}))


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ({"path": "x/{board}"}, r"unknown placeholder \{board\}"),
        ({"path": "x", "for_each": {"board": "boards"}}, "names a list boards that lists has not"),
        (
            {"path": "x", "parent": {"resource": "none", "fields": {"n": "id"}}},
            "its parent none is not declared",
        ),
        ({"path": "x", "format": "csv", "is_single": True}, "say one of records, is_single, format"),
        ({"path": "x", "halve_at": 5}, "halve_at needs a total_selector"),
    ],
)
def test_what_cannot_be_meant_is_refused(endpoint: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declared(endpoint)


def test_an_instant_can_be_written_as_the_provider_wants_it(api: responses.RequestsMock) -> None:
    api.get(f"{API}/things", json=[])
    read(declared({"path": "things", "params": {"since": "(day:{window_start.day},year:{window_start:%y})"}}))
    assert api.calls[0].request.params == {"since": "(day:20,year:26)"}  # type: ignore[attr-defined]
    assert WINDOW.start == datetime(2026, 11, 20, tzinfo=UTC)
