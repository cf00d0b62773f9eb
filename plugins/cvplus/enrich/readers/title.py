"""The occupation that a job title names, in seven languages: SOC 2018 and ESCO.

Reasons for null: ``no_trade``, no word of the title tells a trade; ``occupation_unsure``, the nearest
occupation is too far or several are as near; ``language_not_read``, the title is in a language of none
of the lists; ``no_soc``, ESCO's occupation has no single counterpart in the SOC; ``no_esco``, the SOC's
occupation is sure and ESCO's is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.occupations.known import EAST_ASIAN, east_asian_parts
from cvplus.enrich.occupations.matching import EITHER_EAST_ASIAN, OccupationMatch, load_title_matcher
from cvplus.enrich.occupations.words import LANGUAGES, LONGEST_TITLE, tells_trade
from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.titles import languages_of


@dataclass(frozen=True, slots=True)
class Title:
    """An occupation: its SOC code (``15-1252``) and its address in ESCO (an occupation, or a unit group)."""

    occupation_id: str | None
    esco_uri: str | None


def read_titles(texts: Sequence[Text]) -> list[Answer[Title]]:
    """The occupations that titles name."""
    titles = [text.text[:LONGEST_TITLE] for text in texts]
    languages = languages_of(titles, [text.language for text in texts])
    matches = load_title_matcher().match(titles, languages)
    return [_answer(*one) for one in zip(titles, languages, matches, strict=True)]


def _answer(title: str, language: str, match: OccupationMatch) -> Answer[Title]:
    if match.occupation_id is None and match.esco_uri is None:
        if language in (*EAST_ASIAN, EITHER_EAST_ASIAN):
            return unread("occupation_unsure" if east_asian_parts(title) else "no_trade")
        if language not in LANGUAGES:
            return unread("language_not_read")
        return unread("occupation_unsure" if tells_trade(title, language) else "no_trade")
    reason = "no_soc" if match.occupation_id is None else "no_esco" if match.esco_uri is None else None
    return Answer(Title(match.occupation_id, match.esco_uri), match.confidence, reason)


READER = Reader("title", Title, read_titles)
