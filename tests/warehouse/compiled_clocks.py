"""Finds, in compiled SQL, where a model reads what has versions, and how it asks for one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

# The instants that a row can be asked for; anything else is no row's own.
INSTANTS = {"applied_at", "feature_at", "known_at", "news_at", "horizon_at", "midnight_at"}


@dataclass(frozen=True)
class Reading:
    """One place where a model reads a relation that has versions, and whether it does so as of an instant.

    ``how``: ``as_of`` (the version of the row's own instant, or of the horizon), ``every_version`` (those
    that were ever current), or ``unasked``.
    """

    model: str
    relation: str
    how: str


@dataclass(frozen=True)
class Place:
    """Where a condition on a reading may stand: a query, and what the reading's columns are called in it."""

    query: exp.Select
    alias: str
    known_at: str = "known_at"
    known_until: str = "known_until"


def readings(model: str, compiled: str, versioned: Mapping[str, str]) -> list[Reading]:
    """Every reading of a compiled model; ``versioned``: the schema of each relation that has ``known_at``."""
    return [Reading(model, name, how) for name, how in _found(parsed(compiled), versioned)]


def parsed(compiled: str) -> exp.Expression:
    """A compiled model as a tree."""
    return sqlglot.parse_one(compiled, dialect="postgres")


def _found(tree: exp.Expression, versioned: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for table in tree.find_all(exp.Table):
        if versioned.get(table.name) == table.db:
            ways = _places(table)
            if any(all(_halves(place) for place in way) for way in ways):
                yield table.name, "as_of"
            elif any(all(keeps_every_version(place) for place in way) for way in ways):
                yield table.name, "every_version"
            else:
                yield table.name, "unasked"


def asked_conditions(tree: exp.Expression, versioned: Mapping[str, str]) -> Iterator[exp.Expression]:
    """Both halves of each condition by which a relation is asked as of an instant."""
    for table in tree.find_all(exp.Table):
        if versioned.get(table.name) == table.db:
            for place in (place for way in _places(table) for place in way):
                yield from _halves(place)


def keeps_every_version(place: Place) -> bool:
    """Whether a query reads all versions that were ever current."""
    wanted = sqlglot.parse_one(
        f"({place.alias}.{place.known_until} is null"
        f" or {place.alias}.{place.known_until} > {place.alias}.{place.known_at})",
        dialect="postgres",
    )
    return any(condition == wanted for condition in _conditions(place.query))


def _halves(place: Place) -> list[exp.Expression]:
    """``known_at <= x`` and ``known_until is null or x < known_until`` of a place, x being an instant."""
    conditions = list(_conditions(place.query))
    for condition in conditions:
        if isinstance(condition, exp.LTE) and _is(condition.this, place.alias, place.known_at):
            instant = condition.expression
            until = f"{place.alias}.{place.known_until}"
            wanted = sqlglot.parse_one(
                f"({until} is null or {instant.sql('postgres')} < {until})", dialect="postgres"
            )
            halves = [condition, *(other for other in conditions if other == wanted)]
            if len(halves) > 1 and _is_instant(instant, place.alias):
                return halves
    return []


def _places(table: exp.Table) -> list[list[Place]]:
    """Where a table's versions may be asked for: in the query that reads it, or in all that read that one.

    Each list is one way; a way holds when each of its places does.
    """
    query = table.find_ancestor(exp.Select)
    assert query is not None
    ways = [[Place(query, table.alias_or_name)]]
    known_at, known_until = (_given_as(query, name) for name in ("known_at", "known_until"))
    around = query.parent
    while isinstance(around, exp.SetOperation):
        around = around.parent
    if known_at is None or known_until is None:
        return ways
    if isinstance(around, exp.Subquery) and around.alias:
        outer = around.find_ancestor(exp.Select)
        if outer is not None:
            ways.append([Place(outer, around.alias, known_at, known_until)])
    if isinstance(around, exp.CTE):
        readers = [
            Place(reader, other.alias_or_name, known_at, known_until)
            for other in table.root().find_all(exp.Table)
            if (other.db, other.name) == ("", around.alias)
            and (reader := other.find_ancestor(exp.Select)) is not None
        ]
        if readers:
            ways.append(readers)
    return ways


def _given_as(query: exp.Select, name: str) -> str | None:
    """What a query calls a column that it gives as it is; None where it does not give it."""
    for column in query.expressions:
        if isinstance(column, exp.Star) or (isinstance(column, exp.Column) and column.name in ("*", name)):
            return name
        if isinstance(column, exp.Alias) and isinstance(column.this, exp.Column) and column.this.name == name:
            return column.alias
    return None


def _conditions(query: exp.Select) -> Iterator[exp.Expression]:
    """What must hold of a query's rows, each condition by itself."""
    found = [query.args["where"].this] if query.args.get("where") else []
    found += [join.args["on"] for join in query.args.get("joins") or [] if join.args.get("on")]
    while found:
        condition = found.pop()
        if isinstance(condition, exp.And):
            found += [condition.left, condition.right]
        else:
            yield condition


def _is(expression: exp.Expression, alias: str, name: str) -> bool:
    return isinstance(expression, exp.Column) and (expression.table, expression.name) == (alias, name)


def _is_instant(expression: exp.Expression, alias: str) -> bool:
    """Whether an expression is another row's instant, or the horizon."""
    if isinstance(expression, exp.Column):
        return expression.table != alias and expression.name in INSTANTS
    tables = [(table.db, table.name) for table in expression.find_all(exp.Table)]
    return tables == [("ops", "batches")] and "window_end" in expression.sql()
