"""What stands around amounts: the words behind one that belong to it, and its line or sentence."""

import re
from dataclasses import dataclass

from cvplus.enrich.readers.pay.vocabulary import HIDDEN_PERIOD, Patterns, listed_word, periods_by

# Where what is said of one thing ends: lines, cells, items, sentences (a word of four letters or more, or a
# bracket, before the full stop: "p.a. " and "max. " end none).
_BORDER = re.compile(
    r"[\n\r|;•●▪■◦✓]|(?<=[^\W\d_]{4})[.!?]\s|(?<=[)\d%])[.!?]\s(?=[A-ZÀ-Þ\d$€£¥₹])"
    r"|(?<=[0-9]k)[.!?]\s"
    r"|(?<=[0-9]K)[.!?]\s|[。！？]|[!?]\s?(?=\D)"
)
_BEFORE = 120
_AFTER = 80
_HEADING = 160
# "14薪": so many months' pay a year. The month's is told; the field is no place for how many there are.
_MONTHS_A_YEAR = re.compile(r"\s?[·・x×*,]?\s?1[2-9]\s?薪")
_LETTERS = re.compile(r"[^\W\d_]")
_STEPS = 6


@dataclass(frozen=True, slots=True)
class After:
    """What stands behind an amount: its period, gross or net, and where that ends."""

    period: str | None
    is_net: bool
    is_gross: bool
    is_bare: bool
    end: int


def read_after(text: str, place: int, known: Patterns) -> After:
    """Read the words that belong to an amount, in whatever order, to the first that does not."""
    period, is_net, is_gross, is_bare = None, False, False, False
    for _ in range(_STEPS):
        found = known.period_after.match(text, place)
        if found is not None:
            if period is None:
                period, is_bare = _period_of(found), found.lastgroup == "bare"
            place = found.end()
            continue
        if (found := _MONTHS_A_YEAR.match(text, place)) is not None:
            period, place = period or "month", found.end()
        elif (found := known.net_after.match(text, place)) is not None:
            is_net, place = True, found.end()
        elif (found := known.gross_after.match(text, place)) is not None:
            is_gross, place = True, found.end()
        else:
            break
    return After(period, is_net, is_gross, is_bare, place)


def _period_of(found: re.Match[str]) -> str:
    for group, place in (("unit", "per"), ("adverb", "adverbs"), ("leading", "leading"), ("bare", "per")):
        if group in found.re.groupindex and found[group]:
            return listed_word(found[group], periods_by(place))
    return HIDDEN_PERIOD


def text_before(text: str, start: int, after_last: int) -> tuple[str, str]:
    """What stands before a statement in its line or sentence, and the line above where nothing does."""
    window = max(after_last, start - _BEFORE)
    begin = window
    for border in _BORDER.finditer(text, window, start + 1):  # it looks at what follows
        begin = min(border.end(), start)
    before = text[begin:start]
    heading = ""
    if not re.search(r"\w", before):
        above = text[max(after_last, begin - _HEADING) : begin].rstrip("\n\r |;•●▪■◦✓-–*·")
        lines = above.splitlines()
        is_heading = (
            lines and text[begin - 1 : begin] != "|" and not lines[-1].endswith((".", "!", "?", "。"))
        )
        heading = lines[-1] if is_heading else ""
    return before, heading


def text_after(text: str, end: int) -> str:
    border = _BORDER.search(text, end, end + _AFTER)
    return text[end : border.start() if border else end + _AFTER]


def period_before(before: str, heading: str, known: Patterns) -> str | None:
    """The period that the words before an amount tell: by a word of pay, or an adverb beside one."""
    for words in (before, heading):
        last = None
        for found in known.leading.finditer(words):
            last = listed_word(found[0], periods_by("leading"))
        if last is not None:
            return last
        for found in known.adverb.finditer(words):
            near = words[max(0, found.start() - 30) : found.end() + 30]
            if known.pay_word.search(near) and not known.other.search(words, found.start()):
                last = _period_of(found)
        if last is not None:
            return last
    return None


def is_net_before(before: str, known: Patterns) -> bool:
    """Whether "net" leads to the amount, with nothing but words of pay between."""
    ends = [found.end() for found in known.net_before.finditer(before, max(0, len(before) - 40))]
    return bool(ends) and not _LETTERS.search(known.beside_net.sub(" ", before[ends[-1] :]))
