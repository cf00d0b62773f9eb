"""A sample of ``make fuzz``: whatever is sent ends as a told failure or in rows and refusals that add up."""

import base64
from pathlib import Path
from random import Random

import psycopg
import pytest
from found import Found
from fuzz_answers import fuzz_answers
from fuzz_exports import fuzz_exports
from mutations import mutated
from run_fuzz import MARKET

from cvplus.exports.registry import product_resources
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.master_key import parse_master_key
from cvplus.warehouse.schema import apply_schema
from sandbox.market import build

SEED = 11


@pytest.mark.slow
def test_no_drop_ends_otherwise_than_it_may(warehouse: psycopg.Connection, tmp_path: Path) -> None:
    build(tmp_path / "market", MARKET)
    apply_schema(warehouse, product_resources())
    warehouse.commit()
    keyring = SubjectKeyring(warehouse, parse_master_key(base64.b64encode(bytes(32)).decode()))
    found = Found()
    fuzz_exports(300, SEED, keyring, tmp_path / "market" / "exports", tmp_path, found)
    assert found.defects == []
    assert found.records > 300


@pytest.mark.slow
def test_no_answer_ends_otherwise_than_it_may(tmp_path: Path) -> None:
    found = Found()
    fuzz_answers(150, SEED, tmp_path, found)
    assert found.defects == []
    assert found.ends["landed"] > 30


def test_a_seed_gives_the_same_case_again() -> None:
    line = b'{"a": [1, {"b": "c"}], "d": null}'
    cases = [mutated(line, Random(number)) for number in range(50)]
    assert cases == [mutated(line, Random(number)) for number in range(50)]
    assert len(set(cases)) > 40
