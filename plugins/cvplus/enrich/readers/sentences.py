"""The sentences of a text laid out."""

import re
from bisect import bisect_right

from cvplus.enrich.readers.phrases import Page

# A full stop before a small letter ends an abbreviation; East Asian ones need no blank.
_SENTENCE_END = re.compile(rb"[.!?](?=[ \t]{1,8}[^a-z \t])|;|\xe3\x80\x82|\xef\xbc\x9b")
# An abbreviation before a number or a name: "min. 3", "e.g. Java", "z. B. Excel"; R and C end sentences.
_ABBREVIATION = re.compile(
    rb"(?:(?:^|[\s(])[abd-qs-z]\.|\b(?:min|mind|max|ca|approx|exp|e\.g|i\.e|z\.b|bzw|inkl|incl|etc|vgl|evtl|ggf"
    rb"|bl\.a|t\.ex|bijv|o\.a|nr|no|yrs|dipl|dr|u\.a|d\.h|resp|m\.m)\.)$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 8
# What has no full stop for so long is no sentence of a person; it is cut, so that reading stays linear.
_LONGEST_SENTENCE = 800


class Sentences:
    """The bounds of lines and sentences; each line is cut once, when it is first asked for."""

    def __init__(self, page: Page) -> None:
        self._written = page.written
        self._lines: dict[int, list[int]] = {}
        self._line = (0, 0)

    def line(self, at: int) -> tuple[int, int]:
        """First and last place (exclusive) of the line in which a point lies."""
        if not self._line[0] <= at < self._line[1]:
            self._line = self._written.rfind(b"\n", 0, at) + 1, self._written.find(b"\n", at)
        return self._line

    def around(self, at: int) -> tuple[int, int]:
        """First and last place (exclusive) of the sentence in which a point lies; a line parts them."""
        first, end = self.line(at)
        bounds = self._lines.get(first)
        if bounds is None:
            bounds = self._lines[first] = self._cut(first, end)
        place = bisect_right(bounds, at)
        return bounds[place - 1], bounds[place] if place < len(bounds) else end

    def _cut(self, first: int, end: int) -> list[int]:
        """Where the sentences of a line begin."""
        bounds = [first]
        for match in _SENTENCE_END.finditer(self._written, first, end):
            before = self._written[max(match.end() - _LONGEST_ABBREVIATION, first) : match.end()]
            if not _ABBREVIATION.search(before):
                self._add(bounds, match.end())
        self._add(bounds, end)
        return bounds[:-1] if len(bounds) > 1 else bounds

    def _add(self, bounds: list[int], end: int) -> None:
        while end - bounds[-1] > _LONGEST_SENTENCE:
            blank = self._written.rfind(b" ", bounds[-1] + 1, bounds[-1] + _LONGEST_SENTENCE)
            bounds.append(blank + 1 if blank > 0 else bounds[-1] + _LONGEST_SENTENCE)
        bounds.append(end)
