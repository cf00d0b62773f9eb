"""A record's identity: its key, the hash of its content, and why it may be refused."""

import hashlib
import re
from collections.abc import Iterable

import orjson

# An index row of Postgres holds about 2,700 bytes; a longer key would cost the whole batch.
LONGEST_KEY = 1_000
# The day of the drop, in records of the product exports.
DROPPED_ON = "_dropped_on"
# A NUL as JSON writes it: an odd number of backslashes before u0000.
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Refused(ValueError):
    """A record cannot be used.

    ``reason_code`` is one of those in the manual (``docs/quarantine.md``), ``reason`` a full sentence.
    """

    def __init__(self, reason_code: str, reason: str) -> None:
        super().__init__(reason)
        self.reason_code = reason_code
        self.reason = reason


def value_at(record: object, path: str) -> object:
    """The value at a dotted path of objects; ``None`` where any part of the path is missing."""
    if "." not in path and isinstance(record, dict):
        return record.get(path)
    value = record
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def record_key(record: dict[str, object], paths: Iterable[str]) -> str:
    """The values at the paths of the key, joined by ``|``.

    Raises:
        Refused: ``key_missing`` when a part is missing, null, empty or no plain value, ``key_too_long``.
    """
    parts = []
    for path in paths:
        value = value_at(record, path)
        if type(value) is str and value:
            parts.append(value)
            continue
        if value is None or value == "" or isinstance(value, dict | list):
            raise Refused("key_missing", f"The key field {path} is missing, empty or no plain value.")
        parts.append(str(value).lower() if isinstance(value, bool) else str(value))
    key = parts[0] if len(parts) == 1 else "|".join(parts)
    if len(key) * 4 > LONGEST_KEY and len(key.encode(errors="replace")) > LONGEST_KEY:
        raise Refused("key_too_long", f"The key is longer than {LONGEST_KEY} bytes.")
    return key


def check_required(record: dict[str, object], paths: Iterable[str]) -> None:
    """Refuse a record (``field_missing``) that lacks a required field."""
    for path in paths:
        if value_at(record, path) is None:
            raise Refused("field_missing", f"The required field {path} is missing.")


def identity_of_line(line: bytes) -> tuple[bytes, str]:
    """What :func:`serialise` gives for a record whose line is canonical already, at half the price.

    Raises:
        Refused: ``null_character``.
    """
    _refuse_null(line)
    return line, hashlib.sha256(line).hexdigest()


def serialise(record: dict[str, object]) -> tuple[bytes, str]:
    """Canonical JSON of a record and the SHA-256 (hex) of its content.

    ``_dropped_on`` is the plant's own note on the delivery: it is kept in the document and left out of
    the hash, so the same record delivered again on another day is the same version.

    Raises:
        Refused: ``null_character`` (Postgres keeps no U+0000 in jsonb), ``text_invalid`` (lone surrogates,
            integers beyond 64 bits and whatever else is no portable JSON).
    """
    try:
        document = content = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        if DROPPED_ON in record:
            bare = {name: value for name, value in record.items() if name != DROPPED_ON}
            content = orjson.dumps(bare, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise Refused("text_invalid", f"The record is no portable JSON: {error}.") from error
    _refuse_null(document)
    return document, hashlib.sha256(content).hexdigest()


def _refuse_null(document: bytes) -> None:
    if b"\\u0000" in document and ESCAPED_NUL.search(document):
        raise Refused("null_character", "A text holds the character U+0000, which the warehouse cannot keep.")
