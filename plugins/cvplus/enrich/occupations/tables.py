"""What titles are compared with, and what is found for them, as tables of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.occupations.index import Floats, Ints, Words

LEVELS = ("major", "submajor", "minor")
"""The groups above a group, the highest first."""


@dataclass(frozen=True)
class Names:
    """Names of occupations: the words of each, which occupation it names, whether it is preferred.

    ``heads`` are the words of each name's first part.
    """

    words: Sequence[Words]
    heads: Sequence[Words]
    occupations: Ints
    is_preferred: Floats


@dataclass(frozen=True)
class Occupations:
    """Occupations by number: the group of each (by number), and the occupation that stands for each group.

    ``group_occupation`` is -1 for a group that no occupation stands for; ``higher`` tells for each of
    ``LEVELS`` the number of the higher group that each group is in.
    """

    groups: Ints
    group_occupation: Ints
    is_group: Floats
    higher: tuple[Ints, ...]


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
