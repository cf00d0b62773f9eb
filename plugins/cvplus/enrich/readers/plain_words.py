"""Texts and the words of lists in one plain form, and patterns for them."""

import re
import unicodedata
from collections.abc import Iterable

_ACCENTS = re.compile("[\u0300-\u036f]")
_BLANKS = re.compile(r"\s+")
# Each is a hyphen where a word is parted or a span is meant, and so is an arrow.
_HYPHENS = re.compile("[\u2010-\u2015\u2212\uff70]|->|=>|\u2192")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u00b4`]")


def plain(text: str) -> str:
    """Lower case without Latin accents, one kind of hyphen and apostrophe, single blanks."""
    text = _HYPHENS.sub("-", _APOSTROPHES.sub("'", text.casefold()))
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def in_one(groups: Iterable[Iterable[str]]) -> list[str]:
    """The words of all groups, which part a list by language."""
    return [word for group in groups for word in group]


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first; they are made plain."""
    ordered = sorted({plain(word) for word in words}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(re.escape, ordered)) + ")"


def branching(patterns: Iterable[str]) -> str:
    """A pattern for any of some, which share their beginnings: it meets each letter of a text once.

    Each is a text, in which a pattern stands between two ``\x00``. Longer ones are tried first.
    """
    branches: dict[str, list[str]] = {}
    ends = False
    for pattern in patterns:
        if not pattern:
            ends = True
            continue
        size = pattern.index("\x00", 1) + 1 if pattern[0] == "\x00" else 1
        branches.setdefault(pattern[:size], []).append(pattern[size:])
    told = [
        (unit.strip("\x00") if unit[0] == "\x00" else re.escape(unit)) + branching(rest)
        for unit, rest in sorted(branches.items(), key=lambda branch: (branch[0][0] == "\x00", branch[0]))
    ]
    if not told:
        return ""
    if len(told) == 1 and not ends:
        return told[0]
    return f"(?:{'|'.join(told)}){'?' if ends else ''}"
