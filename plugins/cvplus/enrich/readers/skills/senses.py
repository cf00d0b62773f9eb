"""Whether a name that stands in a text is meant as a skill: "Go" beside "Python" is, "go" is not."""

import re
from collections.abc import Sequence
from dataclasses import replace

from cvplus.enrich.readers.phrases import Page, longest
from cvplus.enrich.readers.skills.lexicon import Lexicon, Name, Sense

Found = tuple[int, int, Name]

_LIST_SIGNS = frozenset(b",/&|+;()")
_BLANK = 32
_HEADS = frozenset({b"head", b"director", b"vp", b"president", b"chief", b"manager", b"team", b"department"})
_ADDRESS = (b"@", b"://", b"www.")
_HYPHEN = ord("-")
_FIRST_EAST_ASIAN = 0xE2  # first byte of every East Asian letter in UTF-8
_VERSION = re.compile(rb"(?:tm|v?\d{1,2}(?:\.[\dx]{1,3}){0,3}\+?)(?= )")
_HAS_SMALL = re.compile(rb"[a-z]")
_HAS_EAST_ASIAN = re.compile(rb"[\xe3-\xed]")
_NUMBER = re.compile(rb"v?\d{1,4}(?:\.[\dx]{1,3}){0,3}\+?")
# How far around a name its neighbours are looked for, in bytes.
_NEAR = 48
_LONGEST_LINK = 24
# How long the list may be in which departments stand, and what follows one of them.
_LONGEST_LIST = 160
_WITH = frozenset({b"with", b"mit", b"avec", b"met", b"med"})
_AFTER_DEPARTMENT = (b",", b".", b"/", b"&", b"\n", b";", b")", b"")
# How many names to either side speak for one in a list, beside the first of the list.
_NEIGHBOURS = 6


def meant(
    page: Page, found: Sequence[Found], lexicon: Lexicon, asked: frozenset[int] = frozenset()
) -> list[Found]:
    """The names that are meant as skills, by where they stand; of overlapping ones the longest.

    ``asked`` are the places where a cue such as "is a plus" or "required" begins: what stands before it is
    something that one can ask for.

    A text without small letters tells nothing by its capitals: there an ordinary word needs a list in which
    another name stands.
    """
    has_small = _HAS_SMALL.search(page.written) is not None
    has_case = has_small or _HAS_EAST_ASIAN.search(page.written) is not None
    closed = [_closed(page, one, lexicon) for one in found]
    names = longest([one for one in closed if one is not None and _may_be_form(page, one, has_small)])
    has_address = any(sign in page.written for sign in _ADDRESS)
    chains = _chains(page, names, lexicon)
    kept = []
    for place, one in enumerate(names):
        if one[2].skill is None or (has_address and _is_in_address(page, one)):
            continue
        first, end = chains[place]
        near = names[max(first, place - _NEIGHBOURS) : min(end, place + _NEIGHBOURS + 1)]
        if first < place - _NEIGHBOURS:
            near = [names[first], *near]
        if _is_meant(page, one, near, lexicon, has_small, has_case, asked):
            kept.append(one)
    return kept


def _is_in_address(page: Page, one: Found) -> bool:
    """Whether the name is a part of an address on the web, or of one for mail."""
    near = max(one[0] - 2 * _NEAR, 0)
    first = max(page.written.rfind(b" ", near, one[0]), page.written.rfind(b"\n", near, one[0]), near)
    written = page.written[first : one[1] + 1]
    return any(sign in written for sign in _ADDRESS)


def is_linked(page: Page, before: Found, after: Found, lexicon: Lexicon) -> bool:
    """Whether nothing but commas, versions and words such as "and" stands between two names."""
    first, end = before[1], after[0]
    if not 0 <= end - first <= _LONGEST_LINK or b"\n" in page.written[first:end]:
        return False
    return all(
        word in lexicon.links or _NUMBER.fullmatch(word) is not None for word in page.words[first:end].split()
    )


def _closed(page: Page, one: Found, lexicon: Lexicon) -> Found | None:
    """A name to which a version or a word of a few is joined, with it; ``None`` when another word goes on."""
    first, end, name = one
    if not name.is_open or page.words[end] == _BLANK:
        return one
    if version := _VERSION.match(page.words, end):
        return first, version.end(), replace(name, sense=Sense.PLAIN, written=None)
    if page.words.startswith(lexicon.suffixes, end):
        return first, page.words.index(b" ", end), replace(name, sense=Sense.PLAIN, written=None)
    return None


def _chains(page: Page, names: Sequence[Found], lexicon: Lexicon) -> list[tuple[int, int]]:
    """For each name the places of the first and last (exclusive) name of the list that it stands in."""
    chains: list[tuple[int, int]] = []
    first = 0
    for place in range(1, len(names) + 1):
        if place == len(names) or not is_linked(page, names[place - 1], names[place], lexicon):
            chains += [(first, place)] * (place - first)
            first = place
    return chains


def _is_meant(
    page: Page,
    one: Found,
    near: Sequence[Found],
    lexicon: Lexicon,
    has_small: bool,
    has_case: bool,
    asked: frozenset[int],
) -> bool:
    first, end, name = one
    if name.is_trade and _is_title(page, first, end, lexicon):
        return False
    if name.skill in lexicon.departments and _is_department(page, one, lexicon):
        return False
    if name.sense is Sense.PLAIN:
        return _is_as_written(page, one, near, has_small)
    if not _is_form(page, one, has_small) or _is_part_of_word(page, one, lexicon):
        return False
    others = [other for other in near if other is not one and other[2].skill]
    plain = [other for other in others if other[2].sense is Sense.PLAIN]
    is_known = _is_led_in(page, one, lexicon.strong_leads, 2)
    if name.sense is Sense.RARE:
        return has_case and (len(plain) > 1 or is_known)
    if plain or is_known or _is_alone_on_line(page, one):
        return True
    if others and _is_led_in(page, near[0], lexicon.strong_leads, 2):
        return True
    if _is_before_noun(page, one, lexicon):
        return has_case or name.sense is Sense.ORDINARY
    is_short_form = name.written is not None and name.written.isupper() and end - first > 1
    if not has_case:
        return is_short_form and bool(others)
    if len(others) > (0 if name.sense is Sense.ORDINARY else 1):
        return True
    if _is_beside_east_asian(page, one):
        return True
    if name.sense is Sense.EVERYDAY:
        return False
    if end + 1 in asked or _is_led_in(page, one, lexicon.leads, 1):
        return True
    return end - first > 1 and _is_beside_list_sign(page, one)


def _is_before_noun(page: Page, one: Found, lexicon: Lexicon) -> bool:
    """Whether a word such as "programming" follows."""
    following = _next_word(page, one[1])
    return following in lexicon.nouns_after or following.startswith(lexicon.noun_beginnings)


def _is_title(page: Page, first: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a word for a person stands right behind the name of a trade, or as in French before it."""
    if _next_word(page, end) in lexicon.persons or page.written.startswith(lexicon.person_endings, end):
        return True
    before = page.words[max(first - _NEAR, 0) : first].split()[-2:]
    if page.written[first - 1] != _BLANK or not before:
        return False
    is_head = len(before) > 1 and before[1] == b"of" and before[0] in _HEADS
    return is_head or before[-1] in lexicon.persons


def _is_department(page: Page, one: Found, lexicon: Lexicon) -> bool:
    """Whether a trade stands in a list of those with whom one works together.

    "Partner closely with Engineering, Legal, Procurement, and Customer Success".
    """
    first, end, _ = one
    near = max(first - _LONGEST_LIST, 0)
    since = max(page.written.rfind(sign, near, first) for sign in (b"\n", b". ", b": ", b";"))
    before = page.words[max(since, near) : first].split()
    if lexicon.together.isdisjoint(before):
        return False
    listed = page.written[first - 2 : first] in (b", ", b"/ ") or before[-1] in lexicon.links | _WITH
    after = page.written[end : end + 2].lstrip(b" ")[:1]
    following = _next_word(page, end)
    return listed and (
        after in _AFTER_DEPARTMENT or following in lexicon.links or following in lexicon.together
    )


def _is_form(page: Page, one: Found, has_small: bool) -> bool:
    """Whether a name is written as it must be; all capitals excuse an ordinary word, but no rare name."""
    form = one[2].written
    if form is None:
        return True
    written = page.written[one[0] : one[1]]
    is_listed = one[2].sense in (Sense.ORDINARY, Sense.EVERYDAY)
    return written == form or (is_listed and not has_small and written == form.upper())


def _may_be_form(page: Page, one: Found, has_small: bool) -> bool:
    """Whether the name is written as it must be, or is an abbreviation that its neighbours may excuse."""
    form = one[2].written
    return form is None or form.isupper() or _is_form(page, one, has_small) or one[2].is_open


def _is_as_written(page: Page, one: Found, near: Sequence[Found], has_small: bool) -> bool:
    """A name whose capitals matter has them, or stands in small letters beside a name without that need."""
    if _is_form(page, one, has_small):
        return True
    written = page.written[one[0] : one[1]]
    if one[2].written != written.upper():
        return bool(_VERSION.match(page.words, one[0] + len(one[2].written or b"")))
    return _is_alone_on_line(page, one) or any(
        other[2].skill and other[2].written is None and other is not one for other in near
    ) or len(near) > 1  # fmt: skip


def _is_part_of_word(page: Page, one: Found, lexicon: Lexicon) -> bool:
    """Whether a hyphen makes the name a part of another word ("go-to-market", but not "Go-Kenntnisse")."""
    first, end, _ = one
    if page.written[first - 1] in b"-&":
        return True
    if page.written[end] == _HYPHEN:
        following = _next_word(page, end)
        return following not in lexicon.nouns_after and not following.startswith(lexicon.suffixes)
    return page.written[end] in b"&'" and page.written[end + 1] != _BLANK


def _is_alone_on_line(page: Page, one: Found) -> bool:
    """Whether nothing else stands on the line, or behind a colon on it."""
    near = max(one[0] - _NEAR, 0)
    first = max(page.written.rfind(b"\n", near, one[0]), page.written.rfind(b":", near, one[0]))
    end = page.written.find(b"\n", one[1], one[1] + _NEAR)
    if first < 0 or end < 0:
        return False
    line = page.written[first + 1 : end]
    return line.strip(b" \t-*.,;:[]()\xf0\x9f\x9a\x80\x94\xa5") == page.written[one[0] : one[1]]


def _next_word(page: Page, end: int) -> bytes:
    """The word behind, when nothing but a blank or a hyphen parts it."""
    if page.written[end] not in (_BLANK, _HYPHEN):
        return b""
    return next(iter(page.words[end : end + _NEAR].split(None, 1)), b"")


def _is_led_in(page: Page, one: Found, leads: frozenset[bytes], most_words: int) -> bool:
    """Whether one of the words right before is one of those; one little word may stand between."""
    near = max(one[0] - _NEAR, 0)
    since = max(page.written.rfind(b"\n", near, one[0]), near)
    before = page.words[since : one[0]].split()[-most_words:]
    return any(word in leads for word in before)


def _is_beside_list_sign(page: Page, one: Found) -> bool:
    before = page.written[max(one[0] - 3, 0) : one[0]].rstrip(b" ")[-1:]
    after = page.written[one[1] : one[1] + 2].lstrip(b" ")[:1]
    return any(sign and sign[0] in _LIST_SIGNS for sign in (before, after))


def _is_beside_east_asian(page: Page, one: Found) -> bool:
    before = page.written[max(one[0] - 3, 0) : one[0]].strip(b" ")[:1]
    after = page.written[one[1] : one[1] + 2].strip(b" ")[:1]
    return any(sign and sign[0] >= _FIRST_EAST_ASIAN for sign in (before, after))
