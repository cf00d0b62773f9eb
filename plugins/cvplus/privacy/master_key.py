"""The master key: where it comes from, and what is derived from it.

It wraps every subject's own key and is the root of the keyed hash that turns user ids into subject ids.
It never encrypts data of a subject itself.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cvplus.errors import ConfigurationError
from cvplus.secret_files import read_or_make
from cvplus.settings import Settings

KEY_BYTES = 32
SUBJECT_ID_CHARACTERS = 32
_REMEDY = (
    "Set CVPLUS_MASTER_KEY to base64 of 32 random bytes (after a rotation: new key, comma, older keys), "
    "or put that text into <home>/keys/master_key."
)


class MasterKey:
    """The current master key, and the ones before it that rotation has left in service.

    ``key_ids`` maps a short public name (a hash, safe to store) to each key. New subject keys are wrapped
    by the first. The keyed hash of user ids comes from the *last*, the oldest, so that subject ids stay
    the same when the master key is rotated.
    """

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ConfigurationError(
                cause=f"A master key has {KEY_BYTES} bytes; one that was given does not.", remedy=_REMEDY
            )
        self._wrappers = {_key_id(key): AESGCM(_derive(key, b"cvplus/wrap")) for key in keys}
        self.current_id = _key_id(keys[0])
        self._digests = {
            purpose: _derive(keys[-1], f"cvplus/{purpose}".encode()) for purpose in ("subject", "content")
        }

    @property
    def key_ids(self) -> list[str]:
        """Public names of the keys in service, the current one first."""
        return list(self._wrappers)

    @property
    def current(self) -> AESGCM:
        """The cipher that wraps new keys."""
        return self._wrappers[self.current_id]

    def wrapper(self, key_id: str) -> AESGCM | None:
        """The cipher that wraps keys under this master key; ``None`` when it is not in service."""
        return self._wrappers.get(key_id)

    def subject_id(self, user_id: str) -> str:
        """Keyed hash (HMAC-SHA256, 32 hex characters) of a user id: stable, and useless without the key."""
        digest = hmac.new(self._digests["subject"], user_id.encode(), hashlib.sha256)
        return digest.hexdigest()[:SUBJECT_ID_CHARACTERS]

    def content_hash(self, content: bytes) -> str:
        """Keyed hash of personal content, so that equal content is known without being guessable."""
        return hmac.new(self._digests["content"], content, hashlib.sha256).hexdigest()


def load_master_key(settings: Settings) -> MasterKey:
    """The master key from ``CVPLUS_MASTER_KEY``, else from ``<home>/keys/master_key``, made at first start.

    Raises:
        ConfigurationError: the text is not base64 of 32 bytes, or the file may be read by others.
    """
    if settings.master_key:
        return parse_master_key(settings.master_key)
    path = settings.home / "keys" / "master_key"
    text = read_or_make(path, lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(
            cause=f"The master key {path} may be read by others (mode {path.stat().st_mode & 0o777:o}).",
            remedy=f"Run `chmod 600 {path}`, and rotate the key if others could have read it.",
        )
    return parse_master_key(text)


def parse_master_key(text: str) -> MasterKey:
    """Read one key, or several separated by commas, the current one first."""
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    except binascii.Error as error:
        raise ConfigurationError(cause="The master key is not base64.", remedy=_REMEDY) from error
    return MasterKey(keys)


def _derive(key: bytes, purpose: bytes) -> bytes:
    """An independent key for one purpose (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(_derive(key, b"cvplus/name")).hexdigest()[:16]
