"""Numbers that states, banks and insurers give to people: known by form and check digit.

The check digits are python-stdnum's (LGPL-2.1-or-later). A form that common words and amounts share (nine
bare digits, groups of three) is taken only after a word that announces such a number: see :mod:`.contexts`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import iban, luhn, verhoeff
from stdnum.at import vnr
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.ie import pps
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.jp import in_ as my_number
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import itin, ssn
from stdnum.za import idnr as za_idnr

from cvplus.privacy.recognise.spans import Span

_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")
_LETTERS_OF_NINO = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]"
_CARD_PREFIX = re.compile(r"4|5[0-8]|6|2[2-7]|3[0-9]")
_MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
_PENSION_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def _is_date(digits: str) -> bool:
    """Whether six digits are a day, a month and two digits of a year, in one of the two orders."""
    for day, month in ((digits[:2], digits[2:4]), (digits[4:6], digits[2:4])):
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            return True
    return False


def _is_medicare(text: str) -> bool:
    """Australia: ten or eleven digits, the ninth is a weighted sum (Services Australia)."""
    digits = [int(character) for character in _NOT_ALNUM.sub("", text)]
    if len(digits) not in (10, 11) or not 2 <= digits[0] <= 6:
        return False
    return sum(w * d for w, d in zip(_MEDICARE_WEIGHTS, digits[:8], strict=True)) % 10 == digits[8]


def _is_pension_number(text: str) -> bool:
    """Germany: the letter counts as its two digits, the last digit is a sum of digits (VKVV, section 2)."""
    compact = _NOT_ALNUM.sub("", text).upper()
    digits = f"{compact[:8]}{ord(compact[8]) - 64:02d}{compact[9:11]}"
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, _PENSION_WEIGHTS, strict=True))
    return total % 10 == int(compact[11])


def _is_card(text: str) -> bool:
    digits = _NOT_ALNUM.sub("", text)
    return (
        13 <= len(digits) <= 19
        and _CARD_PREFIX.match(digits) is not None
        and len(set(digits)) > 2
        and luhn.is_valid(digits)
    )


def _is_iban(text: str) -> bool:
    return bool(iban.is_valid(text, check_country=False))


def _is_dni(text: str) -> bool:
    return bool(dni.is_valid(_NOT_ALNUM.sub("", text)))


def _is_grouped_verhoeff(text: str) -> bool:
    """India, Aadhaar; Japan, My Number."""
    return bool(verhoeff.is_valid(_NOT_ALNUM.sub("", text)) or my_number.is_valid(_NOT_ALNUM.sub("", text)))


def _is_dated(text: str) -> bool:
    """A Nordic number in its written form: the date that it begins with is check enough."""
    compact = _NOT_ALNUM.sub("", text)
    return _is_date(compact[-10:-4])


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of number: how it is written, and what makes sure of it (``None``: the form says enough)."""

    kind: str
    form: re.Pattern[str]
    is_sound: Callable[[str], bool] | None = None


_BEFORE = r"(?<![\w.,-])"
_AFTER = r"(?![\w-]|[.,]\d)"


def _scheme(kind: str, form: str, is_sound: Callable[[str], bool] | None = None) -> Scheme:
    return Scheme(kind, re.compile(rf"{_BEFORE}(?:{form}){_AFTER}"), is_sound)


# What has a letter or a separator that gives it away, or so many digits that chance rarely fits the check.
SCHEMES = (
    _scheme("iban", r"[A-Z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?", _is_iban),
    _scheme("card", r"\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}|\d{4}[ -]?\d{6}[ -]?\d{4,5}", _is_card),
    _scheme("national_id", r"\d{3}-\d{2}-\d{4}"),  # United States, SSN and ITIN
    _scheme("national_id", r"\d{3} \d{2} \d{4}", lambda text: ssn.is_valid(text) or itin.is_valid(text)),
    _scheme("national_id", rf"{_LETTERS_OF_NINO} ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]"),  # Great Britain, NINO
    _scheme("national_id", r"\d{3}[ -]\d{3}[ -]\d{4}", nhs.is_valid),
    _scheme("national_id", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr.is_valid),  # Germany, Steuer-ID
    _scheme("national_id", r"\d{2} ?\d{6} ?[A-Z] ?\d{3}", _is_pension_number),
    _scheme("national_id", r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", nir.is_valid),
    _scheme("national_id", r"\d{8}[ -]?[A-Z]|\d{2}\.\d{3}\.\d{3}[ -]?[A-Z]", _is_dni),
    _scheme("national_id", r"[XYZ][ -]?\d{7}[ -]?[A-Z]", nie.is_valid),
    _scheme("national_id", r"[A-Z]{3} ?[A-Z]{3} ?\d{2}[A-Z]\d{2} ?[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
    _scheme("national_id", r"\d{4}\.\d{2}\.\d{3}|\d{3}\.\d{3}\.\d{3}", bsn.is_valid),  # Netherlands
    _scheme("national_id", r"\d{11}", pesel.is_valid),  # Poland
    _scheme("national_id", r"(?:\d{2})?\d{6}[-+]\d{4}", _is_dated),  # Sweden, Denmark
    _scheme("national_id", r"\d{12}", personnummer.is_valid),
    _scheme("national_id", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", hetu.is_valid),  # Finland
    _scheme("national_id", r"\d{6} ?\d{5}", fodselsnummer.is_valid),  # Norway
    _scheme("national_id", r"\d{3}\.\d{3}\.\d{3}-\d{2}"),  # Brazil, CPF
    _scheme("national_id", r"\d{11}", cpf.is_valid),
    _scheme("national_id", r"\d{4}[ -]?\d{4}[ -]?\d{4}", _is_grouped_verhoeff),
    _scheme("national_id", r"\d{4} ?\d{4} ?\d{4}", aadhaar.is_valid),
    _scheme("national_id", r"\d{3}-\d{3}-\d{3}", sin.is_valid),  # Canada
    _scheme("national_id", r"[2-6]\d{3} \d{5} \d(?:[ -/]?\d)?", _is_medicare),  # Australia
    _scheme("national_id", r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}", ahv.is_valid),  # Switzerland
    _scheme("national_id", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"),  # Belgium
    _scheme("national_id", r"\d{11}", nn.is_valid),
    _scheme("national_id", r"\d{4} \d{6}", vnr.is_valid),  # Austria
    _scheme("national_id", r"\d{6}/\d{3,4}", rc.is_valid),  # Czechia, Slovakia
    _scheme("national_id", r"\d{13}", cnp.is_valid),  # Romania
    _scheme("national_id", r"\d{11}", tckimlik.is_valid),  # Turkey
    _scheme("national_id", r"\d{6}[ -]?\d{4}[ -]?\d{3}", za_idnr.is_valid),  # South Africa
    _scheme("national_id", r"\d{6}-[1-8]\d{6}", rrn.is_valid),  # Korea
    _scheme("national_id", r"\d{17}[0-9X]", ric.is_valid),  # China
    _scheme("national_id", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d", curp.is_valid),  # Mexico
    _scheme("national_id", r"\d{7}[A-W][AHWTX]", pps.is_valid),  # Ireland
    _scheme("national_id", r"[STFGM]\d{7}[A-Z]"),  # Singapore
    _scheme("driving_licence", r"[A-Z9]{5} ?\d{6} ?[A-Z9]{2}\d ?[A-Z]{2}"),  # Great Britain
)  # fmt: skip


# One look that says whether any of the forms is there: thirty looks cost ten times as much.
_ANY_FORM = re.compile("|".join(f"(?:{scheme.form.pattern})" for scheme in SCHEMES).replace(_BEFORE, ""))
_ANY_START = re.compile(rf"{_BEFORE}[0-9A-Za-z]")


def is_tax_word(word: str) -> bool:
    """Whether one word is an Indian number of taxes (PAN), which has but four digits."""
    return len(word) == 10 and word[:5].isupper() and bool(pan.is_valid(word))


def numbers(around: str, offset: int) -> Iterator[Span]:
    """The numbers of people in a part of a text that begins at ``offset``.

    Digits alone that follow ``/``, ``=`` or ``#`` are the id of a page or of a posting.
    """
    if not any(_ANY_FORM.match(around, start.start()) for start in _ANY_START.finditer(around)):
        return
    for scheme in SCHEMES:
        for match in scheme.form.finditer(around):
            found = match.group()
            if found.isdigit() and around[match.start() - 1 : match.start()] in ("/", "=", "#"):
                continue
            if scheme.is_sound is None or scheme.is_sound(found):
                yield Span(offset + match.start(), offset + match.end(), scheme.kind)
