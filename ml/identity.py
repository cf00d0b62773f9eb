"""What makes a model that model: code, configuration, data and seed. Equal models are trained once."""

import hashlib
from pathlib import Path

from ml.config import ModelsConfig

CODE_FOLDER = Path(__file__).resolve().parent


def code_version(folder: Path = CODE_FOLDER) -> str:
    """First 16 hex digits of the SHA-256 over this package's sources, by path."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def model_id(snapshot_id: str, config: ModelsConfig, code: str) -> str:
    """SHA-256 hex of everything that the fit depends on; the seed is part of the configuration."""
    parts = "\n".join((code, config.model_dump_json(), snapshot_id))
    return hashlib.sha256(parts.encode()).hexdigest()
