"""Character references (``&amp;``, ``&#8211;``) in texts from outside."""

import html
import re

# Unicode ends at 1114111; a reader of HTML shows the replacement character for any number above.
_LONGEST_NUMBER = len("1114111")
_LONG_REFERENCE = re.compile(r"&#([0-9]{8,})(;?)")


def resolve_entities(text: str) -> str:
    """The text with its references resolved as a browser resolves them, whatever numbers they name.

    Python refuses to read numbers of thousands of digits, which :func:`html.unescape` tries to.
    """
    return html.unescape(_LONG_REFERENCE.sub(_shortened, text))


def _shortened(reference: re.Match[str]) -> str:
    digits = reference[1].lstrip("0") or "0"
    return "\ufffd" if len(digits) > _LONGEST_NUMBER else f"&#{digits}{reference[2]}"
