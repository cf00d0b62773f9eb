"""The level of education asked for."""

import re

from cvplus.enrich.readers.demands.lexicon import Degree
from cvplus.enrich.readers.demands.page import Asked, DemandPage, Surroundings
from cvplus.enrich.readers.demands.welcome import is_only_welcome
from cvplus.enrich.readers.parts import Demand

_SURE, _LIKELY = 0.9, 0.7
_HAS_SMALL = re.compile(rb"[a-z]")
# Distances in bytes.
_CLOSE, _NEAR, _BEHIND = 24, 44, 48
_MOST_BETWEEN = 6
_PLAIN_FOLLOWED = re.compile(
    rb"\s{0,3}(?:(?:in|or|required|level|qualified|educated|is|from|and|preferred)\b|[(/,.\n])"
)
_MASTER_FOLLOWED = re.compile(
    rb"\s{0,3}(?:[/),.(;\n-]|(?:in|of|or|oder|ou|en|et|och|and|und|degree|level|abschluss|required|preferred"
    rb"|inom|ist|is|i|med|mit|[12])\b)"
)
_NO_LETTERS = re.compile(rb"[^A-Za-z]")
_SHORT = 2
_SHORT_LINE = 60
_BEFORE_FIELD = re.compile(
    rb"\s{0,3}(?:(?:in|or) (?=[A-Z])|degree|/|-?niveau|-opleiding|-diploma|werk|denk|opleiding)"
)

Found = tuple[int, int, Degree]


def education_asked(page: DemandPage) -> Asked:
    """Highest of the sentences' lowest levels; why not, when none is asked for."""
    levels: list[int] = []
    reasons: set[str] = set()
    is_equivalent = False
    for near, degrees in _sentences(page):
        if near.signs("no_degree_needed"):
            reasons.add("degree_not_needed")
            continue
        asked = []
        for one in degrees:
            refused = _refusal(page, near, one, degrees)
            if refused is None:
                asked.append(one[2].level or 0)
            else:
                reasons.add(refused)
        if asked:
            levels.append(min(asked))
            is_equivalent |= bool(near.signs("equivalent"))
    if levels:
        return Asked(max(levels), _LIKELY if is_equivalent else _SURE)
    if page.has_sign("no_degree_needed"):
        return Asked(None, reason="degree_not_needed")
    for reason in ("degree_not_needed", "degree_only_welcome", "degree_of_something_else"):
        if reason in reasons:
            return Asked(None, reason=reason)
    return Asked(None, reason="degree_untold")


def _sentences(page: DemandPage) -> list[tuple[Surroundings, list[Found]]]:
    """Sentences with the degrees that they name; "degree" itself counts where no level is named."""
    sentences: dict[int, tuple[Surroundings, list[Found]]] = {}
    for one in page.degrees:
        near = page.around(one[0])
        sentences.setdefault(near.first, (near, []))[1].append(one)
    found = []
    for near, degrees in sentences.values():
        named = [one for one in degrees if _is_as_written(page, one, degrees)]
        levelled = [one for one in named if not one[2].is_plain]
        found.append((near, levelled or [one for one in named if _is_plain_degree(page, one)]))
    return found


def _is_as_written(page: DemandPage, one: Found, degrees: list[Found]) -> bool:
    """Abbreviations need their capitals; of two letters also a neighbour that makes them a degree."""
    first, end, degree = one
    if degree.written is None:
        return True
    written = page.page.written[first:end]
    others = [other for other in degrees if other is not one and other[2].written is None]
    if degree.written.istitle() and len(degree.written) > _SHORT + 1:
        is_name = written[:1].isupper() and _MASTER_FOLLOWED.match(page.page.written, end) is not None
        return bool(others) or is_name
    if not _HAS_SMALL.search(page.page.written):
        return bool(others) or len(_NO_LETTERS.sub(b"", written)) > len(b"WO!")
    if written != degree.written:
        return False
    if others or len(_NO_LETTERS.sub(b"", written)) > _SHORT:
        return True
    return page.page.written[first - 1] == ord("/") or bool(_BEFORE_FIELD.match(page.page.written, end))


def _is_plain_degree(page: DemandPage, one: Found) -> bool:
    words = page.page.words[one[0] : one[1]]
    is_many = words.endswith(b"degrees")
    return b" " in words or (not is_many and bool(_PLAIN_FOLLOWED.match(page.page.written, one[1])))


def _refusal(page: DemandPage, near: Surroundings, one: Found, degrees: list[Found]) -> str | None:
    """Why a degree isn't asked for; ``None`` when it is."""
    first, end, degree = one
    part = page.part_at(first)
    if part.demand is Demand.NONE:
        return "degree_of_something_else"
    if near.signs("of_others", first - _BEHIND, end + _CLOSE):
        return "degree_of_something_else"
    if degree.is_training and not _is_finished(page, near, one, degrees, part.is_of_demands):
        return "degree_of_something_else"
    if _is_negated(page, near, first, end, degrees):
        return "degree_not_needed"
    if is_only_welcome(page, near, first, end, (other[0] for other in degrees)):
        return "degree_only_welcome"
    return None


def _is_finished(
    page: DemandPage, near: Surroundings, one: Found, degrees: list[Found], is_of_demands: bool
) -> bool:
    """Whether a training is one that the candidate has, not one that the firm offers, or a mere heading."""
    if page.page.written[one[1] : one[1] + 1] == b":":
        return False
    if near.signs("finished", one[0] - _NEAR, one[1] + _NEAR):
        return True
    is_short = near.end - near.first <= _SHORT_LINE
    return (is_of_demands and is_short) or any(not other[2].is_training for other in degrees)


def _is_negated(page: DemandPage, near: Surroundings, first: int, end: int, degrees: list[Found]) -> bool:
    words = page.page.words
    for _, to in near.signs("negated_before", near.first, first):
        between = words[to:first].split()
        if len(between) <= _MOST_BETWEEN and all(word in page.lexicon.between for word in between):
            return True
    return any(
        b"," not in page.page.written[end:at] and not any(end < other[0] < at for other in degrees)
        for at, _ in near.signs("negated_after", end, end + _BEHIND)
    )
