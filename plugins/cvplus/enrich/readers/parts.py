"""The parts of a posting by its headings: requirements, what is welcome, the firm, what is offered."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from cvplus.enrich.readers.cues import Kind
from cvplus.enrich.readers.phrases import Page, longest

Cue = tuple[int, int, frozenset[Kind]]
"""Where a cue begins and ends, and what it says."""


class Demand(Enum):
    """What is said of something: it is asked for, welcome, or neither."""

    REQUIRED = auto()
    PREFERRED = auto()
    NONE = auto()


_COLON_LINE = re.compile(rb":[ \t*]{0,8}(?=\n)")
_LONGEST_HEADING, _MOST_HEADING_WORDS, _MOST_WORDS_BESIDE = 80, 8, 4
_MARKS = b" \t-*#=>~_[]()!?.,0123456789\xe3\x80\x90\x91\x8a\x8b\x8c\x8d\xf0\x9f"
_HEADINGS = (
    (Kind.HEADS_PREFERRED, Demand.PREFERRED, True),
    (Kind.HEADS_REQUIRED, Demand.REQUIRED, True),
    (Kind.HEADS_ABOUT, Demand.NONE, False),
    (Kind.HEADS_BENEFITS, Demand.NONE, False),
)
_HEADING_KINDS = frozenset(kind for kind, *_ in _HEADINGS)
_MAY_HEAD = _HEADING_KINDS | {Kind.WELCOME_BEFORE, Kind.WELCOME_AFTER}


@dataclass(frozen=True, slots=True)
class Part:
    """From here on, names without a cue mean this."""

    first: int
    demand: Demand
    is_of_demands: bool


def settled(cues: Sequence[Cue]) -> list[Cue]:
    """Of cues that overlap the longest, in order; headings are one thing and all other cues another."""
    heads = [(first, end, kinds & _HEADING_KINDS) for first, end, kinds in cues if kinds & _HEADING_KINDS]
    others = [
        (first, end, kinds - _HEADING_KINDS) for first, end, kinds in cues if not kinds <= _HEADING_KINDS
    ]
    return sorted(longest(heads) + longest(others), key=lambda cue: cue[0])


def parts_of_text(page: Page, cues: Sequence[Cue], name_firsts: Sequence[int]) -> list[Part]:
    """The parts of a text by its headings, in order; the first is the one before any heading.

    ``cues`` are settled; ``name_firsts`` are the places of what is looked for, in order:
    a line in which one stands is no heading.
    """
    parts = [Part(-1, Demand.REQUIRED, False)]
    for first, end, kinds in cues:
        if not kinds & _MAY_HEAD:
            continue
        near = max(first - _LONGEST_HEADING, 0)
        line_first = page.written.rfind(b"\n", near, first) + 1
        if line_first == 0 or page.written[line_first:first].strip(_MARKS):
            continue
        line_end = page.written.find(b"\n", end)
        if not kinds & _HEADING_KINDS:
            if not page.written[end:line_end].strip(_MARKS + b":"):
                parts.append(Part(line_end, Demand.PREFERRED, True))
            continue
        rest = page.written[end : min(line_end, end + _LONGEST_HEADING)].strip(_MARKS)
        if rest.startswith(b":") and len(rest) > 1:
            parts += _inline_part(kinds, first, line_end, parts[-1])
        elif (
            line_end - line_first <= _LONGEST_HEADING
            and len(page.words[end:line_end].split()) <= _MOST_WORDS_BESIDE
            and bisect_left(name_firsts, line_first) == bisect_left(name_firsts, line_end)
            and not page.written[line_first:line_end].rstrip().endswith((b".", b"\xe3\x80\x82", b","))
        ):
            parts.append(_part_of(kinds, line_end))
    cue_firsts = [cue[0] for cue in cues]
    known = {part.first for part in parts}
    for match in _COLON_LINE.finditer(page.written):
        near = max(match.start() - _LONGEST_HEADING, 0)
        line_first = page.written.rfind(b"\n", near, match.start()) + 1
        line_end = match.end()
        if line_first == 0:
            continue
        is_short = len(page.words[line_first:line_end].split()) <= _MOST_HEADING_WORDS
        if line_end not in known and is_short and line_end - line_first <= _LONGEST_HEADING:
            inside = [
                cue[2]
                for cue in cues[bisect_left(cue_firsts, line_first) : bisect_left(cue_firsts, line_end)]
            ]
            is_welcome = any(Kind.WELCOME_BEFORE in kinds or Kind.WELCOME_AFTER in kinds for kinds in inside)
            parts.append(Part(line_end, Demand.PREFERRED if is_welcome else Demand.REQUIRED, is_welcome))
    return sorted(parts, key=lambda part: part.first)


def _inline_part(kinds: frozenset[Kind], first: int, line_end: int, before: Part) -> list[Part]:
    """A heading with its text on the same line speaks for that line alone."""
    return [_part_of(kinds, first), Part(line_end, before.demand, before.is_of_demands)]


def _part_of(kinds: frozenset[Kind], first: int) -> Part:
    return next(Part(first, demand, of_demands) for kind, demand, of_demands in _HEADINGS if kind in kinds)
