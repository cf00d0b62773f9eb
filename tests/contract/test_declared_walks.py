"""How often a declaration has an endpoint read: for each item, for each parent, page by page, in halves."""

import json
import re
from typing import Any

import pytest
import responses
from conftest import WINDOW
from invented_source import API, declared, read

from cvplus.errors import (
    ConfigurationError,
    MalformedAnswer,
    SourceUnavailable,
)
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.progress import Progress

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


def test_dead_boards_side_by_side_are_their_own_news(api: responses.RequestsMock) -> None:
    names = ["acme", *(f"gone{n}" for n in range(5)), "ours", "wrong", "odd", "moved", "last"]
    for name in ("acme", "ours", "last"):
        api.get(f"{API}/boards/{name}/jobs", json={"jobs": [{"id": name}]})
    api.get(re.compile(f"{API}/boards/gone"), status=404, json={"error": "Job not found"})
    api.get(f"{API}/boards/wrong/jobs", status=410, json={})
    api.get(f"{API}/boards/odd/jobs", body="<html>", content_type="text/html")
    api.get(f"{API}/boards/moved/jobs", status=403, json={})
    progress = Progress()
    records, extraction = read(boards(), progress, extra={"boards": names})
    assert [record["id"] for record in records] == ["acme", "ours", "last"]
    assert "ended early" not in str(extraction.note)
    assert sorted(progress.failed) == sorted(f"board={name}" for name in names[1:6] + names[7:10])
    assert progress.stopped_before is None


def test_boards_that_are_all_gone_are_all_asked_and_tell_of_a_fault(api: responses.RequestsMock) -> None:
    api.get(re.compile(API), status=404, json={"error": "Job not found"})
    progress = Progress()
    with pytest.raises(ConfigurationError, match="HTTP 404: Job not found"):
        read(boards(), progress, extra={"boards": [f"gone{n}" for n in range(9)]})
    assert len(progress.failed) == 9


def test_a_dead_board_among_failures_says_that_the_provider_answers(api: responses.RequestsMock) -> None:
    api.get(re.compile(f"{API}/boards/down"), status=503, json={})
    api.get(f"{API}/boards/gone/jobs", status=404, json={})
    api.get(f"{API}/boards/acme/jobs", json={"jobs": [{"id": 1}]})
    records, _ = read(boards(), extra={"boards": ["down1", "down2", "gone", "down3", "down4", "acme"]})
    assert [record["id"] for record in records] == [1]


def test_a_walk_that_ended_early_is_gone_on_with(api: responses.RequestsMock) -> None:
    api.get(re.compile(f"{API}/boards/ok"), json={"jobs": [{"id": 1}]})
    down = api.get(re.compile(f"{API}/boards/down"), status=503, json={})
    names = ["ok1", "down1", "down2", "down3", "ok2", "ok3"]
    progress = Progress()
    _, extraction = read(boards(), progress, extra={"boards": names})
    assert str(extraction.note).startswith(
        "it ended early after 3 failures in a row; not asked: board=ok2, board=ok3; board=down1: "
    )
    assert progress.stopped_before == "board=ok2"
    asked = len(api.calls)
    again = Progress(begin_at="board=ok2", known=frozenset(progress.failed))
    api.replace(down)  # type: ignore[arg-type]
    read(boards(), again, extra={"boards": names})
    order = [str(call.request.url).split("/")[-2] for call in list(api.calls)[asked:]]
    assert order[:3] == ["ok2", "ok3", "ok1"]
    assert again.stopped_before is None


def test_where_a_walk_is_to_begin_may_have_left_the_list(api: responses.RequestsMock) -> None:
    api.get(re.compile(API), json={"jobs": [{"id": 1}]})
    read(boards(), Progress(begin_at="board=sold"), extra={"boards": ["a", "b"]})
    assert [str(call.request.url).split("/")[-2] for call in api.calls] == ["a", "b"]


def test_boards_that_answer_again_are_told_of(api: responses.RequestsMock) -> None:
    api.get(re.compile(API), json={"jobs": [{"id": 1}]})
    progress = Progress(known=frozenset({"board=a", "board=sold"}))
    read(boards(), progress, extra={"boards": ["a", "b"]})
    assert (progress.recovered, progress.failed) == ({"board=a"}, {})


def test_three_failures_before_any_answer_do_not_hide_the_rest_for_good(api: responses.RequestsMock) -> None:
    api.get(re.compile(API), status=503, json={})
    progress = Progress()
    with pytest.raises(SourceUnavailable):
        read(boards(), progress, extra={"boards": ["a", "b", "c", "d"]})
    assert progress.stopped_before == "board=d"


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
