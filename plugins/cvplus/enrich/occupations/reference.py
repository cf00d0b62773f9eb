"""The files of occupations in ``reference/``: occupations, their names, and what joins ESCO to the SOC."""

import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cvplus.enrich.occupations.index import Ints
from cvplus.enrich.occupations.tables import Names, Occupations
from cvplus.enrich.occupations.words import head_words, title_words
from cvplus.errors import ConfigurationError
from cvplus.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "reference"
_MINOR_GROUP_LETTERS = 5
_HELD_OUT_OF_20 = 3


def read_rows(file_name: str) -> Iterator[dict[str, str]]:
    """Rows of a file in ``reference/``.

    Raises:
        ConfigurationError: the file is missing or not what it should be.
    """
    try:
        with gzip.open(REFERENCE / file_name, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            cause=f"A list of occupations cannot be read: {error!r}.",
            remedy=f"Restore reference/{file_name} from the repository.",
        ) from error


@dataclass(frozen=True)
class EscoTable:
    """Occupations and unit groups of ESCO by number."""

    ids: tuple[str, ...]
    numbers: dict[str, int]
    isco: tuple[str, ...]
    soc: tuple[str | None, ...]
    occupations: Occupations

    def uri(self, number: int) -> str:
        """The address of an occupation or a unit group."""
        told = self.ids[number]
        kind = "isco" if told.startswith("C") else "occupation"
        return f"http://data.europa.eu/esco/{kind}/{told}"

    def number_of(self, uri: str) -> int:
        """The number of an occupation or a unit group by its address."""
        return self.numbers[uri.rsplit("/", 1)[1]]


def _higher(groups: Sequence[str], lengths: tuple[int, ...]) -> tuple[Ints, ...]:
    """The number of the higher group of each group: what its code begins with, a length a level."""
    return tuple(np.unique([name[:length] for name in groups], return_inverse=True)[1] for length in lengths)


@lru_cache
def esco_table() -> EscoTable:
    """The occupations of ESCO, read once a process."""
    rows = list(read_rows("occupations.csv.gz"))
    ids = tuple(row["esco_id"] for row in rows)
    numbers = {told: number for number, told in enumerate(ids)}
    isco = tuple(row["isco_group"] for row in rows)
    group_names = sorted(set(isco))
    group_numbers = {name: number for number, name in enumerate(group_names)}
    occupations = Occupations(
        groups=np.array([group_numbers[name] for name in isco]),
        group_occupation=np.array([numbers.get(f"C{name}", -1) for name in group_names]),
        is_group=np.array([told.startswith("C") for told in ids], dtype=np.float32),
        higher=_higher(group_names, (1, 2, 3)),
    )
    return EscoTable(ids, numbers, isco, tuple(row["soc_code"] or None for row in rows), occupations)


def esco_names(language: str) -> Names:
    """ESCO's names of its occupations in a language; an occupation's names of the same words are one."""
    numbers = esco_table().numbers
    preferred: dict[tuple[int, tuple[str, ...]], float] = {}
    for row in read_rows(f"occupation_names_{language}.csv.gz"):
        key = numbers[row["esco_id"]], title_words(row["name"], language)
        preferred[key] = max(preferred.get(key, 0.0), float(row["is_preferred"] == "1"))
    words = [words for _, words in preferred]
    return Names(
        words,
        words,
        np.array([number for number, _ in preferred]),
        np.array(list(preferred.values()), dtype=np.float32),
    )


def national_titles(language: str) -> tuple[list[str], Ints]:
    """Titles of national classifications in a language, and the number of the occupation that each means."""
    rows = [row for row in read_rows("national_titles.csv.gz") if row["language"] == language]
    return [row["title"] for row in rows], np.array([esco_table().numbers[row["esco_id"]] for row in rows])


def as_names(titles: list[str], occupations: Ints, language: str) -> Names:
    """Titles as names of which none is preferred."""
    words = [title_words(title, language) for title in titles]
    heads = [head_words(title, language) for title in titles]
    return Names(words, heads, occupations, np.zeros(len(titles), dtype=np.float32))


@dataclass(frozen=True)
class SocTable:
    """Occupations of the SOC by number, and the titles that the SOC and O*NET give them.

    ``shown`` are names; ``examples`` are titles kept apart to learn from, which serve as further names.
    """

    codes: tuple[str, ...]
    numbers: dict[str, int]
    occupations: Occupations
    shown: Names
    example_titles: list[str]
    example_occupations: Ints


def share_of(text: str, parts: int) -> int:
    """A part of ``parts`` that a text always falls into."""
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[:4]) % parts


@lru_cache
def soc_table() -> SocTable:
    """The occupations of the SOC, read once a process."""
    official = {row["onet_title"] for row in read_rows("onet_esco.csv.gz")}
    rows = [(row["soc_code"], row["title"]) for row in read_rows("occupation_titles.csv.gz")]
    codes = tuple(sorted({code for code, _ in rows}))
    numbers = {code: number for number, code in enumerate(codes)}
    minor = sorted({code[:_MINOR_GROUP_LETTERS] for code in codes})
    groups = np.array([minor.index(code[:_MINOR_GROUP_LETTERS]) for code in codes])
    is_example = [title not in official and share_of(title, 20) < _HELD_OUT_OF_20 for _, title in rows]
    shown = [row for row, example in zip(rows, is_example, strict=True) if not example]
    examples = [row for row, example in zip(rows, is_example, strict=True) if example]
    words = [title_words(title, "en") for _, title in shown]
    return SocTable(
        codes,
        numbers,
        Occupations(
            groups,
            np.full(len(minor), -1),
            np.zeros(len(codes), dtype=np.float32),
            _higher(minor, (2, 4, _MINOR_GROUP_LETTERS)),
        ),
        Names(
            words,
            words,
            np.array([numbers[code] for code, _ in shown]),
            np.array([title in official for _, title in shown], dtype=np.float32),
        ),
        [title for _, title in examples],
        np.array([numbers[code] for code, _ in examples]),
    )


@lru_cache
def official_titles() -> dict[tuple[str, ...], tuple[str, str]]:
    """The words of an official title of O*NET to its SOC code and the ESCO occupation that both offices name.

    Only where the offices call them exactly the same, or O*NET's the narrower, and name one.
    """
    told: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in read_rows("onet_esco.csv.gz"):
        told[row["onet_title"], row["soc_code"]][row["match"]].append(row["esco_id"])
    found = {}
    for (title, code), kinds in told.items():
        for kind in ("exactMatch", "narrowMatch", "exactISCO"):
            if len(kinds.get(kind, [])) == 1:
                found[title_words(title, "en")] = (code, kinds[kind][0])
                break
    return found
