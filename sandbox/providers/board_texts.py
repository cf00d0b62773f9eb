"""A job's text in the pieces that job boards give it in."""

import re
from typing import Any

_TAG = re.compile(r"<[^>]+>")
_REQUIREMENTS = "<h3>Requirements</h3>"


def plain(markup: str) -> str:
    """HTML as people read it: one line a paragraph or item."""
    return "\n".join(line for line in (part.strip() for part in _TAG.sub("\n", markup).split("\n")) if line)


def pieces(job: dict[str, Any]) -> tuple[str, str, str]:
    """(opening, the rest of the text, bare `<li>` items of what is required) of a job's description."""
    text, _, wanted = job["description"].partition(_REQUIREMENTS)
    opening, _, rest = text.partition(". ")
    items = wanted.removeprefix("<ul>").removesuffix("</ul>")
    return f"{opening}.</p>", f"<p>{rest}", items
