"""Real answers of providers, recorded in the world: the declaration reads them whole, record by record.

Each case says how the file becomes the answer (recorders cut lists and leave the counts as they were), what
is asked, and which keys the answer holds. Skipped where the real data are not beside the checkout.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from conftest import CREDENTIALS, Replay
from sandbox_shapes import recorded

from cvplus.errors import ConfigurationError
from cvplus.sources.credentials import Credentials


@dataclass(frozen=True)
class RealAnswer:
    """A file of real data and what it is an answer to.

    ``answer``: the answer's body from the file's content; ``keys``: the keys of the records in that body.
    ``ask``: the exchange beside its body; ``extra``: what the connection chooses for it; ``folder``: where
    the file lies, if not under the source's name.
    """

    source: str
    resource: str
    file: str
    ask: dict[str, Any]
    keys: Callable[[Any], list[str]]
    answer: Callable[[Any], Any] = lambda content: content
    extra: dict[str, Any] = field(default_factory=dict)
    folder: str | None = None

    def __str__(self) -> str:
        return f"{self.source}-{self.file.partition('.')[0]}"


def greenhouse_board(content: Any) -> Any:
    """The board as long as it says that it is: the recorder kept some of its jobs."""
    return content | {"meta": {"total": len(content["jobs"])}}


def greenhouse_keys(board: Any) -> list[str]:
    return [f"acme|{job['id']}" for job in board["jobs"]]


def lever_keys(postings: Any) -> list[str]:
    return [f"global|acme|{posting['id']}" for posting in postings]


def ashby_keys(board: Any) -> list[str]:
    return [f"acme|{job['id']}" for job in board["jobs"] if job["isListed"]]


def remotive_list(content: Any) -> Any:
    """The list as long as it says that it is: the recorder kept some of its jobs."""
    return content | {"job-count": len(content["jobs"])}


def remotive_keys(content: Any) -> list[str]:
    return [str(job["id"]) for job in content["jobs"]]


HACKER_NEWS = "hacker_news_who_is_hiring"


def hacker_news_page(content: Any) -> Any:
    """The search as long as it says that it is: the recorder kept its first hits."""
    return content | {"nbPages": 1}


def hacker_news_keys(content: Any) -> list[str]:
    return [hit["objectID"] for hit in content["hits"] if hit["title"].startswith("Ask HN: Who is hiring?")]


BOARD = {"extra": {"boards": ["acme"]}}
GREENHOUSE = {"ask": {"path": "boards/acme/jobs"}, "keys": greenhouse_keys} | BOARD
LEVER: dict[str, Any] = {"ask": {"path": "acme"}, "keys": lever_keys, "extra": {"sites": ["acme"]}}
ASHBY = {"ask": {"path": "job-board/acme"}, "keys": ashby_keys} | BOARD
SHAPES = "shape_and_errors.synthetic_text.json"
CRUNCHBASE = "v4_recorded_organizations.json"


def normal(content: Any) -> Any:
    return content["normal.json"]


def sole_page(content: Any) -> Any:
    """The page as the only one: the recorder kept the postings and left out where the next page is."""
    return content | {"links": {"next": None}}


ANSWERS = [
    RealAnswer(
        "greenhouse", "jobs", "boards_jobs_content_true.gitlab.json", answer=greenhouse_board, **GREENHOUSE
    ),
    RealAnswer(
        "greenhouse", "jobs", SHAPES, answer=lambda content: greenhouse_board(normal(content)), **GREENHOUSE
    ),
    RealAnswer("lever", "postings", "postings_mode_json.matchgroup.json", **LEVER),
    RealAnswer("lever", "postings", SHAPES, answer=normal, **LEVER),
    RealAnswer("ashby", "jobs", "job_board.json.gz", **ASHBY),
    RealAnswer("ashby", "jobs", "ashby.blurred.json", **ASHBY),
    RealAnswer("ashby", "jobs", SHAPES, answer=normal, **ASHBY),
    RealAnswer(
        "remotive", "jobs", "remotive.blurred.json", {"path": "remote-jobs"}, remotive_keys, remotive_list
    ),
    RealAnswer(
        HACKER_NEWS,
        "threads",
        "hn_search.blurred.json",
        {"path": "search_by_date"},
        hacker_news_keys,
        hacker_news_page,
        folder="hn_algolia",
    ),
    RealAnswer(
        "arbeitnow",
        "jobs",
        "job_board_api_page.json",
        {"path": "job-board-api"},
        lambda page: [job["slug"] for job in page["data"]],
        sole_page,
    ),
]


@pytest.mark.parametrize("real", ANSWERS, ids=str)
def test_a_real_answer_lands_whole(real: RealAnswer, replay: Replay) -> None:
    body = real.answer(recorded(real.folder or real.source, real.file))
    wanted = real.keys(body)
    credentials = Credentials(login=CREDENTIALS.login, password=CREDENTIALS.password, extra=real.extra)
    landed = replay(real.source, real.resource, [{**real.ask, "body": body}], credentials=credentials)
    assert wanted
    assert landed.keys == wanted
    assert (landed.manifest.rows_rejected, landed.manifest.is_partial) == (0, False)


def test_the_comments_of_a_real_thread_are_postings_and_a_deleted_one_says_nothing(replay: Replay) -> None:
    """The recorder asked for the thread as a tree; its comments are put as the search gives them."""
    thread = recorded("hn_algolia", "hn_item.blurred.json")
    story = {"objectID": str(thread["id"]), "title": thread["title"], "created_at": "2026-09-01T15:01:17Z"}
    comments = [
        {"objectID": str(child["id"]), "story_id": thread["id"], "parent_id": thread["id"],
         "created_at": story["created_at"], "author": child["author"], "comment_text": child["text"]}
        for child in thread["children"]
    ]  # fmt: skip
    pages = [{"hits": hits, "nbHits": len(hits), "nbPages": 1} for hits in ([story], comments)]
    landed = replay(HACKER_NEWS, "jobs", [{"path": "search_by_date", "body": page} for page in pages])
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


def crunchbase_answer(name: str) -> Any:
    """The body of one of the recorder's calls."""
    return next(
        call["response"]["body"] for call in recorded("crunchbase", CRUNCHBASE) if call["name"] == name
    )


def test_a_real_search_for_companies_lands_whole(replay: Replay) -> None:
    """The recorder kept the first page; the count is made that of the page, an empty one ends the walk."""
    found = crunchbase_answer("searches_organizations_with_recently_updated_and_limit")
    uuids = [entity["uuid"] for entity in found["entities"]]
    ask = {"path": "searches/organizations", "method": "POST"}
    pages = [
        {**ask, "body": {**found, "count": len(uuids)}},
        {**ask, "json": {"after_id": uuids[-1]}, "body": {"count": len(uuids), "entities": []}},
    ]
    landed = replay("crunchbase", "organizations", pages)
    assert landed.keys == uuids
    assert (landed.manifest.rows_rejected, landed.manifest.is_partial) == (0, False)


def test_a_real_feed_of_deletions_is_read_newest_first_until_it_is_older_than_the_window(
    replay: Replay,
) -> None:
    """All that the recorder kept was deleted before the window, so one page of the feed is enough."""
    feed = crunchbase_answer("deleted_entities_of_organizations")
    landed = replay("crunchbase", "deleted_entities", [{"path": "deleted_entities", "body": feed}])
    assert landed.keys == [f"{item['uuid']}|organization" for item in feed]
    assert [item["deleted_at"] for item in feed] == sorted(
        (item["deleted_at"] for item in feed), reverse=True
    )
    assert (landed.manifest.rows_rejected, landed.manifest.is_partial) == (0, False)


def test_a_real_wrapper_of_stack_exchange_says_that_no_page_follows(replay: Replay) -> None:
    """The recorder asked for sites; as tags they have what a tag is identified by."""
    answer = recorded("stackexchange", "test_stackoverflow_exists.json")
    landed = replay("stack_overflow", "tags", [{"path": "tags", "body": answer}])
    assert [record["name"] for record in landed.records] == [site["name"] for site in answer["items"]]
    assert (len(landed.requests), landed.manifest.is_partial) == (1, False)


def test_every_real_company_of_edgar_lands_with_its_annual_reports(replay: Replay) -> None:
    companies = recorded("sec", "submissions.jsonl.gz")
    asks = [{"path": f"submissions/CIK{company['cik']}.json", "body": company} for company in companies]
    ciks = [company["cik"] for company in companies]
    landed = replay("sec_edgar", "companies", asks, credentials=listed(ciks))
    assert landed.keys == ciks
    assert [record["name"] for record in landed.records] == [company["name"] for company in companies]
    told = [report["accessionNumber"] for record in landed.records for report in record["annualReports"]]
    recent = [company["filings"]["recent"] for company in companies]
    assert told == [
        number
        for columns in recent
        for number, form in zip(columns["accessionNumber"], columns["form"], strict=True)
        if form in ("10-K", "10-K/A")
    ]
    assert told
    assert (landed.manifest.rows_rejected, landed.manifest.is_partial) == (0, False)


def test_of_the_real_facts_of_edgar_land_the_annual_statements_of_revenue(replay: Replay) -> None:
    """None of the recorded companies tells how many people it employs."""
    companies = recorded("sec", "companyfacts_selected.jsonl.gz")
    ciks = [f"{company['cik']:010}" for company in companies]
    asks = [
        {"path": f"api/xbrl/companyfacts/CIK{cik}.json", "body": company}
        for cik, company in zip(ciks, companies, strict=True)
    ]
    landed = replay("sec_edgar", "facts", asks, credentials=listed(ciks))
    wanted = {
        f"{cik}|us-gaap|{tag}|USD|{fact['start']}/{fact['end']}|{fact['accn']}": fact["val"]
        for cik, company in zip(ciks, companies, strict=True)
        for tag, stated in company["facts"]["us-gaap"].items()
        if tag in ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax")
        for fact in stated["units"]["USD"]
        if fact["form"] in ("10-K", "10-K/A")
    }
    assert dict(zip(landed.keys, (record["val"] for record in landed.records), strict=True)) == wanted
    assert len(landed.keys) == len(wanted) > 500
    assert (landed.manifest.rows_rejected, landed.manifest.is_partial) == (0, False)


def listed(ciks: list[str]) -> Credentials:
    """A connection that asks for these companies."""
    return Credentials(login=CREDENTIALS.login, extra={"ciks": ciks})
