"""The words of levels (``seniority.yaml``) as patterns over plain titles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from cvplus.enrich.readers.plain_words import branching, in_one, plain
from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

_FILE = Path(__file__).with_name("seniority.yaml")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LONE_STAR = re.compile(r"(?<= )\*(?= )")
_OF_LATIN_WORD = "[a-z0-9']"

Words = Annotated[list[str], Field(min_length=1)]
Level = Literal["intern", "junior", "mid", "senior", "lead", "manager", "executive"]


class LevelWords(Frozen):
    """The words of one level by where they count; see the file."""

    level: Level
    anywhere: list[Words] = Field(default_factory=list)
    anywhere_in: dict[str, Words] = Field(default_factory=dict)
    in_head: list[Words] = Field(default_factory=list)
    in_head_in: dict[str, Words] = Field(default_factory=dict)
    begins: list[str] = Field(default_factory=list)
    begins_freely: list[str] = Field(default_factory=list)
    begins_in: dict[str, Words] = Field(default_factory=dict)


class SeniorityWords(Frozen):
    """``seniority.yaml``."""

    serving: list[Words]
    heads: Words
    about: Words
    serves: Words
    trades: list[Words]
    levels: list[LevelWords]
    mixed: Words
    choices: Words
    weighty: Words
    weighty_jobs: list[Words]
    weighty_after: Words
    first_steps: Words
    first_steps_before: list[Words]
    grades: dict[str, Level]
    ungraded: Words


@dataclass(frozen=True, slots=True)
class LevelPatterns:
    """How one level is found: anywhere, in a title's head, or where a part of it begins."""

    level: Level
    anywhere: re.Pattern[str] | None
    in_head: re.Pattern[str] | None
    begins: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class TitlePatterns:
    """What is looked for before levels are, and beside them."""

    trades: re.Pattern[str]
    serving: re.Pattern[str]
    served: re.Pattern[str]
    head_of: re.Pattern[str]
    mixed: re.Pattern[str]
    weighty: re.Pattern[str]
    first_step: re.Pattern[str]
    grade: re.Pattern[str]


@cache
def load_seniority_words() -> SeniorityWords:
    """The lists of ``seniority.yaml``.

    Raises:
        ConfigurationError: the file is not as it must be.
    """
    return read_typed(_FILE, TypeAdapter(SeniorityWords), "Restore seniority.yaml from the repository.")


def phrases(words: Iterable[str]) -> str:
    """A pattern for one of the phrases: Latin ones between the bounds of words, East Asian ones anywhere."""
    latin: list[str] = []
    east_asian: list[str] = []
    for word in {plain(word) for word in words}:
        pattern = word.replace(" ** ", "\x00 (?:[^ ]{1,20} ){1,5}\x00")
        pattern = _LONE_STAR.sub("\x00\\\\w{1,20}\x00", pattern).replace("*", "\x00\\w{0,25}\x00")
        (east_asian if _EAST_ASIAN.search(word) else latin).append(pattern)
    told = [rf"(?<!{_OF_LATIN_WORD}){branching(latin)}(?!{_OF_LATIN_WORD})"] if latin else []
    return "(?:" + "|".join([*told, *([branching(east_asian)] if east_asian else [])]) + ")"


@cache
def title_patterns() -> TitlePatterns:
    """The patterns that hold in every language."""
    words = load_seniority_words()
    heads, about, serves = phrases(words.heads), phrases(words.about), phrases(words.serves)
    serving, after = phrases(in_one(words.serving)), phrases(words.weighty_after)
    grades = "|".join(sorted(words.grades, key=len, reverse=True))
    further = "(?!chief|director|manager|vice|general|dean)[^ ]{1,20} "
    return TitlePatterns(
        trades=re.compile(phrases(in_one(words.trades))),
        serving=re.compile(serving),
        served=re.compile(rf"({serving}.{{0,40}}?) {serves}.*"),
        head_of=re.compile(rf"^(?:\w{{1,20}} ){{0,2}}?{heads} {about}"),
        mixed=re.compile(phrases(words.mixed)),
        weighty=re.compile(
            rf"(?:(?<![a-z0-9] )|(?P<after>{after} )){phrases(words.weighty)} ?\+? "
            rf"(?=(?:[^ ]{{1,20}} ){{0,5}}{phrases(in_one(words.weighty_jobs))})"
            rf"|(?P<behind>{after} )staff ?\+?$|^staff ?\+? (?={after})"
        ),
        first_step=re.compile(
            rf"^{phrases(words.first_steps)} (?:{further}){{0,2}}?{phrases(in_one(words.first_steps_before))}"
        ),
        grade=re.compile(rf"(?<= )(?<!{_OF_LATIN_WORD})({grades})$"),
    )


@cache
def level_patterns(language: str | None) -> tuple[LevelPatterns, ...]:
    """The levels in the order of their weight, with the words of a language that are words elsewhere."""
    return tuple(_patterns_of(level, language or "") for level in load_seniority_words().levels)


def _patterns_of(words: LevelWords, language: str) -> LevelPatterns:
    anywhere = in_one(words.anywhere) + list(words.anywhere_in.get(language, ()))
    in_head = in_one(words.in_head) + list(words.in_head_in.get(language, ()))
    freely = words.begins_freely + list(words.begins_in.get(language, ()))
    begins = []
    if words.begins:
        before = r"(?:(?:interim|acting|group|global|fractional|deputy|regional|co|senior|jr|sr) )?"
        after = r"(?=$| ?(?:[&/+]|(?:of|for|and|at|in|de|des|du|d'|und|et|och|en|fur|for|till)(?![a-z])))"
        begins.append(f"{before}{phrases(words.begins)}{after}")
    if freely:
        begins.append(phrases(freely))
    return LevelPatterns(
        words.level,
        re.compile(phrases(anywhere)) if anywhere else None,
        re.compile(phrases(in_head)) if in_head else None,
        re.compile("|".join(begins)) if begins else None,
    )
