"""The words that dates are written with: Babel's names of months and weekdays, and ``date.yaml``."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from babel import Locale
from pydantic import Field, TypeAdapter

from cvplus.enrich.readers.plain_words import plain
from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

_FILE = Path(__file__).with_name("date.yaml")
_LOCALES = ("en", "en_GB", "de", "de_AT", "fr", "nl", "sv", "zh")
Words = Annotated[list[str], Field(min_length=1)]


class Era(Frozen):
    """A count of years of its own, and its first day."""

    name: str
    letter: str | None
    first: date = Field(alias="from")


class WordLists(Frozen):
    """``date.yaml``."""

    more_months: dict[int, Words]
    seasons: dict[int, Words]
    summer_terms: Words
    winter_terms: Words
    quarter_words: Words
    quarter_letters: Words
    half_words: Words
    half_letters: Words
    ordinals: dict[int, Words]
    vague_parts: list[Words]
    now_words: list[Words]
    since_words: list[Words]
    since_endings: list[Words]
    from_words: Words
    until_words: list[Words]
    until_endings: Words
    between_words: list[Words]
    paired_words: dict[str, str]
    between_signs: Words
    leading_words: list[Words]
    events: list[Words]
    event_endings: Words
    unknown_ends: Words
    relative_words: list[Words]
    relative_signs: Words
    approximate_words: list[Words]
    fiscal_words: Words
    length_units: list[Words]
    eras: list[Era]


@cache
def load_date_words() -> WordLists:
    """The lists of ``date.yaml``.

    Raises:
        ConfigurationError: the file is not as it must be.
    """
    return read_typed(_FILE, TypeAdapter(WordLists), "Restore date.yaml from the repository.")


@cache
def month_names() -> dict[str, int]:
    """Every way to write a month, made plain and without its dot, to its number."""
    names = {plain(name): month for month, more in load_date_words().more_months.items() for name in more}
    for locale in map(Locale.parse, _LOCALES):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale.months[context][width].items():
                    names[plain(name).rstrip(".")] = month
    return {name: month for name, month in names.items() if not name[0].isdigit()}


@cache
def weekday_names() -> frozenset[str]:
    """Every way to write a day of the week, made plain and without its dot."""
    return frozenset(
        plain(name).rstrip(".")
        for locale in map(Locale.parse, _LOCALES)
        for width in ("wide", "abbreviated", "short")
        for name in locale.days["format"][width].values()
    )


@cache
def numbered(name: str) -> dict[str, int]:
    """The words of a list that goes by number (``seasons``, ``ordinals``), made plain, to the number."""
    groups: dict[int, list[str]] = getattr(load_date_words(), name)
    return {plain(word): number for number, words in groups.items() for word in words}
