"""The phrases that the reader of skills looks for: names of the vocabulary, and the cues around them."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from cvplus.enrich.readers.cues import CueLists, Cues, cue_phrases, load_cues
from cvplus.enrich.readers.phrases import PhraseFinder, words_of
from cvplus.enrich.skill_names import TOKEN, skill_key
from cvplus.enrich.skills import SkillName, SkillVocabulary, load_vocabulary

_LONGEST_PHRASE = 7
# What is shorter is the beginning of too many other words.
_SHORTEST_OPEN = 3
# East Asian words for persons are joined to the trade.
_SHORT_ENDING = 4


class Sense(Enum):
    """What a name needs besides standing in a text: nothing, a list or a lead, or a strong one of them.

    A rare one is the name of a lesser-known thing: it needs its capitals as well.
    """

    PLAIN = auto()
    ORDINARY = auto()
    EVERYDAY = auto()
    RARE = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A way of writing a skill; ``skill`` is ``None`` for a phrase that only looks like one.

    ``written`` is the only form that counts (bytes), ``None`` when any capitals will do. ``is_open``: a
    version or a word such as "kunskaper" may be joined to it.
    """

    skill: str | None
    sense: Sense = Sense.PLAIN
    written: bytes | None = None
    is_trade: bool = False
    is_open: bool = False


@dataclass(frozen=True)
class Lexicon:
    """All phrases, and the lists of words that are looked up near a name."""

    finder: PhraseFinder[Name | Cues]
    links: frozenset[bytes]
    leads: frozenset[bytes]
    strong_leads: frozenset[bytes]
    nouns_after: frozenset[bytes]
    noun_beginnings: tuple[bytes, ...]
    suffixes: tuple[bytes, ...]
    persons: frozenset[bytes]
    person_endings: tuple[bytes, ...]
    departments: frozenset[str]
    together: frozenset[bytes]
    know: frozenset[bytes]
    candidate: frozenset[bytes]
    other_demands: frozenset[str]


def lexicon_of(vocabulary: SkillVocabulary, cues: CueLists) -> Lexicon:
    """The lexicon over a vocabulary."""
    phrases: list[tuple[str, Name | Cues]] = [(phrase, Name(None)) for phrase in cues.no_skills]
    phrases += _Namer(vocabulary, cues).phrases()
    phrases += cue_phrases(cues)

    def words(listed: list[str]) -> frozenset[bytes]:
        return frozenset(b" ".join(words_of(word).split()) for word in listed)

    return Lexicon(
        finder=PhraseFinder(phrases),
        links=words(cues.links),
        leads=words(cues.leads),
        strong_leads=words(cues.strong_leads),
        nouns_after=words(cues.nouns_after),
        noun_beginnings=_joined(cues.nouns_after),
        suffixes=tuple(suffix.encode() for suffix in cues.suffixes),
        persons=words(cues.persons),
        person_endings=_joined(cues.persons),
        departments=frozenset(cues.departments),
        together=words(cues.together),
        know=words(cues.negations.know),
        candidate=words(cues.candidate),
        other_demands=frozenset(cues.other_demands),
    )


def _joined(listed: list[str]) -> tuple[bytes, ...]:
    """Of a list of words the East Asian ones, which no blank parts from what they belong to."""
    return tuple(word.encode() for word in listed if not word.isascii() and len(word) <= _SHORT_ENDING)


@lru_cache
def load_lexicon() -> Lexicon:
    """The lexicon over the shipped vocabulary, built once a process."""
    return lexicon_of(load_vocabulary(), load_cues())


class _Namer:
    """Makes phrases of the vocabulary's names.

    Well-known names count in any capitals, abbreviations only in theirs. Lesser-known ones count only as they
    are written, and ordinary words only as written and with something that makes them a skill. Technologies
    that postings mention without asking for them are left out.
    """

    def __init__(self, vocabulary: SkillVocabulary, cues: CueLists) -> None:
        words = vocabulary.words
        self._names = vocabulary.names
        self._ordinary = {word.lower(): word for word in words.ordinary_words}
        self._everyday = {word.lower(): word for word in words.everyday_words}
        self._never = {word.lower() for word in words.never_alone}
        self._left_out = set(words.not_demands)
        self._trades = set(cues.trades)

    def phrases(self) -> list[tuple[str, Name | Cues]]:
        found: dict[str, Name] = {}
        for entry in self._names:
            key = skill_key(entry.name)
            if not key or entry.name.lower() in found or key in self._never or entry.slug in self._left_out:
                continue
            if (name := self._name_of(entry)) is not None:
                for form in _forms(entry.name.lower(), name):
                    found.setdefault(form, name)
        return [(f"{form}*" if name.is_open else form, name) for form, name in found.items()]

    def _name_of(self, entry: SkillName) -> Name | None:
        tokens = [token for token in (token.rstrip(".") for token in TOKEN.findall(entry.name)) if token]
        is_trade = entry.slug in self._trades
        if not 0 < len(tokens) <= _LONGEST_PHRASE:
            return None
        if len(tokens) > 1 or not entry.name.isascii():
            written = None if entry.is_widely_known else entry.name.encode()
            return Name(entry.slug, written=written, is_trade=is_trade)
        token = tokens[0]
        for sense, listed in ((Sense.EVERYDAY, self._everyday), (Sense.ORDINARY, self._ordinary)):
            if token.lower() in listed:
                proper = listed[token.lower()]
                is_open = len(token) >= _SHORTEST_OPEN and token.isalpha()
                return Name(
                    entry.slug, sense, None if proper.islower() else proper.encode(), is_trade, is_open
                )
        if entry.is_widely_known and len(token) > 1:
            form = token.encode() if token.isalpha() and token.isupper() else None
            is_open = len(token) >= _SHORTEST_OPEN and not token[-1].isdigit()
            return Name(entry.slug, written=form, is_trade=is_trade, is_open=is_open)
        if not token.islower() and not token.isupper() and token[1:] != token[1:].lower():
            return Name(entry.slug, written=token.encode())
        is_name = token[0].isupper() and len(token) > _SHORTEST_OPEN
        return Name(entry.slug, Sense.RARE, token.encode(), is_trade) if is_name else None


def _forms(name: str, found: Name) -> list[str]:
    """The name and its usual variants: ``react.js`` is written ``reactjs`` and ``react js`` as well."""
    forms = [name]
    if name.endswith(".js"):
        forms += [f"{name[:-3]}js", f"{name[:-3]} js"]
    if "/" in name:
        forms.append(name.replace("/", " / "))
    joined = name.replace(" ", "").replace("-", "")
    if found.written is None and joined.isalpha() and joined.isascii() and name.count(" ") == 1:
        forms.append(joined)
    return forms
