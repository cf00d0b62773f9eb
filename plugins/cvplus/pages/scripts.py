"""Pages that need scripts: which ones are theirs, and data that stand between a script's tags."""

import re
from typing import Any

from jinja2.utils import htmlsafe_json_dumps

from cvplus.pages.policy import hash_of

# As the makers of pages write them, whose markup is known: it is no way to read any page at all.
_INLINE = re.compile(r"<script(?: [^>]*)?>(.*?)</script>", re.DOTALL)
CHARSET = re.compile(r'<meta charset="?utf-8"?\s*/?>', re.IGNORECASE)


def script_data(value: Any) -> str:
    """A value as JSON that may stand in a script: nothing in it ends the script or begins a comment."""
    return str(htmlsafe_json_dumps(value))


def inline_scripts(page: str) -> list[str]:
    """How a policy names the scripts that a page holds; texts from outside do not stand in it as markup."""
    return [hash_of(script) for script in _INLINE.findall(page) if script]


def with_head(page: str, tag: str) -> str:
    """The page with a tag at the beginning of its head, before all that the tag is to govern."""
    sealed, count = CHARSET.subn(lambda charset: charset[0] + tag, page, count=1)
    if not count:
        raise ValueError("The page does not say its charset, so there is no place for its policy.")
    return sealed
