"""Which group of occupations a title's words are used for: naive Bayes over all names of each group."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from cvplus.enrich.occupations.index import Floats, Ints

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
