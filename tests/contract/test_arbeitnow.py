"""Arbeitnow's answers as recorded, and what becomes of them."""

import json
from pathlib import Path

import pytest
from conftest import Replay, exchanges

from cvplus.errors import MalformedAnswer, SourceUnavailable
from cvplus.sources.credentials import Credentials

REAL = Path(__file__).parents[3] / "shared/data/real/api/arbeitnow/job_board_api_page.json"


def test_happy(replay: Replay) -> None:
    landed = replay("arbeitnow", "jobs", "happy", credentials=Credentials())
    assert landed.keys == [
        "senior-data-engineer-berlin-123456",
        "pflegekraft-hamburg-123400",
        "buchhalter-koeln-122000",
        "koch-bremen-121000",
        "fahrer-essen-120000",
        "maler-kiel-119000",
    ]
    assert (landed.manifest.rows_read, landed.manifest.api_calls) == (6, 3)
    assert not landed.manifest.is_partial, "it stops at the first page that is older than the window"


def test_empty(replay: Replay) -> None:
    assert replay("arbeitnow", "jobs", "empty").manifest.rows_read == 0


def test_throttled_beyond_the_retries(replay: Replay) -> None:
    with pytest.raises(SourceUnavailable, match=r"source=arbeitnow .*HTTP 429: Too Many Attempts"):
        replay("arbeitnow", "jobs", "throttled")


def test_a_link_that_leads_back(replay: Replay) -> None:
    with pytest.raises(MalformedAnswer, match=r"source=arbeitnow resource=jobs: .*circles"):
        replay("arbeitnow", "jobs", "broken")


def test_a_link_to_another_host_is_not_followed(replay: Replay) -> None:
    page = exchanges("arbeitnow", "happy")[0]
    page["body"]["links"]["next"] = "https://elsewhere.example/api?page=2"
    with pytest.raises(MalformedAnswer, match=r"leads to https://elsewhere\.example"):
        replay("arbeitnow", "jobs", [page])


@pytest.mark.skipif(not REAL.exists(), reason="the shared recordings are not beside this checkout")
def test_a_real_page(replay: Replay) -> None:
    jobs = json.loads(REAL.read_text())["data"]
    page = {"path": "job-board-api", "body": {"data": jobs, "links": {"next": None}}}
    assert replay("arbeitnow", "jobs", [page]).keys == [job["slug"] for job in jobs]
