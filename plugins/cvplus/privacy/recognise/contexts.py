"""Values that only the word before them makes personal: ``Passport no. C01X00T47``, ``geb. 12.03.1985``."""

import re
from collections.abc import Iterable, Iterator, Mapping

import pycountry
from stdnum import bic
from stdnum.exceptions import ValidationError

from cvplus.privacy.recognise.phones import announced_phone
from cvplus.privacy.recognise.spans import Span

REACH = 48
MOST_WORDS_BETWEEN = 4
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[!?;]|\.\s+[A-Z]|<(?:br|/p|/li|/div|/h\d)")
_VALUE = re.compile(
    r"[0-9A-Za-z]+(?:[ .\-/+][0-9A-Za-z]*\d[0-9A-Za-z]*|[ .\-/][A-Z]{1,4}(?=[ \-/]?\d)|-?[A-Z]\b)*"
)
# Nobody who writes a CV or is asked for in a posting is born later; a later date is some other day.
LAST_BIRTH_YEAR = 2012
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = re.compile(
    rf"\d{{1,4}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{1,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.|º|o)?\s(?:de\s|of\s)?{_MONTH},?\s(?:de\s|del\s)?\d{{4}}|\d{{6,8}}(?!\d)"
)
_MONTH_FIRST = re.compile(rf"({_MONTH}\s)\Z")
_MONTH_FIRST_REST = re.compile(r"\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}")
_BIC = re.compile(
    r"\b(?:BIC|SWIFT|Swift|Bic|bic|swift)(?:[ /-](?:BIC|SWIFT|[Cc]ode"
    r"|CODE))?\W{1,4}([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b"
)
# How many digits a value must have before the word goes for it: fewer are a year, a class or a count.
_LEAST_DIGITS = {"passport": 5, "identity_card": 5, "driving_licence": 5, "national_id": 7, "bank_account": 6}
_MOST_CHARACTERS = 34


def announced(text: str, digits: Iterable[re.Match[str]], words: Mapping[str, str]) -> Iterator[Span]:
    """What a word of ``words`` (lower case, with the kind it announces) goes before, shortly.

    ``digits`` are the runs of digits of the text. The nearest such word decides; the end of a sentence parts
    it from what follows.
    """
    done = 0
    for run in digits:
        if run.start() < done:
            continue
        before = text[max(0, run.start() - REACH) : run.start()]
        kind = _announcing(before, words)
        if kind is None:
            continue
        span = _value_of(kind, text, run.start(), before)
        if span is not None:
            done = span.end
            yield span


def bank_codes(text: str) -> Iterator[Span]:
    """Codes of banks (BIC) after their name."""
    if not any(word in text for word in ("BIC", "SWIFT", "Swift", "Bic", "bic", "swift")):
        return
    for match in _BIC.finditer(text):
        try:
            bic.validate(match[1])
        except ValidationError:
            continue
        if pycountry.countries.get(alpha_2=match[1][4:6]) is not None:
            yield Span(*match.span(1), "bank_code")


def _announcing(before: str, words: Mapping[str, str]) -> str | None:
    """The kind that the last announcing word speaks of, if no sentence ends between it and the value."""
    last = _WORD.findall(before.lower())[-1 - MOST_WORDS_BETWEEN :]
    for index in range(len(last) - 1, -1, -1):
        word = last[index]
        kind = words.get(word) or (words.get(f"{last[index - 1]} {word}") if index else None)
        if kind is not None:
            said = before.lower().rfind(word) + len(word)
            return None if _SENTENCE_END.search(before, said + 1) else kind
    return None


def _value_of(kind: str, text: str, start: int, before: str) -> Span | None:
    if kind == "birth":
        return _birth_date(text, start, before)
    if kind == "phone":
        begin = start - 1 if text[start - 1 : start] in ("(", "+") else start
        end = announced_phone(text, begin)
        return None if end is None else Span(begin, end, kind)
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    match = _VALUE.match(text, start)
    if match is None:
        return None
    if kind == "plate":
        return _plate(text, start, match, before)
    value = match.group()
    digits = sum(character.isdigit() for character in value)
    if digits < _LEAST_DIGITS[kind] or len(value) > _MOST_CHARACTERS:
        return None
    return Span(start, match.end(), kind)


def _plate(text: str, start: int, match: re.Match[str], before: str) -> Span | None:
    """A vehicle's plate: capitals and digits, at most ten; capitals of one before its digits belong to it."""
    leading = re.search(r"(?:\b[A-ZÄÖÜ]{1,3}[ -]){1,2}\Z", text[max(0, start - 8) : start])
    begin = start - len(leading.group()) if leading else start
    value = text[begin : match.end()]
    has_capital = any(character.isupper() for character in value)
    return Span(begin, match.end(), "plate") if has_capital and 4 <= len(value) <= 11 else None


def _birth_date(text: str, start: int, before: str) -> Span | None:
    match = _DATE.match(text, start)
    if match is not None:
        is_past = all(int(year) <= LAST_BIRTH_YEAR for year in _YEAR.findall(match.group()))
        return Span(start, match.end(), "birth_date") if is_past else None
    month = _MONTH_FIRST.search(before)
    rest = _MONTH_FIRST_REST.match(text, start) if month else None
    if month is None or rest is None:
        return None
    return Span(start - len(month.group()), rest.end(), "birth_date")
