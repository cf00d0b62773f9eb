"""What a declaration can say beyond one call: repeated walks, formats, tickets, halves, what is kept."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import responses
from conftest import WINDOW

from cvplus.errors import (
    AccessRefused,
    ConfigurationError,
    MalformedAnswer,
    PlantError,
    SourceNotConfigured,
    SourceUnavailable,
)
from cvplus.lake.store import RejectedRecord
from cvplus.sources.credentials import Credentials, configured_resources
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.extract import extract
from cvplus.sources.extraction import Extraction
from cvplus.sources.session import SessionOptions

API = "https://api.invented.example/v1"
OPTIONS = SessionOptions(retries=0, backoff_seconds=0.0)


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def declared(
    endpoint: dict[str, Any],
    *,
    resource: dict[str, Any] | None = None,
    client: dict[str, Any] | None = None,
    parent: dict[str, Any] | None = None,
    **source: Any,
) -> SourceDeclaration:
    """An invented source with the resource ``things`` and, if asked, the resource ``groups`` before it."""

    def described(name: str, endpoint: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "name": name,
            "key": ["id"],
            "known_at": {"rule": "observed"},
            "maps_to": "skill",
            "gives": "One record a thing.",
            "sample": {"id": 1},
            "endpoint": endpoint,
            **more,
        }

    resources = [described("things", endpoint, **(resource or {}))]
    if parent is not None:
        resources.insert(0, described("groups", parent))
    return SourceDeclaration.model_validate(
        {
            "source": "invented",
            "title": "An invented provider",
            "domain": "skills",
            "access": "Open to all.",
            "limits": "There are none.",
            "retention": "Kept for ever.",
            "terms": "There are none.",
            "client": {"kind": "rest", "base_url": API, **(client or {})},
            "quota": {"requests_per_second": 1000},
            "resources": resources,
            **source,
        }
    )


def read(declaration: SourceDeclaration, **connection: Any) -> tuple[list[Any], Extraction]:
    """All records of ``things``, and the account."""
    credentials = Credentials(login="us", password="s3cret", **connection)
    extraction = extract(declaration, "things", WINDOW, credentials, options=OPTIONS)
    return [record for page in extraction.pages for record in page], extraction


BOARDS = {"path": "boards/{board}/jobs", "data_selector": "jobs", "for_each": {"board": "boards"}}


def boards(**more: Any) -> SourceDeclaration:
    return declared(
        BOARDS,
        resource={"add_fields": {"board": "{board}"}},
        lists={"boards": ["acme", "gone", "ours"]},
        **more,
    )


def test_a_walk_for_each_item_of_a_list(api: responses.RequestsMock) -> None:
    for board in ("acme", "gone", "ours"):
        api.get(f"{API}/boards/{board}/jobs", json={"jobs": [{"id": board.upper()}]})
    records, extraction = read(boards())
    assert records == [{"board": board, "id": board.upper()} for board in ("acme", "gone", "ours")]
    assert (extraction.api_calls, extraction.is_partial) == (3, False)


def test_the_connection_chooses_another_list(api: responses.RequestsMock) -> None:
    api.get(f"{API}/boards/mine/jobs", json={"jobs": [{"id": 1}]})
    assert read(boards(), extra={"boards": ["mine"]})[0] == [{"board": "mine", "id": 1}]
    with pytest.raises(
        ConfigurationError, match="`boards` in the extra of the connection invented is no list"
    ):
        read(boards(), extra={"boards": "mine"})


def test_a_board_that_has_gone_is_a_gap_and_not_the_end(api: responses.RequestsMock) -> None:
    api.get(f"{API}/boards/acme/jobs", json={"jobs": [{"id": 1}]})
    api.get(f"{API}/boards/gone/jobs", json={"error": "Job not found"}, status=404)
    api.get(f"{API}/boards/ours/jobs", json={"jobs": [{"id": 2}]})
    records, extraction = read(boards())
    assert [record["id"] for record in records] == [1, 2]
    assert extraction.is_partial
    assert "board=gone: The provider does not accept the request (HTTP 404: Job not found)" in str(
        extraction.note
    )


def test_a_snapshot_says_of_each_board_how_it_was_read(api: responses.RequestsMock) -> None:
    api.get(f"{API}/boards/acme/jobs", json={"jobs": [{"id": 1}], "total": 1})
    api.get(f"{API}/boards/gone/jobs", json={"error": "Job not found"}, status=404)
    api.get(f"{API}/boards/ours/jobs", json={"jobs": [{"id": 2}], "total": 3})
    resource = {"key": ["board", "id"], "is_snapshot": True, "add_fields": {"board": "{board}"}}
    lists = {"boards": ["acme", "gone", "ours"]}
    declaration = declared({**BOARDS, "total_selector": "total"}, resource=resource, lists=lists)
    assert declaration.resource("things").part == ["board"]
    assert read(declaration)[1].parts == {"acme": "whole", "gone": "partial", "ours": "partial"}


@pytest.mark.parametrize(
    "resource",
    [
        {"key": ["board", "id"], "add_fields": {"board": "{board}"}},
        {"key": ["id"], "is_snapshot": True, "add_fields": {"board": "{board}"}},
        {"key": ["board", "id"], "is_snapshot": True, "add_fields": {"board": "{fetched_date}"}},
    ],
)
def test_a_snapshot_has_parts_only_where_the_key_tells_its_walks(resource: dict[str, Any]) -> None:
    declaration = declared(BOARDS, resource=resource, lists={"boards": ["acme"]})
    assert declaration.resource("things").part == []


def test_when_every_board_fails_the_run_fails(api: responses.RequestsMock) -> None:
    api.get(re.compile(API), status=503, json={})
    with pytest.raises(SourceUnavailable, match=r"source=invented resource=things: .*HTTP 503"):
        read(boards())
    assert len(api.calls) == 3


def test_failures_in_a_row_end_it_early(api: responses.RequestsMock) -> None:
    api.get(f"{API}/boards/acme/jobs", json={"jobs": [{"id": 1}]})
    api.get(re.compile(f"{API}/boards/down"), status=503, json={})
    records, extraction = read(boards(), extra={"boards": ["acme", *(f"down{n}" for n in range(9))]})
    assert [record["id"] for record in records] == [1]
    assert len(api.calls) == 4
    assert "it ended early after 3 failures in a row" in str(extraction.note)


def test_lists_multiply_and_pick_from_objects(api: responses.RequestsMock) -> None:
    api.get(f"{API}/wages", json=[{"id": 1}])
    declaration = declared(
        {
            "path": "wages",
            "params": {"title": "{question[title]}", "place": "{place}"},
            "for_each": {"question": "questions", "place": "places"},
        },
        lists={"questions": [{"title": "Nurse"}, {"title": "Welder"}], "places": ["US", "CA"]},
    )
    read(declaration)
    assert [call.request.params for call in api.calls] == [  # type: ignore[attr-defined]
        {"title": title, "place": place} for title in ("Nurse", "Welder") for place in ("US", "CA")
    ]


def test_a_list_in_batches_stands_in_the_body_as_it_is(api: responses.RequestsMock) -> None:
    api.post(f"{API}/batch", json=[{"id": 1}])
    declaration = declared(
        {
            "path": "batch",
            "method": "POST",
            "json": "{questions}",
            "for_each": {"questions": {"list": "all_questions", "batch": 2}},
        },
        lists={"all_questions": [{"n": 1}, {"n": 2}, {"n": 3}]},
    )
    read(declaration)
    assert [json.loads(call.request.body) for call in api.calls] == [[{"n": 1}, {"n": 2}], [{"n": 3}]]


def test_an_item_becomes_what_the_batch_wants(api: responses.RequestsMock) -> None:
    api.post(f"{API}/batch", json=[{"id": 1}])
    template = {"id": "{item[code]}/{number}", "where": "{item[place]}", "note": "{item[note]}"}
    declaration = declared(
        {
            "path": "batch",
            "method": "POST",
            "json": "{questions}",
            "for_each": {"questions": {"list": "all_questions", "batch": 2, "each": template}},
        },
        lists={"all_questions": [{"code": "a", "place": {"city": "Boston"}}, {"code": "b", "note": "x"}]},
    )
    read(declaration)
    assert json.loads(api.calls[0].request.body) == [
        {"id": "a/1", "where": {"city": "Boston"}},
        {"id": "b/2", "note": "x"},
    ], "what an item need not have is left out"
    chosen = {"list": "all_questions", "batch": 2, "each": {"id": "{code}"}}
    with pytest.raises(ValueError, match=r"unknown placeholder \{code\}; allowed here: \{item\}, \{number\}"):
        declared({"path": "batch", "for_each": {"questions": chosen}}, lists={"all_questions": []})


def test_a_walk_for_each_parent_record_once(api: responses.RequestsMock) -> None:
    api.get(f"{API}/groups", json=[{"id": 7}, {"id": 8}, {"id": 7}, {"name": "without an id"}])
    api.get(re.compile(f"{API}/groups/\\d/things"), json=[{"id": 1}])
    declaration = declared(
        {"path": "groups/{group_id}/things", "parent": {"resource": "groups", "fields": {"group_id": "id"}}},
        parent={"path": "groups"},
        resource={"add_fields": {"group_id": "{group_id}"}},
    )
    records, extraction = read(declaration)
    assert [record["group_id"] for record in records] == [7, 8]
    assert extraction.records == 2, "the parents are not counted"


def test_parents_in_batches(api: responses.RequestsMock) -> None:
    api.get(f"{API}/groups", json=[{"id": "a"}, {"id": "b"}, {"id": "c"}])
    api.post(f"{API}/bulk", json=[{"id": 1}])
    declaration = declared(
        {
            "path": "bulk",
            "method": "POST",
            "params": {"ids": "{id}"},
            "json": {"items": "{parents}"},
            "parent": {"resource": "groups", "fields": {"id": "id"}, "batch": 2},
        },
        parent={"path": "groups"},
    )
    read(declaration)
    sent = [(call.request.params, json.loads(call.request.body)) for call in api.calls[1:]]  # type: ignore[attr-defined]
    assert sent == [
        ({"ids": "a,b"}, {"items": [{"id": "a"}, {"id": "b"}]}),
        ({"ids": "c"}, {"items": [{"id": "c"}]}),
    ]


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
    ("report", "error"),
    [
        ({"status": 202}, SourceUnavailable),
        ({"body": "<html>", "content_type": "text/html"}, MalformedAnswer),
        ({"body": "[1]"}, MalformedAnswer),
        ({"status": 401, "json": {"message": "expired"}}, AccessRefused),
    ],
)
def test_a_ticket_is_asked_for_once_whatever_becomes_of_its_report(
    api: responses.RequestsMock, tmp_path: Path, report: dict[str, Any], error: type[PlantError]
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

    if error is AccessRefused:
        with pytest.raises(AccessRefused, match="HTTP 401: expired"):
            again()
    else:
        assert again() == [{"id": 6}]
    api.replace(responses.GET, f"{API}/ready/7", json={"id": 7})
    assert again() == [{"id": 6}, {"id": 7}]
    assert bad.call_count > 0
    assert sum(call.request.method == "POST" for call in api.calls) == 2
    assert [call.split("/")[-1] for call in charged if call.startswith("POST")] == ["6", "7"]


def test_a_report_that_never_comes_or_lies_elsewhere(api: responses.RequestsMock) -> None:
    api.post(f"{API}/reports", json={"link": f"{API}/reports/7"})
    api.get(f"{API}/reports/7", status=202)
    with pytest.raises(SourceUnavailable, match=r"not ready in 0\.05 s \(HTTP 202"):
        read(declared(POLLED))
    api.post(f"{API}/away", json={"link": "https://elsewhere.example/7"})
    with pytest.raises(MalformedAnswer, match="leads away from the provider"):
        read(declared({**POLLED, "path": "away"}))


def test_the_page_number_may_stand_in_the_path(api: responses.RequestsMock) -> None:
    api.get(f"{API}/search/1", json={"items": [{"id": 1}]})
    api.get(f"{API}/search/2", json={"items": []})
    paginator = {"type": "page_in_path", "base_page": 1, "total_path": None}
    declaration = declared({"path": "search/{page}", "data_selector": "items", "paginator": paginator})
    assert read(declaration)[0] == [{"id": 1}]
    assert [call.request.url for call in api.calls] == [f"{API}/search/1", f"{API}/search/2"]


HALVED = {
    "path": "search",
    "params": {"from": "{window_start_epoch}", "to": "{window_end_epoch}"},
    "data_selector": "items",
    "total_selector": "total",
    "halve_at": 6,
}
GUARDED = {"path": "groups", "headers": {"X-Key": "{password}"}}


def test_a_window_with_too_many_records_is_read_in_halves(api: responses.RequestsMock) -> None:
    moments = [WINDOW.start.timestamp() + 3600 * hour for hour in range(24)]

    def capped(request: Any) -> tuple[int, dict[str, str], str]:
        start, end = float(request.params["from"]), float(request.params["to"])
        found = [{"id": moment} for moment in moments if start <= moment < end]
        return 200, {}, json.dumps({"total": len(found), "items": found[:5]})

    api.add_callback(responses.GET, f"{API}/search", capped, content_type="application/json")
    records, extraction = read(declared(HALVED))
    assert sorted(record["id"] for record in records) == moments
    assert not extraction.is_partial


def test_a_long_overlap_is_halved_with_its_window(api: responses.RequestsMock) -> None:
    moments = [WINDOW.start.timestamp() - 3600 * hour for hour in range(24)]

    def capped(request: Any) -> tuple[int, dict[str, str], str]:
        start, end = float(request.params["from"]), float(request.params["to"])
        found = [{"id": moment} for moment in moments if start <= moment < end]
        return 200, {}, json.dumps({"total": len(found), "items": found[:5]})

    api.add_callback(responses.GET, f"{API}/search", capped, content_type="application/json")
    records, extraction = read(declared(HALVED, resource={"overlap_hours": 48}))
    assert sorted(record["id"] for record in records) == sorted(moments)
    assert not extraction.is_partial


def test_a_moment_with_too_many_records_is_a_gap(api: responses.RequestsMock) -> None:
    moment = WINDOW.start.timestamp() + 3600

    def crowded(request: Any) -> tuple[int, dict[str, str], str]:
        is_in = float(request.params["from"]) <= moment < float(request.params["to"])
        return 200, {}, json.dumps({"total": 9 * is_in, "items": [{"id": 1}] * is_in})

    api.add_callback(responses.GET, f"{API}/search", crowded, content_type="application/json")
    records, extraction = read(declared(HALVED))
    assert records == []
    assert "alone holds 9 records" in str(extraction.note)


def test_a_filter_that_is_ignored_is_noticed(api: responses.RequestsMock) -> None:
    api.get(f"{API}/search", json={"total": 9, "items": [{"id": 1}]})
    with pytest.raises(MalformedAnswer, match="the filter is ignored"):
        read(declared(HALVED))
    assert len(api.calls) == 3


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
