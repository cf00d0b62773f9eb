"""The embedded server of a home, as its files tell of it: where it listens, and how each role logs in."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from cvplus.errors import ConfigurationError
from cvplus.postgres_url import LOOPBACK
from cvplus.secret_files import password

SUPERUSER = "postgres"
HOST = "127.0.0.1"


def embedded_port(home: Path) -> int:
    """The port of the embedded server.

    Raises:
        ConfigurationError: it has never been started in this home, or the file of ports is damaged.
    """
    try:
        return int(json.loads((home / "ports.json").read_text())["postgres"])
    except FileNotFoundError as error:
        raise ConfigurationError(
            cause="No warehouse is set and the embedded one has not been started.",
            remedy="Run `make up`, or set CVPLUS_WAREHOUSE_URL=postgresql://…",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            cause=f"{home / 'ports.json'} is damaged.", remedy="Run `make up`: it writes the file again."
        ) from error


def role_password(home: Path, role: str) -> str:
    """The password of a role of the embedded server, made at first use."""
    return password(home, "postgres_password" if role == SUPERUSER else f"postgres_{role}")


def embedded_url(home: Path, role: str, database: str = "warehouse") -> str:
    """How a role reaches a database of the embedded server.

    Raises:
        ConfigurationError: as :func:`embedded_port` does.
    """
    port = embedded_port(home)
    return f"postgresql://{role}:{role_password(home, role)}@{HOST}:{port}/{database}"


def is_embedded(home: Path, url: str) -> bool:
    """Whether a URL leads to the embedded server of this home, as one that ``make env`` printed does."""
    try:
        parts = urlsplit(url)
        return parts.hostname in LOOPBACK and parts.port == embedded_port(home)
    except (ConfigurationError, ValueError):
        return False
