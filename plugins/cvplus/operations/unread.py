"""What lies under the exports' root and is not read: a row each, as of the newest look."""

from collections.abc import Iterable

import psycopg

from cvplus.exports.names import UnreadFile

_LOCK = 7_316_229


def record_unread(connection: psycopg.Connection, files: Iterable[UnreadFile]) -> None:
    """Bring ``ops.unread_files`` to what was found just now, in the caller's transaction.

    A file that is there still keeps ``first_seen_at``; one that is gone, or is read now, has no row any more.
    """
    connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
    connection.execute(
        "create temporary table found_unread (path text, entity text, reason_code text, reason text) "
        "on commit drop"
    )
    with connection.cursor().copy("copy found_unread from stdin") as copy:
        for file in files:
            copy.write_row((file.path, file.entity, file.reason_code, file.reason))
    connection.execute(
        "delete from ops.unread_files as told "
        "where not exists (select from found_unread as found where found.path = told.path)"
    )
    connection.execute(
        """
        insert into ops.unread_files (path, entity, reason_code, reason)
        select distinct on (path) path, entity, reason_code, reason
        from found_unread order by path, reason_code
        on conflict (path) do update set
            entity = excluded.entity, reason_code = excluded.reason_code, reason = excluded.reason,
            last_seen_at = excluded.last_seen_at
        """
    )
