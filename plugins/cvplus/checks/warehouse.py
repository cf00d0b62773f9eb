"""What a warehouse on a server of one's own must have: schemas or the right to make them, and roles."""

import psycopg
from psycopg import sql

from cvplus.checks.databases import WAREHOUSE, examined, identity, table_findings
from cvplus.checks.findings import Finding, missing
from cvplus.settings import ROLES_WITH_URLS, Settings
from cvplus.warehouse.roles import OWNER, load_roles, owners


def warehouse_findings(settings: Settings) -> list[Finding]:
    """Look at the warehouse as each role of the plant that reaches it in a way of its own."""
    if settings.has_own_roles and settings.roles_without_address:
        return _without_address(settings.roles_without_address)
    roles = list(dict.fromkeys((OWNER, *ROLES_WITH_URLS))) if settings.has_own_roles else [OWNER]
    found: list[Finding] = []
    for role in roles:
        owned = [schema for schema, owner in owners(load_roles()).items() if owner == role or len(roles) == 1]
        makes_temporary = len(roles) == 1 or load_roles()[role].makes_temporary
        subject = f"warehouse as {role}" if len(roles) > 1 else WAREHOUSE.subject

        def look(
            connection: psycopg.Connection,
            owned: list[str] = owned,
            makes_temporary: bool = makes_temporary,
            subject: str = subject,
        ) -> list[Finding]:
            lacking = [] if not makes_temporary else _temporary_findings(subject, connection)
            return [*lacking, *_schema_findings(subject, connection, owned)]

        found += examined(WAREHOUSE, settings.warehouse_url_of(role), subject, look)
    if any(finding.is_missing for finding in found):
        return found
    return found + _same_database(settings, roles) + _different_users(settings)


def _without_address(roles: list[str]) -> list[Finding]:
    return [
        missing(
            f"warehouse as {role}",
            "It has no address of its own, as others have.",
            f"Set CVPLUS_WAREHOUSE_URL_{role.upper()}, or none of them.",
        )
        for role in roles
    ]


def _temporary_findings(subject: str, connection: psycopg.Connection) -> list[Finding]:
    row = connection.execute("select has_database_privilege(current_database(), 'temporary')").fetchone()
    if row is not None and row[0]:
        return []
    user, database = connection.info.user, connection.info.dbname
    told = f"{user} may make no temporary tables."
    return [missing(subject, told, f"`grant temporary on database {database} to {user}`.")]


def _schema_findings(subject: str, connection: psycopg.Connection, owned: list[str]) -> list[Finding]:
    """Each schema can be written in, its tables are the role's own; one that is missing can be made."""
    user, database = connection.info.user, connection.info.dbname
    there = {
        name
        for (name,) in connection.execute("select nspname from pg_namespace where nspname = any(%s)", [owned])
    }
    found: list[Finding] = []
    lacking = sorted(set(owned) - there)
    if lacking:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(sql.SQL("create schema {}").format(sql.Identifier(lacking[0])))
        except psycopg.errors.InsufficientPrivilege:
            told = f"{user} may not make the schemas {', '.join(lacking)}, and they are not there."
            remedy = f"`grant create on database {database} to {user}`, or make them, owned by {user}."
            found.append(missing(subject, told, remedy))
    for schema in sorted(there):
        found += table_findings(subject, connection, schema)
    strangers = connection.execute(
        """
        select distinct nspname, pg_get_userbyid(relowner)
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = any(%s) and relkind in ('r', 'p', 'v', 'm')
            and not pg_has_role(current_user, relowner, 'usage')
        order by 1, 2
        """,
        [owned],
    ).fetchall()
    for schema, stranger in strangers:
        told = f"Tables in schema {schema} belong to {stranger}, so {user} cannot change them."
        found.append(missing(subject, told, f"`reassign owned by {stranger} to {user}`."))
    return found


def _same_database(settings: Settings, roles: list[str]) -> list[Finding]:
    """Each role's address leads to one and the same database."""
    first = identity(settings.warehouse_url_of(OWNER))[:3]
    return [
        missing(
            f"warehouse as {role}",
            f"CVPLUS_WAREHOUSE_URL_{role.upper()} leads to another database than the owner's address.",
            "Let all of them name the same server and database.",
        )
        for role in roles
        if identity(settings.warehouse_url_of(role))[:3] != first
    ]


def _different_users(settings: Settings) -> list[Finding]:
    """No two roles are one user, who would have the rights of the last that was granted."""
    users = list(settings.role_names.values())
    return [
        missing(
            f"warehouse as {role}",
            f"{user} is the user of more than one role.",
            "Give each of the plant's roles a user of its own, or set CVPLUS_WAREHOUSE_URL alone.",
        )
        for role, user in settings.role_names.items()
        if users.count(user) > 1
    ]
