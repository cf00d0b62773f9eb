"""The occupations that a title may be, and what speaks for each."""

from collections.abc import Sequence

import numpy as np

from cvplus.enrich.occupations.closer import SHARED_LETTERS, NamesTogether
from cvplus.enrich.occupations.groups import GroupEvidence, GroupShares, Hidden, Told, higher_shares
from cvplus.enrich.occupations.index import (
    WORDS_WEIGHT,
    Floats,
    Ints,
    NameIndex,
    Pairs,
    Vectorizer,
    Vectors,
    nearest_of,
    word_products,
)
from cvplus.enrich.occupations.tables import LEVELS, Candidates, Names, Occupations, Queries

NEAREST_NAMES = 40
NEAREST_BY_HEAD = 12
NEAREST_NATIONAL = 40
GROUPS_ADDED = 6
ENDINGS_WEIGHT = 0.5
"""What the groups of endings weigh beside those of whole words where candidates are chosen."""
CANDIDATES = 30
"""How many occupations of a title are looked at closely."""

FEATURES = (
    "whole", "whole_gap", "whole_best", "whole_sum", "words", "pieces", "title_covered", "name_covered",
    "same", "same_preferred", "is_preferred", "name_words", "first_word", "last_word", "last_ending",
    "head", "head_covered", "head_same", "national", "national_gap", "national_best", "national_sum",
    "national_same", "times_national", "group_names", "group_national", "group_bayes", "bayes_best",
    "is_group", "title_words", "title_length", "language",
    "ending_last", "ending_first", "centre", "preferred", "words_told", "pieces_told", "national_is_group",
    *SHARED_LETTERS, "last_length",
    *(f"{told}_{level}" for told in ("names", "national", "last", "first") for level in LEVELS),
)  # fmt: skip
SMALLEST_SHARE = 1e-6
"""What is added to a share before its logarithm is taken."""
CHOSEN_BY = {
    "whole": 1, "head": 0.5, "national": 0.7, "group_names": 1, "group_bayes": 1, "same": 1,
    "group_national": 0.5, "last_minor": 0.5,
}  # fmt: skip
"""What candidates are chosen by, and its weight; the ranker sees no others."""
_AT = {name: place for place, name in enumerate(FEATURES)}


def _ids(words: Sequence[str], known: dict[str, int]) -> Ints:
    return np.fromiter((known.get(word, -1) for word in words), np.int64, len(words))


def _ending(word: str) -> str:
    return word[-5:]


class CandidateFinder:
    """Finds candidates of titles in one language.

    Without a closer look, neither endings nor all names of each candidate are looked at, and what they would
    tell is 0, and words weigh what they are rare alone: quicker, and smaller.
    """

    def __init__(
        self,
        language: int,
        occupations: Occupations,
        names: Names,
        national: Names,
        looks_closer: bool = True,
    ) -> None:
        self._language = language
        self._occupations = occupations
        self._names, self._national = names, national
        every = [*names.words, *national.words]
        self._vectorizer = Vectorizer(every, occupations.groups[names.occupations] if looks_closer else None)
        self._name_index = NameIndex(self._vectorizer.vectors(names.words))
        self._national_index = NameIndex(self._vectorizer.vectors(national.words))
        self._group_count = len(occupations.group_occupation)
        counts = np.bincount(names.occupations, minlength=len(occupations.groups))
        self._evidence = GroupEvidence(
            self._told(names, self._name_index, (1 / np.sqrt(counts[names.occupations])).astype(np.float32)),
            self._told(national, self._national_index, np.ones(len(national.words), np.float32)),
            self._group_count,
            by_endings=looks_closer,
        )
        vectors, count = self._name_index.vectors, len(occupations.groups)
        self._together = (
            NamesTogether(vectors, names.heads, names.occupations, names.is_preferred, count)
            if looks_closer
            else None
        )
        ends = {part for name in names.words if name for part in (name[0], name[-1], _ending(name[-1]))}
        self._end_ids = {word: number for number, word in enumerate(ends)}
        told = [name or ("",) for name in names.words]
        self._first = _ids([name[0] for name in told], self._end_ids)
        self._last = _ids([name[-1] for name in told], self._end_ids)
        self._last_ending = _ids([_ending(name[-1]) for name in told], self._end_ids)
        self._sizes = np.fromiter(map(len, names.words), np.float32, len(names.words))
        self._times_national = np.bincount(national.occupations, minlength=len(occupations.groups))

    def _told(self, names: Names, index: NameIndex, weights: Floats) -> Told:
        return Told(self._occupations.groups[names.occupations], index.vectors.pieces, names.heads, weights)

    def find(self, titles: Queries, hidden: Hidden | None = None) -> Candidates:
        """The candidates of each title, at most ``CANDIDATES``, and what speaks for each."""
        whole = self._vectorizer.vectors(titles.words)
        head = self._vectorizer.vectors(titles.heads)
        by_name = self._name_index.nearest(whole, NEAREST_NAMES)
        by_head = self._name_index.nearest(head, NEAREST_BY_HEAD)
        national = self._national_index.nearest(whole, NEAREST_NATIONAL * (2 if hidden else 1))
        times = self._times_national[None, :]
        part = np.zeros(len(titles.words), np.int64)
        if hidden is not None:
            seen = hidden.titles[national.rows] != hidden.national[national.columns]
            national = nearest_of(national.kept(seen), NEAREST_NATIONAL)
            count = len(self._occupations.groups)
            own = [np.bincount(self._national.occupations[hidden.national == one], minlength=count) for one in
                   range(int(hidden.titles.max()) + 1)]  # fmt: skip
            times = times - np.stack(own)
            part = hidden.titles
        shares = self._evidence.shares(whole.pieces, titles.heads, hidden)
        found = self._assemble(titles, (whole, head), (by_name, by_head, national), (times, part), shares)
        if self._together is not None:
            closer = self._together.look(whole, titles.heads, found.rows, found.occupations)
            for name, values in closer.items():
                found.table[:, _AT[name]] = values
        return found

    def _assemble(
        self,
        titles: Queries,
        vectors: tuple[Vectors, Vectors],
        pairs: tuple[Pairs, Pairs, Pairs],
        national_times: tuple[Ints, Ints],
        shares: GroupShares,
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
        likely = group_names + group_national + shares.bayes + ENDINGS_WEIGHT * (shares.last + shares.first)
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
        for name, values in self._by_groups((group_names, group_national), shares, rows, group).items():
            put(name, values)
        stands = np.bincount(
            national.rows, national.likeness**3 * self._occupations.is_group[national_keys % width], count
        )
        weighed = np.bincount(national.rows, national.likeness**3, count)
        put("national_is_group", (stands / np.maximum(weighed, 1e-9))[rows])
        put("is_group", self._occupations.is_group[occupations])
        put("title_words", np.fromiter(map(len, titles.words), np.float32, count)[rows])
        put("title_length", titles.lengths[rows])
        put("language", np.full(len(every), self._language, np.float32))
        return _most_likely(Candidates(rows, occupations, table))

    def _by_groups(
        self, votes: tuple[Floats, Floats], shares: GroupShares, rows: Ints, group: Ints
    ) -> dict[str, Floats]:
        """What names, national titles, pieces and endings say of the candidates' groups."""
        told = {
            "group_names": votes[0][rows, group],
            "group_national": votes[1][rows, group],
            "group_bayes": shares.bayes[rows, group],
            "bayes_best": shares.bayes.max(axis=1)[rows],
            "ending_last": np.log(shares.last[rows, group] + SMALLEST_SHARE),
            "ending_first": np.log(shares.first[rows, group] + SMALLEST_SHARE),
        }
        all_of_groups = {"names": votes[0], "national": votes[1], "last": shares.last, "first": shares.first}
        for level, higher in zip(LEVELS, self._occupations.higher, strict=True):
            for name, of_groups in all_of_groups.items():
                told[f"{name}_{level}"] = higher_shares(of_groups, higher)[rows, higher[group]]
        return told

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
    likely = found.table[:, [_AT[name] for name in CHOSEN_BY]] @ np.array([*CHOSEN_BY.values()], np.float32)
    order = np.lexsort((found.occupations, -likely, found.rows))
    rows = found.rows[order]
    first = np.searchsorted(rows, rows, side="left")
    kept = np.sort(order[np.arange(len(rows)) - first < CANDIDATES])
    return Candidates(found.rows[kept], found.occupations[kept], found.table[kept])
