"""Which groups of occupations words of the same ending name: ``-ingenjör`` engineers, ``-chef`` managers.

In German, Dutch and Swedish the end of a compound says what kind of trade it is, elsewhere the end of a word
often does. Longer endings are believed over shorter ones as far as names show them (interpolated back-off as
of Witten and Bell).
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from cvplus.enrich.occupations.index import Floats, Ints

LENGTHS = (0, 3, 4, 5, 6, 8, 10)
"""Lengths of endings, in letters; a mark before the word's first letter counts as one."""
BACK_OFF = 2.0
"""The weight of names that a longer ending must have to be believed as much as the shorter ones."""


def endings_of(word: str) -> list[str]:
    """The endings of a word, the shortest, which is empty, first."""
    marked = f"^{word}"
    return [marked[len(marked) - length :] for length in LENGTHS if length <= len(marked)]


class Endings:
    """The endings of names' words, and the group that each name stands in."""

    def __init__(self, words: Sequence[str], groups: Ints, group_count: int) -> None:
        self._groups, self._group_count = groups, group_count
        self._ids: dict[str, int] = {}
        found = [[self._ids.setdefault(one, len(self._ids)) for one in endings_of(word)] for word in words]
        self._words = np.repeat(np.arange(len(words)), [len(one) for one in found])
        self._endings = np.array([one for word in found for one in word], np.int64)

    def counts(self, weights: Floats) -> csr_matrix:
        """The weight of names of each ending (rows) in each group (columns).

        ``weights`` are those of the names, in their order; a weight of 0 leaves a name out.
        """
        shape = len(self._ids), self._group_count
        cells = self._endings, self._groups[self._words]
        return csr_matrix((weights[self._words].astype(np.float32), cells), shape=shape)

    def shares(self, words: Sequence[str], counts: csr_matrix) -> Floats:
        """The probability of each group (columns) for each word (rows)."""
        totals = np.asarray(counts.sum(axis=1)).ravel().tolist()
        rows, columns, parts = [], [], []
        for row, word in enumerate(words):
            rest = 1.0
            for ending in reversed(endings_of(word)):
                place = self._ids.get(ending)
                if place is not None and totals[place] > 0:
                    rows.append(row)
                    columns.append(place)
                    parts.append(rest / (totals[place] + BACK_OFF))
                    rest *= BACK_OFF / (totals[place] + BACK_OFF)
        mixed = csr_matrix((parts, (rows, columns)), shape=(len(words), len(self._ids)), dtype=np.float32)
        return np.asarray((mixed @ counts).toarray(), np.float32)
