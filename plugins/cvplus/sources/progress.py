"""How far the walks over a resource came: what was asked in vain, and where the next run begins.

Made by who reads a resource, from what the run before left; filled in on the way, also when reading fails.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cvplus.errors import PlantError
from cvplus.sources.asks import Facts

_LONGEST_NAME = 200


@dataclass
class Progress:
    """``begin_at``: the ask to begin with (``None``: the first); ``known``: those that failed before.

    ``failed``: asks that gave no answer, each with why; ``recovered``: known ones that gave one again.
    ``stopped_before``: the first that was not asked. ``asked``: how many were.
    """

    begin_at: str | None = None
    known: frozenset[str] = frozenset()
    failed: dict[str, PlantError] = field(default_factory=dict)
    recovered: set[str] = field(default_factory=set)
    stopped_before: str | None = None
    asked: int = 0

    def note(self, facts: Facts, failure: PlantError | None) -> None:
        """Say how an ask ended."""
        self.asked += 1
        name = ask_name(facts)
        if failure is not None:
            self.failed[name] = failure
        elif name in self.known:
            self.recovered.add(name)


def ask_name(facts: Facts) -> str:
    """What a walk is for, as people and tables call it: ``board=acme``."""
    name = ", ".join(f"{placeholder}={value}" for placeholder, value in facts.items())
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME]}… {hashlib.sha256(name.encode()).hexdigest()[:12]}"


def in_turn(asks: Callable[[], Iterator[Facts]], begin_at: str | None) -> Iterator[Facts]:
    """All asks, from the one named to the last and then those before it; from the first if there is none."""
    if begin_at is None:
        yield from asks()
        return
    has_begun = False
    for facts in asks():
        has_begun = has_begun or ask_name(facts) == begin_at
        if has_begun:
            yield facts
    for facts in asks():
        if ask_name(facts) == begin_at:
            return
        yield facts
