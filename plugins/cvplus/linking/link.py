"""Link what is new: compare it with what is near, join what is of one thing, land what has changed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake
from cvplus.linking.clusters import Clusters, Link, Pair, cluster
from cvplus.linking.config import load_rules
from cvplus.linking.kinds import LinkKind, Telling
from cvplus.linking.near import cut_blocks, held_records, load_near, near_pairs
from cvplus.linking.scoring import open_engine
from cvplus.linking.told import Told

PAGE_RECORDS = 500
_DIGITS = 4

Held = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Linked:
    """What a run of the linker did.

    ``blocks_given_up``: so many records shared a value that none of them were compared by it.
    ``things_too_large``: what nothing more may join. ``joins_refused``: two that cannot be one thing.
    ``unknown_overrides``: records that an override names and nobody tells of.
    """

    manifest: Manifest | None
    new_records: int = 0
    blocks_given_up: tuple[str, ...] = ()
    things_too_large: tuple[str, ...] = ()
    joins_refused: int = 0
    unknown_overrides: tuple[str, ...] = ()


def link_records(connection: psycopg.Connection, lake: Lake, run_key: str, kind: LinkKind) -> Linked:
    """Link the records that are new and land, as one batch, what has changed in what is held of any record.

    What is held of a record (of which thing it is, since when, by which pairs) is a function of all tellings
    and the rules, whenever and in whatever order they came; only what is near the news is worked out again.
    The batch is to be loaded and gated like any other; until it is, the same records count as new.

    Raises:
        ConfigurationError: ``config/linking`` is wrong.
        LakeFailure: the lake is full or away.
    """
    rules = load_rules(kind.rules)
    with closing(open_engine()) as engine:
        new_count = load_near(connection, engine, kind)
        if not new_count:
            return Linked(None)
        given_up = cut_blocks(engine, kind, rules)
        news = {
            record
            for (record,) in engine.execute(f"select {kind.id_column} from near where is_new").fetchall()
        }
        found = [
            Pair(min(left, right), max(left, right), round(probability, _DIGITS), known_at)
            for left, right, probability, known_at in near_pairs(engine, kind, rules)
        ]
    told = Told.of(kind.overrides())
    named = _tellings(connection, kind, told.named_with(news))
    found += told.pairs(named)
    held, pairs = _neighbourhood(connection, kind, news, found)
    tellings = _tellings(
        connection,
        kind,
        news | held.keys() | {record for pair in pairs for record in (pair.left, pair.right)},
    )
    clusters = cluster(
        {record: telling.known_at for record, telling in tellings.items()},
        [pair for pair in pairs if pair.left in tellings and pair.right in tellings],
        rules.most_members,
        told.judged(tellings, kind.excludes),
    )
    records = list(_changed_records(kind, tellings, clusters, pairs, held))
    return Linked(
        _land(lake, run_key, kind, records),
        new_count,
        tuple(given_up),
        tuple(sorted(set(clusters.too_large))),
        clusters.in_conflict,
        tuple(told.unknown(connection, kind)),
    )


def _neighbourhood(
    connection: psycopg.Connection, kind: LinkKind, news: set[str], found: list[Pair]
) -> tuple[Held, list[Pair]]:
    """All that the news can change: what was held of it, of its pairs, of theirs, and so on; and all pairs.

    A pair of a new record that was held before has been looked at again: it counts only where it was found.
    """
    held: Held = {}
    pairs = {(pair.left, pair.right): pair for pair in found}
    waiting = news | {record for pair in found for record in (pair.left, pair.right)}
    looked_at: set[str] = set()
    while waiting:
        looked_at |= waiting
        reached: set[str] = set()
        for record, told in _held(connection, kind, waiting).items():
            held[record] = told
            for partner, probability, known_at in told["pairs"]:
                reached.add(partner)
                if record not in news and partner not in news:
                    left, right = sorted((record, partner))
                    pairs[left, right] = Pair(left, right, probability, datetime.fromisoformat(known_at))
        waiting = reached - looked_at
    return held, list(pairs.values())


def _held(connection: psycopg.Connection, kind: LinkKind, records: set[str]) -> Held:
    query = sql.SQL("select record_key, record from ({}) as held where record_key = any(%s)")
    return dict(connection.execute(query.format(held_records(kind)), [sorted(records)]).fetchall())


def _tellings(connection: psycopg.Connection, kind: LinkKind, records: set[str]) -> dict[str, Telling]:
    query = sql.SQL("select {columns} from {tellings} where {id_column} = any(%s)").format(
        columns=sql.SQL(", ").join(
            sql.SQL("{} as record_id").format(sql.Identifier(kind.id_column))
            if name == "record_id"
            else sql.Identifier(name)
            for name in kind.clustered_by
        ),
        tellings=sql.Identifier(*kind.tellings.split(".")),
        id_column=sql.Identifier(kind.id_column),
    )
    with connection.cursor(row_factory=class_row(Telling)) as cursor:
        return {telling.record_id: telling for telling in cursor.execute(query, [sorted(records)])}


def _changed_records(
    kind: LinkKind,
    tellings: dict[str, Telling],
    clusters: Clusters,
    pairs: list[Pair],
    held: Held,
) -> Iterator[dict[str, Any]]:
    partners: dict[str, list[tuple[str, float, str]]] = {record: [] for record in tellings}
    for pair in pairs:
        if pair.left in tellings and pair.right in tellings:
            known_at = pair.known_at.isoformat()
            partners[pair.left].append((pair.right, pair.probability, known_at))
            partners[pair.right].append((pair.left, pair.probability, known_at))
    for record_id, telling in sorted(tellings.items()):
        record = _record(kind, telling, clusters.links[record_id], partners[record_id])
        if record != held.get(record_id):
            yield record


def _record(
    kind: LinkKind, telling: Telling, link: Link, partners: list[tuple[str, float, str]]
) -> dict[str, Any]:
    return {
        kind.id_column: telling.record_id,
        "telling_hash": telling.telling_hash,
        "rules": kind.version,
        "thing_ids": [membership.thing_id for membership in link.history],
        "thing_since": [membership.known_at.isoformat() for membership in link.history],
        "confidence": link.confidence,
        "pairs": [list(partner) for partner in sorted(partners)],
        "known_at": telling.known_at.isoformat(),
    }


def _land(lake: Lake, run_key: str, kind: LinkKind, records: list[dict[str, Any]]) -> Manifest | None:
    if not records:
        return None
    known = [datetime.fromisoformat(record["known_at"]) for record in records]
    identity = BatchIdentity(
        source=kind.resource.source,
        resource=kind.resource.name,
        window=Window(start=min(known), end=max(known) + timedelta(microseconds=1)),
        run_key=run_key,
    )
    pages = (records[start : start + PAGE_RECORDS] for start in range(0, len(records), PAGE_RECORDS))
    return lake.write_batch(identity, pages, known_at_rule=kind.resource.known_at.rule)
