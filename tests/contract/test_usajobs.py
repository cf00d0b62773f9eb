"""The answers of USAJOBS as recorded, and what becomes of them."""

from typing import Any

import pytest
from conftest import KEY, Replay

from cvplus.errors import AccessRefused, MalformedAnswer, SourceUnavailable
from cvplus.sources.declaration import SourceDeclaration
from cvplus.sources.endpoint import Slices
from cvplus.sources.oddities import usajobs


def test_happy(replay: Replay) -> None:
    landed = replay("usajobs", "search", "happy")
    assert landed.keys == ["812345600", "812345700", "812345800"]
    assert (landed.manifest.rows_read, landed.manifest.api_calls, landed.manifest.is_partial) == (3, 2, False)
    for request in landed.requests:
        assert (request.headers["User-Agent"], request.headers["Authorization-Key"]) == (
            "us@example.org",
            KEY,
        )


def test_history_follows_the_link_as_it_is_given(replay: Replay) -> None:
    landed = replay("usajobs", "historic_announcements", "historic")
    assert landed.keys == ["640000001", "640000002", "640000003"]
    assert landed.requests[1].url.endswith("continuationtoken=a%2Bb%2Fc%3D")


def test_empty(replay: Replay) -> None:
    assert replay("usajobs", "search", "empty").manifest.rows_read == 0


def test_history_says_nothing_with_a_text(replay: Replay) -> None:
    manifest = replay("usajobs", "historic_announcements", "historic_empty").manifest
    assert (manifest.rows_read, manifest.is_partial, manifest.api_calls) == (0, False, 1)


def test_unavailable_beyond_the_retries(replay: Replay) -> None:
    with pytest.raises(SourceUnavailable, match=r"HTTP 503: a web page"):
        replay("usajobs", "search", "throttled")


def test_a_login_page_under_a_good_status(replay: Replay) -> None:
    with pytest.raises(MalformedAnswer, match=r"source=usajobs resource=search: .*web page"):
        replay("usajobs", "search", "broken")


def test_a_refused_key_in_html(replay: Replay) -> None:
    with pytest.raises(AccessRefused, match=r"HTTP 401: a web page.*connection `usajobs`"):
        replay("usajobs", "search", "refused")


def test_a_capped_result_is_read_in_slices(replay: Replay) -> None:
    slices = Slices(at_total=3, param="JobCategoryCode", values=["0110", "2210"])

    def capped_at_three(declaration: SourceDeclaration) -> SourceDeclaration:
        search = declaration.resource("search")
        endpoint = search.endpoint.model_copy(update={"slices": slices})
        return declaration.model_copy(
            update={"resources": [search.model_copy(update={"endpoint": endpoint})]}
        )

    def page(total: int, *ids: str, **query: str) -> dict[str, Any]:
        result = {
            "SearchResultCountAll": total,
            "SearchResultItems": [{"MatchedObjectId": control_number} for control_number in ids],
            "UserArea": {"NumberOfPages": "1"},
        }
        return {"path": "Search", "query": {"Page": "1", **query}, "body": {"SearchResult": result}}

    pages = [
        page(9, "1", "2", "3"),
        page(2, "1", "4", JobCategoryCode="0110"),
        page(5, "3", "4", "5", JobCategoryCode="2210"),
    ]
    landed = replay("usajobs", "search", pages, change=capped_at_three)
    assert landed.keys == ["1", "4", "3", "4", "5"]
    assert landed.manifest.is_partial
    assert landed.manifest.note == (
        "JobCategoryCode=2210 reaches the cap of 3; the slices hold 5 of 9 records"
    )


def test_the_declared_slices_are_occupational_series() -> None:
    assert len(usajobs.OCCUPATIONAL_SERIES) == len(set(usajobs.OCCUPATIONAL_SERIES)) == 323
    assert all(len(code) == 4 and code.isdigit() for code in usajobs.OCCUPATIONAL_SERIES)
