"""The four answers that every source has recorded, in the shape that a skeleton's declaration reads."""

from collections.abc import Sequence
from typing import Any, Literal

Paging = Literal["page_number", "offset", "cursor", "none"]

PAGINATORS: dict[Paging, str] = {
    "page_number": "{type: page_number, base_page: 1, page_param: page, total_path: pages}",
    "offset": "{type: offset, limit: 2, offset_param: offset, limit_param: limit, total_path: total}",
    "cursor": "{type: cursor, cursor_path: next, cursor_param: cursor}",
    "none": "{type: single_page}",
}
CHANGED_AT = "2026-11-20T08:00:00Z"


def recordings(resource: str, title_field: str, paging: Paging) -> dict[str, Any]:
    """The recordings by case: happy, empty, throttled and broken."""

    def recording(expect: dict[str, Any], exchanges: Sequence[dict[str, Any]]) -> dict[str, Any]:
        asked = [{"path": resource, **exchange} for exchange in exchanges]
        return {"resource": resource, "exchanges": asked, "expect": expect}

    pages = _pages(
        paging, [{"id": key, title_field: "An example", "updated_at": CHANGED_AT} for key in "123"]
    )
    throttled = {"status": 429, "body": {"message": "Too many requests"}}
    return {
        "happy": recording({"keys": ["1", "2", "3"], "api_calls": len(pages)}, pages),
        "empty": recording({"keys": [], "api_calls": 1}, _pages(paging, [])),
        "throttled": recording(
            {"error": "source_unavailable", "message": "HTTP 429: Too many requests"}, [throttled] * 3
        ),
        "broken": recording(
            {"error": "malformed_answer", "message": "no list of records at 'items'"},
            [{"body": {"unexpected": []}}],
        ),
    }


def _pages(paging: Paging, items: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Pages of two as the provider of the skeleton would answer them."""
    if paging == "none":
        return [{"body": {"items": items}}]
    parts = [items[:2], items[2:]] if items else [[]]
    asked = {
        "page_number": ("page", ("1", "2")),
        "offset": ("offset", ("0", "2")),
        "cursor": ("cursor", ("", "2")),
    }
    parameter, values = asked[paging]
    told: dict[str, list[dict[str, Any]]] = {
        "page_number": [{"pages": len(parts)}] * 2,
        "offset": [{"total": len(items)}] * 2,
        "cursor": [{"next": "2" if items else None}, {"next": None}],
    }
    return [
        {"query": {parameter: value} if value else {}, "body": {"items": part, **said}}
        for value, part, said in zip(values, parts, told[paging], strict=False)
    ]
