"""Legal forms behind and before the names of companies: cleanco's list and ``company.yaml``.

A form is compared without case, accents, dots and blanks, so ``S.à r.l.`` and ``SARL`` are one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from cleanco.termdata import terms_by_country, terms_by_type
from pydantic import Field, TypeAdapter

from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

_FILE = Path(__file__).with_name("company.yaml")
# Words of the longest form ("Gesellschaft mit beschränkter Haftung & Co. KG"), and forms behind one another.
_MOST_WORDS, _MOST_FORMS = 7, 3
# Of cleanco's forms shorter ones are words of some language; they count with their dots alone.
_SHORTEST_SURE = 4
# A place of a few words, or what stands in brackets, at the end.
_REMARK = re.compile(r",\s[^,()]{1,40}$|\s\([^()]{1,40}\)$")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NOT_OF_FORM = re.compile(r"[^\w&]|_")
_NO_BASE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})
# "S.p.A.", "A/S", "A S".
_DOTTED = re.compile(r"\w[./]|\w(?: \w){1,20}$")

Words = Annotated[list[str], Field(min_length=1)]


class CompanyWords(Frozen):
    """``company.yaml``."""

    legal_forms: dict[str, Words]
    east_asian_forms: dict[str, Words]
    doubtful_forms: dict[str, list[str]]
    leading_forms: dict[str, Words]
    doubtful_leading_forms: dict[str, Words]
    empty_names: Words
    named_as_a_form: Words
    kept_apart: Words
    share_classes: Words
    no_company: list[Words]
    no_company_begins: list[Words]
    no_company_follows: list[Words]
    and_words: Words
    other_name_words: Words


@dataclass(frozen=True, slots=True)
class Parted:
    """A name without its legal form, and the form's short way to be written; ``None`` when it has none."""

    name: str
    legal_form: str | None


@cache
def load_company_words() -> CompanyWords:
    """The lists of ``company.yaml``.

    Raises:
        ConfigurationError: the file is not as it must be.
    """
    return read_typed(_FILE, TypeAdapter(CompanyWords), "Restore company.yaml from the repository.")


def folded(text: str) -> str:
    """Lower case without Latin accents."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold().translate(_NO_BASE)))
    return unicodedata.normalize("NFC", bare)


def squashed(text: str) -> str:
    """Letters, digits and ``&`` of a text, folded."""
    return _NOT_OF_FORM.sub("", folded(text))


def part_legal_form(name: str, country: str | None = None) -> Parted:
    """Take the legal form from a cleaned name; where nothing of its own would be left, the name keeps it.

    ``country``, ISO 3166-1 alpha-2, decides on forms that are words elsewhere.
    """
    form: str | None = None
    name = _before_remark(name, country)
    for _ in range(_MOST_FORMS):
        found = _east_asian(name) or _at_end(name, country) or _at_begin(name, country)
        if found is None or not _names_somebody(found.name):
            break
        name, form = found.name, form or found.legal_form
    return Parted(name, form)


def is_form_alone(name: str) -> bool:
    """Whether a name is a legal form and nothing beside it."""
    key = squashed(name)
    east_asian = {squashed(way) for ways in load_company_words().east_asian_forms.values() for way in ways}
    return (key in _own_forms() or key in east_asian) and key not in _squashed_list("named_as_a_form")


def _names_somebody(name: str) -> bool:
    words = set(re.findall(r"\w+", folded(name)))
    return bool(words - set(load_company_words().empty_names))


def _east_asian(name: str) -> Parted | None:
    """A form written at a name without a blank, before or behind."""
    for form, way in _east_asian_ways():
        if name.startswith(way):
            return Parted(name[len(way) :].strip(" ・,"), form)
        if name.endswith(way):
            return Parted(name[: -len(way)].strip(" ・,"), form)
    return None


def _before_remark(name: str, country: str | None) -> str:
    """What stands before a place or a remark behind a form: "Siemens AG, Berlin", "Acme Inc (NYSE: ACM)"."""
    if (remark := _REMARK.search(name)) and _at_end(name, country) is None:
        head = name[: remark.start()]
        found = _at_end(head, country)
        if found is not None and _names_somebody(found.name):
            return head
    return name


def _at_begin(name: str, country: str | None) -> Parted | None:
    """A form written before a name, as in French and Swedish."""
    words = load_company_words()
    first, _, rest = name.partition(" ")
    key = squashed(first)
    form = next((form for form, ways in words.leading_forms.items() if key in ways), None)
    is_doubtful = country not in words.doubtful_leading_forms.get(key, [country])
    return Parted(rest.strip(), form) if form and rest.strip() and not is_doubtful else None


def _at_end(name: str, country: str | None) -> Parted | None:
    """The longest form that the last words are."""
    words = name.split()
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        key = squashed(tail)
        form = _forms().get(key)
        if form is None or squashed(name) in _squashed_list("kept_apart"):
            continue
        if _is_meant(key, tail, form, name, country):
            return Parted(" ".join(words[:-count]).rstrip(" ,;-&(/"), form)
    return None


def _is_meant(key: str, tail: str, form: str, name: str, country: str | None) -> bool:
    """Whether the last words are a form, where they may be words as well."""
    doubtful = load_company_words().doubtful_forms
    if key not in doubtful and (key in _own_forms() or len(key) >= _SHORTEST_SURE):
        return True
    if tail.startswith("(") or _DOTTED.match(tail) or country in doubtful.get(key, ()):
        return True
    return tail.strip(",()") == form.replace(".", "") and not name.isupper()


@cache
def _own_forms() -> dict[str, str]:
    return {
        squashed(way): form for form, ways in load_company_words().legal_forms.items() for way in ways
    } | {
        f"{sign}{squashed(way)}": "& Co."
        for sign in ("&", *load_company_words().and_words)
        for way in load_company_words().legal_forms["Co."]
    }


@cache
def _forms() -> dict[str, str]:
    """Every form, squashed, to its short way."""
    of_cleanco = {
        squashed(term): term.strip()
        for table in (terms_by_type, terms_by_country)
        for terms in table.values()
        for term in terms
    }
    # cleanco takes the word alone for a form; "Private" behind a name is none.
    of_cleanco.pop("private", None)
    return of_cleanco | _own_forms()


@cache
def _east_asian_ways() -> list[tuple[str, str]]:
    ways = [(form, way) for form, ways in load_company_words().east_asian_forms.items() for way in ways]
    return sorted(ways, key=lambda pair: -len(pair[1]))


@cache
def _squashed_list(name: str) -> frozenset[str]:
    words: list[str] = getattr(load_company_words(), name)
    return frozenset(map(squashed, words))
