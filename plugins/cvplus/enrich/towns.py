"""The town that a place names though no gazetteer knows it: enough to tell two places apart, and no city."""

import re

_WORKPLACE = re.compile(r"remote|hybrid|anywhere|nationwide|home|office|multiple|various|several", re.I)
_LETTERS = re.compile(r"[^\W\d_]+")


def town_told(place: str) -> str | None:
    """The first part of the first place, in lower case, where more follows it: "Youree, LA" names ``youree``.

    ``None`` where it is a way of working ("Remote, US"), or where nothing says that it is a town.
    """
    first, comma, _ = place.split("|")[0].partition(",")
    words = _LETTERS.findall(first.lower())
    return " ".join(words) if comma and words and not _WORKPLACE.search(first) else None
