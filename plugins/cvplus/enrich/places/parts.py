"""The parts of a location's text: what stands between commas, bars and dashes, and what each may mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from cvplus.enrich.places.gazetteer import STATE_COUNTRIES, Gazetteer, Meaning, load_gazetteer, place_key
from cvplus.enrich.workplaces import without_workplace_words

_GROUPS = re.compile(r"[;|•·\n\r\t/+]")
_PARTS = re.compile(r"[,()\[\]{}<>、。「」【】『』→>]")
_SPACED_DASH = re.compile(r"\s[-–—~]{1,3}\s?|\s?[-–—~]{1,3}\s|:")
_HYPHEN = re.compile(r"[-–—_]")
# House numbers and post codes of the home markets: digits of their own, "SE-111 22", "EC1A 1BB", "1012 AB".
_POST_CODES = re.compile(
    r"〒?\b\d{3}-\d{4}\b|\b(?:[A-Z]{1,2}-)?\d[\d-]{0,9}\b(?:\s[A-Z]{2}\b)?"
    r"|\b\d{1,2}(?:er|e|[eè]me|st|nd|rd|th)\b|\b[A-Z]{1,2}\d[A-Z\d]?(?:\s\d[A-Z]{2})?\b|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b"
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_SYMBOLS = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々ヶ]")
_WARDS = "区區町村"
_EDGES = " \t.,;:!?*'\"“”„«»#-–—_=~@"
_MOST_PARTS = 60
_LONGEST_CJK_NAME = 10
_DEEPEST = 6


@dataclass(slots=True)
class Groups:
    """The parts of a text: lists that ``|``, ``;``, ``/`` and words like "or" part from each other."""

    found: list[list[Meaning]] = field(default_factory=lambda: [[]])
    count: int = 0

    def add(self, meaning: Meaning) -> None:
        """One more part of the last group."""
        if self.count < _MOST_PARTS:
            self.found[-1].append(meaning)
            self.count += 1

    def part(self) -> None:
        """What follows belongs to another place."""
        if self.found[-1]:
            self.found.append([])


@dataclass(frozen=True, slots=True)
class Words:
    """The words of ``place_words.yaml`` as patterns."""

    filler: re.Pattern[str]
    between: re.Pattern[str]
    label: re.Pattern[str]
    no_place: frozenset[str]


@lru_cache
def _words() -> Words:
    words = load_gazetteer().words

    def either(names: list[str]) -> str:
        return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))

    return Words(
        re.compile(rf"^(?:{either(words.filler)})\b|\b(?:{either(words.filler)})$", re.IGNORECASE),
        re.compile(rf"(?:^|\s)(?:{either(words.between)})\s", re.IGNORECASE),
        re.compile(rf"^\W{{0,9}}(?:{either(words.labels)})\s{{0,3}}(?::|\s[-–—]\s)\s{{0,9}}", re.IGNORECASE),
        frozenset(place_key(name) for name in words.no_place),
    )


def is_prose(text: str) -> bool:
    """Whether a text is too long for a place, or has a stretch too long for a place's name."""
    words = load_gazetteer().words
    return len(text) > words.longest_line or any(
        len(part) > words.longest_part for group in _GROUPS.split(text) for part in _PARTS.split(group)
    )


def labelled_lines(text: str) -> str:
    """The lines of a long text that say they tell a place, without their label."""
    label = _words().label
    found = (line[match.end() :] for line in text.splitlines() if (match := label.match(line)))
    return "\n".join(line for line in list(found)[:3] if not is_prose(line))


def groups_of(text: str) -> list[list[Meaning]]:
    """The parts of a location's text in their order, each with what it may mean; unknown ones too."""
    groups = Groups()
    gazetteer = load_gazetteer()
    plain = _SYMBOLS.sub(" ", _FLAG.sub(_country_of_flag, _words().label.sub("", text)))
    for piece in _GROUPS.split(plain):
        groups.part()
        if "(" in piece and (meaning := gazetteer.meaning(piece)):
            groups.add(meaning)
            continue
        for part in _PARTS.split(piece):
            _read_part(part, groups, gazetteer, 0)
    return [group for group in groups.found if group]


def _country_of_flag(flag: re.Match[str]) -> str:
    return f", {''.join(chr(ord(letter) - 0x1F1E6 + ord('A')) for letter in flag.group())},"


def _read_part(raw: str, groups: Groups, gazetteer: Gazetteer, depth: int, is_cut: bool = False) -> None:
    """Add what a part of a text may mean; ``is_cut`` when words were taken from it that are no place."""
    between, no_place = _words().between, _words().no_place
    part = raw.strip(_EDGES)
    if not part or place_key(part) in no_place or groups.count >= _MOST_PARTS:
        return
    meaning = gazetteer.meaning(raw) or gazetteer.meaning(part)
    if meaning or depth > _DEEPEST:
        is_word = is_cut and meaning.is_code and _is_word(gazetteer, part)
        groups.add(Meaning(part) if is_word else meaning or Meaning(part))
        return
    if len(pieces := between.split(part)) > 1:
        for number, piece in enumerate(pieces):
            if number:
                groups.part()
            _read_part(piece, groups, gazetteer, depth + 1)
        return
    without_workplace = without_workplace_words(part)
    is_place_alone = without_workplace == part
    if is_place_alone and _CJK.search(part):
        for name in _cjk_names(part, gazetteer):
            groups.add(name)
    elif is_place_alone and len(pieces := _SPACED_DASH.split(part)) > 1:
        for piece in pieces:
            _read_part(piece, groups, gazetteer, depth + 1)
    elif (shorter := without_workplace if not is_place_alone else _cut(part)) != part:
        _read_part(shorter, groups, gazetteer, depth + 1, is_cut=True)
    else:
        for name in _names_at_the_ends(part, gazetteer):
            groups.add(name)


def _is_word(gazetteer: Gazetteer, code: str) -> bool:
    """Whether a code is rather a word: what "No remote" and "Our office" leave."""
    return not code.isupper() or place_key(code) in gazetteer.words.codes_that_are_words


def _cut(part: str) -> str:
    """A part without its first sort of words beside a place's name: post codes, fillers, what is no place."""
    if (shorter := _POST_CODES.sub(" ", part).strip(_EDGES)) != part:
        return shorter
    if (shorter := _words().filler.sub(" ", part).strip(_EDGES)) != part:
        return shorter
    words = part.split()
    for count in range(min(3, len(words) - 1), 0, -1):
        if place_key(" ".join(words[-count:])) in _words().no_place:
            return " ".join(words[:-count])
        if place_key(" ".join(words[:count])) in _words().no_place:
            return " ".join(words[count:])
    return part


def _names_at_the_ends(part: str, gazetteer: Gazetteer) -> Iterator[Meaning]:
    """Names that no sign parts: "Austin TX", "CA United States", "US-CA-San Francisco", "Germany Berlin"."""
    pieces = [gazetteer.meaning(piece) for piece in _HYPHEN.split(part)]
    if len(pieces) > 1 and _is_german_city(pieces[0], gazetteer.words.quarter_of_at_least):
        yield pieces[0]
        return
    if len(pieces) > 1 and (all(pieces) or (pieces[0].countries and pieces[0].is_code)):
        yield from filter(None, pieces)
        return
    words = part.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        last = gazetteer.meaning(" ".join(words[-count:]))
        head = " ".join(words[:-count]).strip(_EDGES)
        known = gazetteer.meaning(head)
        is_told = bool(last.countries or (last.regions and known))
        if is_told and (not last.is_code or _is_code_of(last, known)):
            yield known or Meaning(head)
            yield last
            return
        first = gazetteer.meaning(" ".join(words[:count]))
        rest = gazetteer.meaning(" ".join(words[count:]))
        if first.countries and rest and (not first.is_code or words[0].isupper()):
            yield first
            yield rest
            return
    for word in (" in ", " à ", " i ", " te "):
        tail = part.rpartition(word)[2]
        if tail != part and (meaning := gazetteer.meaning(tail)):
            yield meaning
            return
    yield Meaning(part)


def _is_german_city(meaning: Meaning, smallest: int) -> bool:
    """Whether a name is first of all a large German or Austrian city's: "Berlin-Mitte" is a quarter of it."""
    city = meaning.cities[0][0] if meaning.cities else None
    return city is not None and city.country in ("DE", "AT") and city.population >= smallest


def _is_code_of(code: Meaning, place: Meaning) -> bool:
    """Whether a code that no comma parts from a place is of where that place is."""
    states = {region.country for region in code.regions if region.country in STATE_COUNTRIES}
    regions = {(region.country, region.code) for region in code.regions}
    return code.name.isupper() and (
        bool(place.all_countries() & (code.countries | states))
        or any((city.country, city.region) in regions for city, _ in place.cities)
    )


def _cjk_names(part: str, gazetteer: Gazetteer) -> Iterator[Meaning]:
    """Names that stand together without a sign: ``東京都渋谷区``, ``中国上海``; what is between them is
    skipped.

    So is a ward behind its city.
    """
    start, is_in_city = 0, False
    while start < len(part):
        for length in range(min(_LONGEST_CJK_NAME, len(part) - start), 1, -1):
            name = part[start : start + length]
            if _CJK.search(name[0]) and (meaning := gazetteer.meaning(name)):
                if not (is_in_city and name[-1] in _WARDS):
                    yield meaning
                is_in_city |= bool(meaning.cities)
                start += length
                break
        else:
            start += 1
