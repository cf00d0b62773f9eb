"""A new source's skeleton is replayed by the real client before anybody has touched it."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
import responses
from replaying import CREDENTIALS, IMPATIENT, WINDOW, quick, register

from cvplus.errors import PlantError
from cvplus.lake.store import open_lake
from cvplus.sources.land import land_resource
from cvplus.sources.registry import load_source
from cvplus.sources.scaffold import skeleton
from cvplus.sources.scaffold_recordings import Paging

CASES = ("happy", "empty", "throttled", "broken")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("paging", get_args(Paging))
def test_each_case_becomes_what_it_says(
    mocked: responses.RequestsMock, tmp_path: Path, paging: Paging, case: str
) -> None:
    files = skeleton("new_board", "jobs", "posting", "job_market", paging, has_key=False)
    path = tmp_path / "new_board.yaml"
    path.write_text(files["config/sources/new_board.yaml"])
    recording: dict[str, Any] = json.loads(files[f"tests/contract/recorded/new_board/{case}.json"])
    declaration, expected = quick(load_source(path)), recording["expect"]
    for exchange in recording["exchanges"]:
        register(mocked, declaration, exchange, tmp_path)
    lake = open_lake((tmp_path / "lake").as_uri())

    def land() -> list[str]:
        manifest = land_resource(declaration, "jobs", WINDOW, CREDENTIALS, lake, "run-1", IMPATIENT)
        return [record["id"] for record in lake.read_records(manifest)]

    if "error" in expected:
        with pytest.raises(PlantError, match=expected["message"]) as raised:
            land()
        assert raised.value.code == expected["error"]
    else:
        assert land() == expected["keys"]
        assert len(mocked.calls) == expected["api_calls"]
