"""Where a job is done, as a text says it: on site, hybrid or remote, in seven languages.

A word counts with its sentence: what is remote must be the job, not the sensing or the support; "no" and
"nicht möglich" turn it round; days a week and "teilweise" make it hybrid.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

WORDS_FILE = Path(__file__).with_name("workplace_words.yaml")
ONSITE, HYBRID, REMOTE, HOME = "onsite", "hybrid", "remote", "home"
LONGEST_LINE = 200
"""A longer text is prose, where a bare word may be of anything."""

_MOBILE = ("mobil",)
_BEFORE, _AFTER = 60, 60
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
# What a word's sense does not reach across; a full stop in "z.B." or "3.5" is none.
_CLAUSE_END = re.compile(r"[!?;\n•|。；]|\.(?=\s|$)")


class WorkplaceWords(Frozen):
    """``workplace_words.yaml``."""

    remote: list[str]
    home: list[str]
    hybrid: list[str]
    onsite: list[str]
    not_the_job: list[str]
    not_the_job_before: list[str]
    the_job: list[str]
    fully: list[str]
    partly: list[str]
    possible: list[str]
    negation_before: list[str]
    negation_after: list[str]
    answers_no: list[str]
    days: list[str]
    beside_in_lines: list[str]
    elsewhere: list[str]
    role: list[str]
    role_behind: list[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """What one place in a text says, and whether it says so of the job without doubt."""

    workplace: str
    is_clear: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """The words as patterns."""

    terms: re.Pattern[str]
    not_the_job: re.Pattern[str]
    not_the_job_before: re.Pattern[str]
    the_job: re.Pattern[str]
    fully: re.Pattern[str]
    partly: re.Pattern[str]
    possible: re.Pattern[str]
    negation_before: re.Pattern[str]
    negation_after: re.Pattern[str]
    in_lines: re.Pattern[str]
    some_weeks: re.Pattern[str]
    role_before: re.Pattern[str]
    role_after: re.Pattern[str]


def _either(words: list[str]) -> str:
    """The words as one pattern: whole words, but for Chinese and Japanese, which have no blanks."""
    ordered = sorted(words, key=len, reverse=True)
    spaced = [
        word.replace(" ?", "\0").replace(" ", r"[\s-]{1,3}").replace("\0", r"[\s-]?") for word in ordered
    ]
    cjk = [word for word in spaced if re.match(f"[{_CJK}]", word)]
    latin = [word for word in spaced if word not in cjk]
    return "|".join(filter(None, (rf"(?<![\w])(?:{'|'.join(latin)})(?![^\W{_CJK}])", "|".join(cjk))))


@lru_cache
def _patterns() -> Patterns:
    remedy = f"Restore {WORDS_FILE.name} from the repository."
    words = read_typed(WORDS_FILE, TypeAdapter(WorkplaceWords), remedy)
    groups = {HYBRID: words.hybrid, ONSITE: words.onsite, HOME: words.home, REMOTE: words.remote}
    day = "|".join(words.days)
    # One to four days of a week, or a share below 100 %.
    some_days = (
        rf"\b(?:[1-4]|one|two|three|four|ein(?:en)?|zwei|drei|vier|un|deux|trois|quatre|een|twee|drie|två|tre|fyra)"
        rf"\s?(?:(?:-|–|to|bis|à|or|oder|ou|tot|of|till|eller)\s?[1-5]\s?)?(?:{day})\b"
        r"|週[1-4一二三四](?:[-~〜][1-5])?[日回]|[每一]?[周週](?:可)?[1-4一二三四两][天日]|(?<!\d)[1-9]\d?\s?%"
    )
    every_term = _either([*words.hybrid, *words.onsite, *words.home, *words.remote])
    whole_words = rf"(?:(?:{_either(words.fully)})[\s-]{{0,3}})?(?:{every_term})"
    weeks = rf"{_either(words.elsewhere)}|\b\d{{2}}\s(?:{day})\b"
    before = rf"(?:{_either(words.negation_before)})(?:[\s\w,/%'’-]{{0,40}})$"
    return Patterns(
        re.compile("|".join(f"(?P<{name}>{_either(group)})" for name, group in groups.items())),
        re.compile(rf"[\s-]{{0,3}}(?:{_either(words.not_the_job)})"),
        re.compile(rf"(?:{_either(words.not_the_job_before)})\s(?:(?:a|an|the|de|du|la|une|av)\s)?$"),
        re.compile(rf"[\s-]{{0,3}}(?:{_either(words.the_job)})|\s{{0,3}}(?:$|[^\w\s])"),
        re.compile(_either(words.fully)),
        re.compile(f"{_either(words.partly)}|{some_days}"),
        re.compile(_either(words.possible)),
        re.compile(before),
        re.compile(
            rf"^[^.!;\n•|。]{{0,30}}?(?:{_either(words.negation_after)})"
            rf"|^[\s\w]{{0,20}}[?:-]\s{{0,3}}(?:{_either(words.answers_no)})"
        ),
        re.compile(
            rf"{whole_words}(?:[\s-]{{0,3}}(?:{_either(words.beside_in_lines)})){{0,3}}", re.IGNORECASE
        ),
        re.compile(weeks),
        re.compile(rf"(?:(?:{_either(words.role)})[\s\w,'’-]{{0,25}}|[(|:]\s{{0,3}})$"),
        re.compile(rf"[\s-]{{0,3}}(?:{_either([*words.role, *words.role_behind])})"),
    )


def without_workplace_words(part: str) -> str:
    """A part of a location without the words for where the job is done."""
    return _patterns().in_lines.sub(" ", part).strip(" -–—:,/&")


def workplace_of_line(line: str) -> str | None:
    """The workplace that a location's line says; ``None`` when it says none, or several."""
    return workplace_of(line, is_line=True)[0]


def workplace_of(text: str, is_line: bool | None = None) -> tuple[str | None, bool]:
    """The workplace a text says and whether that is clear; ``(None, True)`` when its mentions contradict."""
    mentions = list(mentions_of(text, len(text) <= LONGEST_LINE if is_line is None else is_line))
    said = {mention.workplace for mention in mentions}
    clear = {mention.workplace for mention in mentions if mention.is_clear}
    if not said:
        return None, False
    if len(said) == 1:
        return next(iter(said)), bool(clear)
    if len(clear) == 1:
        return next(iter(clear)), False
    if said == {ONSITE, HYBRID} or (said == {REMOTE, HYBRID} and not clear):
        return HYBRID, False
    return None, True


def mentions_of(text: str, is_line: bool) -> Iterator[Mention]:
    """What each place in a text says of where the job is done, those left out that are of something else."""
    patterns = _patterns()
    lowered = text.lower()
    for match in patterns.terms.finditer(lowered):
        before = _CLAUSE_END.split(lowered[max(0, match.start() - _BEFORE) : match.start()])[-1]
        after = lowered[match.end() : match.end() + _AFTER]
        if mention := _mention(patterns, str(match.lastgroup), match.group(), before, after, is_line):
            yield mention


def _mention(
    patterns: Patterns, kind: str, term: str, before: str, after: str, is_line: bool
) -> Mention | None:
    if kind != HOME and (patterns.not_the_job.match(after) or patterns.not_the_job_before.search(before)):
        return None
    clause = _CLAUSE_END.split(after, maxsplit=1)[0]
    near = f"{_last(before, 40)} {_first(clause, 40)}"
    if patterns.some_weeks.search(near):
        return None
    is_full = bool(patterns.fully.search(f"{_last(before, 20)} {_first(clause, 20)}")) or "フル" in term
    if patterns.negation_before.search(before) or patterns.negation_after.match(after):
        return Mention(HYBRID if is_full else ONSITE, True) if kind in (REMOTE, HOME) else None
    is_partly = not is_full and bool(patterns.partly.search(near))
    if not is_line and not is_full and not _is_of_the_job(patterns, kind, before, after, is_partly):
        return None
    if kind == HYBRID or is_partly:
        return Mention(HYBRID, True)
    if kind == HOME and not is_full and (term.startswith(_MOBILE) or patterns.possible.search(near)):
        return Mention(HYBRID, False)
    return Mention(REMOTE if kind == HOME else kind, is_full or is_line)


def _first(text: str, count: int) -> str:
    """Whole words of the first letters: half a word could be another one."""
    return text if len(text) <= count else text[:count].rpartition(" ")[0] or text[:count]


def _last(text: str, count: int) -> str:
    """Whole words of the last letters."""
    return text if len(text) <= count else text[-count:].partition(" ")[2] or text[-count:]


def _is_of_the_job(patterns: Patterns, kind: str, before: str, after: str, is_partly: bool) -> bool:
    """Whether the words beside a term in prose say that the job is so: much else is "on site" or "remote"."""
    if kind == ONSITE:
        return is_partly or bool(patterns.role_before.search(before) or patterns.role_after.match(after))
    return kind == HOME or bool(patterns.the_job.match(after))
