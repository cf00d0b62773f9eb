"""Years of experience asked for."""

import re
from functools import lru_cache

from cvplus.enrich.readers.cues import Kind
from cvplus.enrich.readers.demands.lexicon import Unit, load_demand_lexicon
from cvplus.enrich.readers.demands.page import Asked, DemandPage, Surroundings
from cvplus.enrich.readers.demands.welcome import is_only_welcome
from cvplus.enrich.readers.parts import Demand

MOST_YEARS = 30
# More than this is asked for so seldom that the sentence must say who is meant.
_MOST_WITHOUT_CANDIDATE = 15
_SURE, _LIKELY = 0.9, 0.8
# Distances in bytes.
_BEFORE_UNIT = 56
_NEAR, _FAR, _CLOSE, _RIGHT = 60, 100, 30, 12
_RIGHT_BEHIND = 26

_GAP = r"\s{0,3}"
_TO = "-|~|〜|～|/|to|bis|à|a|tot|till|or|oder|ou|of|eller|至|到|から|and|und|et"
_OPEN = rf"(?:{_GAP}(?:\+|plus|or more|oder mehr|ou plus|of meer|eller mer|余|多)(?!\w))?"
_IN_BRACKETS = rf"(?:{_GAP}\({_GAP}\d{{1,2}}{_GAP}\+?{_GAP}\))?"
_FULL = rf"(?:{_GAP}(?:full|volle|vollen|completed|of the|hele|hela|complete))?"
# Half a year, and the upper end of a range whose ends have units of their own ("6 Monate bis 1 Jahr").
_NO_LOWER_END = re.compile(
    r"(?:\b(?:half|halbes|halben|demi|halv)|(?:months?|monaten?|mois|maanden|månader|jahren?|years?|ans|jaar|år)"
    r"\s{0,3}(?:to|bis|-|à|tot|till))\s{0,3}$"
)
_NOT_WORDS = re.compile(r"[^\w\s]+")


def years_asked(page: DemandPage) -> Asked:
    """Most years of experience asked for, rounded down; why not, when none are."""
    accepted: list[tuple[int, float]] = []
    reasons: set[str] = set()
    for first, end, unit in page.units:
        number_first, months = _amount(page, first, unit)
        if months is None:
            continue
        refused = _refusal(page, number_first, first, end, months)
        if isinstance(refused, str):
            reasons.add(refused)
        else:
            accepted.append((months // 12, refused))
    if accepted:
        years, confidence = max(accepted)
        return Asked(years, confidence)
    if page.has_sign("none_needed"):
        return Asked(None, reason="experience_not_needed")
    for reason in ("years_only_welcome", "years_of_something_else"):
        if reason in reasons:
            return Asked(None, reason=reason)
    return Asked(None, reason="years_vague" if page.has_sign("vague") else "years_untold")


@lru_cache
def _amount_pattern() -> re.Pattern[str]:
    """A number and what may stand between it and its unit, up to the end."""
    words = sorted(load_demand_lexicon().numbers, key=len, reverse=True)
    number = r"(?:\d{1,2}(?:[.,]\d)?|" + "|".join(map(re.escape, words)) + ")"
    upper = rf"(?:{_GAP}(?:{_TO}){_GAP}{number}{_GAP}\+?)?"
    joined = _IN_BRACKETS + _OPEN + upper + _IN_BRACKETS + _OPEN + _FULL
    before = r"(?<![\w/$€£-])(?<!\d[.,])"
    east_asian_before = r"(?<=[^\x00-\x7f])"
    return re.compile(
        rf"{before}({number}){joined}{_GAP}-?{_GAP}$|{east_asian_before}({number}){joined}{_GAP}$"
    )


def _amount(page: DemandPage, first: int, unit: Unit) -> tuple[int, int | None]:
    """Where the number begins, and how many months it means; ``None`` when no number stands there."""
    if unit.number is not None:
        return first, unit.number * unit.months
    near = max(first - _BEFORE_UNIT, 0)
    since = max(page.page.written.rfind(b"\n", near, first) + 1, near)
    before = page.page.written[since:first].decode(errors="replace").lower()
    match = _amount_pattern().search(before)
    if match is None or _NO_LOWER_END.search(before[: match.start()]):
        return first, None
    told = match.group(1) or match.group(2)
    number = page.lexicon.numbers.get(told) or float(told.replace(",", "."))
    return since + len(before[: match.start()].encode()), int(number * unit.months)


def _refusal(page: DemandPage, first: int, unit_first: int, end: int, months: int) -> str | float:
    """Why an amount of time is no experience asked for; else how sure it is that it is."""
    near = page.around(unit_first)
    part = page.part_at(unit_first)
    else_reason = "years_of_something_else"
    if months > MOST_YEARS * 12 or part.demand is Demand.NONE:
        return else_reason
    if near.signs("age_before", first - _CLOSE, first) or near.signs("age_after", unit_first, end + _RIGHT):
        return else_reason
    if near.signs("never_behind", first - _RIGHT, first):
        return else_reason
    if near.signs("at_most", first - 16, first) or near.signs("at_most", end, end + _RIGHT):
        return else_reason
    is_experience, confidence = _is_experience(page, near, first, end)
    if not is_experience:
        return else_reason
    is_headed = part.is_of_demands
    if not is_headed and _is_of_firm(near, first, end):
        return else_reason
    candidate = is_headed or bool(near.signs("candidate"))
    if months > _MOST_WITHOUT_CANDIDATE * 12 and not candidate:
        return else_reason
    if any(first - _CLOSE <= at and to <= first for at, to in near.cues(Kind.NOT_STRONG)):
        return else_reason
    if any(
        end <= at <= end + _CLOSE and b"," not in page.page.written[end:at]
        for at, _ in near.cues(Kind.NOT_AFTER)
    ):
        return else_reason
    if is_only_welcome(page, near, first, end, page.units_between(end, near.end)):
        return "years_only_welcome"
    return confidence


def _is_experience(page: DemandPage, near: Surroundings, first: int, end: int) -> tuple[bool, float]:
    behind = near.signs("experience", end, end + _RIGHT_BEHIND)
    if behind:
        return True, _SURE
    if near.signs("terms", end, end + _RIGHT_BEHIND) or near.signs("terms", first - 18, first):
        return False, 0.0
    if near.signs("experience", end, end + _FAR) or near.signs("experience", first - _NEAR, first):
        return True, _SURE
    following = _NOT_WORDS.sub(" ", page.page.words[end : end + _NEAR].decode(errors="replace")).split()
    leads = bool(following) and following[0].encode() in page.lexicon.leads
    is_open = b"+" in page.page.written[first:end] or bool(near.signs("least", first - _CLOSE, end + 14))
    return leads and is_open, _LIKELY


def _is_of_firm(near: Surroundings, first: int, end: int) -> bool:
    if near.signs("firms", first - 40, first) or near.signs("firm_after", end, end + 44):
        return True
    is_of_candidate = bool(near.signs("candidate"))
    if near.signs("firm_before", near.first, first) and not is_of_candidate:
        return True
    return bool(near.signs("firm_tail", end, near.end)) and not near.signs("candidate", near.first, first)
