"""A text laid out for the reader of demands: its units, degrees and signs, and the sentences around them."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Self

from cvplus.enrich.readers.cues import Kind
from cvplus.enrich.readers.demands.lexicon import (
    Degree,
    DemandLexicon,
    Sign,
    Unit,
    load_demand_lexicon,
)
from cvplus.enrich.readers.parts import Cue, Part, parts_of_text, settled
from cvplus.enrich.readers.phrases import Page, lay_out, longest
from cvplus.enrich.readers.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, or why nothing is."""

    number: int | None
    confidence: float = 0.0
    reason: str | None = None


class Surroundings:
    """A sentence, and what stands in it."""

    def __init__(self, first: int, end: int, signs: list[tuple[int, int, Sign]], cues: list[Cue]) -> None:
        self.first, self.end = first, end
        self._signs: dict[str, list[tuple[int, int]]] = {}
        for at, to, sign in signs:
            for name in sign.lists:
                self._signs.setdefault(name, []).append((at, to))
        self._cues: dict[Kind, list[tuple[int, int]]] = {}
        for at, to, kinds in cues:
            for kind in kinds:
                self._cues.setdefault(kind, []).append((at, to))

    def signs(self, name: str, first: int | None = None, end: int | None = None) -> list[tuple[int, int]]:
        """Where the phrases of a list stand between two points of the sentence."""
        found = self._signs.get(name)
        if found is None:
            return []
        since = self.first if first is None else first
        until = self.end if end is None else end
        return [(at, to) for at, to in found if since <= at and to <= until]

    def cues(self, kind: Kind) -> list[tuple[int, int]]:
        """Where cues of a kind stand in the sentence."""
        return self._cues.get(kind, [])


class DemandPage:
    """A text's units, degrees and signs, by where they stand."""

    def __init__(self, page: Page, lexicon: DemandLexicon) -> None:
        self.page = page
        self.lexicon = lexicon
        self.units: list[tuple[int, int, Unit]] = []
        degrees: list[tuple[int, int, Degree]] = []
        self._signs: list[tuple[int, int, Sign]] = []
        for first, end, label in lexicon.signs.find(page):
            if isinstance(label, Sign):
                self._signs.append((first, end, label))
            elif isinstance(label, Unit):
                self.units.append((first, end, label))
            else:
                degrees.append((first, end, label))
        self.degrees = [one for one in longest(degrees) if one[2].level is not None]
        self._signs.sort(key=lambda one: one[0])
        self._sign_firsts = [one[0] for one in self._signs]
        self._unit_firsts = sorted(one[0] for one in self.units)
        self._cues: list[Cue] = []
        self._cue_firsts: list[int] = []
        self._parts: list[Part] = []
        self._sentences = Sentences(page)
        self._around: dict[int, Surroundings] = {}
        if self.units or self.degrees:
            self._read_cues()

    @classmethod
    def of(cls, text: str) -> Self | None:
        """The text laid out; ``None`` when no word of it has to do with years or degrees."""
        page = cls(lay_out(text), load_demand_lexicon())
        if not page.units and not page.degrees and not page._signs:
            return None
        return page

    def _read_cues(self) -> None:
        found = self.lexicon.parts.find(self.page)
        self._cues = settled([(first, end, cue.kinds) for first, end, cue in found])
        self._cue_firsts = [cue[0] for cue in self._cues]
        self._parts = parts_of_text(self.page, self._cues, ())
        self._part_firsts = [part.first for part in self._parts]

    def units_between(self, first: int, end: int) -> list[int]:
        """Where units stand between two points."""
        return self._unit_firsts[bisect_left(self._unit_firsts, first) : bisect_left(self._unit_firsts, end)]

    def has_sign(self, name: str) -> bool:
        """Whether a phrase of a list stands anywhere."""
        return any(name in sign.lists for *_, sign in self._signs)

    def part_at(self, at: int) -> Part:
        """The part of the text in which a point lies."""
        return self._parts[bisect_right(self._part_firsts, at) - 1]

    def around(self, at: int) -> Surroundings:
        """The sentence in which a point lies."""
        first, end = self._sentences.around(at)
        if first not in self._around:
            since, until = bisect_left(self._sign_firsts, first), bisect_left(self._sign_firsts, end)
            cue_since, cue_until = bisect_left(self._cue_firsts, first), bisect_left(self._cue_firsts, end)
            self._around[first] = Surroundings(
                first, end, self._signs[since:until], self._cues[cue_since:cue_until]
            )
        return self._around[first]
