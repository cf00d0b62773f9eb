"""The currency of a statement: all its marks agree, and a shared sign has something that settles it."""

import re
from dataclasses import dataclass
from functools import cache

from babel.core import UnknownLocaleError
from babel.numbers import get_territory_currencies

from cvplus.enrich.readers.pay.statements import Statement
from cvplus.enrich.readers.pay.vocabulary import (
    currencies,
    currencies_of,
    marks,
    patterns,
    spoken_for,
    unsigned_words,
)

_CODE = 3
# "80 000 $", "25,50 $": no American writes so.
_SIGN_AFTER_GROUPS = re.compile(r"[0-9](?: [0-9]{3}|,[0-9]{2})\s?\$")


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currency of a statement, or why it is none, and how sure that is."""

    code: str | None
    confidence: float
    reason: str | None = None


@cache
def currencies_of_country(country: str) -> tuple[str, ...]:
    """The currencies that are tender in a country (ISO 3166-1 alpha-2) today, by CLDR; none if unknown."""
    try:
        return tuple(get_territory_currencies(country.upper()))
    except (UnknownLocaleError, KeyError, ValueError):
        return ()


class Speech:
    """What a whole text, and what is known of it, says of currencies; worked out when first asked for."""

    def __init__(self, text: str, country: str | None, language: str | None, title: str | None) -> None:
        self._text = f"{title or ''}\n{text}"
        self.title = title
        self.country = (country or "").upper()
        self.local = currencies_of_country(country) if country else ()
        self.language = (language or "").lower()[:2]
        self._spoken: list[frozenset[str]] | None = None

    @property
    def spoken(self) -> list[frozenset[str]]:
        """The currencies that each of the text's own words speaks for."""
        if self._spoken is None:
            own = currencies().languages.get(self.language)
            self._spoken = spoken_in(self._text) + ([frozenset(own)] if own else [])
        return self._spoken


def spoken_in(text: str) -> list[frozenset[str]]:
    """The currencies that each word of a text speaks for, where a sign is shared."""
    known = spoken_for()
    found = {" ".join(word[0].split()) for word in patterns().speaks_for.finditer(text)}
    return [
        codes
        for word in found
        if word != "us"
        for written, codes in known.items()
        if written == word.lower() or (written.endswith("*") and word.lower().startswith(written[:-1]))
    ]


def settled(possible: frozenset[str], spoken: list[frozenset[str]]) -> frozenset[str]:
    """The possible currencies that the words leave: all where no word speaks, none where they disagree."""
    return _all_of(tuple(codes for codes in (possible, *spoken) if codes & possible))


def currency_of(statement: Statement, speech: Speech) -> Currencies:
    """The currency of a statement.

    The marks of the amounts are intersected, so an ISO code beats the bare sign that it may stand for. Codes
    and names nearby count next, then the country, the words nearby and those of the whole text; a sign that
    is then still shared is what it most often means, or unknown.
    """
    possible = _all_of(statement.marks)
    if statement.marks and not possible:
        return Currencies(None, 0.0, "currencies_disagree")
    nearby = _named_nearby(statement, speech.title)
    if nearby:
        if not possible:
            possible = nearby if len(nearby) == 1 else frozenset()
        elif possible & nearby:
            possible &= nearby
        elif len(possible) > 1:
            return Currencies(None, 0.0, "currencies_disagree")
    if len(possible) == 1:
        (code,) = possible
        return Currencies(code, 0.75 if speech.local and code not in speech.local else 1.0)
    if not possible:
        return _unsigned(statement, speech)
    return _shared(possible, statement, speech)


def _shared(possible: frozenset[str], statement: Statement, speech: Speech) -> Currencies:
    near = settled(possible, spoken_in(statement.context))
    local = [code for code in speech.local if code in possible]
    if local and not near & set(local):
        return Currencies(None, 0.0, "currency_ambiguous")
    if local:
        return Currencies(local[0], 0.95)
    if speech.country:
        return Currencies(None, 0.0, "currency_ambiguous")
    for left, sure in ((near, 0.85), (settled(near, speech.spoken), 0.75)):
        if len(left) == 1:
            return Currencies(next(iter(left)), sure)
        if not left:
            return Currencies(None, 0.0, "currency_ambiguous")
        possible = left
    is_foreign = speech.language in currencies().alone_not_in or _SIGN_AFTER_GROUPS.search(statement.own)
    for sign, code in currencies().alone.items():
        if code in possible and currencies_of(sign) in statement.marks and not (sign == "$" and is_foreign):
            return Currencies(code, 0.8)
    return Currencies(None, 0.0, "currency_ambiguous")


def _unsigned(statement: Statement, speech: Speech) -> Currencies:
    """The currency of amounts that have no mark: that of the country, or of the words of pay."""
    told = unsigned_words()
    own = frozenset().union(
        *(
            told.get(found[0].lower(), frozenset())
            for found in patterns().unsigned.finditer(statement.context)
        )
    )
    if speech.local:
        if own and not own & set(speech.local):
            return Currencies(None, 0.0, "currency_ambiguous")
        return Currencies(speech.local[0], 0.75)
    if len(own) == 1 and own <= settled(own | {"TWD", "HKD", "SGD"}, speech.spoken):
        return Currencies(next(iter(own)), 0.75)
    return Currencies(None, 0.0, "currency_untold")


def _all_of(sets: tuple[frozenset[str], ...]) -> frozenset[str]:
    return frozenset.intersection(*sets) if sets else frozenset()


def _named_nearby(statement: Statement, title: str | None) -> frozenset[str]:
    """What codes and names around a statement, or in a title of pay, may mean, where they say one thing."""
    told_by_title = title if title and patterns().pay_word.search(title) else ""
    sets = [currencies_of(found) for found in _codes_and_names(statement.own)]
    for words in (statement.before[-60:], statement.after[:30], statement.heading, told_by_title):
        sets += [
            currencies_of(found)
            for found in _codes_and_names(words)
            if len(found) > _CODE or _is_said_of_amounts(found, words)
        ]
    return _all_of(tuple(sets))


def _codes_and_names(words: str) -> list[str]:
    found = (one[0] for one in marks().anywhere.finditer(words))
    return [
        one for one in found if len(one) > _CODE or (len(one) == _CODE and one.isalpha() and one.isupper())
    ]


def _is_said_of_amounts(code: str, words: str) -> bool:
    """Whether a code stands as one: "CAD designer" names no dollars, "(CAD)" and "paid in CAD" do."""
    place = words.index(code)
    before, after = words[:place].rstrip(), words[place + len(code) :].lstrip()
    if after[:1].isalpha():
        return False
    is_paid_in = before.endswith(" in") and patterns().pay_word.search(before[-40:]) is not None
    return is_paid_in or before.endswith(("(", "[", ":", "/")) or after.startswith((")", "]"))
