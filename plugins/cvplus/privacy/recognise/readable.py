"""A text as a reader sees it: typographic signs, entities and escapes in plain characters, with the way back.

Digits of other scripts and widths, spaces that do not break, hyphens of every length, characters without
width, HTML entities and percent-escapes each hide a number from a pattern and none of them from a person.
"""

import re
import sys
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Self
from urllib.parse import unquote

from cvplus.privacy.recognise.spans import Span

_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_ESCAPES = re.compile(r"(?:%[0-9a-fA-F]{2}){1,40}")


def _plain(character: str) -> str:
    """What stands for a character that is not ASCII; the character itself when it is an ordinary one."""
    if character == "\u0130":
        return "I"  # the one character whose small form is longer than itself
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    if category in ("Pd", "Cf") or character in "\u2212\u02d7\u2043":
        return "-" if category != "Cf" else ""
    if 0xFE00 <= ord(character) <= 0xFE0F or character == "\u034f":
        return ""
    is_wide = 0xFF01 <= ord(character) <= 0xFF5E or 0x1D400 <= ord(character) <= 0x1D7FF
    is_ring_or_power = character in "\u00b2\u00b3\u00b9" or 0x2460 <= ord(character) <= 0x249B
    if is_wide or is_ring_or_power or 0x2070 <= ord(character) <= 0x2089:
        return unicodedata.normalize("NFKC", character)
    return character


def _odd_characters() -> str:
    """The characters that :func:`_plain` replaces, and all it may, as the inside of a pattern's class."""
    ranges: list[list[int]] = []
    for code in range(0x80, 0x10000):
        if not 0xD800 <= code <= 0xDFFF and _plain(chr(code)) != chr(code):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    # A class of the basic plane is one look at a table; of what lies beyond, all is looked at.
    ranges.append([0x10000, sys.maxunicode])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)


@cache
def _odd() -> re.Pattern[str]:
    return re.compile(f"[&%{_odd_characters()}]")


@dataclass(frozen=True, slots=True)
class Readable:
    """A text in plain characters.

    ``starts`` and ``origins`` run in parallel: from ``starts[i]`` of the text on, characters stand in the
    original from ``origins[i]`` on. Both are empty when the text is the original.
    """

    text: str
    starts: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    @classmethod
    def of(cls, original: str) -> Self:
        """The readable form of a text."""
        if original.isascii() and "&" not in original and "%" not in original:
            return cls(original)
        parts: list[str] = []
        starts, origins = [0], [0]
        length = position = 0
        for odd in _odd().finditer(original):
            start, sign = odd.start(), odd.group()
            hidden: re.Match[str] | None = odd
            if sign in "&%":
                hidden = (_ENTITY if sign == "&" else _ESCAPES).match(original, start)
            shown = sign if hidden is None else _shown(hidden.group())
            if hidden is None or start < position or shown == sign:
                continue
            parts += (original[position:start], shown)
            length += start - position
            starts.append(length)
            origins.append(start)
            length += len(shown)
            position = hidden.end()
            starts.append(length)
            origins.append(position)
        if not parts:
            return cls(original)
        parts.append(original[position:])
        return cls("".join(parts), tuple(starts), tuple(origins))

    def in_original(self, span: Span) -> Span:
        """The span of the original that shows as this span of the text."""
        if not self.starts:
            return span
        return Span(self._origin(span.start), self._origin(span.end - 1, is_last=True), span.kind)

    def _origin(self, place: int, is_last: bool = False) -> int:
        """Where a character begins in the original, or, being the last one, where it ends."""
        index = bisect_right(self.starts, place) - 1
        start, origin = self.starts[index], self.origins[index]
        following = self.origins[index + 1] if index + 1 < len(self.origins) else None
        is_replaced = following is not None and self.starts[index + 1] - start != following - origin
        if not is_last:
            return origin if is_replaced else origin + place - start
        if is_replaced and following is not None:
            return following
        return origin + place - start + 1


def _shown(hidden: str) -> str:
    if hidden[0] == "&":
        shown = unescape(hidden)
        while shown != hidden and shown.startswith("&"):
            hidden, shown = shown, unescape(shown)
        return "".join(_plain(character) for character in shown)
    if hidden[0] == "%" and len(hidden) > 1:
        return unquote(hidden, errors="replace")
    return _plain(hidden)
