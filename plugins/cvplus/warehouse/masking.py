"""Mask what is personal in the text of a refused record before it is written where people read it."""

import re

from cvplus.privacy.personal import load_personal_rules

LONGEST_TEXT = 4_000
# International numbers, and the groupings that people write; plain ids and ISO dates stay readable.
PHONE = re.compile(
    r"\+\d[\d\s().-]{6,16}\d|\(\d{2,5}\)[\s.-]?\d[\d\s.-]{4,12}\d|\b\d{3}[\s.-]\d{3}[\s.-]\d{4}\b"
)


def mask_text(text: str) -> str:
    """The text with what is personal in it masked and NULs shown, at most 4 kB of it."""
    shown = text[: 2 * LONGEST_TEXT].replace("\x00", "\N{SYMBOL FOR NULL}")
    masked = PHONE.sub("[phone]", load_personal_rules().redact(shown))
    return masked.encode(errors="replace")[:LONGEST_TEXT].decode(errors="ignore")


def shown_text(text: str) -> str:
    """The text as Postgres takes it: NULs and lone surrogates, which it refuses, are shown as signs."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()
