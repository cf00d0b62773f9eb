"""The sentences of a text laid out."""

import re

from cvplus.enrich.readers.phrases import Page

# A full stop before a small letter ends an abbreviation; East Asian ones need no blank.
_SENTENCE_END = re.compile(rb"[.!?](?=[ \t]+[^a-z \t])|;|\xe3\x80\x82|\xef\xbc\x9b")
# An abbreviation before a number or a name: "min. 3", "e.g. Java", "ca. 5".
_ABBREVIATION = re.compile(
    rb"(?:\b(?:min|mind|max|ca|approx|exp|e\.g|i\.e|z\.b|bzw|inkl|incl|etc|vgl|evtl|ggf|bl\.a|t\.ex|bijv|o\.a|nr|no"
    rb"|yrs|dipl|dr|u\.a|d\.h|resp|m\.m)\.)$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 8


def line_around(page: Page, at: int) -> tuple[int, int]:
    """First and last place (exclusive) of the line in which a point lies."""
    return page.written.rfind(b"\n", 0, at) + 1, page.written.find(b"\n", at)


def sentence_around(page: Page, at: int) -> tuple[int, int]:
    """First and last place (exclusive) of the sentence in which a point lies; none goes beyond its line."""
    first, end = line_around(page, at)
    line_first = first
    for match in _SENTENCE_END.finditer(page.written, first, end):
        before = page.written[max(match.end() - _LONGEST_ABBREVIATION, line_first) : match.end()]
        if _ABBREVIATION.search(before):
            continue
        if match.end() > at:
            return first, match.end()
        first = match.end()
    return first, end
