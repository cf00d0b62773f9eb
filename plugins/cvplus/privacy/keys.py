"""The subjects' own keys: made, wrapped by the master key, kept in the vault, read in bulk."""

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import LiteralString

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cvplus.errors import ConfigurationError, PermanentError, Where
from cvplus.privacy.master_key import KEY_BYTES, MasterKey, load_master_key

__all__ = ["SealBroken", "SubjectErased", "SubjectKeyring", "load_master_key"]

NONCE_BYTES = 12
_CACHED_KEYS = 50_000
_KEYS_READ_AHEAD = 500


class SubjectErased(PermanentError):
    """Data sealed under a subject's key is asked for, and the key is no more."""

    code = "subject_erased"


class SealBroken(PermanentError):
    """Sealed data does not open under its subject's key: it was altered, or belongs to another subject."""

    code = "seal_broken"


class SubjectKeyring:
    """AES-256 keys of subjects, one each, wrapped by the master key in ``vault.subject_keys``.

    A chunk of work first names its subjects in bulk (:meth:`ensure` to write, :meth:`load` to read), then
    seals or opens one after another without touching the database. New keys are part of the connection's
    transaction: commit before anything sealed under them is kept elsewhere. The cache holds at most 50,000
    keys, so memory does not grow with the number of subjects.
    """

    def __init__(self, connection: psycopg.Connection, master_key: MasterKey) -> None:
        self.connection = connection
        self.master_key = master_key
        self._ciphers: OrderedDict[str, AESGCM] = OrderedDict()

    def subject_id(self, user_id: str) -> str:
        """The subject id of a user id (see :meth:`MasterKey.subject_id`)."""
        return self.master_key.subject_id(user_id)

    def ensure(self, subject_ids: Iterable[str]) -> None:
        """Have keys of all these subjects at hand, making those that are missing.

        Two tasks that make the key of one subject at the same time end with the same key: the first
        insert wins and both read it back.
        """
        wanted = self.load(subject_ids)
        if not wanted:
            return
        fresh = sorted(wanted)
        wrapped = [self._wrap(subject_id, secrets.token_bytes(KEY_BYTES)) for subject_id in fresh]
        self.connection.execute(
            """
            insert into vault.subject_keys (subject_id, wrapped_key, master_key_id)
            select subject_id, wrapped_key, %s
            from unnest(%s::text[], %s::bytea[]) as new (subject_id, wrapped_key)
            on conflict (subject_id) do nothing
            """,
            [self.master_key.current_id, fresh, wrapped],
        )
        self.load(fresh)

    def load(self, subject_ids: Iterable[str]) -> set[str]:
        """Have the keys of these subjects at hand where they exist; returns the subjects without one."""
        asked = set(subject_ids)
        wanted = asked - self._ciphers.keys()
        for subject_id in asked - wanted:
            self._ciphers.move_to_end(subject_id)
        if wanted:
            wanted -= self._read("where subject_id = any(%s)", [list(wanted)])
            while len(self._ciphers) > max(_CACHED_KEYS, len(asked)):
                self._ciphers.popitem(last=False)
        return wanted

    def forget(self) -> None:
        """Drop the keys at hand: those erased since are then gone, those not committed are made anew."""
        self._ciphers.clear()

    def seal(self, subject_id: str, content: bytes) -> bytes:
        """Encrypt under the subject's key: nonce, then ciphertext, bound to the subject id."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(subject_id).encrypt(nonce, content, subject_id.encode())

    def open(self, subject_id: str, sealed: bytes) -> bytes:
        """Decrypt what :meth:`seal` made.

        Raises:
            SubjectErased: the subject's key does not exist (any more).
            SealBroken: the bytes are not what was sealed for this subject.
        """
        try:
            return self._cipher(subject_id).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], subject_id.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise SealBroken(
                cause="Sealed data does not open under the key of its subject.",
                remedy="Restore the file or row from a copy; it was altered or moved to another subject.",
                where=Where(record_key=subject_id),
            ) from error

    def seal_under_master(self, content: bytes, place: str) -> bytes:
        """Encrypt what belongs to no known subject (a rejected line), bound to its place."""
        return self._sealed_by_master(content, place.encode())

    def open_under_master(self, sealed: bytes, place: str, key_id: str) -> bytes:
        """Decrypt what :meth:`seal_under_master` made."""
        return self._opened_by_master(sealed, place.encode(), key_id)

    def _cipher(self, subject_id: str) -> AESGCM:
        if subject_id not in self._ciphers:
            self._load_near(subject_id)
        if subject_id not in self._ciphers:
            raise SubjectErased(
                cause="This subject has no key: the person was erased, or the key was never committed.",
                remedy="Nothing to do after an erasure. Else run the window of the drop again.",
                where=Where(record_key=subject_id),
            )
        return self._ciphers[subject_id]

    def _load_near(self, subject_id: str) -> None:
        """Have this subject's key at hand and those that follow it in the index.

        A reader that meets subjects one by one asks the vault once for many: subject ids are hashes, so
        after a few such reads most of a vault that fits the cache is at hand.
        """
        self._read("where subject_id >= %s order by subject_id limit %s", [subject_id, _KEYS_READ_AHEAD])
        if subject_id in self._ciphers:
            self._ciphers.move_to_end(subject_id)
        while len(self._ciphers) > _CACHED_KEYS:
            self._ciphers.popitem(last=False)

    def _read(self, condition: LiteralString, parameters: list[object]) -> set[str]:
        rows = self.connection.execute(
            "select subject_id, wrapped_key, master_key_id from vault.subject_keys " + condition, parameters
        ).fetchall()
        for subject_id, wrapped_key, key_id in rows:
            if subject_id not in self._ciphers:
                self._ciphers[subject_id] = AESGCM(self._unwrap(subject_id, wrapped_key, key_id))
        return {row[0] for row in rows}

    def _wrap(self, subject_id: str, key: bytes) -> bytes:
        return self._sealed_by_master(key, subject_id.encode())

    def _unwrap(self, subject_id: str, wrapped_key: bytes, key_id: str) -> bytes:
        return self._opened_by_master(wrapped_key, subject_id.encode(), key_id)

    def _sealed_by_master(self, content: bytes, associated: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self.master_key.current.encrypt(nonce, content, associated)

    def _opened_by_master(self, sealed: bytes, associated: bytes, key_id: str) -> bytes:
        wrapper = self.master_key.wrapper(key_id)
        if wrapper is None:
            raise ConfigurationError(
                cause=f"The vault is wrapped by master key {key_id}, and the keys in service are "
                f"{', '.join(self.master_key.key_ids)}.",
                remedy="Set CVPLUS_MASTER_KEY (or <home>/keys/master_key) to the key the vault was made "
                "with; after a rotation, list the older keys behind the new one, separated by commas.",
            )
        try:
            return wrapper.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(
                cause="A row of the vault does not open under the master key that it names.",
                remedy="Restore the row from a copy of the vault; it was altered.",
            ) from error
