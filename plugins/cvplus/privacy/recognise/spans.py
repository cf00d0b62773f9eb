"""Where in a text something personal stands."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """The characters ``start`` to ``end`` (not counted) of a text, and their kind of personal word."""

    start: int
    end: int
    kind: str


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans in order of the text; of those that touch the same characters the longest speaks for all.

    What overlaps is joined: a character that any span holds is held by one of the spans given back.
    """
    joined: list[Span] = []
    widest = 0
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            kind = span.kind if span.end - span.start > widest else last.kind
            widest = max(widest, span.end - span.start)
            joined[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            joined.append(span)
            widest = span.end - span.start
    return joined


def occurrences(text: str, words: Iterable[str]) -> Iterator[int]:
    """Where any of the words begins in a text. Looking for words one by one is faster than for a choice."""
    for word in words:
        place = text.find(word)
        while place >= 0:
            yield place
            place = text.find(word, place + 1)
