"""Two texts share as large a part of their sketches as of their phrases, about."""

import pytest

from cvplus.enrich.text_sketch import NUMBERS, text_sketch

WORDS = [f"word{number}" for number in range(200)]


def shared(one: list[str], other: list[str]) -> float:
    """The part of the numbers that are the same."""
    return sum(left == right for left, right in zip(one, other, strict=True)) / NUMBERS


@pytest.mark.parametrize("changed", [0, 20, 60, 100, 200])
def test_the_shared_part_is_that_of_the_phrases(changed: int) -> None:
    one = " ".join(WORDS)
    other = " ".join([f"other{number}" for number in range(changed)] + WORDS[changed:])
    phrases = [
        {tuple(text.split()[start : start + 3]) for start in range(len(WORDS) - 2)} for text in (one, other)
    ]
    truth = len(phrases[0] & phrases[1]) / len(phrases[0] | phrases[1])
    sketches = text_sketch(one), text_sketch(other)
    assert sketches[0] is not None
    assert sketches[1] is not None
    assert abs(shared(sketches[0], sketches[1]) - truth) <= 0.13


def test_case_and_punctuation_make_no_difference() -> None:
    text = " ".join(WORDS[:20])
    assert text_sketch(text.upper().replace(" ", ", ")) == text_sketch(text)


def test_a_short_text_has_none() -> None:
    assert text_sketch(" ".join(WORDS[:11])) is None
    assert text_sketch("") is None
