"""Titles known by heart (``known.yaml``): what the classifications lack, and all of Japanese and Chinese."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from cvplus.enrich.occupations.reference import esco_table, read_rows
from cvplus.enrich.occupations.words import (
    LANGUAGES,
    LONGEST_TITLE,
    head_words,
    is_bare_head,
    title_words,
    words_before_place,
)
from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

KNOWN_FILE = Path(__file__).with_name("known.yaml")
EAST_ASIAN = ("ja", "zh")
# Shares of right ones among what the rules give on titles of job boards that were looked at one by one.
WHOLE, FIRST_PART, END, PATTERN, WITHIN = 0.95, 0.9, 0.85, 0.75, 0.7
ENGLISH_END = 0.8
_SHORTEST_WITHIN = 2

# What stands in brackets or after a bar, a blank around Latin letters, and marks: none is the trade's name.
_ASIDE = re.compile(r"[(【\[《「『<(][^)】\]》」』>)]{0,60}[)】\]》」』>)]")
_CUT = re.compile(r"[|/・、,;:~〜\-–—+!！★☆◆●]")
_LEVEL = re.compile(
    r"^(?:急募|正社員|契約社員|派遣社員|パート|アルバイト|未経験可|未経験歓迎|未経験|経験者|在宅|リモート|新卒|中途|シニア|ジュニア|リード|主任|見習い"
    r"|急招|急聘|诚聘|招聘|高薪|高级|资深|初级|中级|实习|实习生|兼职|全职|储备|应届|高級|資深|初級|兼職|誠徵|徵)\s?"
)


class KnownOccupation(Frozen):
    """An entry of ``known.yaml``."""

    esco: str
    soc: Annotated[str, Field(pattern=r"^\d\d-\d{4}$")]
    en: str = ""
    de: str = ""
    fr: str = ""
    nl: str = ""
    sv: str = ""
    ja: str = ""
    zh: str = ""


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """What a known title means: an occupation of ESCO by number, its SOC code, and how sure that is."""

    occupation: int
    soc: str
    confidence: float


@dataclass(frozen=True)
class KnownTitles:
    """Titles by language: by words for Latin letters, in small letters for Japanese and Chinese."""

    by_words: dict[str, dict[tuple[str, ...], KnownTitle]]
    patterns: list[tuple[tuple[str, ...], tuple[str, ...], KnownTitle]]
    by_text: dict[str, dict[str, KnownTitle]]
    soc_of: dict[int, str]

    def in_words(self, title: str, language: str) -> KnownTitle | None:
        """What a title in Latin letters means: by all its words, or those before its place or next part."""
        forms = title_words(title, language), head_words(title, language), words_before_place(title, language)
        for words, confidence in zip(forms, (WHOLE, FIRST_PART, FIRST_PART), strict=True):
            found = self.by_words[language].get(words)
            if found is not None and (confidence == WHOLE or not is_bare_head(words)):
                return KnownTitle(found.occupation, found.soc, confidence)
        for words in dict.fromkeys(forms if language == "en" else ()):
            for begin, end, found in self.patterns:
                if words[: len(begin)] == begin and words[len(words) - len(end) :] == end:
                    return KnownTitle(found.occupation, found.soc, PATTERN)
        return None

    def at_end(self, title: str) -> KnownTitle | None:
        """What the end of an English title's first part means: two words or more, which others narrow."""
        words = head_words(title, "en")
        for start in range(1, len(words) - 1):
            found = self.by_words["en"].get(words[start:])
            if found is not None:
                return KnownTitle(found.occupation, found.soc, ENGLISH_END)
        return None

    def in_text(self, title: str, language: str) -> KnownTitle | None:
        """What a Japanese or Chinese title means: as a whole, by its end, or by the longest name within."""
        names = self.by_text[language]
        for part in east_asian_parts(title):
            for start in range(len(part)):
                found = names.get(part[start:])
                if found is not None:
                    confidence = WHOLE if start == 0 else END
                    return KnownTitle(found.occupation, found.soc, confidence)
        small = title.lower()
        within = [name for name in names if len(name) > _SHORTEST_WITHIN and name in small]
        if not within:
            return None
        longest = max(within, key=lambda name: (len(name), name))
        return KnownTitle(names[longest].occupation, names[longest].soc, WITHIN)


def east_asian_parts(title: str) -> list[str]:
    """The parts of a Japanese or Chinese title that may name its trade, without blanks and levels."""
    parts = []
    for part in _CUT.split(_ASIDE.sub(" ", title[:LONGEST_TITLE])):
        bare = _LEVEL.sub("", part.strip())
        text = "".join(bare.split())
        if text:
            parts.append(text.lower())
    return parts


@lru_cache
def known_titles() -> KnownTitles:
    """The titles, read once a process.

    Raises:
        ConfigurationError: an entry names no occupation of ESCO, or the file isn't what it should be.
    """
    remedy = "Mend enrich/occupations/known.yaml."
    entries = read_typed(KNOWN_FILE, TypeAdapter(list[KnownOccupation]), remedy)
    numbers = {
        row["name"].lower(): esco_table().numbers[row["esco_id"]]
        for row in read_rows("occupation_names_en.csv.gz")
        if row["is_preferred"] == "1"
    }
    by_words: dict[str, dict[tuple[str, ...], KnownTitle]] = {language: {} for language in LANGUAGES}
    patterns: list[tuple[tuple[str, ...], tuple[str, ...], KnownTitle]] = []
    by_text: dict[str, dict[str, KnownTitle]] = {language: {} for language in EAST_ASIAN}
    soc_of: dict[int, str] = {}
    for entry in entries:
        number = numbers.get(entry.esco.lower())
        if number is None:
            raise ConfigurationError(
                cause=f"known.yaml names {entry.esco!r}, no occupation of ESCO.", remedy=remedy
            )
        known = KnownTitle(number, entry.soc, WHOLE)
        soc_of.setdefault(number, entry.soc)
        for language, names in (
            (language, str(getattr(entry, language)).split("|")) for language in LANGUAGES
        ):
            for name in filter(None, names):
                begin, star, end = name.partition("*")
                if star:
                    patterns.append((title_words(begin, language), title_words(end, language), known))
                else:
                    by_words[language].setdefault(title_words(name, language), known)
        for language, told in (("ja", entry.ja), ("zh", entry.zh)):
            for name in told.split():
                by_text[language].setdefault(name.lower(), known)
    return KnownTitles(by_words, patterns, by_text, soc_of)
