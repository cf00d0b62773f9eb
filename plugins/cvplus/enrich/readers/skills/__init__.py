"""The skills that a text asks for, by canonical id, parted into required and preferred, in seven languages.

A word counts with its sentence: what is negated, what is said of the firm or in its boilerplate, and what
only names the job isn't asked for. A stack that a firm says it uses is *preferred*: one will meet it, but
knowledge of it isn't demanded; so is what one is to learn. Duties ("you build pipelines in Python") are
required.

Reasons for null: ``no_skill_named``, no name of a skill stands in the text; ``no_skill_asked``, some do, and
none of them is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.readers.skills.matching import load_matcher

_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Skills:
    """Ids of skills, each once, in the order found; a required one isn't among the preferred."""

    required: list[str]
    preferred: list[str]


def read_skills(texts: Sequence[Text]) -> list[Answer[Skills]]:
    """The skills that texts ask for."""
    return [_read(text) for text in texts]


def _read(text: Text) -> Answer[Skills]:
    found = load_matcher().find(text.text, title=text.title)
    if found.required or found.preferred:
        return Answer(Skills(found.required, found.preferred), _CONFIDENCE)
    return unread("no_skill_asked" if found.is_named else "no_skill_named")


READER = Reader("skills", Skills, read_skills)
