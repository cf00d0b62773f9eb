"""Writing into the vault, in bulk and any number of times with the same result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg

from cvplus.privacy.keys import SubjectKeyring


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The personal part of one record, in clear; it leaves the process only sealed."""

    subject_id: str
    entity: str
    record_key: str
    content: bytes
    dropped_on: date


def store_personal_data(keyring: SubjectKeyring, parts: Sequence[PersonalData]) -> None:
    """Seal the parts and put them into ``vault.personal_data``; what is there already stays.

    The keys of the subjects must be at hand (``keyring.ensure``).
    """
    rows = {}
    for part in parts:
        content_hash = keyring.master_key.content_hash(part.content)
        sealed = keyring.seal(part.subject_id, part.content)
        rows[part.entity, part.record_key, content_hash] = (part.subject_id, sealed, part.dropped_on)
    _copy_new(
        keyring.connection,
        "personal_data",
        ("entity", "record_key", "content_hash", "subject_id", "sealed", "dropped_on"),
        ((*key, *rest) for key, rest in rows.items()),
    )


def store_rejected_lines(keyring: SubjectKeyring, batch_id: str, lines: Iterable[tuple[int, bytes]]) -> None:
    """Seal rejected lines (record number, the line as it came) under the master key."""
    key_id = keyring.master_key.current_id
    _copy_new(
        keyring.connection,
        "rejected_lines",
        ("batch_id", "record_number", "sealed", "master_key_id"),
        (
            (batch_id, number, keyring.seal_under_master(line, f"{batch_id}|{number}"), key_id)
            for number, line in lines
        ),
    )


def open_rejected_line(keyring: SubjectKeyring, batch_id: str, record_number: int) -> bytes | None:
    """A rejected line as it came; ``None`` when the vault has none of that number."""
    row = keyring.connection.execute(
        "select sealed, master_key_id from vault.rejected_lines where batch_id = %s and record_number = %s",
        [batch_id, record_number],
    ).fetchone()
    return None if row is None else keyring.open_under_master(row[0], f"{batch_id}|{record_number}", row[1])


def _copy_new(
    connection: psycopg.Connection, table: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    """COPY rows into ``vault.<table>`` by way of a temporary table; rows whose key exists are left out."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"create temporary table if not exists landing_{table} (like vault.{table} including defaults)"
        )
        cursor.execute(f"truncate landing_{table}")
        with cursor.copy(f"copy landing_{table} ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"insert into vault.{table} ({names}) select {names} from landing_{table} on conflict do nothing"
        )
        cursor.execute(f"truncate landing_{table}")
