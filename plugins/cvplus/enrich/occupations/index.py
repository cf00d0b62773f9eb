"""Names as vectors: how alike a title and each name are, by words and by pieces of words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

Words = tuple[str, ...]
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

PIECES = (3, 4, 5)
"""Lengths of the pieces of words, with a blank before and after the word."""
WORDS_WEIGHT = 0.45
"""What likeness by words weighs beside likeness by pieces; compounds need the pieces."""
EVENNESS_WEIGHT = 0.7
"""What a word or piece that stands in all groups alike loses of its weight."""
_ROWS_AT_ONCE = 512


def pieces_of(word: str) -> list[str]:
    """The pieces of a word, blanks at its ends included."""
    told = f" {word} "
    return [told[at : at + size] for size in PIECES for at in range(max(len(told) - size + 1, 0))] or [told]


def _counts(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    lengths = np.fromiter((len(row) for row in rows), dtype=np.int64, count=len(rows))
    columns = np.fromiter(
        (column for row in rows for column in row), dtype=np.int64, count=int(lengths.sum())
    )
    ends = np.concatenate(([0], np.cumsum(lengths)))
    matrix = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(rows), width))
    matrix.sum_duplicates()
    return matrix


def _rarity(counted: csr_matrix) -> Floats:
    """Smoothed inverse document frequency of each column."""
    used = np.bincount(counted.indices, minlength=counted.shape[1])
    return (np.log((1 + counted.shape[0]) / (1 + used)) + 1).astype(np.float32)


def _telling(counted: csr_matrix, groups: Ints) -> Floats:
    """How much each column tells of the group: 1 where names of one group alone have it.

    Less by the entropy of the groups that have it: ``agent`` and ``Techniker`` stand in many and tell little.
    """
    count = int(groups.max(initial=0)) + 1
    members = csr_matrix(
        (np.ones(len(groups), np.float32), (groups, np.arange(len(groups)))), shape=(count, len(groups))
    )
    shares = (members @ counted).tocsc()
    shares.data = np.log1p(shares.data)
    shares = (shares @ diags(1 / np.maximum(np.asarray(shares.sum(axis=0)).ravel(), 1e-9))).tocsc()
    shares.data = -shares.data * np.log(np.maximum(shares.data, 1e-9))
    entropy = np.asarray(shares.sum(axis=0)).ravel() / np.log(max(count, 2))
    return (1 - EVENNESS_WEIGHT * entropy).astype(np.float32)


def _norms(matrix: csr_matrix) -> Floats:
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    return np.sqrt(squares, dtype=np.float32)


@dataclass(frozen=True)
class Vectors:
    """Titles as rows: ``words`` and ``pieces`` weighted by rarity, ``joined`` both at unit length.

    ``lengths`` are those of the rows of ``words``, unknown words included at the highest rarity.
    """

    words: csr_matrix
    lengths: Floats
    pieces: csr_matrix
    joined: csr_matrix


@dataclass(frozen=True)
class Pairs:
    """Pairs of a title (row) and a name (column), and the cosine of both (0-1)."""

    rows: Ints
    columns: Ints
    likeness: Floats

    def kept(self, which: NDArray[np.bool_] | Ints) -> "Pairs":
        """Some of the pairs."""
        return Pairs(self.rows[which], self.columns[which], self.likeness[which])


def nearest_of(pairs: Pairs, count: int) -> Pairs:
    """The ``count`` most alike pairs of each title, by title."""
    order = np.lexsort((-pairs.likeness, pairs.rows))
    rows = pairs.rows[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows, side="left")
    return pairs.kept(order[place < count])


class Vectorizer:
    """Turns words into vectors whose products are likeness; fitted once on the names.

    A word weighs what it is rare, and less where names of many groups have it. ``groups`` are those of the
    first names; of the others the group isn't to be known.
    """

    def __init__(self, names: Sequence[Words], groups: Ints | None = None) -> None:
        vocabulary = dict.fromkeys(word for name in names for word in name)
        self._word_ids = {word: number for number, word in enumerate(vocabulary)}
        pieces: dict[str, int] = {}
        rows = [[pieces.setdefault(piece, len(pieces)) for piece in pieces_of(word)] for word in vocabulary]
        self._piece_ids = pieces
        self._pieces_of_words = _counts(rows, len(pieces))
        counted = _counts([[self._word_ids[word] for word in name] for name in names], len(vocabulary))
        self._word_rarity = _rarity(counted)
        counted_pieces = counted @ self._pieces_of_words
        self._piece_rarity = _rarity(counted_pieces)
        if groups is not None:
            self._word_rarity *= _telling(counted[: len(groups)], groups)
            self._piece_rarity *= _telling(counted_pieces[: len(groups)], groups)
        self._highest = (float(self._word_rarity.max(initial=1)), float(self._piece_rarity.max(initial=1)))

    def vectors(self, titles: Sequence[Words]) -> Vectors:
        """Titles as vectors; what no name has lengthens a vector and is alike to nothing."""
        new = dict.fromkeys(word for title in titles for word in title if word not in self._word_ids)
        new_ids = {word: number for number, word in enumerate(new)}
        known, unknown, unknown_words = [], [], np.zeros(len(titles), dtype=np.float32)
        for place, title in enumerate(titles):
            known.append([self._word_ids[word] for word in title if word in self._word_ids])
            unknown.append([new_ids[word] for word in title if word in new_ids])
            unknown_words[place] = len(unknown[-1])
        told = [
            [self._piece_ids[piece] for piece in pieces_of(word) if piece in self._piece_ids] for word in new
        ]
        untold = np.fromiter((len(pieces_of(word)) for word in new), np.float32, len(new)) - np.fromiter(
            map(len, told), np.float32, len(new)
        )
        words = _counts(known, len(self._word_ids))
        others = _counts(unknown, len(new))
        pieces = words @ self._pieces_of_words + others @ _counts(told, len(self._piece_ids))
        unknown_pieces = others @ untold
        words = (words @ diags(self._word_rarity)).tocsr()
        pieces = (pieces @ diags(self._piece_rarity)).tocsr()
        lengths = np.sqrt(_norms(words) ** 2 + unknown_words * self._highest[0] ** 2)
        piece_lengths = np.sqrt(_norms(pieces) ** 2 + unknown_pieces * self._highest[1] ** 2)
        pieces = (diags(1 / np.maximum(piece_lengths, 1e-9)) @ pieces).tocsr().astype(np.float32)
        joined = hstack(
            [
                diags(WORDS_WEIGHT**0.5 / np.maximum(lengths, 1e-9)) @ words,
                pieces * np.float32((1 - WORDS_WEIGHT) ** 0.5),
            ],
            format="csr",
            dtype=np.float32,
        )
        return Vectors(words.astype(np.float32), lengths.astype(np.float32), pieces, joined)


class NameIndex:
    """Names that a title is compared with."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self._by_feature = vectors.joined.T.tocsr()

    def nearest(self, titles: Vectors, count: int) -> Pairs:
        """The ``count`` names most alike to each title; fewer where fewer are alike at all."""
        rows, columns, likeness = [], [], []
        for start in range(0, titles.joined.shape[0], _ROWS_AT_ONCE):
            product = titles.joined[start : start + _ROWS_AT_ONCE] @ self._by_feature
            ends = product.indptr
            for row in range(product.shape[0]):
                found = product.indices[ends[row] : ends[row + 1]]
                values = product.data[ends[row] : ends[row + 1]]
                if len(found) > count:
                    kept = np.argpartition(values, len(values) - count)[-count:]
                    found, values = found[kept], values[kept]
                rows.append(np.full(len(found), start + row, dtype=np.int64))
                columns.append(found.astype(np.int64))
                likeness.append(values)
        if not rows:
            return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))
        return Pairs(np.concatenate(rows), np.concatenate(columns), np.concatenate(likeness))


def word_products(titles: Vectors, names: Vectors, pairs: Pairs) -> Floats:
    """The products of the word vectors of pairs: the squared rarity of the words that both have."""
    shared = titles.words[pairs.rows].multiply(names.words[pairs.columns])
    return np.asarray(shared.sum(axis=1), dtype=np.float32).ravel()
