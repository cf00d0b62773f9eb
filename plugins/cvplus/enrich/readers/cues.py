"""The cues around what is asked for, in seven languages: negations, what is welcome, the firm, headings."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from cvplus.enrich.readers.phrases import words_of
from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

CUES_FILE = Path(__file__).with_name("cues.yaml")


class Negations(Frozen):
    """Cues that say what is not asked for; ``none`` look like one, ``know`` may follow a weak one."""

    strong: list[str]
    weak: list[str]
    after: list[str]
    none: list[str]
    know: list[str]


class Preferences(Frozen):
    """Cues of what is welcome, by the side on which the names stand."""

    before: list[str]
    after: list[str]


class Headings(Frozen):
    """Headings, by what the lines below them are about."""

    required: list[str]
    preferred: list[str]
    about: list[str]
    benefits: list[str]


class CueLists(Frozen):
    """``cues.yaml``."""

    no_skills: list[str]
    trades: list[str]
    persons: list[str]
    departments: list[str]
    together: list[str]
    links: list[str]
    leads: list[str]
    strong_leads: list[str]
    nouns_after: list[str]
    suffixes: list[str]
    studies: list[str]
    breaks: list[str]
    negations: Negations
    preferred: Preferences
    required: list[str]
    asserts: list[str]
    firm: list[str]
    candidate: list[str]
    stack: list[str]
    headings: Headings
    other_demands: list[str]


class Kind(Enum):
    """What a cue says."""

    BREAK = auto()
    NOT_STRONG = auto()
    NOT_WEAK = auto()
    NOT_AFTER = auto()
    NO_NEGATION = auto()
    WELCOME_BEFORE = auto()
    WELCOME_AFTER = auto()
    REQUIRED = auto()
    ASSERTS = auto()
    FIRM = auto()
    STACK = auto()
    STUDIES = auto()
    HEADS_REQUIRED = auto()
    HEADS_PREFERRED = auto()
    HEADS_ABOUT = auto()
    HEADS_BENEFITS = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """What a phrase says; one phrase may say several things ("Bonus" as a heading and before a name)."""

    kinds: frozenset[Kind]


@cache
def load_cues(file: Path = CUES_FILE) -> CueLists:
    """Read the lists of cues.

    Raises:
        ConfigurationError: the file is not what it should be.
    """
    return read_typed(file, TypeAdapter(CueLists), f"Restore {file.name} from the repository.")


def cue_phrases(cues: CueLists) -> list[tuple[str, Cues]]:
    """The phrases of all lists, each once, with what it says."""
    by_kind = {
        Kind.BREAK: cues.breaks,
        Kind.NOT_STRONG: cues.negations.strong,
        Kind.NOT_WEAK: cues.negations.weak,
        Kind.NOT_AFTER: cues.negations.after,
        Kind.NO_NEGATION: cues.negations.none,
        Kind.WELCOME_BEFORE: cues.preferred.before,
        Kind.WELCOME_AFTER: cues.preferred.after,
        Kind.REQUIRED: cues.required,
        Kind.ASSERTS: cues.asserts,
        Kind.FIRM: cues.firm,
        Kind.STACK: cues.stack,
        Kind.STUDIES: cues.studies,
        Kind.HEADS_REQUIRED: cues.headings.required,
        Kind.HEADS_PREFERRED: cues.headings.preferred,
        Kind.HEADS_ABOUT: cues.headings.about,
        Kind.HEADS_BENEFITS: cues.headings.benefits,
    }
    kinds: dict[bytes, set[Kind]] = {}
    written: dict[bytes, str] = {}
    for kind, listed in by_kind.items():
        for phrase in listed:
            key = b" ".join(words_of(phrase).split()) + (b"*" if phrase.endswith("*") else b"")
            kinds.setdefault(key, set()).add(kind)
            written.setdefault(key, phrase)
    return [(written[key], Cues(frozenset(found))) for key, found in kinds.items()]
