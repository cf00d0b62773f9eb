"""From pairs to things: which records are of one thing, since when that was known, and what it is called."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are of one thing with a probability, and when both were known to be."""

    left: str
    right: str
    probability: float
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """Of what thing a record was held to be since an instant; a thing bears the id of its first record."""

    known_at: datetime
    thing_id: str


@dataclass(frozen=True, slots=True)
class Link:
    """All that is held of a record: its memberships, oldest first, and how sure the last one is.

    ``confidence``: the surest pair that joins it to others of its thing; ``None`` where it stands alone.
    """

    history: tuple[Membership, ...]
    confidence: float | None

    @property
    def thing_id(self) -> str:
        """The thing that it is of as far as is known."""
        return self.history[-1].thing_id


@dataclass(slots=True)
class Clusters:
    """Links of all records, and how many joins were refused: ``too_large`` and ``in_conflict``."""

    links: dict[str, Link]
    too_large: list[str] = field(default_factory=list)
    in_conflict: int = 0


def cluster(
    known_since: Mapping[str, datetime],
    pairs: Iterable[Pair],
    most_members: int,
    excludes: Callable[[str, str, datetime], bool] = lambda left, right, known_at: False,
) -> Clusters:
    """Join records by pairs in the order in which they became known, the surest first.

    What comes out depends on the records and pairs alone, not on their order nor on when they are looked at:
    to leave out all that was known after an instant leaves what was held at that instant.

    Args:
        known_since: each record's id and since when it is known.
        pairs: of those records.
        most_members: a join that would make a larger thing is refused, and its thing named in ``too_large``.
        excludes: whether two records cannot be of one thing, as far as was known at an instant.
    """
    groups: dict[str, list[str]] = {record: [record] for record in known_since}
    founder = {record: record for record in known_since}
    history = {record: [Membership(since, record)] for record, since in known_since.items()}
    surest: dict[str, float] = defaultdict(float)
    outcome = Clusters({})
    for pair in sorted(pairs, key=lambda one: (one.known_at, -one.probability, one.left, one.right)):
        first, second = founder[pair.left], founder[pair.right]
        if first != second:
            if len(groups[first]) + len(groups[second]) > most_members:
                outcome.too_large.append(first)
                continue
            if any(excludes(one, other, pair.known_at) for one in groups[first] for other in groups[second]):
                outcome.in_conflict += 1
                continue
            kept, joined = sorted((first, second), key=lambda one: (known_since[one], one))
            for record in groups.pop(joined):
                founder[record] = kept
                groups[kept].append(record)
                _become(history[record], Membership(pair.known_at, kept))
        for record in (pair.left, pair.right):
            surest[record] = max(surest[record], pair.probability)
    outcome.links = {record: Link(tuple(history[record]), surest.get(record)) for record in known_since}
    return outcome


def _become(history: list[Membership], membership: Membership) -> None:
    """What was held for no time was never held."""
    if history[-1].known_at >= membership.known_at:
        history.pop()
    history.append(membership)
