"""The warehouse's roles (``config/roles.yaml``), and the rights that they are given, no more and no fewer."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Self

import psycopg
from psycopg import sql
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, model_validator

from cvplus.errors import ConfigurationError
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_typed

ROLES = PROJECT_ROOT / "config" / "roles.yaml"
# The role whose connection a process opens unless it asks for another.
WORKING_ROLE = "loader"
OWNER = "owner"
TRANSFORMER = "transformer"
ML = "ml"
PRIVACY = "privacy"
# Whom a person at the plant's own shell is, and a tool of an analyst.
ENGINEER = "engineer"
ANALYST = "analyst"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
Table = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$")]


class Role(BaseModel):
    """What one role is for, and what it may do in which schemas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: str
    owns: tuple[Name, ...] = ()
    writes: tuple[Name, ...] = ()
    writes_tables: tuple[Table, ...] = ()
    reads: tuple[Name, ...] = ()
    makes_temporary: bool = False

    @model_validator(mode="after")
    def _says_each_schema_once(self) -> Self:
        told = [*self.owns, *self.writes, *self.reads]
        if len(told) != len(set(told)):
            raise ValueError("says a schema twice: what is owned is written, what is written is read")
        return self


@cache
def load_roles(path: Path = ROLES) -> Mapping[str, Role]:
    """The roles by name.

    Raises:
        ConfigurationError: the file is wrong, or a schema has no owner or two.
    """
    remedy = "Correct it; its head says what a role may have."
    roles = read_typed(path, TypeAdapter(dict[Name, Role]), remedy)
    owned = [schema for role in roles.values() for schema in role.owns]
    named = {schema for role in roles.values() for schema in (*role.owns, *role.writes, *role.reads)}
    if len(owned) != len(named):
        wrong = sorted(schema for schema in named if owned.count(schema) != 1)
        raise ConfigurationError(
            cause=f"{path.name}: these schemas have not exactly one owner: {', '.join(wrong)}.", remedy=remedy
        )
    return roles


def owners(roles: Mapping[str, Role]) -> dict[str, str]:
    """The owning role of every schema."""
    return {schema: name for name, role in roles.items() for schema in role.owns}


def grant_all_rights(url_of: Callable[[str], str], named: Mapping[str, str] | None = None) -> None:
    """Give every role of ``config/roles.yaml`` its rights, unless that was done since the file was changed.

    Granting disturbs who builds at that moment, so it is not repeated for nothing.

    Args:
        url_of: how a role reaches the warehouse.
        named: how the server calls a role, where that is not its name in ``config/roles.yaml``.
    """
    roles = load_roles()
    digest = hashlib.sha256(repr((sorted(roles.items()), sorted((named or {}).items()))).encode()).hexdigest()
    with psycopg.connect(url_of(OWNER)) as connection:
        done = connection.execute("select 1 from ops.granted_rights where digest = %s", [digest]).fetchone()
        if done is not None:
            return
        for owner in sorted(set(owners(roles).values())):
            with psycopg.connect(url_of(owner)) as granting:
                grant_rights(granting, owner, roles, named)
        connection.execute("delete from ops.granted_rights")
        connection.execute("insert into ops.granted_rights (digest) values (%s)", [digest])


def grant_rights(
    connection: psycopg.Connection,
    owner: str,
    roles: Mapping[str, Role],
    named: Mapping[str, str] | None = None,
) -> None:
    """Give every role its rights in the schemas of one owner, on the tables there and on those to come.

    Rights that a role is not to have (any more) are taken away.

    Args:
        connection: opened as the owner, who may grant; the caller commits.
        owner: the role's name in ``roles``.
        roles: of which those that the server has are given rights.
        named: how the server calls a role, where that is not its name in ``roles``.
    """
    names = {role: role for role in roles} | dict(named or {})
    there = {
        name
        for (name,) in connection.execute(
            "select rolname from pg_roles where rolname = any(%s) and rolname <> current_user",
            [list(names.values())],
        )
    }
    for schema in roles[owner].owns:
        for role, name in sorted(names.items()):
            if name in there and role != owner:
                _grant_schema(connection, schema, name, roles[role])


def _grant_schema(connection: psycopg.Connection, schema: str, name: str, role: Role) -> None:
    tables = [table.split(".")[1] for table in role.writes_tables if table.startswith(f"{schema}.")]
    rights = "select, insert, update, delete" if schema in role.writes else "select"
    is_open = schema in role.writes or schema in role.reads
    parts = {"schema": sql.Identifier(schema), "role": sql.Identifier(name), "rights": sql.SQL(rights)}
    statements = [
        "revoke all on schema {schema} from {role}",
        "revoke all on all tables in schema {schema} from {role}",
        "alter default privileges in schema {schema} revoke all on tables from {role}",
    ]
    if is_open or tables:
        statements.append("grant usage on schema {schema} to {role}")
    if is_open:
        statements.append("grant {rights} on all tables in schema {schema} to {role}")
        statements.append("alter default privileges in schema {schema} grant {rights} on tables to {role}")
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**parts))
    for table in tables:
        connection.execute(
            sql.SQL("grant select, insert, update, delete on {} to {}").format(
                sql.Identifier(schema, table), sql.Identifier(name)
            )
        )
