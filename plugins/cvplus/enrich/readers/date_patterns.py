"""What stands around dates and between the two of a span."""

import re
from dataclasses import dataclass
from functools import cache

from cvplus.enrich.readers.date_words import load_date_words, month_names, weekday_names
from cvplus.enrich.readers.plain_words import any_of, in_one, plain


@dataclass(frozen=True, slots=True)
class SpanPatterns:
    """The patterns; all but those with ``rest`` or ``before`` are searched for and taken away."""

    emoji: re.Pattern[str]
    label: re.Pattern[str]
    length: re.Pattern[str]
    event: re.Pattern[str]
    event_ending: re.Pattern[str]
    weekday: re.Pattern[str]
    word_of_span: re.Pattern[str]
    leading: re.Pattern[str]
    now: re.Pattern[str]
    since: re.Pattern[str]
    since_word: re.Pattern[str]
    until: re.Pattern[str]
    until_word: re.Pattern[str]
    until_ending: re.Pattern[str]
    paired: re.Pattern[str]
    between: re.Pattern[str]
    unknown: re.Pattern[str]
    partial: re.Pattern[str]
    partial_named: re.Pattern[str]
    relative: re.Pattern[str]
    as_of: re.Pattern[str]
    fiscal: re.Pattern[str]
    approximate: re.Pattern[str]


@cache
def span_patterns() -> SpanPatterns:
    """The patterns of ``date.yaml``'s words."""
    words = load_date_words()
    since_words, until_words = in_one(words.since_words), in_one(words.until_words)
    since, until = any_of([*since_words, *words.from_words]), any_of(until_words)
    months, between = any_of(month_names()), any_of(in_one(words.between_words))
    until_ending, now = any_of(words.until_endings), any_of(in_one(words.now_words))
    length = rf"(?:\d{{1,2}}|\d[.,]\d) ?\+? ?{any_of(in_one(words.length_units))}\.?"
    leading = any_of(in_one(words.leading_words))
    pairs = [(plain(one), plain(other)) for one, other in words.paired_words.items()]
    weekdays, months_too = weekday_names() - month_names().keys(), weekday_names() & month_names().keys()
    numbered_month = r"(?P<m>\d{1,2})月(?:(?P<md>\d{1,2})[日号])?"
    return SpanPatterns(
        # Symbols, but the tilde and the plus, which stand for spans.
        emoji=re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]"),
        label=re.compile(r"(?P<label>[^\W\d][^\d:]{0,40}):(?!\S*\d:)"),
        length=re.compile(
            rf"[ (,·•|/;-]{{0,4}}[(·•|,;]\s?(?:{length}[ ,]{{0,2}}(?:and |und |et |en |och )?){{1,3}}\)?$"
        ),
        event=re.compile(rf"^{any_of(in_one(words.events))}(?= )"),
        event_ending=re.compile(rf"(?<=[\d年月日]) ?{any_of(words.event_endings)}$"),
        weekday=re.compile(
            rf"^{any_of(weekdays)}[., ]{{1,3}}(?=\d|{months})"
            # "mar. 12 mars" is a Tuesday, "Mar 2019" and "mar 12, 2019" are March.
            rf"|^{any_of(months_too)}[., ]{{1,3}}(?=(?:\d{{1,2}}(?:er)? )?{months})"
            r"| ?[(][月火水木金土日一二三四五六][)]?$"
        ),
        word_of_span=re.compile(f"(?:{since}|{until})"),
        leading=re.compile(rf"^(?:{leading}(?:(?<=d')| (?=\S)|(?<=[自从從由于於]))){{1,2}}"),
        now=re.compile(rf"(?:{until} )?{now}\.?(?: {now})?"),
        since=re.compile(
            rf"(?:(?:{any_of(since_words)}|(?P<weak>{any_of(words.from_words)})) (?P<rest>.{{1,60}})"
            rf"|(?P<before>.{{1,60}}?)(?: ?\+| ?{any_of(in_one(words.since_endings))}))"
        ),
        since_word=re.compile(rf"^{since} "),
        until=re.compile(rf"{until} (?P<rest>.{{1,60}})|(?P<before>.{{1,60}}?){until_ending}"),
        until_word=re.compile(rf"^{until}(?: |$)"),
        until_ending=re.compile(
            rf"(?:{until_ending}| (?:inclusive|inkl\.?|einschliesslich|inclus|incl\.?))$"
        ),
        paired=re.compile("|".join(f"{one} (.{{1,50}}) {other} (.{{1,50}})" for one, other in pairs)),
        between=re.compile(
            rf" ?(?:-{{1,3}}|~|〜|ー|\.{{2,3}}) ?| {between} | ?{any_of(words.between_signs)} ?| ?/ ?"
        ),
        unknown=re.compile(any_of(words.unknown_ends)),
        partial=re.compile(
            rf"{numbered_month}|(?:(?P<dd>\d{{1,2}})\.? ?)?(?P<mon>{months})\.?|(?P<d>\d{{1,2}})\.?"
        ),
        partial_named=re.compile(rf"^(?:\d{{1,2}}\.? ?)?{months}\.?(?: \d{{1,2}})?(?=$| ?-| {between} )"),
        relative=re.compile(rf"\b{any_of(in_one(words.relative_words))}\b|{any_of(words.relative_signs)}"),
        as_of=re.compile(r"\d ?[年月日] ?現在|^as of |^as at "),
        fiscal=re.compile(rf"\b{any_of(words.fiscal_words)}(?:\b|(?=\d))|年度"),
        approximate=re.compile(
            rf"^{any_of(in_one(words.approximate_words))} ?\d{{4}}|^[~〜]\s?\d{{4}}|^[約约]"
        ),
    )
