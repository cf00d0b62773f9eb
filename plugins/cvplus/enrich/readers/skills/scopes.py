"""How the names in a sentence are meant: asked for, welcome, or neither, by the cues around them."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from cvplus.enrich.readers.cues import Kind
from cvplus.enrich.readers.parts import Cue, Demand
from cvplus.enrich.readers.phrases import Page
from cvplus.enrich.readers.skills.lexicon import Lexicon
from cvplus.enrich.readers.skills.senses import Found, is_linked

_MOST_WORDS_BEFORE, _MOST_WORDS_AFTER = 8, 6
_LONGEST_GAP = 80


# Cues that alone can change what a name without a cue would mean.
_DECIDING = frozenset(
    {Kind.NOT_STRONG, Kind.NOT_WEAK, Kind.NOT_AFTER, Kind.WELCOME_BEFORE, Kind.WELCOME_AFTER, Kind.REQUIRED}
    | {Kind.FIRM, Kind.STACK, Kind.STUDIES}
)


class Sentence:
    """The names and cues of one sentence, each by where it stands, and what its place in the text says."""

    def __init__(
        self, page: Page, first: int, end: int, names: Sequence[Found], cues: Sequence[Cue], lexicon: Lexicon
    ) -> None:
        self._page, self._first, self._end, self._lexicon = page, first, end, lexicon
        self.names = names
        self._cues = cues
        self._kinds: set[Kind] = set().union(*(kinds for *_, kinds in cues)) if cues else set()

    @cached_property
    def _is_linked(self) -> list[bool]:
        """Of each name but the last, whether it stands in one list with the next."""
        return [is_linked(self._page, one, after, self._lexicon) for one, after in pairwise(self.names)]

    def demands(self, place: Demand, is_of_demands: bool) -> list[Demand]:
        """What is said of each name.

        ``place`` is what the part of the text says of names without a cue, ``is_of_demands`` whether that
        part is headed as one of demands, in which the firm is not spoken of.
        """
        found = [place] * len(self.names)
        if not self._kinds & _DECIDING:
            return found
        if not is_of_demands:
            if Kind.STACK in self._kinds and not self._speaks_of_candidate():
                found = [Demand.PREFERRED] * len(found)
            elif Kind.FIRM in self._kinds and not self._speaks_of_candidate():
                found = [Demand.NONE] * len(found)
        self._mark_required(found)
        self._mark_welcome(found)
        self._mark_negated(found)
        self._mark_fields_of_study(found)
        return found

    def _of(self, kind: Kind) -> list[Cue]:
        return [cue for cue in self._cues if kind in cue[2]] if kind in self._kinds else []

    def _speaks_of_candidate(self) -> bool:
        words = self._page.words[self._first : self._end].split()
        return any(word in self._lexicon.candidate for word in words)

    def _mark_required(self, found: list[Demand]) -> None:
        """In a list of what is welcome, a name that is said to be required is."""
        for cue in self._of(Kind.REQUIRED):
            for place in self._places(self._bound_before(cue, Kind.BREAK, Kind.WELCOME_AFTER), cue[0]):
                if found[place] is Demand.PREFERRED:
                    found[place] = Demand.REQUIRED

    def _mark_welcome(self, found: list[Demand]) -> None:
        for cue in self._of(Kind.WELCOME_BEFORE) + self._of(Kind.WELCOME_AFTER):
            bound = self._bound_before(cue, Kind.BREAK, Kind.REQUIRED, Kind.WELCOME_AFTER)
            before = self._places(bound, cue[0])
            after = self._places(cue[1], self._bound_after(cue, Kind.REQUIRED))
            for place in self._reached(cue, list(before), list(after)):
                found[place] = Demand.PREFERRED
            for place in self._in_brackets_behind(cue[1]):
                found[place] = Demand.PREFERRED

    def _reached(self, cue: Cue, before: list[int], after: list[int]) -> list[int]:
        """The names that a cue of welcome reaches: before it, or behind it."""
        written = self._page.written
        if before and written[cue[0] - 1 : cue[0]] in (b"(", b"["):
            return before[-1:]
        is_headed = written[cue[1] : cue[1] + 2].strip(b" ")[:1] == b":"
        if not after and Kind.WELCOME_AFTER not in cue[2] and not self._is_last(cue):
            return []
        if after and (is_headed or Kind.WELCOME_BEFORE in cue[2] or not before):
            return after
        asserting = self._of(Kind.ASSERTS) + self._of(Kind.REQUIRED)
        asserted = any(one[1] <= self.names[before[0]][0] for one in asserting) if before else False
        for place in reversed(before[1:]):
            gap = written[self.names[place - 1][1] : self.names[place][0]]
            is_broken = b"," in gap and (not self._is_linked[place - 1] or gap.strip(b" ,"))
            if b" - " in gap or (asserted and is_broken):
                return [one for one in before if one >= place]
        return before

    def _in_brackets_behind(self, end: int) -> range:
        """Names in brackets right behind a cue: "CAD is a plus (AutoCAD, Revit)"."""
        opened = self._page.written.find(b"(", end, min(end + len(b" ("), self._end))
        return (
            range(0) if opened < 0 else self._places(opened, self._page.written.find(b")", opened, self._end))
        )

    def _is_last(self, cue: Cue) -> bool:
        """Whether no more than a word follows in the sentence ("Docker, ideally.")."""
        return len(self._page.words[cue[1] : self._end].split()) <= 1

    def _mark_negated(self, found: list[Demand]) -> None:
        no_negations = self._of(Kind.NO_NEGATION)
        negated: set[int] = set()
        for cue in self._of(Kind.NOT_STRONG) + self._of(Kind.NOT_WEAK):
            if not any(first <= cue[0] and cue[1] <= end for first, end, _ in no_negations):
                negated |= self._negated_behind(cue)
        for cue in self._of(Kind.NOT_AFTER):
            negated |= self._negated_before(cue)
        for place in negated:
            found[place] = Demand.PREFERRED if self._is_welcome_all_the_same(place) else Demand.NONE

    def _negated_behind(self, cue: Cue) -> set[int]:
        bound = self._bound_after(cue, Kind.BREAK, Kind.REQUIRED, Kind.WELCOME_AFTER)
        places = self._places(cue[1], bound)
        if not places:
            return set()
        gap = self._page.words[cue[1] : self.names[places[0]][0]].split()
        is_strong = Kind.NOT_STRONG in cue[2]
        if len(gap) > _MOST_WORDS_BEFORE or self.names[places[0]][0] - cue[1] > _LONGEST_GAP:
            return set()
        if not is_strong and not all(word in self._lexicon.know for word in gap):
            return set()
        return self._chain(places[0], places[-1] + 1, 1)

    def _negated_before(self, cue: Cue) -> set[int]:
        bound = self._bound_before(cue, Kind.REQUIRED, Kind.WELCOME_AFTER)
        places = self._places(bound, cue[0])
        if not places:
            return set()
        last_end = self.names[places[-1]][1]
        gap = self._page.words[last_end : cue[0]].split()
        if len(gap) > _MOST_WORDS_AFTER or cue[0] - last_end > _LONGEST_GAP:
            return set()
        if b"," in self._page.written[last_end : cue[0]].rstrip(b" ,"):
            return set()
        for other in self._of(Kind.BREAK):
            if last_end <= other[0] and cue[0] - other[1] > len(b" it is "):
                return set()
        return self._chain(places[-1], places[0] - 1, -1)

    def _mark_fields_of_study(self, found: list[Demand]) -> None:
        """A trade behind a degree is the field of it."""
        for _, end, kinds in self._cues:
            if Kind.STUDIES in kinds:
                for place, (first, _, name) in enumerate(self.names):
                    if name.is_trade and 0 <= first - end <= _LONGEST_GAP:
                        found[place] = Demand.NONE

    def _chain(self, place: int, end: int, step: int) -> set[int]:
        """The name at this place, and those of the same list beside it."""
        reached = {place}
        while place + step != end and self._is_linked[min(place, place + step)]:
            place += step
            reached.add(place)
        return reached

    def _is_welcome_all_the_same(self, place: int) -> bool:
        """ "Not required but a plus"."""
        return any(
            first >= self.names[place][1] and not self._places(end, self._end)
            for first, end, kinds in self._cues
            if Kind.WELCOME_AFTER in kinds
        )

    def _places(self, first: int, end: int) -> range:
        """Places of the names that stand between two points."""
        inside = [place for place, one in enumerate(self.names) if first <= one[0] and one[1] <= end]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def _bound_before(self, cue: Cue, *kinds: Kind) -> int:
        """Where the last cue of these kinds before this one ends, else the sentence's beginning."""
        wanted = set(kinds)
        ends = [end for _, end, found in self._cues if end <= cue[0] and wanted & found]
        return max(ends, default=self._first)

    def _bound_after(self, cue: Cue, *kinds: Kind) -> int:
        wanted = set(kinds)
        firsts = [first for first, _, found in self._cues if first >= cue[1] and wanted & found]
        return min(firsts, default=self._end)
