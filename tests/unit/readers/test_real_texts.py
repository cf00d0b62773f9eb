"""What the readers make of texts that people wrote, beside what those texts plainly say."""

import csv
import gzip
import re
from dataclasses import astuple
from pathlib import Path

import pytest

from cvplus.enrich.readers.answer import Text
from cvplus.enrich.readers.registry import read_texts

SHARED = Path(__file__).resolve().parents[4] / "shared"
GLASSDOOR = SHARED / "data" / "real" / "postings" / "glassdoor_ds_2020_facts.csv.gz"


@pytest.fixture(scope="module")
def glassdoor() -> list[dict[str, str]]:
    """Postings of data scientists in the United States, 2020."""
    with gzip.open(GLASSDOOR, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.skipif(not GLASSDOOR.exists(), reason="the real postings are not beside this checkout")
def test_every_real_estimate_of_pay_is_read(glassdoor: list[dict[str, str]]) -> None:
    texts = [row["Salary Estimate"] for row in glassdoor if row["Salary Estimate"] != "-1"]
    assert len(texts) > 400
    for text, answer in zip(
        texts, read_texts("pay", [Text(text, country="US") for text in texts]), strict=True
    ):
        lowest, highest = (int(number) for number in re.findall(r"\d+", text)[:2])
        is_hourly = "Hour" in text
        scale, period = (1, "hour") if is_hourly else (1_000, "year")
        assert answer.value is not None, text
        assert astuple(answer.value)[:4] == (lowest * scale, highest * scale, "USD", period), text


@pytest.mark.skipif(not GLASSDOOR.exists(), reason="the real postings are not beside this checkout")
def test_real_american_places_lie_in_the_united_states(glassdoor: list[dict[str, str]]) -> None:
    texts = [row["Location"] for row in glassdoor if re.fullmatch(r"[\w .'-]+, [A-Z]{2}", row["Location"])]
    assert len(texts) > 500
    answers = read_texts("place", [Text(text) for text in texts])
    read = {
        text: answer.value for text, answer in zip(texts, answers, strict=True) if answer.value is not None
    }
    assert sum(text in read for text in texts) >= 0.98 * len(texts)
    # Puerto Rico has a code of its own in ISO 3166-1.
    wrong = {
        text: place for text, place in read.items() if (place.country, place.region) != ("US", text[-2:])
    }
    assert {text: place.country for text, place in wrong.items()} == {"Juncos, PR": "PR"}
