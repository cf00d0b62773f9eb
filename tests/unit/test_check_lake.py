"""A lake is tried as its files are written: once, read back, listed and deleted."""

from pathlib import Path
from typing import Any

import pytest
from s3_server import Fault, S3Server

from cvplus.checks.lake import exports_findings, lake_findings
from cvplus.settings import load_settings

pytest_plugins = ("s3_fixtures",)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    monkeypatch.setenv("CVPLUS_LAKE_URL", "s3://market/lake")
    return tmp_path


def told() -> tuple[str, bool, bool]:
    """What was found of the lake: in words, whether it is missing, whether it is doubtful."""
    (finding,) = lake_findings(load_settings())
    return finding.told + finding.remedy, finding.is_missing, finding.is_doubtful


def test_a_bucket_that_has_all_is_left_as_it_was(bucket: Any) -> None:
    assert told() == ("s3://market/lake: all is there.", False, False)
    assert list(bucket.objects.all()) == []


def test_a_bucket_that_is_not_there_is_missing(s3_server: S3Server) -> None:
    words, is_missing, _ = told()
    assert is_missing
    assert "Create the bucket" in words


def test_a_store_that_writes_over_files_is_doubtful(bucket: Any, s3_server: S3Server) -> None:
    s3_server.faults = [Fault(of=("PUT",), effect="no_conditions", times=2)]
    words, is_missing, is_doubtful = told()
    assert "writes over a file that is there" in words
    assert (is_missing, is_doubtful) == (False, True)


def test_a_store_that_spoils_what_it_gives_back_is_missing(bucket: Any, s3_server: S3Server) -> None:
    s3_server.faults = [Fault(of=("GET /market/lake/_check/",), effect="flipped", times=9)]
    assert told()[1]


def test_a_folder_that_cannot_be_written_is_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").touch()
    monkeypatch.setenv("CVPLUS_LAKE_URL", f"file://{home / 'file' / 'lake'}")
    assert told()[1]


def test_exports_of_ones_own_have_to_be_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exports_findings(load_settings()) == []
    monkeypatch.setenv("CVPLUS_EXPORTS_URL", str(home / "nowhere"))
    assert [finding.is_missing for finding in exports_findings(load_settings())] == [True]
    (home / "nowhere").mkdir()
    assert [finding.is_missing for finding in exports_findings(load_settings())] == [False]
