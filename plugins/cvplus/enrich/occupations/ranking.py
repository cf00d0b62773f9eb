"""Which candidate a title is, how sure that is, and how sure its group is: two fitted models of trees.

``fit.py`` fits them and writes ``reference/title_rankers.json.gz``.
"""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
import xgboost
from numpy.typing import NDArray

from cvplus.enrich.occupations.candidates import FEATURES
from cvplus.enrich.occupations.index import Floats, Ints
from cvplus.enrich.occupations.reference import REFERENCE
from cvplus.enrich.occupations.tables import Candidates
from cvplus.errors import ConfigurationError

RANKERS_FILE = "title_rankers.json.gz"
CHANCE_FEATURES = (
    "whole", "same", "head", "national", "national_sum", "group_names", "group_national", "group_bayes",
    "bayes_best", "title_words", "title_length", "language", "is_group", "title_covered", "name_covered",
    "words", "pieces", "times_national",
)  # fmt: skip
SMALLEST = 1e-6
_CHANCE_PLACES = [FEATURES.index(name) for name in CHANCE_FEATURES]


@dataclass(frozen=True)
class Ranking:
    """The first candidate of each title; -1 and 0 where a title has none.

    ``confidence`` is the chance that it is the right occupation, ``group_confidence`` that its group is.
    ``likelihoods`` are those of all candidates, before they were made chances.
    """

    occupations: Ints
    confidence: Floats
    group_confidence: Floats
    likelihoods: Floats


def _log_odds(shares: Floats) -> Floats:
    told = np.clip(shares, SMALLEST, 1 - SMALLEST)
    return np.asarray(np.log(told / (1 - told)), np.float32)


def group_shares(found: Candidates, likelihoods: Floats, groups: Ints) -> Floats:
    """The share that each candidate's group has of the likelihoods of all candidates of its title."""
    width = int(groups.max(initial=0)) + 1
    places = np.unique(found.rows * width + groups[found.occupations], return_inverse=True)[1]
    sums = np.bincount(places, likelihoods)[places]
    totals = np.bincount(found.rows, likelihoods)[found.rows]
    return np.asarray(sums / np.maximum(totals, SMALLEST), np.float32)


def scores(found: Candidates, likelihoods: Floats, groups: Ints) -> Floats:
    """What candidates are ranked by: the log odds of the occupation and of its group together.

    An occupation alone in its group gives way to one of two or more that speak for the same group.
    """
    return _log_odds(likelihoods) + _log_odds(group_shares(found, likelihoods, groups))


def first_of_each(rows: Ints, score: Floats) -> Ints:
    """Where the best candidate of each title stands (the first of equal ones); titles in order."""
    order = np.lexsort((-score, rows))
    return order[np.unique(rows[order], return_index=True)[1]]


def chance_table(found: Candidates, likelihoods: Floats, groups: Ints) -> tuple[Ints, Floats]:
    """The first candidate of each title, and what tells how sure it is (see ``CHANCE_FEATURES``)."""
    first = first_of_each(found.rows, scores(found, likelihoods, groups))
    rows = found.rows[first]
    position = np.zeros(int(found.rows.max(initial=0)) + 1, np.int64)
    position[rows] = np.arange(len(rows))
    title = position[found.rows]
    totals = np.bincount(title, likelihoods, minlength=len(rows))
    others = likelihoods.copy()
    others[first] = 0
    second = np.zeros(len(rows))
    np.maximum.at(second, title, others)
    is_same_group = groups[found.occupations] == groups[found.occupations[first]][title]
    same_group = np.bincount(title, likelihoods * is_same_group, minlength=len(rows))
    best = likelihoods[first]
    whole = np.maximum(totals, 1)
    table = np.column_stack(
        (best, best / whole, second, same_group / whole, found.table[first][:, _CHANCE_PLACES])
    )
    return first, table.astype(np.float32)


class Ranker:
    """Fitted models: of candidates, of the chance of the occupation and of its group."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._candidates = _booster(told["candidates"])
        self._group = _booster(told["group"])
        self._steps = np.array(told["steps"], dtype=np.float32)

    def rank(self, found: Candidates, groups: Ints, count: int) -> Ranking:
        """The first of each of ``count`` titles' candidates."""
        occupations = np.full(count, -1)
        confidence, group_confidence = np.zeros(count, np.float32), np.zeros(count, np.float32)
        if not len(found.rows):
            return Ranking(occupations, confidence, group_confidence, np.zeros(0, np.float32))
        likelihoods: NDArray[np.float32] = np.asarray(
            self._candidates.inplace_predict(found.table), np.float32
        )
        first, table = chance_table(found, likelihoods, groups)
        rows = found.rows[first]
        occupations[rows] = found.occupations[first]
        confidence[rows] = np.interp(likelihoods[first], self._steps[0], self._steps[1])
        group_confidence[rows] = np.asarray(self._group.inplace_predict(table))
        return Ranking(occupations, confidence, np.maximum(group_confidence, confidence), likelihoods)


def _booster(model: dict[str, Any]) -> xgboost.Booster:
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(orjson.dumps(model)))
    return booster


@lru_cache
def load_rankers() -> dict[str, Ranker]:
    """The rankers of ``esco`` and ``soc``, read once a process.

    Raises:
        ConfigurationError: the file is missing or not what it should be.
    """
    try:
        told = orjson.loads(gzip.decompress((REFERENCE / RANKERS_FILE).read_bytes()))
        return {name: Ranker(told[name]) for name in ("esco", "soc")}
    except (OSError, EOFError, ValueError, KeyError, xgboost.core.XGBoostError) as error:
        raise ConfigurationError(
            cause=f"The fitted rankers of titles cannot be read: {error!r}.",
            remedy=f"Restore reference/{RANKERS_FILE} or run cvplus.enrich.occupations.fit.",
        ) from error
