"""All recognisers over one text, each only where something cheap says that it may find anything."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cvplus.privacy.recognise.contexts import announced, bank_codes
from cvplus.privacy.recognise.network import emails, is_imei, is_wallet, machines, places, profiles
from cvplus.privacy.recognise.numbers import is_tax_word, numbers
from cvplus.privacy.recognise.people import homes, names, own_name
from cvplus.privacy.recognise.phones import phones
from cvplus.privacy.recognise.readable import Readable
from cvplus.privacy.recognise.spans import Span, without_overlaps

# Six digits with little between them: shorter numbers are nobody's, unless a word announces them.
_LEAST_DIGITS = 6
_WIDEST_GAP = 3
_DIGITS = re.compile(r"[0-9]+")
# What of a number may lie outside its dense part: the letters of an IBAN, the country's code of a phone.
_MARGIN = 24
_SHORTEST_WALLET = 26
_WORD = re.compile(r"[0-9A-Za-z]{10,110}")


def find_personal(
    text: str,
    words: Mapping[str, str],
    regions: Sequence[str],
    person: frozenset[str] = frozenset(),
) -> list[Span]:
    """Where the text holds something personal, in order and without overlaps.

    ``words`` announce a kind (:func:`~.contexts.announced`), ``regions`` are the countries whose telephone
    numbers are known without their code, ``person`` the parts of the subject's own name in lower case.
    """
    readable = Readable.of(text)
    spans = without_overlaps(_found(readable.text, words, regions, person))
    if not spans or readable.text is text:
        return spans
    return without_overlaps(readable.in_original(span) for span in spans)


def _found(
    text: str, words: Mapping[str, str], regions: Sequence[str], person: frozenset[str]
) -> Iterator[Span]:
    lowered = text.lower()
    yield from emails(text)
    if "." in text:
        yield from profiles(text, lowered)
    yield from bank_codes(text)
    is_phrase = " " in text
    if is_phrase:
        yield from names(text, lowered)
    if person:
        yield from own_name(text, person)
    runs = list(_DIGITS.finditer(text))
    if not runs:
        return
    yield from machines(text, runs)
    yield from places(text, runs)
    yield from announced(text, runs, words)
    for run in runs if is_phrase else ():
        yield from homes(text, run.start())
    yield from _long_words(text, runs)
    for start, end in _neighbourhoods(text, runs):
        around = text[start:end]
        yield from numbers(around, start)
        yield from phones(around, start, regions)


def _neighbourhoods(text: str, runs: Sequence[re.Match[str]]) -> Iterable[tuple[int, int]]:
    """The parts of a text with many digits close together, with what is around; none overlaps another."""
    dense: list[tuple[int, int]] = []
    first, last, digits = 0, -_WIDEST_GAP - 1, 0
    for run in (*runs, None):
        if run is not None and run.start() - last <= _WIDEST_GAP:
            last = run.end()
            digits += run.end() - run.start()
            continue
        if digits >= _LEAST_DIGITS:
            start, end = max(0, first - _MARGIN), min(len(text), last + _MARGIN)
            if dense and start <= dense[-1][1]:
                dense[-1] = (dense[-1][0], end)
            else:
                dense.append((start, end))
        if run is not None:
            first, last, digits = run.start(), run.end(), run.end() - run.start()
    return dense


def _long_words(text: str, runs: Sequence[re.Match[str]]) -> Iterator[Span]:
    """What is one word with digits in it: wallets, numbers of telephone sets, Indian numbers of taxes."""
    done = 0
    for run in runs:
        start, end = run.span()
        if start < done:
            continue
        if end - start == 15 and is_imei(run.group()):
            yield Span(start, end, "device")
        while start > done and text[start - 1].isalnum():
            start -= 1
        match = _WORD.match(text, start)
        if match is None:
            continue
        done = match.end()
        if is_tax_word(match.group()):
            yield Span(start, done, "national_id")
        elif done - start >= _SHORTEST_WALLET and is_wallet(match.group()):
            yield Span(start, done, "wallet")
