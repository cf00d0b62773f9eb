"""Real postings, read from public boards and feeds, as the answers that their providers would have given.

The files hold what others kept of the answers (README beside them): each row is put back into the provider's
own words, day by day. Nothing is added that the files do not tell, but for boards that are known to be gone.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pandas as pd
from real_files import REAL, read_json, real_file

FIRST_SEEN = "postings/ats_jobs_first_seen_2026-07-18_08-08.parquet"
SNAPSHOTS = "postings/ats_daily_snapshots_2026-07-18_08-08.parquet"
ADZUNA = "postings/adzuna_partner_feed_daily_2024-12_2025-02.jsonl.gz"
ADZUNA_RUNS = "postings/adzuna_partner_feed_runs.json"
USAJOBS = [
    "postings/usajobs_department_of_commerce.jsonl.gz",
    "postings/usajobs_department_of_labor.jsonl.gz",
    "postings/usajobs_national_aeronautics_and_space_administration.jsonl.gz",
]
# Files that are no postings of a declared source, and why.
UNUSED = {
    "postings/ats_skills_extracted.parquet": "What a model read in texts that are not kept.",
    "postings/posting_text_skill_labels.jsonl": "Texts with labels, for the tests of enrichment.",
    "postings/nyc_city_jobs_2022.csv.gz": "Nothing declares New York City's own postings.",
    "postings/glassdoor_ds_2020_facts.csv.gz": "glassdoor is declared for employers and pay alone.",
}
# The boards' provider -> its resource and what the list of its boards is called.
BOARDS = {"greenhouse": ("jobs", "boards"), "lever": ("postings", "sites"), "ashby": ("jobs", "boards")}
DEAD_BOARDS = 2


def rows_told(path: str) -> int:
    """How many rows the README says that a file has."""
    (cells,) = re.findall(rf"^\| `{re.escape(path)}` \|([^\n]*)", (REAL / "README.md").read_text(), re.M)
    return int(cells.split("|")[1])


@cache
def first_seen() -> pd.DataFrame:
    """One row per posting of a board; ``board`` and ``id`` are told by ``job_uid`` (source:board:id)."""
    return _with_board(pd.read_parquet(real_file(FIRST_SEEN)))


@cache
def snapshots() -> pd.DataFrame:
    """One row per posting and day on which its board listed it; ``snapshot_date`` is a date as text."""
    return _with_board(pd.read_parquet(real_file(SNAPSHOTS), columns=["job_uid", "snapshot_date", "source"]))


def _with_board(rows: pd.DataFrame) -> pd.DataFrame:
    rows[["board", "id"]] = rows["job_uid"].str.split(":", expand=True)[[1, 2]]
    return rows


def days_of_boards() -> list[str]:
    """The days of the snapshots, in order."""
    return sorted(snapshots()["snapshot_date"].unique())


def boards_of(source: str) -> list[str]:
    """All boards of a provider of which a posting is known, with some that are gone in between."""
    alive = sorted(first_seen().query("source == @source")["board"].unique())
    dead = dead_boards(source)
    return [*alive[:1], *dead[:1], *alive[1:], *dead[1:]]


def dead_boards(source: str) -> list[str]:
    """Some boards of a provider that answer 404."""
    directory = read_json("companies/ats_board_directory.json")
    gone = [board["slug"] for board in directory if (board["ats"], board["status"]) == (source, "dead")]
    return sorted(gone)[:DEAD_BOARDS]


def answers_of_boards(source: str, day: str) -> list[dict[str, Any]]:
    """What each board of a provider answered on a day, in the order in which they are asked."""
    listed = snapshots().query("source == @source and snapshot_date == @day")["job_uid"]
    rows = first_seen()[first_seen()["job_uid"].isin(set(listed))]
    by_board = {board: group.to_dict("records") for board, group in rows.groupby("board")}
    gone = set(dead_boards(source))
    return [
        _gone(source, board) if board in gone else _board(source, board, by_board.get(board, []))
        for board in boards_of(source)
    ]


def _gone(source: str, board: str) -> dict[str, Any]:
    shapes = read_json(f"api/{source}/shape_and_errors.synthetic_text.json")
    body = shapes["dead.json"] if source == "ashby" else shapes["dead_404.json"]
    return {"path": _path(source, board), "status": 404, "body": body}


def _path(source: str, board: str) -> str:
    return {"greenhouse": f"boards/{board}/jobs", "lever": board, "ashby": f"job-board/{board}"}[source]


def _board(source: str, board: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    body: Any
    if source == "lever":
        body = [_lever_posting(row) for row in rows]
    elif source == "ashby":
        body = {"apiVersion": "1", "jobs": [_ashby_job(row) for row in rows]}
    else:
        body = {"jobs": [_greenhouse_job(row) for row in rows], "meta": {"total": len(rows)}}
    return {"path": _path(source, board), "body": body}


def _greenhouse_job(row: dict[str, Any]) -> dict[str, Any]:
    pay = {
        "min_cents": row["salary_min_orig"] * 100,
        "max_cents": row["salary_max_orig"] * 100,
        "currency_type": row["currency_original"],
    }
    return {
        "id": int(row["id"]),
        "title": row["title"],
        "location": {"name": row["location_raw"]},
        "first_published": row["published_at"],
        "updated_at": row["published_at"],
        "absolute_url": row["apply_url"],
        "pay_input_ranges": [pay] if pd.notna(row["salary_min_orig"]) else [],
    }


def _lever_posting(row: dict[str, Any]) -> dict[str, Any]:
    pay = {
        "min": row["salary_min_orig"],
        "max": row["salary_max_orig"],
        "currency": row["currency_original"],
        "interval": row["salary_interval_orig"],
    }
    posting = {
        "id": row["id"],
        "text": row["title"],
        "categories": {"location": row["location_raw"], "commitment": row["employment_type"]},
        "createdAt": int(datetime.fromisoformat(row["published_at"]).timestamp() * 1000),
        "workplaceType": "remote" if row["is_remote"] else "unspecified",
        "hostedUrl": row["apply_url"],
    }
    return posting | ({"salaryRange": pay} if pd.notna(row["salary_min_orig"]) else {})


def _ashby_job(row: dict[str, Any]) -> dict[str, Any]:
    component = {
        "compensationType": "Salary",
        "interval": row["salary_interval_orig"],
        "currencyCode": row["currency_original"],
        "minValue": row["salary_min_orig"],
        "maxValue": row["salary_max_orig"],
    }
    tiers = [{"components": [component]}] if pd.notna(row["salary_min_orig"]) else []
    return {
        "id": row["id"],
        "title": row["title"],
        "location": row["location_raw"],
        "employmentType": row["employment_type"],
        "publishedAt": row["published_at"],
        "isListed": True,
        "isRemote": row["is_remote"],
        "jobUrl": row["apply_url"],
        "compensation": {"compensationTiers": tiers},
    }


def usajobs_answer(path: str) -> list[dict[str, Any]]:
    """A file of federal announcements as one page of the history."""
    data = [
        {
            "usajobsControlNumber": row["control_number"],
            "positionTitle": row["position_title"],
            "hiringDepartmentName": row["department"],
            "hiringAgencyName": row["agency"],
            "appointmentType": row["appointment_type"],
            "positionOpenDate": row["open_date"],
            "positionCloseDate": row["close_date"],
        }
        for row in read_json(path)
    ]
    paging = {"metadata": {"totalCount": len(data), "continuationToken": None}, "next": None}
    return [{"path": "HistoricJoa", "body": {"paging": paging, "data": data}}]


def adzuna_days() -> Iterator[tuple[date, list[dict[str, Any]]]]:
    """Each day of the feed that is kept, with the ads of that day, newest first; on some there are none."""
    ads = read_json(ADZUNA)
    for run in read_json(ADZUNA_RUNS):
        listed = [_adzuna_ad(ad) for ad in ads if run["date"] in ad["seen_on"]]
        yield date.fromisoformat(run["date"]), sorted(listed, key=lambda ad: ad["created"], reverse=True)


def _adzuna_ad(ad: dict[str, Any]) -> dict[str, Any]:
    """An ad as the search gives it; when it was made is not told, so it is as old as its first day."""
    town, state, country = (part.strip() for part in ad["location"].rsplit(",", 2))
    return {
        "id": ad["id"],
        "title": ad["title"],
        "company": {"display_name": ad["company"]},
        "location": {"display_name": f"{town}, {state}", "area": [country, state, town]},
        "description": ad["description"],
        "created": f"{min(ad['seen_on'])}T00:00:00Z",
        "salary_is_predicted": "0",
    }


def adzuna_pages(ads: list[dict[str, Any]], size: int = 50) -> list[dict[str, Any]]:
    """A day's ads as pages of the search, with the empty one at the end."""
    return [
        {
            "path": f"jobs/us/search/{number}",
            "body": {"count": len(ads), "results": ads[start : start + size]},
        }
        for number, start in enumerate(range(0, len(ads) + size, size), 1)
    ]


def closings() -> dict[str, datetime | None]:
    """Each posting of a board and the first day on which it was gone for good; none while it is listed.

    Every board was read on every day; gone is what two days in a row do not list.
    """
    days = days_of_boards()
    listed = snapshots().groupby("job_uid")["snapshot_date"].max()
    closed: dict[str, datetime | None] = {}
    for job, last in listed.items():
        after = days[days.index(last) + 1 :]
        closed[str(job)] = fetched_on(after[0]) if len(after) > 1 else None
    return closed


def reopened() -> int:
    """How often a posting was gone for two days or more and came back."""
    days = days_of_boards()
    positions = snapshots().assign(day=snapshots()["snapshot_date"].map(days.index)).sort_values("day")
    return int((positions.groupby("job_uid")["day"].diff() > 2).sum())


def fetched_on(day: str | date) -> datetime:
    """When a day's answers were fetched: in the morning."""
    return datetime.combine(date.fromisoformat(str(day)), datetime.min.time(), UTC).replace(hour=6)


def pay_of_a_year() -> dict[str, tuple[float, float, str]]:
    """Postings of boards whose pay for a year whoever kept them took for pay: least, most and currency."""
    told = first_seen().query("has_salary and salary_min_orig >= 10000")
    yearly = told[told["salary_interval_orig"].isin(["year", "1 YEAR", "per-year-salary"])]
    amounts = yearly[["salary_min_orig", "salary_max_orig", "currency_original"]]
    return dict(zip(yearly["job_uid"], amounts.itertuples(index=False, name=None), strict=True))


def usajobs_rows() -> list[dict[str, Any]]:
    """All federal announcements, as the files hold them."""
    return [row for path in USAJOBS for row in read_json(path)]
