"""The lake's lifecycle: what the file may say, what of it the bucket gets, and what stays other people's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from rich.console import Console
from s3_server import Fault, S3Server

from cvplus.errors import ConfigurationError, LakeFailure
from cvplus.lake.lifecycle import Lifecycle, load_lifecycle
from cvplus.lake.manifest import BatchIdentity, Window
from cvplus.lake.s3_lifecycle import apply_lifecycle
from cvplus.lake.store import BatchFacts, open_lake
from cvplus.operations import archiving_commands
from cvplus.operations.archiving import archive_lake
from cvplus.operations.runs import RunAccount

pytest_plugins = ("s3_fixtures",)

RULE = {
    "id": "derived",
    "folder": "derived",
    "colder": {"after_days": 30, "storage_class": "STANDARD_IA"},
    "archive": {"after_days": 180, "storage_class": "GLACIER"},
    "expire": {"after_days": 800, "reason": "The postings it was made from are kept."},
}
SETTINGS: dict[str, Any] = {"abort_uploads_after_days": 1, "keep_at_least_days": 730, "rules": [RULE]}
FOREIGN = {
    "ID": "theirs",
    "Status": "Enabled",
    "Filter": {"Prefix": "other/"},
    "Expiration": {"Days": 7},
}


def rules_of(bucket: Any) -> list[dict[str, Any]]:
    answer = boto3.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket.name)
    rules: list[dict[str, Any]] = answer["Rules"]
    return rules


def test_the_shipped_file_archives_after_six_months_and_deletes_nothing() -> None:
    lifecycle = load_lifecycle()
    (rule,) = lifecycle.rules
    assert rule.folder == ""
    assert rule.archive is not None
    assert rule.archive.after_days == 180
    assert rule.colder is not None
    assert rule.expire is None
    assert lifecycle.abort_uploads_after_days == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colder": {"after_days": 29, "storage_class": "STANDARD_IA"}}, "younger than 30 days"),
        ({"archive": {"after_days": 30, "storage_class": "GLACIER"}}, "must follow each other"),
        ({"archive": {"after_days": 59, "storage_class": "GLACIER"}}, "keeps a file at least 30 days"),
        ({"expire": {"after_days": 180, "reason": "A reason of some length."}}, "must follow each other"),
        ({"expire": {"after_days": 729, "reason": "A reason of some length."}}, "keep_at_least_days"),
        ({"expire": {"after_days": 800}}, r"rules\.0\.expire\.reason: Field required"),
        ({"folder": ""}, "may not expire anything"),
        ({"folder": "derived/"}, r"rules\.0\.folder"),
        ({"colder": {"after_days": 40, "storage_class": "cold"}}, r"rules\.0\.colder\.storage_class"),
        ({"colder": None, "archive": None, "expire": None}, "it does nothing"),
        ({"archives": {}}, r"rules\.0\.archives: Extra inputs"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place_and_what_is_allowed(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    file = tmp_path / "lifecycle.yaml"
    file.write_text(yaml.safe_dump(SETTINGS))
    assert load_lifecycle(file).rules[0].id == "derived"
    file.write_text(yaml.safe_dump({**SETTINGS, "rules": [{**RULE, **change}]}))
    with pytest.raises(
        ConfigurationError, match=rf"lifecycle\.yaml is not valid: .*{message}.*docs/lake\.md"
    ):
        load_lifecycle(file)


def test_two_rules_of_one_id_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "lifecycle.yaml"
    with pytest.raises(ConfigurationError, match="No such file"):
        load_lifecycle(file)
    file.write_text(yaml.safe_dump({**SETTINGS, "rules": [RULE, RULE]}))
    with pytest.raises(ConfigurationError, match="two rules have one id"):
        load_lifecycle(file)


def test_the_bucket_gets_the_rules_once_and_keeps_those_of_others(bucket: Any, s3_server: S3Server) -> None:
    boto3.client("s3").put_bucket_lifecycle_configuration(
        Bucket="market", LifecycleConfiguration={"Rules": [FOREIGN]}
    )
    lifecycle = Lifecycle.model_validate(SETTINGS)
    change = apply_lifecycle("market", "some/lake", lifecycle)
    assert change.added == ("cvplus:some/lake/:rule:derived", "cvplus:some/lake/:uploads")
    assert change.foreign == ("theirs",)
    expected = [
        FOREIGN,
        {
            "ID": "cvplus:some/lake/:uploads",
            "Status": "Enabled",
            "Filter": {"Prefix": "some/lake/"},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {
            "ID": "cvplus:some/lake/:rule:derived",
            "Status": "Enabled",
            "Filter": {"Prefix": "some/lake/derived/"},
            "Transitions": [
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 180, "StorageClass": "GLACIER"},
            ],
            "Expiration": {"Days": 800},
        },
    ]
    assert rules_of(bucket) == expected
    written = s3_server.count("PUT", "lifecycle")
    again = apply_lifecycle("market", "/some/lake/", lifecycle)
    assert not again.is_change
    assert set(again.unchanged) == set(change.added)
    assert s3_server.count("PUT", "lifecycle") == written
    assert rules_of(bucket) == expected


@pytest.mark.usefixtures("bucket")
def test_a_rule_that_differs_is_put_right_and_one_that_went_is_removed(bucket: Any) -> None:
    lifecycle = Lifecycle.model_validate(SETTINGS)
    apply_lifecycle("market", "", lifecycle)
    apply_lifecycle("market", "second", lifecycle)
    other = Lifecycle.model_validate(
        {**SETTINGS, "abort_uploads_after_days": 2, "rules": [{**RULE, "id": "facts"}]}
    )
    planned = apply_lifecycle("market", "", other, is_dry_run=True)
    assert len(rules_of(bucket)) == 4
    assert apply_lifecycle("market", "", other) == planned
    assert planned.added == ("cvplus::rule:facts",)
    assert planned.changed == ("cvplus::uploads",)
    assert planned.removed == ("cvplus::rule:derived",)
    assert str(planned).startswith("added: cvplus::rule:facts; changed: cvplus::uploads; removed: ")
    ids = {rule["ID"] for rule in rules_of(bucket)}
    assert ids == {
        "cvplus::uploads",
        "cvplus::rule:facts",
        "cvplus:second/:uploads",
        "cvplus:second/:rule:derived",
    }


@pytest.mark.usefixtures("bucket")
def test_a_server_without_such_classes_and_a_missing_bucket_say_what_to_do(s3_server: S3Server) -> None:
    lifecycle = Lifecycle.model_validate(SETTINGS)
    with pytest.raises(LakeFailure, match=r"s3://elsewhere.*Create the bucket"):
        apply_lifecycle("elsewhere", "", lifecycle)
    s3_server.faults.append(Fault(("PUT", "lifecycle"), "not_implemented", times=1000))
    with pytest.raises(ConfigurationError, match=r"config/lifecycle\.yaml.*storage classes"):
        apply_lifecycle("market", "", lifecycle)


@pytest.mark.usefixtures("bucket")
def test_the_command_applies_the_shipped_file_to_the_lake_on_s3(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_LAKE_URL", "s3://market/lake")
    account = RunAccount()
    assert "(dry run): added: cvplus:lake/:rule:batches" in archive_lake(account, is_dry_run=True)
    assert account.rows == 2
    console = Console(record=True, width=200)
    assert archiving_commands.main([], console) == 0
    assert "added: cvplus:lake/:rule:batches, cvplus:lake/:uploads" in console.export_text()
    assert rules_of(bucket)[1]["Transitions"][1] == {"Days": 180, "StorageClass": "GLACIER_IR"}
    account = RunAccount()
    assert "unchanged" in archive_lake(account)
    assert account.rows == 0


def test_the_command_names_a_bucket_that_is_away(
    s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_LAKE_URL", "s3://elsewhere/lake")
    console = Console(record=True, width=200)
    assert archiving_commands.main([], console) == 1
    assert "s3://elsewhere" in console.export_text()


def test_on_a_folder_nothing_moves_and_the_report_counts_what_is_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_LAKE_URL", tmp_path.as_uri())
    lake = open_lake(tmp_path.as_uri())
    now = datetime.now(UTC)
    for fetched, ends in ((181, 181), (181, 300), (179, 300), (1, 1)):
        end = now - timedelta(days=ends)
        window = Window(start=end - timedelta(days=1), end=end)
        lake.write_batch(
            BatchIdentity(source="usajobs", resource="search", window=window, run_key=f"{fetched}/{ends}"),
            [[{"id": 1}]],
            known_at_rule="observed",
            facts=lambda days=fetched: BatchFacts(fetched_at=now - timedelta(days=days)),
        )
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    account = RunAccount()
    assert "2 batches (0.0 MiB) are older than 180 days" in archive_lake(account)
    assert account.rows == 2
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
