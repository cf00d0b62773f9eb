"""Skills found in running text: phrases of the vocabulary, parted into required and preferred by cues."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cvplus.enrich.skills import TOKEN, SkillVocabulary, load_vocabulary, skill_key

_SEGMENT_END = re.compile(r"[\n•;]+|(?<=[.!?])\s+(?=[A-ZÄÖÜ])")
_PREFERRED = re.compile(
    r"\b(?:preferred|preferably|preference|nice[ -]to[ -]haves?|a plus|plus(?=[:.]|$)|bonus|desirable|"
    r"desired|ideally|advantage(?:ous)?|optional|good to have|von vorteil|wünschenswert|idealerweise)\b",
    re.IGNORECASE,
)
_LONGEST_HEADING_WORDS = 8
_LONGEST_PHRASE = 6
_BEFORE_IN_LIST, _AFTER_IN_LIST = frozenset(",/(&:|+"), frozenset(",/)&|;+")
_WORDS_BEFORE_SKILL = frozenset({"and", "or", "in", "with", "using", "und", "oder", "mit", "like"})


@dataclass(frozen=True, slots=True)
class _Phrase:
    slug: str
    written: str | None  # the only form that counts; None when any capitals will do
    needs_list: bool


@dataclass(frozen=True, slots=True)
class FoundSkills:
    """Slugs in the order found, each once; one that is required is not among the preferred."""

    required: list[str]
    preferred: list[str]


class SkillMatcher:
    """Finds the skills of a vocabulary in text, by a dictionary of phrases over the text's words.

    Well-known names count in any capitals, abbreviations only in theirs. Lesser-known ones count only as they
    are written, and single ordinary words ("Go", "Excel") only as written and inside a list or after a word
    such as "with". Technologies that postings mention without asking for them are left out.
    """

    def __init__(self, vocabulary: SkillVocabulary) -> None:
        self._vocabulary = vocabulary
        self._ordinary = {word.lower(): word for word in vocabulary.words.ordinary_words}
        self._left_out = set(vocabulary.words.not_demands)
        self._never_alone = {word.lower() for word in vocabulary.words.never_alone}
        self._phrases: dict[str, _Phrase] = {}
        self._longest: dict[str, int] = {}
        for entry in vocabulary.names:
            self._learn(entry.name, entry.slug, entry.is_widely_known)

    def _learn(self, name: str, slug: str, is_widely_known: bool) -> None:
        tokens = [token for token in (token.rstrip(".") for token in TOKEN.findall(name)) if token]
        key = skill_key(name)
        if slug in self._left_out or not 0 < len(tokens) <= _LONGEST_PHRASE or key in self._phrases:
            return
        if key in self._never_alone:
            return
        written: str | None = "-".join(tokens)
        needs_list = False
        if len(tokens) == 1:
            token = tokens[0]
            needs_list = token.lower() in self._ordinary
            is_distinctive = not token.islower() and not token.isupper() and token[1:] != token[1:].lower()
            if needs_list:
                written = self._ordinary[token.lower()]
            elif is_widely_known and len(token) > 1:
                written = token if token.isalpha() and token.isupper() else None
            elif not is_distinctive:
                return
        elif is_widely_known:
            written = None
        self._phrases[key] = _Phrase(slug, written, needs_list)
        first = key.split("-", 1)[0]
        self._longest[first] = max(self._longest.get(first, 0), len(tokens))

    def find(self, text: str, items: Iterable[str] = ()) -> FoundSkills:
        """Skills of a posting: of its text, and of its list of requirements.

        A sentence or bullet with a cue ("nice to have", "a plus") makes its skills preferred; a heading with
        one does so for all that follows until the next heading. An item that is nothing but the name of a
        skill is that skill.
        """
        required: dict[str, None] = {}
        preferred: dict[str, None] = {}
        for item in items:
            lead, _, rest = item.partition(":")
            has_cue = _PREFERRED.search(item) is not None
            whole = self._vocabulary.known(rest if rest and _PREFERRED.search(lead) else item)
            target = preferred if has_cue else required
            target.update(dict.fromkeys([whole] if whole else self._slugs(item)))
        is_preferred_part = False
        for segment in _SEGMENT_END.split(text):
            if not segment.strip():
                continue
            has_cue = _PREFERRED.search(segment) is not None
            if segment.rstrip().endswith(":") and len(segment.split()) <= _LONGEST_HEADING_WORDS:
                is_preferred_part = has_cue
            target = preferred if has_cue or is_preferred_part else required
            target.update(dict.fromkeys(self._slugs(segment)))
        return FoundSkills(list(required), [slug for slug in preferred if slug not in required])

    def _slugs(self, segment: str) -> Iterable[str]:
        matches = [match for match in TOKEN.finditer(segment) if match.group() != "."]
        words = [match.group().rstrip(".") for match in matches]
        lowered = [word.lower() for word in words]
        place = 0
        while place < len(words):
            longest = self._longest.get(lowered[place], 0)
            for length in range(min(longest, len(words) - place), 0, -1):
                phrase = self._phrases.get("-".join(lowered[place : place + length]))
                if phrase is None:
                    continue
                if phrase.written is not None and phrase.written != "-".join(words[place : place + length]):
                    continue
                if phrase.needs_list and not _in_list(segment, matches, lowered, place):
                    continue
                yield phrase.slug
                place += length - 1
                break
            place += 1


def _in_list(segment: str, matches: list[re.Match[str]], lowered: list[str], place: int) -> bool:
    """Whether the word at this place stands in a list of things, or after a word that leads one in."""
    first, end = matches[place].span()
    if "-" in (segment[end : end + 1], segment[max(first - 1, 0) : first]):
        return False  # a part of a longer word: "go-to-market"
    while first > 0 and segment[first - 1].isspace():
        first -= 1
    while end < len(segment) and segment[end].isspace():
        end += 1
    if segment[max(first - 1, 0) : first] in _BEFORE_IN_LIST or segment[end : end + 1] in _AFTER_IN_LIST:
        return True
    return place > 0 and lowered[place - 1] in _WORDS_BEFORE_SKILL


@lru_cache
def load_matcher() -> SkillMatcher:
    """The matcher over the shipped vocabulary, built once a process."""
    return SkillMatcher(load_vocabulary())
