"""The years of experience and the level of education that a text asks for, in seven languages.

``years`` are whole years, rounded down ("18 months" is 1): the lower end of a range, and of several amounts
the most ("5+ years in software, 2 of them in Go" is 5). ``education`` is a level of ISCED 2011, 3 to 8: of
alternatives the lowest ("Bachelor's or Master's" is 6), of several sentences the highest. A degree or
"equivalent experience" is that degree, at a lower confidence. What is only welcome isn't asked for, nor is
what is said of the firm, of an age, of a contract or of studies still under way.

Reasons for null, of the years: ``experience_not_needed``, ``years_of_something_else``,
``years_only_welcome``, ``years_vague`` ("several"), ``years_untold``; of the education:
``degree_not_needed``, ``degree_of_something_else``, ``degree_only_welcome``, ``degree_untold``.
 When both are null the reason is
that of the years, unless it is ``years_untold``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.demands.degrees import education_asked
from cvplus.enrich.readers.demands.page import DemandPage
from cvplus.enrich.readers.demands.years import years_asked
from cvplus.enrich.readers.registry import Reader


@dataclass(frozen=True, slots=True)
class Demands:
    """Whole years of experience, 0-30, and a level of education, 3-8; ``None`` for what isn't asked for."""

    years: int | None
    education: int | None


def read_demands(texts: Sequence[Text]) -> list[Answer[Demands]]:
    """What texts ask for besides skills."""
    return [demands_of(text.text) for text in texts]


def demands_of(text: str) -> Answer[Demands]:
    """What a text asks for besides skills."""
    page = DemandPage.of(text)
    if page is None:
        return unread("years_untold")
    years, education = years_asked(page), education_asked(page)
    told = [asked for asked in (years, education) if asked.number is not None]
    untold = [asked.reason for asked in (years, education) if asked.reason is not None]
    reason = next((code for code in untold if code != "years_untold"), untold[0] if untold else None)
    if not told:
        if years.reason != "years_untold":
            reason = years.reason
        return unread(reason or "years_untold")
    confidence = min(asked.confidence for asked in told)
    return Answer(Demands(years.number, education.number), confidence, reason)


READER = Reader("demands", Demands, read_demands)
