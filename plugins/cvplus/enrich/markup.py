"""Texts without their markup."""

import re

from cvplus.sources.entities import resolve_entities

_BREAK = re.compile(r"<\s*(?:br|/?p|/?li|/?ul|/?ol|/?div|/?h[1-6]|/?tr)\b[^>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,2000}>")


def plain_text(markup: str) -> str:
    """Text without HTML: blocks on lines of their own, entities resolved, also those escaped twice."""
    text = resolve_entities(markup)
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", text))
    return resolve_entities(text)
