"""Which group of occupations a title's words and their endings are used for, over all names of each group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from cvplus.enrich.occupations.endings import Endings
from cvplus.enrich.occupations.index import Floats, Ints, Words

_SMOOTHING = 0.02
"""What is added to every count; found by cross-validation over titles of national classifications."""


class GroupBayes:
    """Multinomial naive Bayes from pieces of words to groups, as a sparse table of what was seen."""

    def __init__(self, pieces: csr_matrix, groups: Ints, group_count: int) -> None:
        members = csr_matrix(
            (np.ones(len(groups), dtype=np.float32), (groups, np.arange(len(groups)))),
            shape=(group_count, len(groups)),
        )
        counts = (members @ pieces).tocsr()
        totals = np.asarray(counts.sum(axis=1)).ravel() + _SMOOTHING * pieces.shape[1]
        sizes = np.bincount(groups, minlength=group_count)
        self._unseen = (np.log(_SMOOTHING) - np.log(totals)).astype(np.float32)
        self._prior = np.log(np.maximum(sizes, 1e-9) / max(len(groups), 1)).astype(np.float32)
        counts.data = np.log1p(counts.data / _SMOOTHING).astype(np.float32)
        self._seen = counts.T.tocsr()

    def shares(self, pieces: csr_matrix) -> NDArray[np.float32]:
        """The probability of each group (columns) for each title (rows)."""
        used = np.asarray(pieces.sum(axis=1), dtype=np.float32)
        told = (pieces @ self._seen).toarray() + used.reshape(-1, 1) * self._unseen + self._prior
        told -= told.max(axis=1, keepdims=True)
        shares: Floats = np.exp(told)
        return shares / shares.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Hidden:
    """For fitting: the part of each title and national name; names of a title's own part are unseen."""

    titles: Ints
    national: Ints


@dataclass(frozen=True)
class Told:
    """Names as evidence of groups: the group of each name, its pieces, its first part, and its weight."""

    groups: Ints
    pieces: csr_matrix
    heads: Sequence[Words]
    weights: Floats


@dataclass(frozen=True)
class GroupShares:
    """The probability of each group (columns) for each title (rows).

    By all pieces of the title, and by the endings of the last and the first word of its first part.
    """

    bayes: Floats
    last: Floats
    first: Floats

    def joined(self, rows: Ints, other: "GroupShares") -> None:
        """Take over the rows of another table."""
        for own, told in ((self.bayes, other.bayes), (self.last, other.last), (self.first, other.first)):
            own[rows] = told


def last_words(heads: Sequence[Words]) -> list[str]:
    """The last word of each, empty where there is none."""
    return [words[-1] if words else "" for words in heads]


def first_words(heads: Sequence[Words]) -> list[str]:
    """The first word of each, empty where there is none."""
    return [words[0] if words else "" for words in heads]


class GroupEvidence:
    """What names and national titles together say of the group of a title."""

    def __init__(self, names: Told, national: Told, group_count: int, by_endings: bool = True) -> None:
        self._told = names, national
        self._group_count = group_count
        self._groups = np.concatenate((names.groups, national.groups))
        self._weights = np.concatenate((names.weights, national.weights))
        heads = [*names.heads, *national.heads] if by_endings else []
        groups = self._groups if by_endings else self._groups[:0]
        self._last = Endings(last_words(heads), groups, group_count)
        self._first = Endings(first_words(heads), groups, group_count)
        self._seen_all = self._fitted(None)

    def _fitted(self, national_seen: NDArray[np.bool_] | None) -> tuple[GroupBayes, csr_matrix, csr_matrix]:
        kept = np.ones(len(self._groups), bool)
        if national_seen is not None:
            kept[len(kept) - len(national_seen) :] = national_seen
        weights = self._weights * kept
        pieces = vstack([told.pieces for told in self._told]).tocsr()
        bayes = GroupBayes(pieces[kept], self._groups[kept], self._group_count)
        return bayes, self._last.counts(weights), self._first.counts(weights)

    def shares(self, pieces: csr_matrix, heads: Sequence[Words], hidden: Hidden | None) -> GroupShares:
        """The groups of titles by their pieces and the words of their first parts."""
        last, first = last_words(heads), first_words(heads)
        if hidden is None:
            bayes, by_last, by_first = self._seen_all
            return GroupShares(
                bayes.shares(pieces), self._last.shares(last, by_last), self._first.shares(first, by_first)
            )
        found = GroupShares(*(np.zeros((len(heads), self._group_count), np.float32) for _ in range(3)))
        for one in np.unique(hidden.titles):
            rows = np.flatnonzero(hidden.titles == one)
            bayes, by_last, by_first = self._fitted(hidden.national != one)
            told = GroupShares(
                bayes.shares(pieces[rows]),
                self._last.shares([last[row] for row in rows], by_last),
                self._first.shares([first[row] for row in rows], by_first),
            )
            found.joined(rows, told)
        return found


def higher_shares(shares: Floats, higher: Ints) -> Floats:
    """Shares of groups (columns) summed up to those of their higher groups."""
    count = int(higher.max(initial=0)) + 1
    sums = csr_matrix(
        (np.ones(len(higher), np.float32), (np.arange(len(higher)), higher)), shape=(len(higher), count)
    )
    return np.asarray(shares @ sums, np.float32)
