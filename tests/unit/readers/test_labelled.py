"""How well skills are found in the postings that were labelled by hand, in seven languages.

``labelled/*.jsonl``: ``origin`` is ``recorded`` for parts of answers that a provider gave, ``written`` for
texts written for these tests. Labelled are technologies, tools, methods, standards and trades that a text
names as something to know; no soft skills, languages that people speak, degrees and their fields, driving
licences, job titles or what is said of the customers. What a firm says it works with is labelled as
preferred. Every second posting (``split``) served for tuning; the others were read for the final figures
alone.
"""

from pathlib import Path

import pytest

from cvplus.enrich.evaluation import agreement_by_language, read_labels

LABELLED = sorted(Path(__file__).with_name("labelled").glob("*.jsonl"))
POSTINGS = read_labels(LABELLED)
LANGUAGES = {"en", "de", "fr", "nl", "sv", "ja", "zh"}


def test_there_are_enough_postings_in_each_language() -> None:
    assert len(POSTINGS) >= 150
    assert {posting["language"] for posting in POSTINGS} == LANGUAGES
    for language in LANGUAGES:
        assert sum(posting["language"] == language for posting in POSTINGS) >= 20
    assert {posting["split"] for posting in POSTINGS} == {"tuning", "final"}


@pytest.mark.parametrize("split", ["tuning", "final"])
def test_skills_are_found_in_each_language(split: str) -> None:
    read = agreement_by_language([posting for posting in POSTINGS if posting["split"] == split])
    assert {one.language for one in read} == LANGUAGES
    poor = {one.language: one.agreement.f1 for one in read if one.agreement.f1 < 0.8}
    assert not poor
    for one in read:
        assert one.f1_low <= one.agreement.f1 <= one.f1_high
