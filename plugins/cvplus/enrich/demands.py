"""What a posting's text asks for besides skills: years of experience, and whether it offers remote work."""

import re

from cvplus.enrich.readers.answer import as_written
from cvplus.enrich.readers.demands import demands_of

_REMOTE = re.compile(
    r"\b(?:remote(?:ly)?|work from home|home[ -]?office|telework\w*|telecommut\w*)\b", re.IGNORECASE
)
_NO_REMOTE = re.compile(
    r"\b(?:not? (?:\w+ ){0,3}(?:remote|telework\w*)"
    r"|(?:remote|telework\w*)[^.\n]{0,30}not (?:available|eligible|possible|permitted))",
    re.IGNORECASE,
)


def years_demanded(text: str) -> int | None:
    """Most years of experience asked for (the lower end of a range), 0-30; ``None`` when none are.

    A posting that asks for "5+ years in software, 2 of them in Go" asks for 5.
    """
    demands = demands_of(as_written(text)).value
    return None if demands is None else demands.years


def mentions_remote(text: str) -> bool:
    """Whether a text offers remote work; a sentence that rules it out does not count."""
    return _REMOTE.search(_NO_REMOTE.sub(" ", text)) is not None
