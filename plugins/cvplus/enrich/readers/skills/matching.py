"""Skills found in a text, parted into required and preferred."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cvplus.enrich.readers.cues import Cues, Kind
from cvplus.enrich.readers.parts import Cue, Demand, parts_of_text, settled
from cvplus.enrich.readers.phrases import Page, lay_out
from cvplus.enrich.readers.sentences import Sentences
from cvplus.enrich.readers.skills.lexicon import Lexicon, Name, load_lexicon
from cvplus.enrich.readers.skills.scopes import Sentence
from cvplus.enrich.readers.skills.senses import Found, meant
from cvplus.enrich.skills import SkillVocabulary, load_vocabulary

_ASKING = frozenset({Kind.WELCOME_AFTER, Kind.REQUIRED})
_TITLE_WORD = re.compile(r"\w+")
_WORD = re.compile(r"[^\s()]+")
_NOT_NAMED = re.compile(r"[.!?;:]\s|\d\s*\+")
_MOST_WORDS_OF_NAME, _LONGEST_NAME = 4, 60


@dataclass(frozen=True, slots=True)
class FoundSkills:
    """Ids in the order found, each once; one that is required is not among the preferred.

    ``is_named`` tells whether any skill was named at all, also one that isn't asked for.
    """

    required: list[str]
    preferred: list[str]
    is_named: bool = False


class SkillMatcher:
    """Finds the skills of a vocabulary in texts and in lists of requirements."""

    def __init__(self, vocabulary: SkillVocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon

    def find(self, text: str, items: Iterable[str] = (), title: str | None = None) -> FoundSkills:
        """Skills of a posting: of its list of requirements, then of its text.

        The text is in lines, without markup. Lines that repeat the title demand nothing. An item that is the
        name of a skill is that skill, known or not; any other item is read as a text.
        """
        required: dict[str, None] = {}
        preferred: dict[str, None] = {}
        is_named = False
        for item in items:
            for skill, demand in self._of_item(item):
                is_named = True
                (preferred if demand is Demand.PREFERRED else required)[skill] = None
        for skill, demand in self._of_text(text, title):
            is_named = True
            if demand is not Demand.NONE:
                (preferred if demand is Demand.PREFERRED else required)[skill] = None
        kept = [skill for skill in preferred if skill not in required]
        return FoundSkills(list(required), kept, is_named)

    def _of_item(self, item: str) -> Iterator[tuple[str, Demand]]:
        lead, colon, rest = item.partition(":")
        is_welcome = bool(colon and rest.strip()) and self._is_welcome(lead)
        name, demand = (rest, Demand.PREFERRED) if is_welcome else (item, Demand.REQUIRED)
        if (slug := self._vocabulary.known(name)) is not None:
            yield slug, Demand.PREFERRED if is_welcome or self._is_welcome(name) else demand
            return
        found = [one for one in self._of_text(name) if one[1] is not Demand.NONE]
        if self._is_list_of_names(name):
            for slug in self._vocabulary.skills_of(name):
                yield slug, demand
        else:
            for slug, told in found:
                yield slug, Demand.PREFERRED if is_welcome else told

    def _is_welcome(self, lead: str) -> bool:
        found = self._lexicon.finder.find(lay_out(lead))
        welcome = {Kind.WELCOME_BEFORE, Kind.WELCOME_AFTER}
        return any(isinstance(label, Cues) and welcome & label.kinds for *_, label in found)

    def _is_list_of_names(self, item: str) -> bool:
        """Whether an item is a name, or names parted by commas, and no sentence or demand of another kind."""
        parts = [part for part in item.split(",") if part.strip()]
        return all(
            len(part.split()) <= _MOST_WORDS_OF_NAME
            and len(part) <= _LONGEST_NAME
            and not _NOT_NAMED.search(part)
            and not self._lexicon.other_demands & set(_WORD.findall(part.lower()))
            for part in parts
        )

    def _of_text(self, text: str, title: str | None = None) -> Iterator[tuple[str, Demand]]:
        page = lay_out(text)
        names: list[Found] = []
        cues: list[Cue] = []
        for first, end, label in self._lexicon.finder.find(page):
            if isinstance(label, Name):
                names.append((first, end, label))
            else:
                cues.append((first, end, label.kinds))
        if not any(one[2].skill for one in names):
            return
        asked = frozenset(first for first, _, kinds in cues if kinds & _ASKING)
        kept = meant(page, names, self._lexicon, asked)
        if not kept:
            return
        cues = settled(cues)
        parts = parts_of_text(page, cues, [one[0] for one in kept])
        firsts = [part.first for part in parts]
        of_title = None if title is None else _TITLE_WORD.findall(title.lower())
        for sentence, line in _sentences(page, kept, cues, self._lexicon):
            if of_title is not None and _is_title(page, line, of_title):
                continue
            part = parts[bisect_right(firsts, sentence.names[0][0]) - 1]
            demands = sentence.demands(part.demand, part.is_of_demands)
            for (_, _, name), demand in zip(sentence.names, demands, strict=True):
                if name.skill is not None:
                    yield name.skill, demand


def _sentences(
    page: Page, names: Sequence[Found], cues: Sequence[Cue], lexicon: Lexicon
) -> Iterator[tuple[Sentence, tuple[int, int]]]:
    """Sentences in which names stand, with the bounds of their line."""
    cue_firsts = [cue[0] for cue in cues]
    sentences = Sentences(page)
    place = 0
    while place < len(names):
        at = names[place][0]
        first, end = sentences.around(at)
        last = place + 1
        while last < len(names) and names[last][0] < end:
            last += 1
        inside = cues[bisect_left(cue_firsts, first) : bisect_left(cue_firsts, end)]
        yield Sentence(page, first, end, names[place:last], inside, lexicon), sentences.line(at)
        place = last


def _is_title(page: Page, line: tuple[int, int], title: Sequence[str]) -> bool:
    """Whether a line is nothing but the words of the title, which are in small letters."""
    written = page.written[line[0] : line[1]].decode(errors="replace").lower()
    return _TITLE_WORD.findall(written) == title


@lru_cache
def load_matcher() -> SkillMatcher:
    """The matcher over the shipped vocabulary, built once a process."""
    return SkillMatcher(load_vocabulary(), load_lexicon())
