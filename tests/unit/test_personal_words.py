"""Personal words of every known kind are found as people write them; what only looks like them stays."""

import itertools
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personal_kinds import CLEAN_TEXTS, PERSONAL_KINDS, PersonalKind
from real_fields import real_descriptions, real_fields

from cvplus.privacy.personal import load_personal_rules
from cvplus.privacy.recognise.readable import Readable
from cvplus.privacy.recognise.spans import Span, without_overlaps

RULES = load_personal_rules()
SETTINGS = (
    "{}",
    "Looking for a nurse. {}",
    "<p>{}</p> Thanks.",
    "We write {}, and more.",
    "café – {} • 100%",
)
FALSE_ALARMS_ALLOWED = 1 / 1_000
MASK = re.compile(r"\[[a-z_]+\]")


def test_sixty_kinds_are_known() -> None:
    assert len(PERSONAL_KINDS) >= 60
    assert len({kind.name for kind in PERSONAL_KINDS}) == len(PERSONAL_KINDS)


@pytest.mark.parametrize("kind", PERSONAL_KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_masked_wherever_it_stands_and_nothing_else_is(kind: PersonalKind) -> None:
    for setting in SETTINGS:
        masked = RULES.redact(setting.format(kind.text))
        assert not kind.is_in(masked), masked
        before, after = setting.split("{}")
        assert masked.startswith(before)
        assert masked.endswith(after)
        assert MASK.search(masked)


@pytest.mark.parametrize("text", CLEAN_TEXTS)
def test_what_only_looks_personal_stays(text: str) -> None:
    assert RULES.redact(text) == text


def test_false_alarms_on_real_fields_are_under_one_in_a_thousand() -> None:
    fields = list(real_fields())
    found = [(place, text) for place, text in fields if RULES.find(text)]
    print(f"{len(found)} false alarms in {len(fields):,} fields")
    by_place = Counter(place for place, _ in found)
    assert len(fields) > 50_000
    assert len(found) < FALSE_ALARMS_ALLOWED * len(fields), (by_place, found[:20])


def test_real_descriptions_stay_readable() -> None:
    descriptions = real_descriptions()
    masked = [text for text in descriptions if RULES.find(text)]
    print(f"{len(masked)} of {len(descriptions)} descriptions hold something personal")
    assert len(masked) <= 0.02 * len(descriptions)


def test_a_persons_own_name_is_found_in_any_order_and_one_part_of_it_is_not() -> None:
    person = frozenset({"lena", "baker"})
    assert RULES.redact("Assistant of Baker, Lena", person) == "Assistant of [name]"
    assert RULES.redact("Pastry Baker", person) == "Pastry Baker"


@given(st.text("a1٣４é&#;%4\u200b\u00a0-‑𝟙😀", max_size=30))
def test_every_character_of_the_readable_text_has_a_place_in_the_original(text: str) -> None:
    readable = Readable.of(text)
    end = 0
    for place in range(len(readable.text)):
        span = readable.in_original(Span(place, place + 1, "any"))
        assert 0 <= span.start < span.end <= len(text)
        assert span.end >= end
        end = span.end


@given(st.lists(st.builds(Span, st.integers(0, 20), st.integers(21, 40), st.sampled_from("ab"))))
def test_spans_that_overlap_are_joined(spans: list[Span]) -> None:
    joined = without_overlaps(spans)
    held = {place for span in spans for place in range(span.start, span.end)}
    assert {place for span in joined for place in range(span.start, span.end)} == held
    assert all(first.end <= second.start for first, second in itertools.pairwise(joined))
