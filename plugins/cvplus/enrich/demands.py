"""What a posting's text asks for besides skills: years of experience, and whether it offers remote work."""

import re

from cvplus.enrich.workplaces import HYBRID, REMOTE, workplace_of

_NUMBER_WORDS = {
    name: number
    for number, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_NUMBER = r"(\d{1,2}|" + "|".join(_NUMBER_WORDS) + r")"
# "5+ years", "3-5 years", "at least two (2) years", "mindestens 3 Jahre"; then, not far away, a word for
# experience.
_YEARS = re.compile(
    rf"\b{_NUMBER}\s*+(?:\(\d{{1,2}}\)\s*+)?(?:\+|plus\b|or more\b)?\s*+"
    r"(?:(?:-|–|—|to|bis)\s*+\d{1,2}\s*+\+?\s*+)?(?:years?|yrs?\b|jahre[ns]?\b)['’]?"
    r"[^.\n;•]{0,80}?(?:experience|expertise|background|erfahrung|work(?:ing|ed)?\b)",
    re.IGNORECASE,
)
_EXPERIENCE_FIRST = re.compile(
    r"experience\s*+(?:of|:|\()\s*+(?:at least |minimum (?:of )?|min\.? )?"
    rf"{_NUMBER}\s*+(?:\+|plus)?\s*+(?:years?|yrs?\b)",
    re.IGNORECASE,
)
_MOST_YEARS = 30


def years_demanded(text: str) -> int | None:
    """Most years of experience asked for (the lower end of a range), 0-30; ``None`` when none are.

    A posting that asks for "5+ years in software, 2 of them in Go" asks for 5.
    """
    found = [match.group(1) for pattern in (_YEARS, _EXPERIENCE_FIRST) for match in pattern.finditer(text)]
    years = [int(number) if number.isdigit() else _NUMBER_WORDS[number.lower()] for number in found]
    return max((number for number in years if number <= _MOST_YEARS), default=None)


def mentions_remote(text: str) -> bool:
    """Whether a text offers remote work, for all or some of the time, as the reader of workplaces sees it."""
    return workplace_of(text)[0] in (REMOTE, HYBRID)
