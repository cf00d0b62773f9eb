"""Titles to occupations: what is known by heart first, then the nearest names, held back when unsure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cvplus.enrich.occupations.finders import LANGUAGES, esco_finder, queries, soc_finder
from cvplus.enrich.occupations.known import EAST_ASIAN, WHOLE, KnownTitle, known_titles
from cvplus.enrich.occupations.ranking import load_rankers
from cvplus.enrich.occupations.reference import esco_table, official_titles, soc_table
from cvplus.enrich.occupations.tables import Candidates
from cvplus.enrich.occupations.words import tells_trade, title_words
from cvplus.enrich.readers.knobs import reader_knobs

OFFICIAL = 0.97
"""How sure an official title of O*NET is of its own occupation and of the one that both offices name."""
BY_HEART = 0.75
"""The most that is believed of what is known by heart in de, fr, nl and sv: of the 120 titles of national
classifications that these lists hold whole, four of five are right at the unit group, seven of ten at all."""
EITHER_EAST_ASIAN = "ja or zh"
"""The language of a title in characters that Japanese and Chinese share; what it means differs at times."""
_MINOR_GROUP_LETTERS = 5
_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class OccupationMatch:
    """The occupation of a title: SOC 2018 (``15-1252``), the address in ESCO, and how sure that is, 0-1.

    ``esco_uri`` is an occupation, or the unit group of ISCO where no occupation of ESCO fits better. Both are
    ``None``, and ``confidence`` that of the nearest, when nothing is sure enough. ``occupation_id`` is
    ``None`` too when ESCO's occupation has no single counterpart in the SOC.
    """

    occupation_id: str | None
    esco_uri: str | None
    confidence: float


NOTHING = OccupationMatch(None, None, 0.0)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest occupation of one classification, by number, and how sure it and its group are."""

    occupation: int
    confidence: float
    group_confidence: float


def soc_of(occupation: int) -> str | None:
    """The SOC code of an occupation of ESCO: by hand for common ones, else the offices' most exact match."""
    return known_titles().soc_of.get(occupation) or esco_table().soc[occupation]


def nearest_esco(titles: Sequence[str], language: str) -> list[Nearest]:
    """The nearest occupation of ESCO of each title in one language, however unsure."""
    finder = esco_finder(language)
    return _ranked(finder.find(queries(titles, language)), "esco", len(titles))


def nearest_soc(titles: Sequence[str]) -> list[Nearest]:
    """The nearest occupation of the SOC of each English title, however unsure."""
    return _ranked(soc_finder().find(queries(titles, "en")), "soc", len(titles))


def _ranked(found: Candidates, name: str, count: int) -> list[Nearest]:
    groups = (esco_table() if name == "esco" else soc_table()).occupations.groups
    ranking = load_rankers()[name].rank(found, groups, count)
    columns = (ranking.occupations, ranking.confidence, ranking.group_confidence)
    return [Nearest(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _known(found: KnownTitle) -> OccupationMatch:
    return OccupationMatch(found.soc, esco_table().uri(found.occupation), found.confidence)


def _from_esco(nearest: Nearest, language: str) -> OccupationMatch:
    lowest = reader_knobs().title.lowest_group_confidence.of(language)
    if nearest.occupation < 0 or nearest.group_confidence < lowest:
        return OccupationMatch(None, None, round(nearest.confidence, 3))
    return OccupationMatch(
        soc_of(nearest.occupation), esco_table().uri(nearest.occupation), round(nearest.confidence, 3)
    )


def _agreed(esco: Nearest, soc: Nearest) -> OccupationMatch:
    """One answer of both classifications; where they contradict each other, the surer one's."""
    by_esco = _from_esco(esco, "en")
    if soc.occupation < 0 or soc.confidence < reader_knobs().title.lowest_confidence:
        return by_esco
    code, confidence = soc_table().codes[soc.occupation], round(soc.confidence, 3)
    if by_esco.esco_uri is None:
        return OccupationMatch(code, None, confidence)
    joined = soc_of(esco.occupation)
    if joined is None or joined[:_MINOR_GROUP_LETTERS] == code[:_MINOR_GROUP_LETTERS]:
        return OccupationMatch(code, by_esco.esco_uri, max(confidence, by_esco.confidence))
    if esco.group_confidence > soc.group_confidence:
        return by_esco
    return OccupationMatch(code, None, confidence)


def _match_english(
    titles: Sequence[str], nearest: Callable[[Sequence[str], str], list[Nearest]]
) -> list[OccupationMatch]:
    official = official_titles()
    matches: dict[str, OccupationMatch] = {}
    for title in titles:
        told = official.get(title_words(title, "en"))
        known = known_titles().in_words(title, "en")
        if told is not None:
            uri = esco_table().uri(esco_table().numbers[told[1]])
            matches[title] = OccupationMatch(told[0], uri, OFFICIAL)
        elif known is not None:
            matches[title] = _known(known)
    rest = [title for title in dict.fromkeys(titles) if title not in matches]
    if rest:
        for title, esco, soc in zip(rest, nearest(rest, "en"), nearest_soc(rest), strict=True):
            match, ending = _agreed(esco, soc), known_titles().at_end(title)
            is_surer = ending is not None and match.confidence < ending.confidence
            matches[title] = _known(ending) if ending is not None and is_surer else match
    return [matches[title] for title in titles]


_ENGLISH: dict[str, OccupationMatch] = {}


def _match_as_english(titles: Sequence[str]) -> list[OccupationMatch]:
    """English titles by what is shipped, kept.

    A title is read in its own language and in that of its text, and both may end in English.
    """
    if len(_ENGLISH) > _KEPT:
        _ENGLISH.clear()
    new = [title for title in dict.fromkeys(titles) if title not in _ENGLISH]
    _ENGLISH.update(zip(new, _match_english(new, nearest_esco), strict=True))
    return [_ENGLISH[title] for title in titles]


def _match_european(
    titles: Sequence[str], language: str, nearest: Callable[[Sequence[str], str], list[Nearest]]
) -> list[OccupationMatch]:
    """Titles in another language: the commonest by heart, others by the nearest names, at last in English."""
    matches = []
    for title, near in zip(titles, nearest(titles, language), strict=True):
        match, known = _from_esco(near, language), known_titles().in_words(title, language)
        stands = known is not None and is_meant(known, near, match)
        matches.append(_believed(_known(known)) if known is not None and stands else match)
    unsure = [place for place, match in enumerate(matches) if match.esco_uri is None]
    english = _match_as_english([titles[one] for one in unsure])
    for place, match in zip(unsure, english, strict=True):
        is_whole = match.esco_uri is not None and match.occupation_id is not None
        if is_whole and match.confidence >= BY_HEART:
            matches[place] = _believed(match)
    return matches


def is_meant(known: KnownTitle, near: Nearest, match: OccupationMatch) -> bool:
    """Whether what is known by heart stands, ``match`` being what the nearest names answer.

    A whole title stands. A first part ("Projektledare" of "Projektledare, gruva") stands only where the
    nearest names tell no other unit group: else it is the rest that says what is meant.
    """
    if known.confidence == WHOLE:
        return True
    groups = esco_table().isco
    is_other = near.occupation >= 0 and groups[near.occupation] != groups[known.occupation]
    return not is_other and match.occupation_id is None


def _believed(match: OccupationMatch) -> OccupationMatch:
    return replace(match, confidence=min(match.confidence, BY_HEART))


def _match_east_asian(titles: Sequence[str], language: str) -> list[OccupationMatch]:
    languages = EAST_ASIAN if language == EITHER_EAST_ASIAN else (language,)
    matches = []
    for title in titles:
        found = [one for told in languages if (one := known_titles().in_text(title, told)) is not None]
        is_one = len({one.soc for one in found}) == 1
        matches.append(_known(found[0]) if is_one else NOTHING)
    return matches


def match_new(
    titles: Sequence[str],
    language: str,
    nearest: Callable[[Sequence[str], str], list[Nearest]] = nearest_esco,
) -> list[OccupationMatch]:
    """The occupations of titles in one language; ``nearest`` is told to judge rankers not shipped."""
    if language in (*EAST_ASIAN, EITHER_EAST_ASIAN):
        return _match_east_asian(titles, language)
    if language not in LANGUAGES:
        found = [known_titles().in_words(title, "en") for title in titles]
        return [NOTHING if one is None else _known(one) for one in found]
    told = [title for title in titles if tells_trade(title, language)]
    if language != "en":
        matches = iter(_match_european(told, language, nearest))
    else:
        matches = iter(_match_as_english(told) if nearest is nearest_esco else _match_english(told, nearest))
    return [next(matches) if tells_trade(title, language) else NOTHING for title in titles]


class TitleMatcher:
    """Matches titles, and keeps what it has answered: the same titles come again and again."""

    def __init__(self) -> None:
        self._answered: dict[tuple[str, str], OccupationMatch] = {}

    def match(self, titles: Sequence[str], languages: Sequence[str]) -> list[OccupationMatch]:
        """The occupation of each title in its language, of ``LANGUAGES``, ``ja`` or ``zh``, in order.

        A language that isn't known here gives no occupation.
        """
        if len(self._answered) > _KEPT:
            self._answered.clear()
        asked = list(zip(titles, languages, strict=True))
        unknown: dict[str, list[str]] = defaultdict(list)
        for title, language in dict.fromkeys(asked):
            if (title, language) not in self._answered:
                unknown[language].append(title)
        answers: dict[tuple[str, str], OccupationMatch] = {}
        for language, group in unknown.items():
            told = match_new(group, language)
            answers |= {(title, language): match for title, match in zip(group, told, strict=True)}
        self._answered |= answers
        return [self._answered[one] for one in asked]


@lru_cache
def load_title_matcher() -> TitleMatcher:
    """The process's matcher."""
    return TitleMatcher()
