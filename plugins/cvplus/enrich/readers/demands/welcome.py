"""Whether something is only welcome, by the cues in its sentence."""

import re
from collections.abc import Iterable

from cvplus.enrich.readers.cues import Kind
from cvplus.enrich.readers.demands.page import DemandPage, Surroundings
from cvplus.enrich.readers.parts import Demand

_BRACKETS = re.compile(rb"\([^()]{0,200}\)")
# A cue with its verb speaks of the whole clause, commas and all: "a degree in law or tax, is preferred".
_HAS_VERB = re.compile(
    rb"(?:is|are|would|ist|sind|w\xc3\xa4re|est|sont|serait|zijn|\xc3\xa4r)\b", re.IGNORECASE
)


def is_only_welcome(
    page: DemandPage, near: Surroundings, first: int, end: int, others: Iterable[int]
) -> bool:
    """Whether what stands between two points is only welcome; ``others`` are the places of its like."""
    written = page.page.written
    required = near.cues(Kind.REQUIRED)
    for _, to in near.cues(Kind.WELCOME_BEFORE):
        if to <= first and not any(to <= since < first for since, _ in required):
            return b"," not in _BRACKETS.sub(b"", written[to:first])
    places = list(others)
    for at, _ in near.cues(Kind.WELCOME_AFTER):
        if at < end or any(end <= since < at for since, _ in required):
            continue
        gap = _BRACKETS.sub(b"", written[end:at])
        has_others = any(end < place < at for place in places)
        is_clause = _HAS_VERB.match(written, at) is not None and not has_others
        if b"(" not in gap[:-1] and (is_clause or b"," not in gap.rstrip(b" ,(")):
            return True
    return page.part_at(first).demand is Demand.PREFERRED and not required
