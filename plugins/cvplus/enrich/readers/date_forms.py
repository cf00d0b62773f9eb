"""The forms of one date, as it stands alone or at an end of a span.

What meets the patterns is plain (see ``plain_words.plain``) and short, and every repeat is bounded.
"""

import re
from collections.abc import Callable
from functools import cache

from cvplus.enrich.readers.date_points import (
    SETTLED,
    SURE,
    VAGUE,
    Hints,
    Point,
    UnreadDate,
    day_point,
    era_point,
    month_point,
    months_point,
    year_of,
)
from cvplus.enrich.readers.date_words import load_date_words, month_names, numbered
from cvplus.enrich.readers.plain_words import any_of, in_one

_KANJI_DIGITS = {sign: str(place) for place, sign in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_KANJI_NUMBER = re.compile(
    r"(?:[〇零一二三四五六七八九]{4}(?=年)|[〇零一二三四五六七八九十]{1,3}(?=[年月日号季四]))"
)


def read_point(text: str, hints: Hints) -> Point | None:
    """The date that a plain text is, or ``None`` when it is written like none.

    Raises:
        UnreadDate: it is written like a date, and says none or several.
    """
    text = _KANJI_NUMBER.sub(lambda match: _kanji_number(match[0]), text)
    for pattern, build in _forms():
        if match := pattern.fullmatch(text):
            return build(match, hints)
    return None


def _kanji_number(signs: str) -> str:
    if "十" not in signs:
        return "".join(_KANJI_DIGITS[sign] for sign in signs)
    tens, _, ones = signs.partition("十")
    return str(int(_KANJI_DIGITS.get(tens, "1")) * 10 + int(_KANJI_DIGITS.get(ones, "0")))


def _year(match: re.Match[str], _: Hints) -> Point:
    return months_point(int(match["y"]), 1, 12, "year", VAGUE if match["vague"] else SURE)


def _year_month(match: re.Match[str], hints: Hints) -> Point:
    year, month = year_of(match["y"]), int(match["m"])
    # "2011/12" is December in ISO's order, and two years in a row elsewhere.
    if match["sep"] == "/" and (year + 1) % 100 == month and not _writes_year_first(hints):
        raise UnreadDate("several_readings")
    # "2015-18" is no month, and can only be years.
    if month > 12 and month > year % 100:
        return months_point(year, 1, 12 * (month - year % 100 + 1), "year", SETTLED)
    return month_point(year, month)


def _numeric_day_month(match: re.Match[str], hints: Hints) -> Point:
    """Three numbers, the year last."""
    one, two = int(match["a"]), int(match["b"])
    if len(match["y"]) == 2 and not _writes_day_first(hints):
        raise UnreadDate("year_of_two_digits")
    year = year_of(match["y"])
    if one > 12:
        return day_point(year, two, one, SETTLED, True)
    if two > 12:
        return day_point(year, one, two, SETTLED, False)
    if one == two:
        return day_point(year, one, two, SETTLED)
    if hints.is_day_first is not None:
        month, day = (two, one) if hints.is_day_first else (one, two)
        return day_point(year, month, day, SETTLED, hints.is_day_first)
    if match["sep"] == "." or _writes_day_first(hints):
        return day_point(year, two, one, SETTLED, True)
    if hints.country == "US":
        return day_point(year, one, two, SETTLED, False)
    raise UnreadDate("day_or_month")


def _writes_day_first(hints: Hints) -> bool:
    """Whether the day comes before the month: a country tells, else a language that is written so everywhere.

    English is written either way, and so it is in Canada; East Asia begins with the year.
    """
    if hints.country:
        return hints.country not in ("US", "CA", "JP", "CN", "TW", "KR", "PH") or (
            hints.country == "CA" and hints.language == "fr"
        )
    return hints.language in ("de", "fr", "nl", "sv", "da", "nb", "no", "es", "it", "pt", "pl", "fi")


def _writes_year_first(hints: Hints) -> bool:
    return hints.country in ("JP", "CN", "TW", "KR", "SE") or hints.language in ("ja", "zh", "ko", "sv")


def _named_day(match: re.Match[str], _: Hints) -> Point:
    month, day = month_names()[match["mon"]], int(match["d"])
    return day_point(year_of(match["y"]), month, day, SURE, match.start("d") < match.start("mon"))


def _named_month(match: re.Match[str], _: Hints) -> Point:
    point = month_point(year_of(match["y"]), month_names()[match["mon"]])
    return Point(point.first, point.last, "month", VAGUE) if match["vague"] else point


def _east_asian(match: re.Match[str], hints: Hints) -> Point:
    """Year, month and day behind one another, of the common count or of an era's."""
    month, day = match["m"], match["d"]
    if match["era"]:
        point = era_point(match["era"], match["ey"], month, day)
    else:
        year = int(match["y"])
        point = (
            day_point(year, int(month), int(day))
            if month and day
            else month_point(year, int(month))
            if month
            else months_point(year, 1, 12, "year")
        )
    return Point(point.first, point.last, point.precision, VAGUE) if match["vague"] else point


def _fiscal(match: re.Match[str], hints: Hints) -> Point:
    """年度: from April in Japan, the year itself in China."""
    year = int(match["y"])
    if hints.country == "JP" or hints.language == "ja":
        return months_point(year, 4, 12, "year")
    if hints.country == "CN" or hints.language == "zh":
        return months_point(year, 1, 12, "year")
    raise UnreadDate("fiscal_year")


def _season(match: re.Match[str], hints: Hints) -> Point:
    season, year = numbered("seasons")[match["season"]], int(match["y"])
    following = match.groupdict().get("y2")
    if following and int(following[-2:]) != (year + 1) % 100:
        raise UnreadDate("no_such_day")
    is_southern = hints.country in ("AU", "NZ", "ZA")
    # December to February: told by one year alone it may begin in that year or end in it.
    across = season == (2 if is_southern else 4)
    if across:
        if not following:
            raise UnreadDate("season_of_two_years")
        return months_point(year, 12, 3, "season")
    if following:
        raise UnreadDate("no_such_day")
    first_month = 3 * season if not is_southern else {1: 9, 3: 3, 4: 6}[season]
    return months_point(year, first_month, 3, "season")


def _term(match: re.Match[str], _: Hints) -> Point:
    year, following = int(match["y"]), match["y2"]
    if match["summer"]:
        if following:
            raise UnreadDate("no_such_day")
        return months_point(year, 4, 6, "season")
    if following and int(following[-2:]) != (year + 1) % 100:
        raise UnreadDate("no_such_day")
    return months_point(year, 10, 6, "season")


def _part_of_year(match: re.Match[str], _: Hints) -> Point:
    """A quarter or a half."""
    groups = match.groupdict()
    number = groups.get("n") or groups.get("ord")
    place = numbered("ordinals")[number] if number in numbered("ordinals") else int(number or 0)
    count = 3 if groups.get("quarter") else 6
    if not 1 <= place <= 12 // count:
        raise UnreadDate("no_such_day")
    precision = "quarter" if count == 3 else "half"
    return months_point(int(match["y"]), (place - 1) * count + 1, count, precision)


def _iso_day(match: re.Match[str], _: Hints) -> Point:
    return day_point(int(match["y"]), int(match["m"]), int(match["d"]))


def _month_year(match: re.Match[str], _: Hints) -> Point:
    return month_point(year_of(match["y"]), int(match["m"]))


def _letter_era(match: re.Match[str], hints: Hints) -> Point:
    """ "H30.4": an era's letter, where the text is Japanese; elsewhere it may be anything."""
    if not (hints.country == "JP" or hints.language == "ja"):
        raise UnreadDate("no_date")
    return era_point(match["era"], match["ey"], match["m"], match["d"])


def _half_year(match: re.Match[str], _: Hints) -> Point:
    return months_point(int(match["y"]), 1 if match["first"] else 7, 6, "half")


@cache
def _forms() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Hints], Point]], ...]:
    """Every form of a date; the first that fits decides."""
    words = load_date_words()
    year, short = r"(?P<y>\d{4})", r"(?P<y>\d{4}|'\d{2})"
    month = f"(?P<mon>{any_of(month_names())})\\.?"
    vague = f"(?:(?P<vague>{any_of(in_one(words.vague_parts))})[ -])?"
    joined = r"(?:[ ,./-]{1,2}| (?:of|de|den) )?"
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|e|de|ste|\.|:[ae])?"
    season = f"(?P<season>{any_of(numbered('seasons'))})"
    next_year = r"(?: ?[/-] ?(?P<y2>\d{4}|\d{2}))?"
    quarter, half = any_of(words.quarter_words), any_of(words.half_words)
    part = f"(?:(?P<quarter>{quarter})|(?P<half>{half}))"
    letter = f"(?:(?P<quarter>{any_of(words.quarter_letters)})|(?P<half>{any_of(words.half_letters)}))"
    ordinal = f"(?:(?P<ord>{any_of(numbered('ordinals'))})|(?P<n>\\d))\\.?"
    era = f"(?P<era>{any_of(era.name for era in words.eras)})(?P<ey>\\d{{1,3}}|元)"
    letters = "".join(era.letter for era in words.eras if era.letter)
    time = r"(?:[t ](?:(?:at|um|kl\.?|a) )?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:[ap]m|uhr))?" \
           r"(?: ?(?:z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?)?"  # fmt: skip
    two_numbers = r"(?P<a>\d{1,2})(?P<sep>[-/.]) ?(?P<b>\d{1,2})"
    east_month, east_day = r"(?P<m>\d{1,2}) ?月", r"(?P<d>\d{1,2}) ?[日号]"
    summer_term = f"(?P<summer>{any_of(words.summer_terms)})"
    around = r"(?:上旬|中旬|下旬|初|末|底|中|頃|頭|初め|年初)"
    forms = (
        (rf"{year}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){time}", _iso_day),
        (rf"{year}(?P<m>\d{{2}})(?P<d>\d{{2}})", _iso_day),
        (r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})", _year_month),
        (r"(?P<m>\d{1,2}) ?(?P<sep>[-/.]) ?(?P<y>\d{4}|'\d{2})", _month_year),
        (rf"{two_numbers}(?P=sep) ?(?P<y>\d{{4}}|\d{{2}}){time}", _numeric_day_month),
        (rf"{day}{joined}{month}{joined}{short}{time}", _named_day),
        (rf"{month}[ -]?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? |-){short}{time}", _named_day),
        (rf"{short}[ ./-]?{month}[ ./-]?(?P<d>\d{{1,2}})", _named_day),
        (rf"{vague}{month}{joined}{short}", _named_month),
        (rf"(?P<vague>){short}[ ,./-]{{0,2}}{month}", _named_month),
        (rf"{vague}{year}", _year),
        (rf"(?:{year}|{era}) ?年 ?(?:{east_month} ?(?:{east_day})?)?(?P<vague>{around})?", _east_asian),
        (rf"(?P<era>[{letters}])(?P<ey>\d{{1,2}})\.(?P<m>\d{{1,2}})(?:\.(?P<d>\d{{1,2}}))?", _letter_era),
        (rf"{year} ?年度", _fiscal),
        (rf"{season}(?: of| de|,)? ?{year}{next_year}", _season),
        (rf"{year}(?: |-|/| ?年(?:の)?){season}", _season),
        (rf"(?:{summer_term}|{any_of(words.winter_terms)}) ?{year}{next_year}", _term),
        (rf"{letter}(?P<n>[1-4])[ /.,-]{{0,3}}{year}", _part_of_year),
        (rf"{year}[ /.,-]{{0,3}}{letter}(?P<n>[1-4])", _part_of_year),
        (rf"(?:the )?{ordinal} ?{part}(?: of| de| van| av|,)? ?{year}", _part_of_year),
        (rf"(?P<quarter>{quarter}) ?(?P<n>[1-4])(?:,| of| ?/)? ?{year}", _part_of_year),
        (rf"{year} ?年? ?の?第? ?(?P<n>[1-4]) ?(?P<quarter>{quarter})", _part_of_year),
        (rf"{year} ?年? ?(?:(?P<first>上半年)|下半年)", _half_year),
    )  # fmt: skip
    return tuple((re.compile(pattern), build) for pattern, build in forms)
