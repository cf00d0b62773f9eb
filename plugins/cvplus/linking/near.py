"""What is new beside what it is to be compared with, in an engine of its own."""

from collections.abc import Iterator
from datetime import datetime

import duckdb
import psycopg
import pyarrow
from psycopg import sql

from cvplus.linking.config import LinkingRules
from cvplus.linking.kinds import LinkKind
from cvplus.linking.scoring import scored_pairs

CHUNK_RECORDS = 5_000
_TYPES = {"text": "varchar", "text[]": "varchar[]", "timestamptz": "timestamptz", "bool": "boolean",
          "float8": "double", "int4": "integer", "int8": "bigint", "date": "date"}  # fmt: skip

# A record is new when the linker has not held anything of this telling by today's rules.
_NEW = """
    select told.* from {tellings} as told
    left join {held} as held on held.record_key = told.{id_column}
    where held.record is null
       or held.record ->> 'telling_hash' is distinct from told.telling_hash
       or held.record ->> 'rules' is distinct from {rules}
"""
_NEAR = """
    with news as ({news})
    select told.*, told.{id_column} in (select {id_column} from news) as is_new
    from {tellings} as told
    where told.{id_column} in (select {id_column} from news) or {shares_a_block}
"""


def load_near(connection: psycopg.Connection, engine: duckdb.DuckDBPyConnection, kind: LinkKind) -> int:
    """Put the new records and all that share a block with one into the engine, as table ``near``.

    Returns:
        How many records are new.
    """
    names = _names(kind)
    blocks = sql.SQL(" or ").join(
        sql.SQL("told.{block} in (select {block} from news)").format(block=sql.Identifier(block))
        for block in kind.blocks
    )
    news = sql.SQL(_NEW).format(**names)
    query = sql.SQL(_NEAR).format(**names, news=news, shares_a_block=blocks)
    with connection.cursor(name=f"near_{kind.of}") as cursor:
        cursor.itersize = CHUNK_RECORDS
        cursor.execute(query)
        columns = [(column.name, _TYPES[column.type_display]) for column in cursor.description or ()]
        engine.execute(f"create table near ({', '.join(f'{name} {kind}' for name, kind in columns)})")
        while rows := cursor.fetchmany(CHUNK_RECORDS):
            values = zip(*rows, strict=True)
            chunk = pyarrow.table({name: list(told) for (name, _), told in zip(columns, values, strict=True)})
            engine.register("chunk", chunk)
            engine.execute("insert into near select * from chunk")
            engine.unregister("chunk")
    counted = engine.execute("select count(*) from near where is_new").fetchone()
    return 0 if counted is None else int(counted[0])


def cut_blocks(engine: duckdb.DuckDBPyConnection, kind: LinkKind, rules: LinkingRules) -> list[str]:
    """Cut blocks that are too large; what is too large even so is compared by no one.

    Returns:
        The blocks that were given up.
    """
    given_up: list[str] = []
    for block in kind.blocks:
        many = f"having count(*) > {rules.most_in_a_block}"
        too_large = f"{block} in (select {block} from near group by {block} {many})"
        engine.execute(
            f"update near set {block} = concat_ws('|', {block}, {kind.narrower}) where {too_large}"
        )
        given_up += [
            str(name)
            for (name,) in engine.execute(
                f"select distinct {block} from near where {too_large} order by 1"
            ).fetchall()
        ]
        engine.execute(f"update near set {block} = null where {too_large}")
    return given_up


def near_pairs(
    engine: duckdb.DuckDBPyConnection, kind: LinkKind, rules: LinkingRules
) -> Iterator[tuple[str, str, float, datetime]]:
    """Pairs with a new record or two that are surely of one thing: two ids, probability, since when known."""
    nearby = kind.nearby.format(most_days_apart=rules.most_days_apart)
    blocks = [f"l.{block} = r.{block} and {nearby}" for block in kind.blocks]
    scored = scored_pairs(engine, "near", rules, blocks, id_column=kind.id_column, news="is_new")
    found = engine.execute(
        f"""
        select scored.left_id, scored.right_id, scored.probability, {kind.pair_known_at}
        from {scored} as scored
        join near as l on l.{kind.id_column} = scored.left_id
        join near as r on r.{kind.id_column} = scored.right_id
        """
    )
    while rows := found.fetchmany(CHUNK_RECORDS):
        yield from rows


def _names(kind: LinkKind) -> dict[str, sql.Composable]:
    return {
        "tellings": sql.Identifier(*kind.tellings.split(".")),
        "held": sql.SQL("({})").format(held_records(kind)),
        "id_column": sql.Identifier(kind.id_column),
        "rules": sql.Literal(kind.version),
    }


def held_records(kind: LinkKind) -> sql.Composed:
    """What the linker last held of each record, whatever the gate says: it may wait for people."""
    return sql.SQL(
        "select distinct on (record_key) record_key, record from raw.{table}"
        " order by record_key, loaded_at desc"
    ).format(table=sql.Identifier(kind.resource.table))
