"""Names of companies: as people read them, as a key that one firm's spellings share, and the legal form.

The key has no case, accents, blanks, punctuation and legal form, ``&`` is "and": Wal-Mart Stores, Inc. and
WALMART STORES are one. It leaves out a leading "The" where more than one word, or a legal form, follows.
Rio Tinto Plc and Rio Tinto Ltd have one key and two forms.

Reasons for null:

- ``no_company``: who wrote it doesn't tell the firm ("Confidential", "n/a"), or has none ("self-employed");
- ``no_name``: a legal form, a number, signs or an address stand there, and no name;
- ``too_long``: a sentence.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.company_forms import (
    folded,
    is_form_alone,
    load_company_words,
    part_legal_form,
    squashed,
)
from cvplus.enrich.readers.registry import Reader

LONGEST_NAME, MOST_WORDS = 120, 14
"""Characters and words of the longest name; more is a sentence."""

_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|li|p|script|span|strong|u|ul)\b[^<>]{0,200}>", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
# A rating behind a line break, as an employers' site shows it.
_RATING = re.compile(r"\s{0,5}\n\s{0,5}[0-5][.,]\d\s{0,5}$")
_SYMBOLS = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]+")
# The US's register tells the state of a filer, or which of two filers, behind a name: "CORP /DE/", "CO/NEW".
_REGISTER = re.compile(
    r"(?:(?<=[\s.)])[/\\]|(?<=[A-Za-z])[/\\](?=[A-Za-z]{2,5}[/\\] ?$)|(?<=(?i:nc|rp|co|td|lc|lp))[/\\])"
    r"[A-Za-z]{2,5}[/\\]? ?$"
)
_THE_BEHIND = re.compile(r"[\s,]{0,3}(?:,\s?|\(|/)the[)/]?$", re.IGNORECASE)
_THE = re.compile(r"the\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,64}|https?://\S+", re.IGNORECASE)
_AROUND = " \t\r\n,;|•·*:-–—"
_BRACKETS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "«": "»", "「": "」", "“": "”", "<": ">"}
_SPOKEN = ("Co.", "& Co.")
_COMPANY_BEHIND = re.compile(r"\scompany$", re.IGNORECASE)
_KEY_PART = re.compile(r"[^\W_]+|&|\+")


@dataclass(frozen=True, slots=True)
class Company:
    """``name`` for people, without the legal form; ``key`` the same for all spellings; its form."""

    name: str
    key: str
    legal_form: str | None


def read_companies(texts: Sequence[Text]) -> list[Answer[Company]]:
    """The companies that texts name, a name a text."""
    return [read_company(text.text, text.country) for text in texts]


@lru_cache(maxsize=65_536)
def read_company(text: str, country: str | None = None) -> Answer[Company]:
    """The company that a text names; ``country`` is the ISO 3166-1 code of where it is."""
    told = _cleaned(text[: 4 * LONGEST_NAME])
    if len(told) > LONGEST_NAME or len(told.split()) > MOST_WORDS or len(text.strip()) > 4 * LONGEST_NAME:
        return unread("too_long")
    if _is_no_company(told):
        return unread("no_company")
    if _ADDRESS.fullmatch(told) or is_form_alone(told):
        return unread("no_name")
    parted = part_legal_form(told, country.upper() if country else None)
    name = parted.name.strip(" ,;-&")
    if parted.legal_form and _begins_as_none(name):
        return unread("no_company")
    key = company_key_of(name, parted.legal_form is not None)
    if not key or (key.isdigit() and parted.legal_form is None):
        return unread("no_name")
    # Where the form is the word "Company", people say it with the name: "The Walt Disney Company".
    shown = told if parted.legal_form in _SPOKEN and _COMPANY_BEHIND.search(told) else name
    return Answer(Company(shown, key, parted.legal_form), 0.95)


def company_key_of(name: str, had_form: bool = False) -> str:
    """The key of a cleaned name without its legal form."""
    kept = _THE.sub("", name, count=1) if _THE.match(name) else name
    if kept != name and (is_form_alone(kept) or (not had_form and len(kept.split()) < 2)):
        kept = name
    and_words = set(load_company_words().and_words)
    parts = ("and" if part == "&" or part in and_words else part for part in _KEY_PART.findall(folded(kept)))
    return "".join("plus" if part == "+" else part for part in parts)


def _cleaned(text: str) -> str:
    """A name as people would write it in a list: no markup, register's marks, share classes, other names."""
    text = _unwrapped(_SYMBOLS.sub(" ", _TAG.sub(" ", html.unescape(text))).strip(_AROUND))
    text = _unwrapped(_BLANKS.sub(" ", _RATING.sub("", text)).strip(_AROUND))
    patterns = _patterns()
    text = patterns.other_name.sub("", text).strip(" ,;")
    text = patterns.share_class.sub("", text).strip(" ,;-")
    is_the = _THE_BEHIND.search(text)
    if is_the:
        text = f"The {text[: is_the.start()]}"
    text = _REGISTER.sub("", text).rstrip(" /\\,;")
    return text


def _unwrapped(text: str) -> str:
    """Without brackets or quotation marks around the whole."""
    while len(text) > 1 and _BRACKETS.get(text[0]) == text[-1] and text[-1] not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def _is_no_company(name: str) -> bool:
    return squashed(name) in _no_companies() or _begins_as_none(name)


def _begins_as_none(name: str) -> bool:
    """ "Stealth AI Startup", "Confidential (Fortune 500)", 某知名公司, and not "Stealth Monitoring"."""
    if name.startswith("某"):
        return True
    first, *rest = re.findall(r"[\w-]+", folded(name)) or [""]
    words = load_company_words()
    begins = {word for group in words.no_company_begins for word in group}
    follows = {word for group in words.no_company_follows for word in group}
    return first in begins and len(rest) <= 5 and all(word in follows for word in rest)


@cache
def _no_companies() -> frozenset[str]:
    return frozenset(squashed(name) for group in load_company_words().no_company for name in group)


@dataclass(frozen=True, slots=True)
class _Patterns:
    other_name: re.Pattern[str]
    share_class: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = load_company_words()
    other = "|".join(map(re.escape, sorted(words.other_name_words, key=len, reverse=True)))
    shares = "|".join(map(re.escape, sorted(words.share_classes, key=len, reverse=True)))
    return _Patterns(
        re.compile(rf"(?<=\S)(?:,? |\s?\()(?:{other})(?: |:|\.).*$", re.IGNORECASE),
        re.compile(rf"(?<=\S)[ ,(-]{{1,3}}(?:{shares})\)?$", re.IGNORECASE),
    )


READER = Reader("company", Company, read_companies)
