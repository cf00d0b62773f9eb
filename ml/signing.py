"""A model's files, and the plant's signature on them: what this plant has not made is not opened.

Whoever can write to the model store could otherwise choose what scores, or put files there that harm who
reads them. The signature is an HMAC (RFC 2104, SHA-256) over the list of files, their digests and the model's
id, under a key that the store never sees.
"""

import hashlib
import hmac
import json
from pathlib import Path

from cvplus.errors import PermanentError

SIGNATURE = "signature.json"


class ModelRefused(PermanentError):
    """A model's files are not those that this plant has signed."""

    code = "model_refused"


class ModelUnreadable(PermanentError):
    """A model's files are this plant's, but not such as this code can read."""

    code = "model_unreadable"


def sign_folder(folder: Path, model_id: str, key: bytes) -> None:
    """Write ``signature.json`` beside the files of a folder: their SHA-256 digests, and the signature."""
    digests = _digests(folder)
    document = {"files": digests, "signature": _signature(digests, model_id, key)}
    (folder / SIGNATURE).write_text(json.dumps(document, indent=1))


def require_signed(folder: Path, model_id: str, key: bytes, names: frozenset[str] | None = None) -> None:
    """Make sure that the files of a folder are those that were signed, no more and no fewer.

    Args:
        folder: with ``signature.json``.
        model_id: of the model that the files are to belong to.
        key: the plant's.
        names: of the files that are there; the others of the signed ones may be missing. All, unless told.

    Raises:
        ModelRefused: a file was changed, added or left out, belongs to another model, or was never signed.
    """
    try:
        document = json.loads((folder / SIGNATURE).read_text())
        signed, signature = dict(document["files"]), str(document["signature"])
    except FileNotFoundError:
        raise refused("It carries no signature.") from None
    except (ValueError, KeyError, TypeError):
        raise refused(f"Its {SIGNATURE} is damaged.") from None
    if not hmac.compare_digest(signature, _signature(signed, model_id, key)):
        raise refused("Its signature is not this plant's.")
    found = _digests(folder)
    wanted = {name: digest for name, digest in signed.items() if names is None or name in names}
    wrong = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if wrong:
        raise refused(f"These files were changed, added or left out: {', '.join(wrong)}.")


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file != folder / SIGNATURE
    }


def _signature(digests: dict[str, str], model_id: str, key: bytes) -> str:
    told = json.dumps([model_id, sorted(digests.items())])
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()


def refused(cause: str) -> ModelRefused:
    """The error of a model that is not this plant's."""
    return ModelRefused(
        cause=f"A registered model is not used: {cause}",
        remedy="Find out who changed the model store; docs/runbooks/model_refused.md says how to go on.",
    )


def unreadable(cause: str) -> ModelUnreadable:
    """The error of a model that this plant has made and cannot read."""
    return ModelUnreadable(
        cause=f"A registered model cannot be read: {cause}",
        remedy="Go back to the code that wrote it, or train; docs/runbooks/model_unreadable.md says how.",
    )
