"""Real answers of providers, recorded in the world: the declaration reads them whole, record by record.

Which they are, and what is to be read in them, ``real_answers`` says. Skipped where the real data are not
beside the checkout.
"""

from typing import Any

import pytest
from conftest import Replay
from real_answers import ANSWERS, HACKER_NEWS, SHAPES, UNUSED, RealAnswer
from real_files import REAL, recorded

from cvplus.errors import ConfigurationError
from cvplus.sources.credentials import Credentials


def test_every_recorded_answer_is_used_or_says_why_not() -> None:
    files = {str(path.relative_to(REAL / "api")) for path in (REAL / "api").glob("*/*.json*")}
    if not files:
        pytest.skip("the real data are not on this machine")
    used = {real.file for real in ANSWERS}
    assert sorted(files) == sorted(used | set(UNUSED))
    assert used.isdisjoint(UNUSED)


@pytest.mark.parametrize("real", ANSWERS, ids=str)
def test_a_real_answer_lands_whole(real: RealAnswer, replay: Replay) -> None:
    content = real.content()
    exchanges, credentials = real.exchanges(content), real.credentials(content)
    landed = replay(real.source, real.resource, exchanges, credentials=credentials)
    day = f"{landed.manifest.fetched_at:%Y-%m-%d}"
    wanted = [key.replace("{fetched_date}", day) for key in real.rows(content)]
    assert wanted
    assert sorted(landed.keys) == sorted(wanted)
    assert (landed.manifest.rows_rejected, landed.manifest.is_partial) == (0, False)


def test_the_comments_of_a_real_thread_are_postings_and_a_deleted_one_says_nothing(replay: Replay) -> None:
    thread = the(HACKER_NEWS, "jobs")
    landed = replay(HACKER_NEWS, "jobs", thread.exchanges(thread.content()))
    assert [(record["company"], record["role"]) for record in landed.records] == [
        ("Acme Remote Inc", "Backend Engineer"),
        ("Beta Labs", "Frontend Engineer"),
        (None, None),
    ]
    assert [record["is_remote"] for record in landed.records] == [True, False, None]
    assert [record["is_deleted"] for record in landed.records] == [False, False, True]


@pytest.mark.parametrize(
    ("source", "resource", "ask", "extra", "dead"),
    [
        ("greenhouse", "jobs", "boards/acme/jobs", {"boards": ["acme"]}, "dead_404.json"),
        ("lever", "postings", "acme", {"sites": ["acme"]}, "dead_404.json"),
        ("ashby", "jobs", "job-board/acme", {"boards": ["acme"]}, "dead.json"),
    ],
)
def test_a_real_answer_about_a_board_that_is_gone_is_told(
    source: str, resource: str, ask: str, extra: dict[str, Any], dead: str, replay: Replay
) -> None:
    body = recorded(source, SHAPES)[dead]
    with pytest.raises(ConfigurationError, match="HTTP 404"):
        replay(
            source,
            resource,
            [{"path": ask, "status": 404, "body": body}],
            credentials=Credentials(extra=extra),
        )


@pytest.mark.parametrize(
    ("source", "resource", "ask", "extra"),
    [
        ("greenhouse", "jobs", "boards/acme/jobs", {"boards": ["acme"]}),
        ("lever", "postings", "acme", {"sites": ["acme"]}),
        ("ashby", "jobs", "job-board/acme", {"boards": ["acme"]}),
    ],
)
def test_a_real_answer_about_a_board_without_jobs_is_whole(
    source: str, resource: str, ask: str, extra: dict[str, Any], replay: Replay
) -> None:
    body = recorded(source, SHAPES)["empty.json"]
    landed = replay(source, resource, [{"path": ask, "body": body}], credentials=Credentials(extra=extra))
    assert (landed.manifest.rows_read, landed.manifest.parts) == (0, {"acme": "whole"})


def test_every_real_company_of_edgar_lands_with_its_annual_reports(replay: Replay) -> None:
    real = the("sec_edgar", "companies")
    companies = real.content()
    exchanges, credentials = real.exchanges(companies), real.credentials(companies)
    landed = replay("sec_edgar", "companies", exchanges, credentials=credentials)
    told = [report["accessionNumber"] for record in landed.records for report in record["annualReports"]]
    recent = [company["filings"]["recent"] for company in companies]
    assert told == [
        number
        for columns in recent
        for number, form in zip(columns["accessionNumber"], columns["form"], strict=True)
        if form in ("10-K", "10-K/A")
    ]
    assert told


def the(source: str, resource: str) -> RealAnswer:
    """The one real answer of a resource."""
    (found,) = (real for real in ANSWERS if (real.source, real.resource) == (source, resource))
    return found
