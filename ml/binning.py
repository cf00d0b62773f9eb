"""Cut a column of the encoded matrix into bins that another column is cut by as well."""

import numpy as np

MISSING = 0


def bin_edges(learnt: np.ndarray, count: int) -> np.ndarray:
    """Edges of at most ``count`` bins of equal size; few distinct values (codes, flags) are a bin each.

    ``learnt``: (rows,), missing as NaN. Empty when there is no value.
    """
    known = learnt[~np.isnan(learnt)]
    if not len(known):
        return known
    distinct = np.unique(known)
    if len(distinct) <= count:
        return distinct[1:]
    return np.unique(np.quantile(known, np.arange(1, count) / count))


def bins(column: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """(rows,) bin of each value, from 1 on; ``MISSING`` for NaN."""
    return np.where(np.isnan(column), MISSING, np.searchsorted(edges, column, side="right") + 1)
