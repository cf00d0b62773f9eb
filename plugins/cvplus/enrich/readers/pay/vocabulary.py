"""The words, signs and customs of pay: ``words.yaml`` and ``currencies.yaml``, made into patterns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

LETTER = "A-Za-z\u00aa\u00ba\u00c0-\u024f\u0400-\u04ff"
"""Letters of scripts that put blanks between words, for a class of characters."""

HIDDEN_PERIOD = "other"
"""The name of every period that is told and is none of the five."""

_FOLDER = Path(__file__).parent
_REMEDY = "Mend the file beside the reader of pay."
_OF_A_WORD = re.compile(f"[{LETTER}0-9]")
_OPEN_WORD = rf"[{LETTER}-]{{0,20}}"

Words = Annotated[list[str], Field(min_length=1)]


class PeriodWords(Frozen):
    """How a period is told: after "per", as an adverb, by a word of pay that names it."""

    per: Words
    adverbs: Words
    leading: Words


class PayWords(Frozen):
    """``words.yaml``; the file tells what each list is."""

    pay: Words
    total: Words
    other: Words
    in_titles: Words
    gross: Words
    net: Words
    links: Words
    up_to: Words
    from_: Words = Field(alias="from")
    between: Words
    around: Words
    or_more: Words
    or_less: Words
    to: Words
    and_: Words = Field(alias="and")
    per: Words
    periods: dict[str, PeriodWords]
    plausible: dict[str, tuple[float, float]]


class Currency(Frozen):
    """A currency of ``currencies.yaml``: its order of magnitude, how it is written, its market's custom."""

    per_dollar: Annotated[float, Field(gt=0)]
    year_from: float | None = None
    signs: Words
    words: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()


class Currencies(Frozen):
    """``currencies.yaml``; the file tells what each list is."""

    currencies: dict[str, Currency]
    alone: dict[str, str]
    alone_not_in: frozenset[str]
    languages: dict[str, list[str]]
    codes_like_words: list[str]
    by_the_year: frozenset[str]
    by_the_year_without_country: frozenset[str]


@dataclass(frozen=True, slots=True)
class Marks:
    """Ways to write currencies, in small letters: what each may be, and patterns for where it stands."""

    meant: Mapping[str, frozenset[str]]
    after: re.Pattern[str]
    anywhere: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns over a text in any case, for words of the file or for places where they stand."""

    pay: re.Pattern[str]
    total: re.Pattern[str]
    other: re.Pattern[str]
    other_then_pay: re.Pattern[str]
    pay_word: re.Pattern[str]
    net_before: re.Pattern[str]
    beside_net: re.Pattern[str]
    net_after: re.Pattern[str]
    gross_after: re.Pattern[str]
    up_to: re.Pattern[str]
    from_: re.Pattern[str]
    between: re.Pattern[str]
    around: re.Pattern[str]
    or_more: re.Pattern[str]
    or_less: re.Pattern[str]
    to: re.Pattern[str]
    and_: re.Pattern[str]
    period_after: re.Pattern[str]
    leading: re.Pattern[str]
    adverb: re.Pattern[str]
    speaks_for: re.Pattern[str]
    unsigned: re.Pattern[str]


@cache
def words() -> PayWords:
    """The words.

    Raises:
        ConfigurationError: the file is wrong.
    """
    return read_typed(_FOLDER / "words.yaml", TypeAdapter(PayWords), _REMEDY)


@cache
def currencies() -> Currencies:
    """The currencies and the customs of their markets.

    Raises:
        ConfigurationError: the file is wrong.
    """
    return read_typed(_FOLDER / "currencies.yaml", TypeAdapter(Currencies), _REMEDY)


@cache
def marks() -> Marks:
    """Ways to write currencies: signs, names and ISO codes."""
    meant: dict[str, set[str]] = {}
    for code, currency in currencies().currencies.items():
        for sign in (code, *currency.signs):
            meant.setdefault(sign.lower(), set()).add(code)
    some = any_of(meant)
    return Marks(
        meant={sign: frozenset(codes) for sign, codes in meant.items()},
        after=re.compile(
            rf"[ \t]?[(\[]?({any_of(meant, begins=False)})[)\]]?(?![ \t]?\d)"
            rf"(?:[ \t]?[(\[]?({some})[)\]]?(?![ \t]?\d))?",
            re.IGNORECASE,
        ),
        anywhere=re.compile(some, re.IGNORECASE),
    )


@cache
def spoken_for() -> Mapping[str, frozenset[str]]:
    """Words of a text, in small letters, and the currencies that they speak for where a sign is shared."""
    return _by_word({code: currency.words for code, currency in currencies().currencies.items()})


@cache
def unsigned_words() -> Mapping[str, frozenset[str]]:
    """Words of pay that are a currency's own, in small letters."""
    return _by_word({code: currency.unsigned for code, currency in currencies().currencies.items()})


@cache
def periods_by(place: str) -> Mapping[str, str]:
    """Words that tell a period in a place (``per``, ``adverbs``, ``leading``), in small letters."""
    return {word.lower(): period for period, told in words().periods.items() for word in getattr(told, place)}


@cache
def patterns() -> Patterns:
    """All patterns, made once."""
    told = words()
    per = any_of(told.per)
    units = any_of(periods_by("per"))
    adverbs = any_of(periods_by("adverbs"))
    leading = any_of(periods_by("leading"))
    bare = any_of([word for word in periods_by("per") if len(word) > 1 and word not in ("an", "time", "md")])

    no_amount = r"(?!\s?[:]?\s?[\d$€£¥₹])"

    of_pay = any_of(told.pay)

    def search(listed: Iterable[str]) -> re.Pattern[str]:
        return re.compile(any_of(listed), re.IGNORECASE)

    def at_the_end(listed: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"({any_of(listed)})(?:[ -]{of_pay}){{0,2}}[\s:(]{{0,3}}\Z", re.IGNORECASE)

    def next_word(listed: Iterable[str], blanks: str = r" \t", ends: str = "") -> re.Pattern[str]:
        return re.compile(rf"[{blanks},(\[*:]{{0,3}}({any_of(listed)}){ends}", re.IGNORECASE)

    return Patterns(
        pay=search(told.pay + [word for period in told.periods.values() for word in period.leading]),
        total=search(told.total),
        other=search(told.other),
        other_then_pay=re.compile(
            rf"{any_of(told.other)}[\s-]{any_of(told.pay)}(?:\W{{1,3}}[^\W\d]{{1,4}}){{0,2}}\W{{0,3}}\Z",
            re.IGNORECASE,
        ),
        pay_word=re.compile(any_of(told.pay), re.IGNORECASE),
        net_before=re.compile(rf"(?<!\.)({any_of(told.net)})", re.IGNORECASE),
        beside_net=search(
            [
                *told.pay,
                *told.gross,
                *told.links,
                *told.up_to,
                *told.from_,
                *told.between,
                *told.around,
                *(word for period in told.periods.values() for word in (*period.adverbs, *period.per)),
            ]
        ),
        net_after=re.compile(
            rf"[ \t,(\[*:/-]{{0,3}}(?<![.\w])({any_of(told.net)}){no_amount}", re.IGNORECASE
        ),
        gross_after=re.compile(rf"[ \t,(\[*:/+-]{{0,3}}({any_of(told.gross)})", re.IGNORECASE),
        up_to=at_the_end(told.up_to),
        from_=at_the_end(told.from_),
        between=at_the_end(told.between),
        around=at_the_end(told.around),
        or_more=next_word(told.or_more, ends=r"(?![ \w]{0,20}:)"),
        or_less=next_word(told.or_less, ends=r"(?![ \w]{0,20}:)"),
        to=next_word(told.to, r"\s"),
        and_=next_word(told.and_, r"\s"),
        period_after=re.compile(
            rf"[ \t,(\[*:–-]{{0,3}}(?:(?:{per})\s?(?P<unit>{units})"
            rf"|(?:(?P<adverb>{adverbs})|(?P<leading>{leading}))"
            rf"{no_amount}|(?P<bare>{bare}))",
            re.IGNORECASE,
        ),
        leading=re.compile(leading, re.IGNORECASE),
        adverb=re.compile(rf"(?:{per})\s?(?P<unit>{units})|(?P<adverb>{adverbs})", re.IGNORECASE),
        speaks_for=search(spoken_for()),
        unsigned=search(unsigned_words()),
    )


def any_of(listed: Iterable[str], *, begins: bool = True) -> str:
    """A pattern for any of the words, the longest first; whole words in scripts that part them by blanks.

    Words are grouped by how they begin, so that a place in a text is held against few of them. A ``*`` stands
    for up to twenty letters: the pattern stays linear. Without ``begins``, letters may stand right before a
    word.
    """
    groups: dict[tuple[bool, str], list[str]] = {}
    for word in sorted({word.lower() for word in listed}, key=lambda word: (-len(word), word)):
        groups.setdefault((word[0] == "*", word[0].replace("*", "")), []).append(word)
    parted: list[str] = []
    unparted: list[str] = []
    for (is_open, first), some in sorted(groups.items()):
        rests = "|".join(_inner(word[1:]) + _end(word) for word in some)
        pattern = f"{_OPEN_WORD if is_open else re.escape(first)}(?:{rests})"
        (parted if begins and (is_open or _OF_A_WORD.match(first)) else unparted).append(pattern)
    whole = [rf"(?<![{LETTER}])(?:{'|'.join(parted)})"] if parted else []
    return f"(?:{'|'.join(whole + unparted)})"


def listed_word(found: str, listed: Mapping[str, str]) -> str:
    """What a word that a pattern of ``listed`` found stands for, where words of the list may have ``*``."""
    word = " ".join(found.lower().split())
    if word in listed:
        return listed[word]
    return next(told for one, told in listed.items() if "*" in one and re.fullmatch(_one(one), word))


def currencies_of(mark: str) -> frozenset[str]:
    """The currencies that a mark may be, by what ``Marks`` found."""
    return marks().meant[" ".join(mark.lower().split())]


def _one(word: str) -> str:
    before = rf"(?<![{LETTER}])" if word[0] == "*" or _OF_A_WORD.match(word[0]) else ""
    return before + _inner(word) + _end(word)


def _inner(word: str) -> str:
    inner = re.escape(word).replace(r"\*", _OPEN_WORD).replace(r"\ ", r"\s")
    return inner.replace("'", "['’]")


def _end(word: str) -> str:
    return rf"(?![{LETTER}])" if word[-1] == "*" or _OF_A_WORD.match(word[-1]) else ""


def _by_word(listed: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for code, some in listed.items():
        for word in some:
            found.setdefault(word.lower(), set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}
