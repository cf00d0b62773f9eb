"""An answer of any shape is judged: a source's own check never ends otherwise than as a told failure."""

import contextlib
import json
from typing import Any

import pytest
import requests
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException

from cvplus.errors import PlantError, Where
from cvplus.sources.answers import check_answer
from cvplus.sources.oddities import imported
from cvplus.sources.registry import load_sources

CHECKED = [name for name, source in load_sources().items() if source.answer_check is not None]
FIELDS = (
    "errors",
    "error",
    "data",
    "status",
    "success",
    "response",
    "message",
    "code",
    "ErrorMessage",
    "RecordCount",
)
SHAPES: tuple[Any, ...] = (
    None,
    True,
    7,
    "text",
    [],
    [7],
    ["text"],
    [[]],
    [None],
    {},
    {"code": []},
    [{"code": {}}],
    1e308,
)


def bodies() -> list[Any]:
    """Odd values, alone and under the names in which providers speak of failures."""
    return [*SHAPES, *({name: shape} for name in FIELDS for shape in SHAPES)]


def answer(body: str, status: int) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json"
    response._content = body.encode()
    return response


@pytest.mark.parametrize("source", CHECKED)
def test_a_sources_own_check_fails_as_a_told_failure(source: str) -> None:
    declared = load_sources()[source]
    oddity = imported(declared.answer_check or "")
    texts = [*map(json.dumps, bodies()), "[" * 100_000, '{"errors": ' + "9" * 5_000 + "}", "", "{"]
    for text in texts:
        for status in (200, 400, 403, 500):
            with contextlib.suppress(PlantError, IgnoreResponseException):
                check_answer(
                    answer(text, status),
                    data_selector=None,
                    where=Where(source, "any"),
                    secrets=[],
                    oddity=oddity,
                    quota=declared.quota,
                )
