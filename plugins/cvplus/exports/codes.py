"""Whether a value is a code: one of its list, of a public list, or of the form that only programs write."""

import gettext
from functools import cache

import pycountry

from cvplus.exports.registry import FieldRule, Vocabulary
from cvplus.privacy.personal import PersonalRules

WITHHELD = "[withheld]"
_LANGUAGES_OF_NAMES = ("de", "fr", "es", "it", "nl", "pl")
_TOLD = ("alpha_2", "alpha_3", "name", "common_name", "official_name")
_SYMBOLS = ("€", "$", "£", "¥", "₹", "zł", "US$")
_OTHER_COUNTRY_NAMES = (
    "UK",
    "EU",
    "USA",
    "Great Britain",
    "England",
    "Russia",
    "South Korea",
    "Vietnam",
    "Turkey",
    "UAE",
)


def is_code(rules: PersonalRules, rule: FieldRule, value: str) -> bool:
    """Whether a declared field's value may stay, being a code.

    A value of a list counts however its letters and separators are written. What is on no list counts when it
    is written as programs write codes (``job_board``, ``A``), unless the field's own list is a public one.
    """
    folded = _folded(value)
    if folded in _listed(rule.values):
        return True
    if rule.of is not None:
        return folded in _public(rule.of) or _is_tag(rule.of, value)
    return rules.is_code(value)


def _folded(value: str) -> str:
    return value.casefold().replace("_", " ").replace("-", " ")


@cache
def _listed(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_folded, values))


def _is_tag(vocabulary: Vocabulary, value: str) -> bool:
    """A language with its country (``en-GB``), or a part of a country (``US-CA``, ISO 3166-2)."""
    first, dash, second = value.replace("_", "-").partition("-")
    if not dash or vocabulary == "currencies":
        return False
    if vocabulary == "languages":
        return _folded(first) in _public("languages") and _folded(second) in _public("countries")
    return pycountry.subdivisions.get(code=f"{first}-{second}".upper()) is not None


@cache
def _public(vocabulary: Vocabulary) -> frozenset[str]:
    """Codes and names of ISO 3166-1, 4217 or 639, in seven languages, as pycountry has them."""
    if vocabulary == "currencies":
        return frozenset(map(_folded, (*_SYMBOLS, *(one.alpha_3 for one in pycountry.currencies))))
    if vocabulary == "languages":
        domain, entries = "iso639-3", [one for one in pycountry.languages if hasattr(one, "alpha_2")]
    else:
        domain, entries = "iso3166-1", list(pycountry.countries)
    told = {getattr(one, name) for one in entries for name in _TOLD if hasattr(one, name)}
    told |= set(_OTHER_COUNTRY_NAMES) if vocabulary == "countries" else set()
    for language in _LANGUAGES_OF_NAMES:
        names = gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)
        told |= {names.gettext(one.name) for one in entries}
        told |= {names.gettext(one.common_name) for one in entries if hasattr(one, "common_name")}
    return frozenset(map(_folded, told))
