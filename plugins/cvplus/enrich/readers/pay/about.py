"""Whether a statement of money is about pay: what words stand nearest, and how much else stands around."""

import re

from cvplus.enrich.readers.pay.statements import Statement
from cvplus.enrich.readers.pay.vocabulary import patterns, words

_HEADLINE = 300
"""A text in one line of at most so many characters is a headline, a title or a pay line."""

# What parts an amount from what is given besides it.
_JOINER = re.compile(
    r"[,;:.()\[\]+&|\n]|\s[-–—]\s|\s{2,}|\s(?=[\u3040-\u30ff\u3400-\u9fff])|\b(?:and|plus|with|und|zzgl|inkl|incl|excl"
    r"|sowie|mit|et|avec|en|met|och|samt|og|ohne|without|after"
    r"|depending|based|dependent)\b",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(r"(?:\A|[|•·;,(\[:]|\s[-–—])[^\w|•·;,(\[]{0,6}\Z")
_PART_AFTER = re.compile(
    r"[^\w|•·;,)\]]{0,6}(?:\Z|[|•·;,.()\]+&/]|(?:ote|tc)\b|\s[-–—]|plus\b|and\b|und\b|et\b)", re.IGNORECASE
)
_AMOUNT_NEXT = re.compile(r"\W{0,6}\d")
_DIGIT = re.compile("[0-9]")
_NEXT_TITLE_WORD = re.compile(r"\s[A-Z][a-z]")
_NEIGHBOUR = 120
_SEVERAL_TIMES = 4
# Characters behind an amount in which the word stands that it is of.
_OWN_WORDS = 40
# One small amount that stands alone is a price, a part of one, or an hour's pay that nobody can tell.
_LEAST_ALONE = 1000


def is_total(statement: Statement) -> bool:
    """Whether what depends on success is in the amount ("OTE", "total compensation")."""
    known = patterns().total
    before = known.search(statement.before[-60:]) or known.search(statement.heading)
    behind = _DIGIT.split(statement.after[:25], maxsplit=1)[0]
    after = known.search(behind)
    return bool(before or (after and not _AMOUNT_NEXT.match(statement.after, after.end())))


def follows(statement: Statement, last: Statement) -> bool:
    """Whether a statement goes on with another: it stands near behind it, and amounts of the same size."""
    return statement.start - last.end <= _NEIGHBOUR and is_of_size(statement, last)


def is_of_size(statement: Statement, other: Statement) -> bool:
    """Whether two statements may be of pay for one kind of job: neither is several times the other."""
    one, two = statement.high or statement.low or 0, other.high or other.low or 0
    return max(one, two) <= _SEVERAL_TIMES * min(one, two)


def about_pay(
    statement: Statement,
    text: str,
    title: str | None,
    last: Statement | None,
    last_of_pay: Statement | None,
) -> float:
    """How sure it is that a statement is about pay, 0 when it isn't."""
    if _is_of_something_else(statement):
        return 0.0
    is_marked = bool(statement.marks)
    leads = _leads(statement, last, last_of_pay)
    if leads is False:
        return 0.0
    if leads:
        return 0.95 if is_marked else 0.85 if _may_be_unmarked(statement) else 0.0
    if title and patterns().pay_word.search(title) and _is_a_part(statement) and len(text) <= _HEADLINE:
        return 0.85 if is_marked or _may_be_unmarked(statement) else 0.0
    if _is_a_part(statement):
        return _of_a_part(statement, is_marked)
    if is_marked and statement.period and not statement.has_bare_period:
        begins = _PART_BEFORE.search(_without_bounds(statement.before))
        is_like_pay = statement.is_range or statement.period == "hour" or statement.is_gross or begins
        return 0.75 if is_like_pay else 0.0
    is_headline = len(text) <= _HEADLINE and "\n" not in text.strip()
    return 0.75 if is_headline and is_marked and statement.is_range else 0.0


def _of_a_part(statement: Statement, is_marked: bool) -> float:
    """A statement that stands by itself, in a line, a cell or a bracket."""
    is_told = statement.is_range or statement.period is not None
    if is_marked:
        if not is_told and (statement.high or statement.low or 0) < _LEAST_ALONE:
            return 0.0
        return 0.9 if is_told or statement.is_grouped or statement.is_gross else 0.8
    is_timed = statement.period is not None and not statement.has_bare_period
    is_pay = statement.is_range and (statement.is_grouped or is_timed) and _may_be_unmarked(statement)
    return 0.75 if is_pay else 0.0


def _may_be_unmarked(statement: Statement) -> bool:
    """Whether a number without a currency may be pay: no year of the calendar, no small count."""
    largest = statement.high or statement.low or 0
    if statement.has_bare_period:
        return False
    if statement.is_grouped:
        return True
    if statement.period == "hour":
        return largest >= 5
    return largest >= 100 and not (1900 <= largest <= 2100 and not statement.is_gross)


def _leads(statement: Statement, last: Statement | None, last_of_pay: Statement | None) -> bool | None:
    """Whether the words before lead to pay (True), to something else (False), or to nothing (None)."""
    known = patterns()
    if known.pay.search(_without_amounts(statement.own)):
        return True
    for around in (statement.before, statement.heading):
        pay = _end_of_last(known.pay, around)
        other = max(
            (found.end() for found in known.other.finditer(around) if not _names_a_job(found)), default=0
        )
        if pay or other:
            return pay > other and not known.other_then_pay.search(around)
    return True if last is not None and last is last_of_pay and follows(statement, last) else None


def _without_amounts(own: str) -> str:
    """The words of a statement from its last amount on: "$60k base"."""
    return own[max((place for place, sign in enumerate(own) if sign.isdigit()), default=0) :]


def _names_a_job(found: re.Match[str]) -> bool:
    """Whether a word of something else is one of a job's name: "Loan Officer", and no loan."""
    is_titled = _NEXT_TITLE_WORD.match(found.string, found.end())
    return is_titled is not None and found[0].lower() in words().in_titles


def _end_of_last(pattern: re.Pattern[str], words: str) -> int:
    end = 0
    for found in pattern.finditer(words):
        end = found.end()
    return end


def _is_of_something_else(statement: Statement) -> bool:
    """Whether the words after say what the amount is of, and that is no pay: "$5,000 signing bonus"."""
    after = statement.after[:_OWN_WORDS]
    joiner = _JOINER.search(after)
    own = after[: joiner.start()] if joiner else after
    other = patterns().other.search(own)
    pay = patterns().pay.search(own)
    return other is not None and (pay is None or other.start() < pay.start())


def _is_a_part(statement: Statement) -> bool:
    """Whether nothing else stands in the statement's own part of the line."""
    before = _without_bounds(statement.before)
    return bool(_PART_BEFORE.search(before) and (statement.is_gross or _PART_AFTER.match(statement.after)))


def _without_bounds(before: str) -> str:
    known = patterns()
    for pattern in (known.up_to, known.from_, known.between, known.around):
        found = pattern.search(before)
        if found is not None:
            return before[: found.start()]
    return before
