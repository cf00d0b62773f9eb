"""The sandbox's market: the same seed gives the same bytes, references are whole, the truth is learnable."""

import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from sandbox.__main__ import main
from sandbox.catalogue import load_catalogue
from sandbox.drops import KEY_FIELDS, spoil_drop
from sandbox.fit import INTERVIEW_RATE, OFFER_RATE, Matcher
from sandbox.market import STORE_NAME, MarketRequest, build, draw_district
from sandbox.sizes import SIZES
from sandbox.store import Store
from sandbox.told_of import told_chances

END = date(2026, 11, 23)
TINY = MarketRequest("tiny", 7, 180, END)
REQUIRED = {
    "cvs": ("cvId", "userId", "version", "updatedAt", "document"),
    "applications": ("applicationId", "userId", "cvId", "jobKey", "appliedAt", "updatedAt"),
    "outcomes": ("outcomeId", "applicationId", "outcome", "occurredAt"),
    "jobs": ("jobKey", "title", "updatedAt"),
    "events": ("eventId", "eventType", "userId", "timestamp"),
    "subscriptions": ("subscriptionId", "userId", "plan", "status", "startedAt", "updatedAt"),
    "experiments": ("experimentId", "variant", "userId", "assignedAt"),
    "feedback": ("feedbackId", "userId", "score", "givenAt"),
    "support_tickets": ("ticketId", "openedAt", "updatedAt"),
    "leads": ("leadId", "kind", "createdAt", "updatedAt"),
    "costs": ("costDate", "category", "amount", "currency"),
    "service_checks": ("checkedAt", "service", "isUp"),
    "consents": ("userId", "purpose", "isGranted", "recordedAt"),
    "privacy_requests": ("requestId", "userId", "kind", "requestedAt"),
}


def drops_of(home: Path, entity: str) -> Iterator[tuple[str, bytes]]:
    """(day of the drop, line) of all drops of an entity."""
    for path in sorted((home / "exports" / entity).glob("dt=*/*.jsonl.gz")):
        with gzip.open(path) as file:
            for line in file.read().splitlines():
                yield path.parent.name.removeprefix("dt="), line


def records_of(home: Path, entity: str) -> list[dict[str, Any]]:
    """All records of an entity, with the day of their drop as `dt`."""
    return [orjson.loads(line) | {"dt": day} for day, line in drops_of(home, entity)]


def checksums_of(home: Path) -> dict[str, str]:
    """The checksum of every file under a home."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny market."""
    folder = tmp_path_factory.mktemp("market")
    build(folder, TINY)
    return folder


def test_the_same_seed_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    build(tmp_path, TINY)
    assert checksums_of(tmp_path) == checksums_of(home)


def test_another_seed_gives_another_market_of_the_same_size(home: Path, tmp_path: Path) -> None:
    build(tmp_path, MarketRequest("tiny", 8, 180, END))
    assert checksums_of(tmp_path).keys() >= {"market.json", STORE_NAME}
    assert checksums_of(tmp_path)[STORE_NAME] != checksums_of(home)[STORE_NAME]
    assert (
        len({r["applicationId"] for r in records_of(tmp_path, "applications")}) == SIZES["tiny"].applications
    )


def test_only_dates_move_with_the_anchor(home: Path, tmp_path: Path) -> None:
    moved = build(tmp_path, MarketRequest("tiny", 7, 180, date(2026, 8, 3)))
    kept = orjson.loads((home / "market.json").read_bytes())
    assert moved["history_end"] == "2026-08-03T00:00:00Z"
    for counted in ("rows", "served", "late", "repeated", "truth"):
        assert moved[counted] == kept[counted]


def test_a_market_that_is_there_is_kept_and_another_request_replaces_it(tmp_path: Path) -> None:
    build(tmp_path, TINY)
    before = checksums_of(tmp_path)
    touched = tmp_path / "exports" / "costs"
    stamp = touched.stat().st_mtime_ns
    build(tmp_path, MarketRequest("tiny", 7, 180))
    assert checksums_of(tmp_path) == before
    assert touched.stat().st_mtime_ns == stamp
    replaced = build(tmp_path, MarketRequest("tiny", 9, 180, END))
    assert replaced["seed"] == 9
    assert not (tmp_path / "unfinished").exists()


def test_all_fourteen_entities_carry_what_the_contract_requires(home: Path) -> None:
    assert set(KEY_FIELDS) == set(REQUIRED) == {path.name for path in (home / "exports").iterdir()}
    for entity, fields in REQUIRED.items():
        for record in records_of(home, entity):
            assert all(record.get(field) is not None for field in fields), (entity, record)


def test_drops_lie_within_the_history_and_records_are_not_dropped_before_they_happen(home: Path) -> None:
    for entity, field in (("applications", "updatedAt"), ("cvs", "updatedAt"), ("outcomes", "occurredAt")):
        for record in records_of(home, entity):
            assert "2026-05-27" <= record["dt"] < "2026-11-23"
            happened = datetime.fromisoformat(record[field]).astimezone(UTC).date().isoformat()
            assert record["dt"] >= happened


def test_some_records_come_late_and_some_twice(home: Path) -> None:
    summary = orjson.loads((home / "market.json").read_bytes())
    applications = records_of(home, "applications")
    lines = [orjson.dumps({k: v for k, v in record.items() if k != "dt"}) for record in applications]
    assert len(lines) - len(set(lines)) == summary["repeated"]["applications"] > 0
    late = sum(record["dt"] > record["updatedAt"][:10] for record in applications)
    assert late >= summary["late"]["applications"] > 0


def test_every_application_refers_to_a_cv_version_and_a_job_known_before(home: Path) -> None:
    versions: dict[tuple[str, int], str] = {}
    for record in records_of(home, "cvs"):
        key = (record["cvId"], record["version"])
        versions[key] = min(record["dt"], versions.get(key, record["dt"]))
    jobs: dict[str, str] = {}
    for record in records_of(home, "jobs"):
        jobs[record["jobKey"]] = min(record["dt"], jobs.get(record["jobKey"], record["dt"]))
    store = Store(home / STORE_NAME)
    jobs |= {
        f"usajobs:{number}": day for number, day in store.rows("select control_number, opened from postings")
    }
    owners = {record["cvId"]: record["userId"] for record in records_of(home, "cvs")}
    applications = records_of(home, "applications")
    early_cv = early_job = 0
    for record in applications:
        assert owners[record["cvId"]] == record["userId"]
        early_cv += versions[record["cvId"], record["cvVersion"]] < record["appliedAt"][:10]
        early_job += jobs[record["jobKey"]] < record["appliedAt"][:10]
    # A late drop of a CV or a job is allowed to come after; it's one in a hundred.
    assert early_cv > 0.95 * len(applications)
    assert early_job > 0.95 * len(applications)
    assert {key.split(":")[0] for key in jobs} == {"cvplus", "usajobs"}


def test_outcomes_follow_their_application_and_an_offer_implies_an_interview(home: Path) -> None:
    applied = {record["applicationId"]: record["appliedAt"] for record in records_of(home, "applications")}
    happened: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for record in records_of(home, "outcomes"):
        happened[record["applicationId"]][record["outcome"]] = record
    for application, outcomes in happened.items():
        started = datetime.fromisoformat(applied[application])
        for outcome in outcomes.values():
            assert (
                started
                < datetime.fromisoformat(outcome["occurredAt"])
                < datetime(2026, 11, 23, tzinfo=started.tzinfo)
            )
        if "offer" in outcomes:
            assert outcomes["offer"]["occurredAt"] > outcomes["interview"]["occurredAt"]
            assert outcomes["offer"]["salaryAmount"] > 0
        assert "hired" not in outcomes or "offer" in outcomes or outcomes["hired"]["dt"] <= "2026-11-22"
    assert len(happened) < len(applied), "some applications never hear"


def test_personal_data_is_made_up_and_stays_in_its_part_of_the_document(home: Path) -> None:
    for record in records_of(home, "cvs"):
        document = record["document"]
        personal = document.get("personal") or document["basics"]
        assert personal["email"].endswith("@example.org")
        parts = {k: v for k, v in document.items() if k not in ("personal", "basics", "summary")}
        assert personal["name"].encode() not in orjson.dumps(parts)


def test_cvs_come_in_both_forms_and_in_several_versions(home: Path) -> None:
    records = records_of(home, "cvs")
    forms = ["basics" in record["document"] for record in records]
    assert 0 < sum(forms) < len(forms) / 5
    several = {record["cvId"] for record in records if record["version"] > 1}
    assert len(several) > 20
    past = defaultdict(set)
    for record in records:
        if "experience" in record["document"]:
            titles = [job["title"] for job in record["document"]["experience"]]
            past[record["cvId"]].add(orjson.dumps([record["document"]["personal"], titles]))
    assert all(len(lives) == 1 for lives in past.values()), "a later version doesn't rewrite a person's past"


def test_people_apply_where_they_fit() -> None:
    size = SIZES["tiny"]
    catalogue = load_catalogue(size.companies, 180, 7, size.families)
    district, _ = draw_district(catalogue, size, 7, 0, 180, None)
    random = np.random.default_rng(1)
    matcher = Matcher.of(district.people, district.versions, district.postings, catalogue.family_of)
    anybody = random.integers(0, len(district.versions), 4_000)
    anything = random.integers(0, len(district.postings), 4_000)
    by_chance = matcher.fit(anybody, anything)
    chosen = district.applications.fit
    assert chosen.skill_share.mean() > by_chance.skill_share.mean() + 0.2
    assert chosen.region_match.mean() > by_chance.region_match.mean() + 0.1
    # And not only there: without misfits there's nothing to learn.
    assert (chosen.skill_share < 0.4).mean() > 0.1


def test_the_truth_is_learnable_but_not_trivial(home: Path) -> None:
    truth = orjson.loads((home / "market.json").read_bytes())["truth"]
    interview, offer = truth["interview"], truth["offer"]
    assert abs(interview["base_rate"] - INTERVIEW_RATE) < 0.04
    assert abs(offer["base_rate"] / interview["base_rate"] - OFFER_RATE) < 0.10
    assert 0.87 < interview["accuracy"] < 0.95
    assert interview["log_loss"] < 0.6 * interview["base_rate_log_loss"]
    assert 0.85 < interview["auc"] < 0.98


def test_the_chances_that_are_told_of_applications_are_those_that_outcomes_follow(home: Path) -> None:
    chances = {told["application_id"]: told for told in told_chances(home)}
    applied = {record["applicationId"] for record in records_of(home, "applications")}
    assert applied <= chances.keys()
    assert all(0 <= told["offer"] <= told["interview"] <= 1 for told in chances.values())
    best = orjson.loads((home / "market.json").read_bytes())["truth"]["interview"]
    interviews = np.array([told["interview"] for told in chances.values()])
    assert interviews.mean() == pytest.approx(best["base_rate"], abs=0.03)


def test_offered_pay_follows_what_the_occupation_is_paid() -> None:
    size = SIZES["tiny"]
    catalogue = load_catalogue(size.companies, 180, 7, size.families)
    district, _ = draw_district(catalogue, size, 7, 0, 180, None)
    posting = district.applications.posting
    is_american = district.postings.country[posting] == 0
    median = catalogue.pay_of[district.postings.occupation[posting], 2]
    correlation = np.corrcoef(
        np.log(median[is_american]), np.log(district.outcomes.offer_pay_usd[is_american])
    )[0, 1]
    assert correlation > 0.6
    assert district.outcomes.offer_pay_usd.min() > 15_000
    assert district.outcomes.offer_pay_usd.max() < 600_000


def test_a_spoilt_drop_has_the_share_of_rubbish_asked_for(home: Path, tmp_path: Path) -> None:
    build(tmp_path, TINY)
    assert main(["spoil", "--home", str(tmp_path), "--entity", "consents", "--day", "2026-05-27"]) == 0
    good = bad = 0
    for day, line in drops_of(tmp_path, "consents"):
        if day == "2026-05-27":
            try:
                is_good = "userId" in orjson.loads(line)
            except (orjson.JSONDecodeError, TypeError):
                is_good = False
            good, bad = good + is_good, bad + (not is_good)
    assert 0.15 < bad / (good + bad) < 0.25
    with pytest.raises(FileNotFoundError):
        spoil_drop(tmp_path / "exports", "consents", "1999-01-01")


@pytest.mark.parametrize("days", ["7", "5000"])
def test_a_history_that_makes_no_sense_is_refused(
    days: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["build", "--home", str(tmp_path), "--days", days])
    assert "is not between 30 and 3650" in capsys.readouterr().err
