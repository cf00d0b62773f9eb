"""Many phrases found in a text at once, by one automaton (Aho-Corasick) over its bytes.

A text is *laid out* first: bytes of it as written and as small letters, of equal length, in which Latin
letters and East Asian ones are parted by a blank, so that ``Pythonの経験`` has the word ``python``. Phrases
are compared in small letters, words whole, whatever single signs stand between them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

Label = TypeVar("Label")

# Kana, Han and full-width forms, with the marks of their own.
EAST_ASIAN = "\u2e80-\u2fdf\u3000-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_IS_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]")
_EDGES = re.compile(f"(?<=[0-9A-Za-z+#.])(?=[{EAST_ASIAN}])|(?<=[{EAST_ASIAN}])(?=[0-9A-Za-z.])")
# Signs that have a plainer one of the same meaning; a bullet begins a line.
_PLAIN_SIGNS = (
    ("–", "-"), ("—", "-"),
    ("‐", "-"), ("‑", "-"), ("−", "-"), ("’", "'"), ("‘", "'"), ("´", "'"), ("“", '"'),
    ("”", '"'), ("„", '"'), ("«", '"'), ("»", '"'), ("•", "\n"), ("●", "\n"), ("▪", "\n"), ("■", "\n"),
    ("◆", "\n"), ("◦", "\n"), ("○", "\n"), ("・", ","), ("·", ","), ("、", ", "), ("…", "..."),
    ("İ", "I"), ("\x85", "\n"), ("\u2028", "\n"),
    ("®", " "), ("©", " "), ("™", " "),
)  # fmt: skip
_WORD_SIGNS = frozenset(b"+#.") | frozenset(range(0x80, 0x100))
_TO_WORDS = bytes(
    sign if sign in _WORD_SIGNS or chr(sign).isalnum() else 32 for sign in range(256)
).lower()  # bytes.lower touches ASCII alone
# A full stop behind a word ends it, inside (node.js) or before (.net) it belongs to it.
_STOP = re.compile(rb"\.(?![0-9A-Za-z])")
# C# is a word, #jobs one with a sign before it.
_NUMBER_SIGN = re.compile(rb"(?<![A-Za-z])#")
# Capitals of Latin letters beyond ASCII, in UTF-8; the first bytes of East Asian letters.
_CAPITAL = re.compile(rb"\xc3[\x80-\x9e]|[\xc4\xc5\xce-\xd1]")
_EAST_ASIAN_LEADS = (
    b"\xe3",
    b"\xe4",
    b"\xe5",
    b"\xe6",
    b"\xe7",
    b"\xe8",
    b"\xe9",
    b"\xea",
    b"\xeb",
    b"\xec",
    b"\xef",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A text laid out: ``written`` and ``words`` are of equal length; ``words`` has small letters and blanks.

    Both begin and end with a line break or a blank, so that every word has a blank on either side.
    """

    written: bytes
    words: bytes


@lru_cache(maxsize=4)
def lay_out(text: str) -> Page:
    """Lay a text out (NFKC form, without invisible characters); several readers ask for the same one."""
    written = text.replace("\r", "\n").encode(errors="replace")
    small = written
    if len(written) != len(text):
        for sign, plain in _PLAIN_SIGNS:
            if sign in text:
                text = text.replace(sign, plain)
        written = text.encode(errors="replace")
        if any(lead in written for lead in _EAST_ASIAN_LEADS):
            text = _EDGES.sub(" ", text)
            written = text.encode(errors="replace")
        # Letters of ASCII are made small below, in a tenth of the time.
        small = text.lower().encode(errors="replace") if _CAPITAL.search(written) else written
        if len(small) != len(written):  # a letter whose small form is longer: this text loses its capitals
            written = small
    words = _STOP.sub(b" ", b"\n%s \n" % small)
    if b"#" in words:
        words = _NUMBER_SIGN.sub(b" ", words)
    return Page(b"\n%s \n" % written, words.translate(_TO_WORDS))


def words_of(phrase: str) -> bytes:
    """A phrase as it stands in ``Page.words``, with the blanks around it."""
    return lay_out(phrase).words.rstrip(b" ").lstrip(b" ")


def _pattern(phrase: str) -> bytes:
    inner = words_of(phrase)
    is_open_left = _IS_EAST_ASIAN.match(phrase[:1]) is not None
    is_open_right = phrase.endswith("*") or _IS_EAST_ASIAN.match(phrase[-1:]) is not None
    return (b"" if is_open_left else b" ") + inner + (b"" if is_open_right else b" ")


class PhraseFinder(Generic[Label]):
    """Finds phrases, each with a label.

    A phrase that ends in ``*`` also stands at the beginning of longer words. One whose first or last letter
    is East Asian stands anywhere at that end, since no blank parts such words.
    """

    def __init__(self, phrases: Iterable[tuple[str, Label]]) -> None:
        patterns: dict[bytes, list[Label]] = {}
        for phrase, label in phrases:
            pattern = _pattern(phrase)
            if pattern.strip():
                patterns.setdefault(pattern, []).append(label)
        self._labels = list(patterns.values())
        self._leads = [pattern.startswith(b" ") for pattern in patterns]
        self._ends = [pattern.endswith(b" ") for pattern in patterns]
        self._find = BytesAhoCorasick(
            list(patterns), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        ).find_matches_as_indexes

    def find(self, page: Page) -> list[tuple[int, int, Label]]:
        """First and last place (exclusive) of every phrase, blanks around it left out, by where they end.

        Phrases inside longer ones are among them, and a phrase of several labels once for each.
        """
        labels, leads, ends = self._labels, self._leads, self._ends
        return [
            (first + leads[which], end - ends[which], label)
            for which, first, end in self._find(page.words, overlapping=True)
            for label in labels[which]
        ]


def longest(found: Sequence[tuple[int, int, Label]]) -> list[tuple[int, int, Label]]:
    """Of phrases that overlap, the one that begins first, and of those the longest; by where they begin."""
    kept: list[tuple[int, int, Label]] = []
    last = -1
    for one in sorted(found, key=lambda one: (one[0], -one[1])):
        if one[0] >= last:
            kept.append(one)
            last = one[1]
    return kept
