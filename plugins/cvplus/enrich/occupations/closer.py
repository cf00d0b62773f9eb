"""A closer look at the few occupations that a title may be: at all names of each, not the nearest alone."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from cvplus.enrich.occupations.groups import first_words, last_words
from cvplus.enrich.occupations.index import Floats, Ints, Vectors, Words

SHARED_LETTERS = ("end_of_last", "start_of_last", "start_of_first")
LONGEST_SHARED = 8
"""Letters that a word and a name's word are compared in: those that fit into a number."""
BITS_A_LETTER = 8
_AFTER_TITLE, _AFTER_NAME = 0, 255
"""What stands after a word's last letter: never the same, so that nothing more is shared."""


def _row_sums(matrix: csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def _at_unit_length(matrix: csr_matrix) -> csr_matrix:
    lengths = np.sqrt(_row_sums(matrix.multiply(matrix)))
    return (diags(1 / np.maximum(lengths, 1e-9)) @ matrix).tocsr().astype(np.float32)


def _products(one: csr_matrix, other: csr_matrix) -> Floats:
    """The product of each row of a matrix with the same row of another."""
    return _row_sums(one.multiply(other))


def _letters(words: Sequence[str], rest: int) -> NDArray[np.uint64]:
    """The first letters of each word, a byte each, the first in the lowest; ``rest`` fills what is left."""
    told = b"".join(
        word[:LONGEST_SHARED].encode("ascii", "replace").ljust(LONGEST_SHARED, bytes([rest]))
        for word in words
    )
    return np.frombuffer(told, np.dtype("<u8")).astype(np.uint64)


def _shared(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> Floats:
    """How many letters each word begins with that the same one of the others begins with too."""
    differing = one ^ other
    lowest = differing & (~differing + np.uint64(1))
    first_bit = np.frexp(lowest.astype(np.float64))[1] - 1
    return np.where(differing == 0, LONGEST_SHARED, first_bit // BITS_A_LETTER).astype(np.float32)


def _three_letters(heads: Sequence[Words], rest: int) -> list[NDArray[np.uint64]]:
    last = last_words(heads)
    backwards = [word[::-1] for word in last]
    return [_letters(words, rest) for words in (backwards, last, first_words(heads))]


class NamesTogether:
    """All names of each occupation taken together."""

    def __init__(
        self,
        names: Vectors,
        heads: Sequence[Words],
        occupations: Ints,
        is_preferred: Floats,
        count: int,
    ) -> None:
        cells = occupations, np.arange(len(occupations))
        shape = count, len(occupations)
        members = csr_matrix((np.ones(len(occupations), np.float32), cells), shape=shape)
        preferred = csr_matrix((is_preferred, cells), shape=shape)
        self._centre = _at_unit_length(members @ names.joined)
        self._preferred = _at_unit_length(preferred @ names.joined)
        self._words = (members @ names.words > 0).astype(np.float32)
        self._pieces = (members @ names.pieces > 0).astype(np.float32)
        self._order = np.argsort(occupations, kind="stable")
        self._starts = np.searchsorted(occupations[self._order], np.arange(count + 1))
        self._letters = _three_letters(heads, _AFTER_NAME)

    def look(
        self, titles: Vectors, heads: Sequence[Words], rows: Ints, occupations: Ints
    ) -> dict[str, Floats]:
        """What speaks for each pair of a title (its row) and an occupation.

        ``centre`` and ``preferred`` are the cosines with the mean of the names and with the preferred ones;
        ``words_told`` and ``pieces_told`` the share of the title, weighed by rarity, that any name has;
        the others the most letters that the end or the start of the last word, or the start of the first,
        shares with any name's.
        """
        return self._likeness(titles, rows, occupations) | self._shared_letters(heads, rows, occupations)

    def _shared_letters(self, heads: Sequence[Words], rows: Ints, occupations: Ints) -> dict[str, Floats]:
        last, letters = last_words(heads), _three_letters(heads, _AFTER_TITLE)
        sizes = self._starts[occupations + 1] - self._starts[occupations]
        pairs = np.repeat(np.arange(len(rows)), sizes)
        within = np.arange(len(pairs)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        names = self._order[self._starts[occupations[pairs]] + within]
        told = {"last_length": np.fromiter(map(len, last), np.float32, len(last))[rows]}
        for name, own, other in zip(SHARED_LETTERS, letters, self._letters, strict=True):
            most = np.zeros(len(rows), np.float32)
            np.maximum.at(most, pairs, _shared(own[rows[pairs]], other[names]))
            told[name] = most
        return told

    def _likeness(self, titles: Vectors, rows: Ints, occupations: Ints) -> dict[str, Floats]:
        words = titles.words.multiply(titles.words).tocsr()[rows]
        pieces = titles.pieces.multiply(titles.pieces).tocsr()[rows]
        joined, lengths = titles.joined[rows], np.maximum(titles.lengths[rows], np.float32(1e-5))
        return {
            "centre": _products(joined, self._centre[occupations]),
            "preferred": _products(joined, self._preferred[occupations]),
            "words_told": _products(words, self._words[occupations]) / lengths**2,
            "pieces_told": _products(pieces, self._pieces[occupations]),
        }
