"""What the providers of pay make of a question: which occupation a title means, and the codes of places."""

from typing import Any

from sandbox.world import World

# The states of the market's cities: postal code and FIPS code.
STATES = {
    "New York": ("NY", "36"), "Texas": ("TX", "48"), "Illinois": ("IL", "17"), "Washington": ("WA", "53"),
    "Colorado": ("CO", "08"), "Georgia": ("GA", "13"), "Massachusetts": ("MA", "25"), "Ohio": ("OH", "39"),
    "California": ("CA", "06"), "North Carolina": ("NC", "37"),
}  # fmt: skip
LEAST_LIKENESS = 0.3

Match = tuple[dict[str, Any], str, float]


def matched(world: World, asked: str) -> Match | None:
    """(occupation, its title nearest to the one asked, their likeness 0-1), or None when none is near."""
    words = words_of(asked)

    def likeness(title: str) -> float:
        others = words_of(title)
        return len(words & others) / (len(words | others) or 1)

    found = max(
        (
            (likeness(title), occupation["code"], title)
            for occupation in world.occupations.values()
            for title in [occupation["name"], *occupation["titles"]]
        ),
        key=lambda item: (item[0], item[1]),
    )
    return (world.occupations[found[1]], found[2], found[0]) if found[0] >= LEAST_LIKENESS else None


def words_of(title: str) -> set[str]:
    """The words of a title, in the singular."""
    return {word.removesuffix("s") for word in title.lower().replace(",", " ").split()}


def state_named(text: str) -> str | None:
    """The name of a state of the market, given by name or postal code."""
    return next((name for name, (code, _) in STATES.items() if text.strip() in (name, code)), None)
