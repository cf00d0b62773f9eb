"""Real answers of providers, recorded in the world: which file is an answer to what, and which is none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import real_readings as readings
from real_files import read_json
from replaying import CREDENTIALS, KEY

from cvplus.sources.credentials import Credentials

HACKER_NEWS = "hacker_news_who_is_hiring"
SHAPES = "shape_and_errors.synthetic_text.json"
CRUNCHBASE = "crunchbase/v4_recorded_organizations.json"
GREENHOUSE = "greenhouse/recorded_board_and_harvest_jobs.json"

# Files that are no answer to a call that a declaration makes, and why.
UNUSED = {
    f"amazon/{SHAPES}": "Nothing declares Amazon's own job search.",
    f"smartrecruiters/{SHAPES}": "Nothing declares SmartRecruiters.",
    f"workable/{SHAPES}": "Nothing declares Workable.",
    "workable/widget_account.json": "Nothing declares Workable.",
    "bls/laus_state_unemployment_series.json.gz": "bls_oews reads pay from a package, no series.",
    "sec/company_tickers.json.gz": "People choose the ciks of sec_edgar from it.",
}


@dataclass(frozen=True)
class RealAnswer:
    """Answers of one resource from one recorded file.

    ``file``: its path below the recordings; ``part``: the name of what counts of it, where it holds several.
    ``exchanges``, ``rows`` and ``chosen`` are given that content: what the provider answers with, in order;
    staging's columns by record key (in a key, ``{fetched_date}`` is the day of fetching); and what the
    connection chooses. ``refused``: why the load takes none of its records, where the recorder asked
    for something else.
    """

    source: str
    resource: str
    file: str
    exchanges: Callable[[Any], list[dict[str, Any]]]
    rows: Callable[[Any], readings.Rows]
    chosen: Callable[[Any], dict[str, Any]] = lambda content: {}
    part: str | None = None
    refused: str | None = None

    def __str__(self) -> str:
        name = self.part or self.file.rpartition("/")[2]
        return f"{self.source}-{self.resource}-{name.partition('.')[0]}"

    def content(self) -> Any:
        """What the file holds of it; skips where the file is not."""
        content = read_json(f"api/{self.file}")
        if self.part is None:
            return content
        if isinstance(content, dict):
            return content[self.part]
        return next(call["response"]["body"] for call in content if call["name"] == self.part)

    def credentials(self, content: Any) -> Credentials:
        """The connection with which the provider is asked for it."""
        return Credentials(login=CREDENTIALS.login, password=KEY, extra=self.chosen(content))


def _board(source: str, resource: str, file: str, part: str | None = None) -> RealAnswer:
    """An answer of a job board that is called ``acme`` here."""
    exchanges, rows = {
        "greenhouse": (readings.greenhouse_board, readings.greenhouse_rows),
        "lever": (readings.lever_site, readings.lever_rows),
        "ashby": (readings.ashby_board, readings.ashby_rows),
    }[source]
    chosen = {"sites" if source == "lever" else "boards": ["acme"]}
    return RealAnswer(source, resource, f"{source}/{file}", exchanges, rows, lambda content: chosen, part)


def _crunchbase_search(name: str, refused: str | None = None) -> RealAnswer:
    exchanges, rows = readings.crunchbase_search, readings.crunchbase_organizations
    return RealAnswer("crunchbase", "organizations", CRUNCHBASE, exchanges, rows, part=name, refused=refused)


ANSWERS = [
    _board("greenhouse", "jobs", "boards_jobs_content_true.gitlab.json"),
    _board("greenhouse", "jobs", SHAPES, "normal.json"),
    _board("greenhouse", "jobs", GREENHOUSE.partition("/")[2], "jobs_with_content"),
    _board("lever", "postings", "postings_mode_json.matchgroup.json"),
    _board("lever", "postings", SHAPES, "normal.json"),
    _board("ashby", "jobs", "job_board.json.gz"),
    _board("ashby", "jobs", "ashby.blurred.json"),
    _board("ashby", "jobs", SHAPES, "normal.json"),
    RealAnswer(
        "remotive", "jobs", "remotive/remotive.blurred.json", readings.remotive_list, readings.remotive_rows
    ),
    RealAnswer(
        "arbeitnow",
        "jobs",
        "arbeitnow/job_board_api_page.json",
        readings.arbeitnow_page,
        readings.arbeitnow_rows,
    ),
    RealAnswer(
        HACKER_NEWS,
        "threads",
        "hn_algolia/hn_search.blurred.json",
        readings.hacker_news_page,
        readings.hacker_news_threads,
    ),
    RealAnswer(
        HACKER_NEWS,
        "jobs",
        "hn_algolia/hn_item.blurred.json",
        readings.hacker_news_thread,
        readings.hacker_news_comments,
    ),
    _crunchbase_search("searches_organizations_with_recently_updated_and_limit"),
    # This recorder did not ask for the instant of the last change, the next asked for sites and not for tags.
    _crunchbase_search("searches_organizations_with_funding_total_order_company_type", "field_missing"),
    RealAnswer(
        "crunchbase",
        "deleted_entities",
        CRUNCHBASE,
        readings.crunchbase_deletions,
        readings.crunchbase_deleted,
        part="deleted_entities_of_organizations",
    ),
    RealAnswer(
        "stack_overflow",
        "tags",
        "stackexchange/test_stackoverflow_exists.json",
        readings.stack_exchange_page,
        readings.stack_exchange_rows,
        refused="field_missing",
    ),
    RealAnswer(
        "github",
        "repositories",
        "github/search_issues.json",
        readings.github_search,
        readings.github_rows,
        lambda content: {"topics": ["python"]},
    ),
    RealAnswer(
        "sec_edgar",
        "companies",
        "sec/submissions.jsonl.gz",
        readings.edgar_submissions,
        readings.edgar_companies,
        lambda content: {"ciks": [company["cik"] for company in content]},
    ),
    RealAnswer(
        "sec_edgar",
        "facts",
        "sec/companyfacts_selected.jsonl.gz",
        readings.edgar_facts,
        readings.edgar_statements,
        lambda content: {"ciks": [str(company["cik"]) for company in content]},
    ),
]
