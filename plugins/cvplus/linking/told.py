"""What people say of records, as pairs that are joined and pairs that are not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Self

import psycopg
from psycopg import sql

from cvplus.linking.clusters import Pair
from cvplus.linking.kinds import LinkKind, Telling
from cvplus.linking.overrides import Overrides, record_id

Excludes = Callable[[Telling, Telling, datetime], bool]


@dataclass(frozen=True)
class Told:
    """Overrides by the warehouse's ids of records; ``names`` are as people wrote them."""

    joined: tuple[frozenset[str], ...]
    apart: frozenset[frozenset[str]]
    names: Mapping[str, str]

    @classmethod
    def of(cls, overrides: Overrides) -> Self:
        """The overrides of a file."""
        return cls(
            tuple(frozenset(map(record_id, group)) for group in overrides.joined()),
            frozenset(frozenset(map(record_id, pair)) for pair in overrides.kept_apart()),
            {record_id(name): name for name in overrides.names},
        )

    def named_with(self, news: set[str]) -> set[str]:
        """The records that are joined with any that is new."""
        return set().union(*(group for group in self.joined if group & news))

    def pairs(self, tellings: Mapping[str, Telling]) -> list[Pair]:
        """The joins as pairs, each known when both records are."""
        found = []
        for group in self.joined:
            present = sorted(
                (tellings[record] for record in group & tellings.keys()),
                key=lambda telling: (telling.known_at, telling.record_id),
            )
            found += [
                Pair(*sorted_ids(one, other), probability=1.0, known_at=other.known_at)
                for one, other in pairwise(present)
            ]
        return found

    def judged(
        self, tellings: Mapping[str, Telling], excludes: Excludes
    ) -> Callable[[str, str, datetime], bool]:
        """Whether two records cannot be one thing: as people say, else as the kind has it.

        The websites of records that are joined are one.
        """
        same_site = {
            site: min(sites)
            for group in self.joined
            if (
                sites := {
                    told.domain for record in group & tellings.keys() if (told := tellings[record]).domain
                }
            )
            for site in sites
        }
        alike = {
            record: replace(telling, domain=same_site.get(telling.domain or "", telling.domain))
            for record, telling in tellings.items()
        }

        def excluded(one: str, other: str, known_at: datetime) -> bool:
            if frozenset((one, other)) in self.apart:
                return True
            return excludes(alike[one], alike[other], known_at)

        return excluded

    def unknown(self, connection: psycopg.Connection, kind: LinkKind) -> list[str]:
        """Names of records that nobody tells of."""
        query = sql.SQL("select {id_column} from {tellings} where {id_column} = any(%s)").format(
            id_column=sql.Identifier(kind.id_column), tellings=sql.Identifier(*kind.tellings.split("."))
        )
        known = {record for (record,) in connection.execute(query, [sorted(self.names)])}
        return sorted(name for record, name in self.names.items() if record not in known)


def sorted_ids(one: Telling, other: Telling) -> tuple[str, str]:
    """Two ids in the order in which a pair has them."""
    left, right = sorted((one.record_id, other.record_id))
    return left, right
