"""The phrases that the reader of demands looks for, each with what it tells."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from cvplus.enrich.readers.cues import Cues, cue_phrases, load_cues
from cvplus.enrich.readers.phrases import PhraseFinder, words_of
from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

CUES_FILE = Path(__file__).with_name("cues.yaml")
_MOST_JOINED_YEARS = 20
_JOINED_UNITS = ("y", "yr", "yrs", "years", "yoe")


class DemandLists(Frozen):
    """``demands/cues.yaml``."""

    years: list[str]
    months: list[str]
    numbers: dict[Annotated[int, Field(ge=1, le=20)], list[str]]
    experience: list[str]
    leads: list[str]
    least: list[str]
    age_before: list[str]
    age_after: list[str]
    firm_before: list[str]
    firm_after: list[str]
    firm_tail: list[str]
    firms: list[str]
    candidate: list[str]
    terms: list[str]
    never_behind: list[str]
    at_most: list[str]
    none_needed: list[str]
    vague: list[str]
    degrees: dict[Annotated[int, Field(ge=3, le=8)], list[str]]
    plain_degrees: list[str]
    no_degrees: list[str]
    finished: list[str]
    no_degree_needed: list[str]
    negated_before: list[str]
    negated_between: list[str]
    negated_after: list[str]
    equivalent: list[str]
    of_others: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """What a phrase tells: names of the lists it stands in."""

    lists: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """Years or months; with the number, when it is joined to the unit ("5yrs", "dreijährige")."""

    months: int
    number: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Degree:
    """A degree's level (ISCED 2011), ``None`` for a word that only looks like one.

    ``written`` is the only form that counts (bytes); ``None`` when any capitals will do. ``is_plain`` is the
    word "degree" itself, ``is_training`` a word that also names what a firm offers, or a trade.
    """

    level: int | None
    written: bytes | None = None
    is_plain: bool = False
    is_training: bool = False


Label = Sign | Unit | Degree | Cues
_MASTERS = frozenset({"master", "masters"})
_TRAININGS = frozenset(
    {
        "ausbildung",
        "lehre",
        "techniker",
        "meister",
        "apprenticeship",
        "high school",
        "highschool",
        "high-school",
    }
    | {
        "secondary school",
        "upper secondary",
        "post-secondary",
        "postsecondary",
        "gymnasiet",
        "高等学校",
        "高中",
    }
)
_NO_SIGNS = frozenset(
    {"years", "months", "numbers", "degrees", "plain_degrees", "no_degrees", "leads", "negated_between"}
)
_BACHELOR = 6


@dataclass(frozen=True)
class DemandLexicon:
    """All phrases, and the words that are looked up near them."""

    signs: PhraseFinder[Sign | Unit | Degree]
    parts: PhraseFinder[Cues]
    numbers: dict[str, int]
    leads: frozenset[bytes]
    between: frozenset[bytes]


@lru_cache
def load_demand_lexicon(file: Path = CUES_FILE) -> DemandLexicon:
    """Read the lists, and build the lexicon, once a process.

    Raises:
        ConfigurationError: a file is not what it should be.
    """
    lists = read_typed(file, TypeAdapter(DemandLists), f"Restore {file.name} from the repository.")
    numbers = {word: number for number, words in lists.numbers.items() for word in words}
    phrases: list[tuple[str, Sign | Unit | Degree]] = [
        *((phrase, Unit(12)) for phrase in lists.years),
        *((phrase, Unit(1)) for phrase in lists.months),
        *_joined(numbers),
        *_degrees(lists),
        *_signs(lists),
    ]
    return DemandLexicon(
        signs=PhraseFinder(phrases),
        parts=PhraseFinder(cue_phrases(load_cues())),
        numbers=numbers,
        leads=frozenset(b" ".join(words_of(word).split()) for word in lists.leads),
        between=frozenset(b" ".join(words_of(word).split()) for word in lists.negated_between),
    )


def _joined(numbers: dict[str, int]) -> list[tuple[str, Unit]]:
    """Numbers to which the unit is joined."""
    found: list[tuple[str, Unit]] = []
    for number in range(1, _MOST_JOINED_YEARS + 1):
        for plus in ("", "+"):
            found += [(f"{number}{plus}{unit}", Unit(12, number)) for unit in _JOINED_UNITS]
    for word, number in numbers.items():
        if word.isalpha() and len(word) > len("en"):
            found += [(f"{word}jährige*", Unit(12, number)), (f"{word}årig*", Unit(12, number))]
    return found


def _degrees(lists: DemandLists) -> list[tuple[str, Degree]]:
    found: list[tuple[str, Degree]] = [(phrase, Degree(None)) for phrase in lists.no_degrees]
    found += [(phrase, Degree(_BACHELOR, is_plain=True)) for phrase in lists.plain_degrees]
    for level, phrases in lists.degrees.items():
        for phrase in phrases:
            form = phrase if not phrase.islower() and phrase.isascii() else None
            form = phrase.capitalize() if phrase in _MASTERS else form
            written = form.encode() if form else None
            found.append((phrase, Degree(level, written, is_training=phrase in _TRAININGS)))
    return found


def _signs(lists: DemandLists) -> list[tuple[str, Sign]]:
    in_lists: dict[bytes, set[str]] = {}
    written: dict[bytes, str] = {}
    for name, phrases in lists.model_dump().items():
        if name in _NO_SIGNS:
            continue
        for phrase in phrases:
            key = b" ".join(words_of(phrase).split()) + (b"*" if phrase.endswith("*") else b"")
            in_lists.setdefault(key, set()).add(name)
            written.setdefault(key, phrase)
    return [(written[key], Sign(frozenset(names))) for key, names in in_lists.items()]
