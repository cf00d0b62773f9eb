"""How a product row lies in the lake: sealed under its subject's key, and how the load opens it again."""

import base64
from collections.abc import Callable
from typing import Any

import orjson

from cvplus.exports.registry import DROPPED_ON, SUBJECT
from cvplus.privacy.keys import SubjectKeyring

SEALED = "_sealed"


def sealed_line(keyring: SubjectKeyring, plain: dict[str, Any]) -> bytes:
    """A record as its line in the lake; records of no person stay as they are.

    The line's ``subject_id`` says whose key opens it; the key must be at hand (``keyring.ensure``).
    """
    subject_id = plain.get(SUBJECT)
    if subject_id is None:
        return orjson.dumps(plain)
    sealed = keyring.seal(subject_id, orjson.dumps(plain))
    return orjson.dumps(
        {
            SUBJECT: subject_id,
            DROPPED_ON: plain[DROPPED_ON],
            SEALED: base64.b64encode(sealed).decode(),
        }
    )


def opener(keyring: SubjectKeyring) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The ``decode`` that the load is given: opens a sealed record, returns any other as it is.

    Keys that are not at hand are read from the vault several hundred at a time and cached.

    The callable raises :class:`~cvplus.privacy.keys.SubjectErased` when the subject's key is gone and
    :class:`~cvplus.privacy.keys.SealBroken` when the record was altered.
    """

    def decode(record: dict[str, Any]) -> dict[str, Any]:
        sealed = record.get(SEALED)
        if sealed is None:
            return record
        opened: dict[str, Any] = orjson.loads(keyring.open(record[SUBJECT], base64.b64decode(sealed)))
        return opened

    return decode
