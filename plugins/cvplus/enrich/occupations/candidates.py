"""The occupations that a title may be, and what speaks for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import vstack

from cvplus.enrich.occupations.groups import GroupBayes
from cvplus.enrich.occupations.index import (
    WORDS_WEIGHT,
    Floats,
    Ints,
    NameIndex,
    Pairs,
    Vectorizer,
    Vectors,
    Words,
    word_products,
)

NEAREST_NAMES = 40
NEAREST_BY_HEAD = 12
NEAREST_NATIONAL = 25
GROUPS_ADDED = 6
CANDIDATES = 30
"""How many occupations of a title are looked at closely."""

FEATURES = (
    "whole", "whole_gap", "whole_best", "whole_sum", "words", "pieces", "title_covered", "name_covered",
    "same", "same_preferred", "is_preferred", "name_words", "first_word", "last_word", "last_ending",
    "head", "head_covered", "head_same", "national", "national_gap", "national_best", "national_sum",
    "national_same", "times_national", "group_names", "group_national", "group_bayes", "bayes_best",
    "is_group", "title_words", "title_length", "language",
)  # fmt: skip
_AT = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True)
class Names:
    """Names of occupations: the words of each, which occupation it names, whether it is preferred."""

    words: Sequence[Words]
    occupations: Ints
    is_preferred: Floats


@dataclass(frozen=True)
class Occupations:
    """Occupations by number: the group of each (by number), and the occupation that stands for each group.

    ``group_occupation`` is -1 for a group that no occupation stands for.
    """

    groups: Ints
    group_occupation: Ints
    is_group: Floats


@dataclass(frozen=True)
class Queries:
    """Titles to match: all their words, and those of their first part."""

    words: Sequence[Words]
    heads: Sequence[Words]
    lengths: Floats


@dataclass(frozen=True)
class Candidates:
    """Candidates, sorted by title: the title's row, the occupation, and the table of ``FEATURES``."""

    rows: Ints
    occupations: Ints
    table: Floats


@dataclass(frozen=True)
class Hidden:
    """For fitting: the part of each title and national name; names of a title's own part are unseen."""

    titles: Ints
    national: Ints


def _ids(words: Sequence[str], known: dict[str, int]) -> Ints:
    return np.fromiter((known.get(word, -1) for word in words), np.int64, len(words))


def _ending(word: str) -> str:
    return word[-5:]


class CandidateFinder:
    """Finds candidates of titles in one language."""

    def __init__(
        self, language: int, occupations: Occupations, names: Names, national: Names, with_bayes: bool = True
    ) -> None:
        self._language = language
        self._occupations = occupations
        self._names, self._national = names, national
        every = [*names.words, *national.words]
        self._vectorizer = Vectorizer(every)
        self._name_index = NameIndex(self._vectorizer.vectors(names.words))
        self._national_index = NameIndex(self._vectorizer.vectors(national.words))
        self._group_count = len(occupations.group_occupation)
        self._bayes = self._fit_bayes(None) if with_bayes else None
        ends = {part for name in names.words if name for part in (name[0], name[-1], _ending(name[-1]))}
        self._end_ids = {word: number for number, word in enumerate(ends)}
        told = [name or ("",) for name in names.words]
        self._first = _ids([name[0] for name in told], self._end_ids)
        self._last = _ids([name[-1] for name in told], self._end_ids)
        self._last_ending = _ids([_ending(name[-1]) for name in told], self._end_ids)
        self._sizes = np.fromiter(map(len, names.words), np.float32, len(names.words))
        self._times_national = np.bincount(national.occupations, minlength=len(occupations.groups))

    def _fit_bayes(self, kept: Ints | None) -> GroupBayes:
        national = self._national_index.vectors.pieces
        groups = self._occupations.groups[self._national.occupations]
        if kept is not None:
            national, groups = national[kept], groups[kept]
        pieces = vstack([self._name_index.vectors.pieces, national]).tocsr()
        return GroupBayes(
            pieces,
            np.concatenate((self._occupations.groups[self._names.occupations], groups)),
            self._group_count,
        )

    def find(self, titles: Queries, hidden: Hidden | None = None) -> Candidates:
        """The candidates of each title, at most ``CANDIDATES``, and what speaks for each."""
        whole = self._vectorizer.vectors(titles.words)
        head = self._vectorizer.vectors(titles.heads)
        by_name = self._name_index.nearest(whole, NEAREST_NAMES)
        by_head = self._name_index.nearest(head, NEAREST_BY_HEAD)
        national = self._national_index.nearest(whole, NEAREST_NATIONAL * (3 if hidden else 1))
        times = self._times_national[None, :]
        part = np.zeros(len(titles.words), np.int64)
        if hidden is not None:
            seen = hidden.titles[national.rows] != hidden.national[national.columns]
            national = Pairs(national.rows[seen], national.columns[seen], national.likeness[seen])
            count = len(self._occupations.groups)
            own = [np.bincount(self._national.occupations[hidden.national == one], minlength=count) for one in
                   range(int(hidden.titles.max()) + 1)]  # fmt: skip
            times = times - np.stack(own)
            part = hidden.titles
        shares = self._group_shares(whole, hidden)
        return self._assemble(titles, (whole, head), (by_name, by_head, national), (times, part), shares)

    def _group_shares(self, whole: Vectors, hidden: Hidden | None) -> Floats:
        if hidden is None:
            return (self._bayes or self._fit_bayes(None)).shares(whole.pieces)
        shares = np.zeros((whole.pieces.shape[0], self._group_count), np.float32)
        for one in np.unique(hidden.titles):
            bayes = self._fit_bayes(np.flatnonzero(hidden.national != one))
            shares[hidden.titles == one] = bayes.shares(whole.pieces[hidden.titles == one])
        return shares

    def _assemble(
        self,
        titles: Queries,
        vectors: tuple[Vectors, Vectors],
        pairs: tuple[Pairs, Pairs, Pairs],
        national_times: tuple[Ints, Ints],
        shares: Floats,
    ) -> Candidates:
        count, width, group_count = len(titles.words), len(self._occupations.groups), self._group_count
        (by_name, by_head, national), (whole, head) = pairs, vectors
        groups = self._occupations.groups

        def keys(found: Pairs, occupations: Ints) -> Ints:
            return found.rows * width + occupations[found.columns]

        name_keys, head_keys = keys(by_name, self._names.occupations), keys(by_head, self._names.occupations)
        national_keys = keys(national, self._national.occupations)
        group_names = np.zeros((count, group_count), np.float32)
        np.add.at(group_names, (by_name.rows, groups[name_keys % width]), by_name.likeness**3)
        group_national = np.zeros((count, group_count), np.float32)
        np.add.at(group_national, (national.rows, groups[national_keys % width]), national.likeness**3)
        for told in (group_names, group_national):
            told /= np.maximum(told.sum(axis=1, keepdims=True), 1e-9)
        likely = group_names + group_national + shares
        best_groups = np.argpartition(-likely, min(GROUPS_ADDED, group_count - 1), axis=1)[:, :GROUPS_ADDED]
        stands_for = self._occupations.group_occupation[best_groups]
        added = (np.arange(count)[:, None] * width + stands_for)[stands_for >= 0]
        every = np.unique(np.concatenate((name_keys, head_keys, national_keys, added)))
        rows, occupations = every // width, every % width
        group = groups[occupations]
        table = np.zeros((len(every), len(FEATURES)), np.float32)

        def put(name: str, values: Floats) -> None:
            table[:, _AT[name]] = values

        self._by_names(table, titles, whole, by_name, np.searchsorted(every, name_keys))
        self._by_heads(table, head, by_head, np.searchsorted(every, head_keys))
        self._by_national(table, whole, national, np.searchsorted(every, national_keys))
        for best, gap, one in (
            ("whole_best", "whole_gap", "whole"),
            ("national_best", "national_gap", "national"),
        ):
            highest = np.zeros(count, np.float32)
            np.maximum.at(highest, rows, table[:, _AT[one]])
            put(best, highest[rows])
            put(gap, table[:, _AT[one]] - highest[rows])
        times, part = national_times
        put("times_national", np.log1p(times[part[rows], occupations]).astype(np.float32))
        put("group_names", group_names[rows, group])
        put("group_national", group_national[rows, group])
        put("group_bayes", shares[rows, group])
        put("bayes_best", shares.max(axis=1)[rows])
        put("is_group", self._occupations.is_group[occupations])
        put("title_words", np.fromiter(map(len, titles.words), np.float32, count)[rows])
        put("title_length", titles.lengths[rows])
        put("language", np.full(len(every), self._language, np.float32))
        return _most_likely(Candidates(rows, occupations, table))

    def _by_names(self, table: Floats, titles: Queries, whole: Vectors, pairs: Pairs, places: Ints) -> None:
        names = self._name_index.vectors
        shared = word_products(whole, names, pairs)
        title_length, name_length = whole.lengths[pairs.rows], names.lengths[pairs.columns]
        covered = np.minimum(shared / np.maximum(title_length**2, 1e-9), 1)
        name_covered = np.minimum(shared / np.maximum(name_length**2, 1e-9), 1)
        by_words = shared / np.maximum(title_length * name_length, 1e-9)
        same = ((covered > 0.999) & (name_covered > 0.999)).astype(np.float32)
        preferred = self._names.is_preferred[pairs.columns]
        told = [words or ("",) for words in titles.words]
        first = _ids([words[0] for words in told], self._end_ids)
        last = _ids([words[-1] for words in told], self._end_ids)
        ending = _ids([_ending(words[-1]) for words in told], self._end_ids)
        values = {
            "whole": pairs.likeness,
            "words": by_words,
            "pieces": pairs.likeness,
            "title_covered": covered,
            "name_covered": name_covered,
            "is_preferred": preferred,
            "name_words": self._sizes[pairs.columns],
            "first_word": first[pairs.rows] == self._first[pairs.columns],
            "last_word": last[pairs.rows] == self._last[pairs.columns],
            "last_ending": ending[pairs.rows] == self._last_ending[pairs.columns],
        }
        values["pieces"] = (pairs.likeness - WORDS_WEIGHT * by_words) / (1 - WORDS_WEIGHT)
        # The last written wins: the most alike name, and of the equal ones the preferred.
        order = np.lexsort((preferred, np.round(pairs.likeness, 5)))
        for name, value in values.items():
            table[places[order], _AT[name]] = value[order]
        np.add.at(table[:, _AT["whole_sum"]], places, pairs.likeness**2)
        np.maximum.at(table[:, _AT["same"]], places, same)
        np.maximum.at(table[:, _AT["same_preferred"]], places, same * preferred)

    def _by_heads(self, table: Floats, head: Vectors, pairs: Pairs, places: Ints) -> None:
        names = self._name_index.vectors
        shared = word_products(head, names, pairs)
        covered = np.minimum(shared / np.maximum(names.lengths[pairs.columns] ** 2, 1e-9), 1)
        title_covered = shared / np.maximum(head.lengths[pairs.rows] ** 2, 1e-9)
        np.maximum.at(table[:, _AT["head"]], places, pairs.likeness)
        np.maximum.at(table[:, _AT["head_covered"]], places, covered)
        same = ((covered > 0.999) & (title_covered > 0.999)).astype(np.float32)
        np.maximum.at(table[:, _AT["head_same"]], places, same)

    def _by_national(self, table: Floats, whole: Vectors, pairs: Pairs, places: Ints) -> None:
        names = self._national_index.vectors
        shared = word_products(whole, names, pairs)
        lengths = whole.lengths[pairs.rows], names.lengths[pairs.columns]
        same = (shared > 0.999 * lengths[0] ** 2) & (shared > 0.999 * lengths[1] ** 2)
        np.maximum.at(table[:, _AT["national"]], places, pairs.likeness)
        np.maximum.at(table[:, _AT["national_same"]], places, same.astype(np.float32))
        np.add.at(table[:, _AT["national_sum"]], places, pairs.likeness**3)


def _most_likely(found: Candidates) -> Candidates:
    """The ``CANDIDATES`` of each title that a plain sum of the strongest features puts first."""
    sum_of = ("whole", "head", "national", "group_names", "group_bayes", "same")
    likely = found.table[:, [_AT[name] for name in sum_of]] @ np.array([1, 0.5, 0.7, 1, 1, 1], np.float32)
    order = np.lexsort((found.occupations, -likely, found.rows))
    rows = found.rows[order]
    first = np.searchsorted(rows, rows, side="left")
    kept = np.sort(order[np.arange(len(rows)) - first < CANDIDATES])
    return Candidates(found.rows[kept], found.occupations[kept], found.table[kept])
