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

_PLACE, _LINE, _PROSE = "place", "line", "prose"
# Work at home that the word itself says to be an offer, some days.
_OFFERED = ("mobil", "thuiswerkmog")
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
    benefit: list[str]
    benefit_for: list[str]
    the_job: list[str]
    fully: list[str]
    partly: list[str]
    possible: list[str]
    partly_beside: list[str]
    negation_before: list[str]
    negation_ends: list[str]
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
class Found:
    """A word for where something is done, what stands beside it, and whether a name follows."""

    kind: str
    term: str
    before: str
    after: str
    is_name: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """The words as patterns."""

    terms: re.Pattern[str]
    not_the_job: re.Pattern[str]
    not_the_job_before: re.Pattern[str]
    benefit: re.Pattern[str]
    benefit_for: re.Pattern[str]
    the_job: re.Pattern[str]
    fully: re.Pattern[str]
    partly: re.Pattern[str]
    partly_before: re.Pattern[str]
    partly_after: re.Pattern[str]
    possible: re.Pattern[str]
    negation_before: re.Pattern[str]
    negation_after: re.Pattern[str]
    in_lines: re.Pattern[str]
    some_weeks: re.Pattern[str]
    role_before: re.Pattern[str]
    role_after: re.Pattern[str]


def _either(words: list[str]) -> str:
    """The words as one pattern: whole words, but for Chinese and Japanese, which have no blanks."""
    latin, cjk = _by_script(words)
    whole = rf"(?<!\w)(?:{'|'.join(latin)})(?![^\W{_CJK}])" if latin else ""
    return "(?:" + "|".join(filter(None, (whole, *cjk))) + ")"


def _by_script(words: list[str]) -> tuple[list[str], list[str]]:
    """The words as patterns, longest first: those of letters with blanks around them, and those without."""
    ordered = sorted(words, key=lambda word: (" " in word, len(word)), reverse=True)
    spaced = [
        word.replace(" ?", "\0").replace(" ", r"[\s-]{1,3}").replace("\0", r"[\s-]?") for word in ordered
    ]
    cjk = [word for word in spaced if re.match(f"[{_CJK}]", word)]
    return [word for word in spaced if word not in cjk], cjk


def _named(groups: dict[str, list[str]]) -> str:
    """Groups of words as one pattern with a name each, and ``_`` behind it for words without blanks.

    First it is asked whether a word begins, and with which letter: most places of a text are passed by that.
    """
    parted = {name: _by_script(words) for name, words in groups.items()}
    latin = [
        (name, words, rf"(?P<{name}>(?:{'|'.join(words)})(?![^\W{_CJK}]))")
        for name, (words, _) in parted.items()
    ]
    cjk = [(words, f"(?P<{name}_>{'|'.join(words)})") for name, (_, words) in parted.items() if words]
    letters = "".join(sorted({letter for _, words, _ in latin for word in words for letter in _firsts(word)}))
    signs = "".join(sorted({word[0] for words, _ in cjk for word in words}))
    return (
        rf"(?<!\w)(?=[{letters}])(?:{'|'.join(pattern for *_, pattern in latin)})"
        rf"|(?=[{signs}])(?:{'|'.join(pattern for _, pattern in cjk)})"
    )


def _firsts(word: str) -> set[str]:
    """The letters with which a word begins: one, or that of each of the alternatives in front."""
    if not word.startswith("(?:"):
        return {word[0]}
    return {one[0] for one in word[len("(?:") : word.index(")")].split("|")}


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
        r"|週[1-4一二三四](?:[-~〜][1-5])?|月\d{1,2}回|周[一]?(?:可)?[1-4一二三四两]天|[1-4一二三四两]天|(?<!\d)[1-9]\d?\s?%"
    )
    every_term = _either([*words.hybrid, *words.onsite, *words.home, *words.remote])
    whole_words = rf"(?:(?:{_either(words.fully)})[\s-]{{0,3}})?(?:{every_term})"
    weeks = rf"{_either(words.elsewhere)}|\b\d{{2}}\s(?:{day})\b"
    cjk = f"[{_CJK}]"
    latin_no = _either([word for word in words.negation_before if not re.match(cjk, word)])
    cjk_no = _either([word for word in words.negation_before if re.match(cjk, word) and len(word) > 1])
    bare_no = "".join(word for word in words.negation_before if re.fullmatch(cjk, word))
    no_reach = rf"(?:(?!{_either(words.negation_ends)})[\s\w/%'’-]){{0,40}}"
    before = rf"(?:(?:{latin_no}){no_reach}|(?:{cjk_no})\w{{0,6}}|[{bare_no}])$"
    beside = _either(words.partly_beside)
    # "Remote and on-site support" is support, both times.
    other_term = r"(?:and|or|und|oder|et|ou|&|/)\s?(?:remote|on[\s-]?site|in[\s-]person|vor[\s-]ort)[\s-]"
    return Patterns(
        re.compile(_named(groups)),
        re.compile(rf"[\s-]{{0,3}}(?:{other_term})?(?:{_either(words.not_the_job)})"),
        re.compile(rf"(?:{_either(words.not_the_job_before)})\s(?:(?:a|an|the|de|du|la|une|av)\s)?$"),
        re.compile(rf"[\s-]{{0,3}}(?:work(?:ing)?[\s-])?(?:{_either(words.benefit)})"),
        re.compile(
            rf"(?:{_either(words.benefit_for)})\s?"
            r"(?:(?:a|the|your|zum|zur|das|dein|ihr|pour|de|du|le|la|votre|voor|van|till|för|für)\s){0,2}(?:d')?$"
        ),
        re.compile(rf"[\s-]{{0,3}}(?:{_either(words.the_job)})|\s{{0,3}}(?:$|[^\w\s])"),
        re.compile(_either(words.fully)),
        re.compile(f"{_either(words.partly)}|{some_days}"),
        re.compile(rf"(?:{beside})\s{{0,3}}$"),
        re.compile(rf"\s{{0,3}}(?:{beside})"),
        re.compile(_either(words.possible)),
        re.compile(before),
        re.compile(
            rf"^[^.,!;()\n•|。、–—]{{0,30}}?(?:{_either(words.negation_after)})"
            rf"|^[\s\w]{{0,20}}[?:=-]\s{{0,3}}(?:{_either(words.answers_no)})"
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
    return _settled(list(_mentions(line, _PLACE)))[0]


def workplace_of(text: str) -> tuple[str | None, bool]:
    """The workplace a text says and whether that is clear; ``(None, True)`` when its mentions contradict."""
    return _settled(list(_mentions(text, _LINE if len(text) <= LONGEST_LINE else _PROSE)))


def _settled(mentions: list[Mention]) -> tuple[str | None, bool]:
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


def _mentions(text: str, form: str) -> Iterator[Mention]:
    """What each place in a text says of where the job is done, those left out that are of something else."""
    patterns = _patterns()
    lowered = text.lower()
    # A letter that is two in lower case (İ) moves all behind it: then no capital is looked at.
    has_capitals = len(lowered) == len(text) and not text.isupper()
    for match in patterns.terms.finditer(lowered):
        before = _CLAUSE_END.split(lowered[max(0, match.start() - _BEFORE) : match.start()])[-1]
        after = lowered[match.end() : match.end() + _AFTER]
        is_name = has_capitals and text[match.end() : match.end() + 2].strip()[:1].isupper()
        found = Found(str(match.lastgroup).rstrip("_"), match.group(), before, after, is_name)
        if mention := _mention(patterns, found, form):
            yield mention


def _mention(patterns: Patterns, found: Found, form: str) -> Mention | None:
    kind, before, after = found.kind, found.before, found.after
    if patterns.benefit.match(after) or patterns.benefit_for.search(before):
        return None
    if kind != HOME and (patterns.not_the_job.match(after) or patterns.not_the_job_before.search(before)):
        return None
    clause = _CLAUSE_END.split(after, maxsplit=1)[0]
    near = f"{_last(before, 40)} {_first(clause, 40)}"
    is_full_term = "フル" in found.term
    if negation := patterns.negation_before.search(before):
        return _turned(kind, bool(patterns.fully.search(before[negation.start() :])) or is_full_term)
    if patterns.negation_after.match(after):
        return _turned(kind, bool(patterns.fully.search(_first(clause, 20))) or is_full_term)
    is_full = bool(patterns.fully.search(f"{_last(before, 20)} {_first(clause, 20)}")) or is_full_term
    if not is_full and patterns.some_weeks.search(near):
        return None
    is_partly = not is_full and bool(
        patterns.partly.search(near)
        or patterns.partly_before.search(before)
        or patterns.partly_after.match(after)
    )
    if not (is_full or is_partly or _is_of_the_job(patterns, found, form)):
        return None
    if kind == HYBRID or is_partly:
        return Mention(HYBRID, True)
    if kind == HOME and not is_full and (found.term.startswith(_OFFERED) or patterns.possible.search(near)):
        return Mention(HYBRID, False)
    return Mention(REMOTE if kind == HOME else kind, is_full or (form != _PROSE and kind != HOME))


def _turned(kind: str, is_full: bool) -> Mention | None:
    """What a negated word says: not remote is on site, not fully remote hybrid; not on site is nothing."""
    return Mention(HYBRID if is_full else ONSITE, True) if kind in (REMOTE, HOME) else None


def _is_of_the_job(patterns: Patterns, found: Found, form: str) -> bool:
    """Whether the words beside a term say that the job is so: much else is "remote" too."""
    if form == _PLACE or found.kind == HOME:
        return True
    if found.kind == ONSITE:
        return form == _LINE or bool(
            patterns.role_before.search(found.before) or patterns.role_after.match(found.after)
        )
    is_cjk = bool(re.match(f"[{_CJK}]", found.after))
    is_line = form == _LINE and (is_cjk or found.is_name)
    return is_line or bool(patterns.the_job.match(found.after))


def _first(text: str, count: int) -> str:
    """Whole words of the first letters: half a word could be another one."""
    return text if len(text) <= count else text[:count].rpartition(" ")[0] or text[:count]


def _last(text: str, count: int) -> str:
    """Whole words of the last letters."""
    return text if len(text) <= count else text[-count:].partition(" ")[2] or text[-count:]
