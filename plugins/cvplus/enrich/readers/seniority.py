"""The level that a title names, in seven languages.

Only a word of level counts: no trade ("Account Manager", "Staff Nurse"), no school or home ("Junior High
School", "Senior Living"), and nobody whom the job serves ("EA to the CEO").

Reasons for null: ``level_untold``, the title names none; ``several_levels``, it offers a choice of them
("Junior/Senior"); ``too_long``, it is no title.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.plain_words import plain
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.readers.seniority_words import (
    LevelPatterns,
    level_patterns,
    load_seniority_words,
    title_patterns,
)

SENIORITIES = ("intern", "junior", "mid", "senior", "lead", "manager", "executive")
"""The scale of the warehouse; the place in it is the rank."""

LONGEST_TITLE = 300
"""Characters of the longest title; more is a text."""

_WORD, _GRADE = 0.9, 0.7
# "Leiter (m/w/d)", "H/F", "Leiter*in", "apprenti(e)": who is meant, not what.
_GENDERS = re.compile(
    r"\(?(?<![a-z])[mwfdhxvki](?: ?[/|,] ?[mwfdhxvki*]){1,3}(?![a-z])\)?|\(all genders?\)|\(gn\)"
)
_ENDINGS = re.compile(
    r"(?<=[a-z])(?:(?:/-?|[*:_·])(?:in(?:nen)?|e|ne|trice|euse|rice|fe)\b|\((?:in|e|ne|n|trice)\))"
)
_OPENING = re.compile(r" ?[\[({【][^\])}】]{0,60}[\])}】] ?\S")
_PARTS = re.compile(r" -|- |[,;:()\[\]{}|•·!?\"「」【】]+")
_BETWEEN = re.compile(r"[.\-_*#]+")
_KANA = re.compile("[\u3040-\u30ff]")
_BLANKS = re.compile(r" {2,}")


@dataclass(frozen=True, slots=True)
class Seniority:
    """A level of ``SENIORITIES``."""

    seniority: str


def read_seniorities(texts: Sequence[Text]) -> list[Answer[Seniority]]:
    """The levels that titles name."""
    return [read_seniority(text.text, text.language) for text in texts]


@lru_cache(maxsize=16_384)
def read_seniority(title: str, language: str | None = None) -> Answer[Seniority]:
    """The level that a title names; ``language`` is its ISO 639-1 code."""
    if len(title.strip()) > LONGEST_TITLE:
        return unread("too_long")
    patterns = title_patterns()
    told = language[:2].lower() if language else "ja" if _KANA.search(title) else None
    whole = _plain_title(title)
    whole = patterns.served.sub(r"\1", whole)
    parts = [part for part in (_blank(part) for part in _PARTS.split(whole)) if part]
    bare = [_blank(patterns.trades.sub(" ", _with_lead(part))) for part in parts]
    of_head = [_without_domain(part) for part in bare]
    levels = level_patterns(told)
    if patterns.mixed.search(" , ".join(parts)) or _is_choice(" , ".join(of_head), levels):
        return unread("several_levels")
    found = _found(parts, bare, of_head, levels, _OPENING.match(whole) is not None)
    if found is not None:
        return Answer(Seniority(found), _WORD)
    if any(patterns.first_step.search(part) for part in parts):
        return Answer(Seniority("junior"), _GRADE)
    grade = _grade(parts)
    return unread("level_untold") if grade is None else Answer(Seniority(grade), _GRADE)


def _plain_title(title: str) -> str:
    text = _ENDINGS.sub("", _GENDERS.sub(" ", plain(title)))
    return _BLANKS.sub(" ", text.replace("/", " / ").replace("&", " & "))


def _blank(part: str) -> str:
    """A part whose hyphens and dots are blanks."""
    return _BLANKS.sub(" ", _BETWEEN.sub(" ", part)).strip(" /&'")


def _with_lead(part: str) -> str:
    """A part where "staff" and "principal" are "lead", if they are a level."""
    return title_patterns().weighty.sub(lambda match: f"{match['after'] or match['behind'] or ''}lead ", part)


def _without_domain(part: str) -> str:
    """A part without what a head is head of: "head of internships" is "head of"."""
    head = title_patterns().head_of.match(part)
    return part if head is None else head[0]


def _found(
    parts: list[str],
    bare: list[str],
    of_head: list[str],
    levels: Sequence[LevelPatterns],
    is_opened: bool,
) -> str | None:
    """The first level, in the order of weight, that a title without its trades names.

    ``is_opened``: the first part is a remark in brackets, so that the second one is the title's head.
    """
    serves = any(title_patterns().serving.search(part) for part in parts)
    head = 1 if is_opened and len(parts) > 1 else 0
    for level in levels:
        if serves and level.level in ("manager", "executive"):
            continue
        if level.anywhere and any(level.anywhere.search(part) for part in of_head):
            return level.level
        # What is no head of its own speaks only where it is the level and no more: "Sales, Director".
        for place, part in enumerate(bare):
            match = level.in_head.search(part) if level.in_head else None
            if match and (place == head or match[0] == part) and match.start() < len(of_head[place]):
                return level.level
            match = level.begins.match(part) if level.begins else None
            if match and (place == head or match[0] == part):
                return level.level
    return None


def _is_choice(text: str, levels: Sequence[LevelPatterns]) -> bool:
    """Whether two levels stand beside each other with a word or a sign of choice between them."""
    marks = sorted(
        (match.start(), match.end(), level.level)
        for level in levels
        if level.anywhere
        for match in level.anywhere.finditer(text)
    )
    choices = set(load_seniority_words().choices)
    low = ("intern", "junior", "mid")
    for (_, end, one), (start, _, other) in pairwise(marks):
        gap = text[end:start].strip()
        if one != other and (gap in choices or (not gap and (one in low) != (other in low))):
            return True
    return False


def _grade(parts: list[str]) -> str | None:
    """The level of a grade behind a job."""
    words = load_seniority_words()
    for part in parts:
        match = title_patterns().grade.search(part)
        before = part[: match.start()].split() if match else []
        if match and before and before[-1].isalpha() and before[-1] not in words.ungraded:
            return words.grades[match[1]]
    return None


READER = Reader("seniority", Seniority, read_seniorities)
