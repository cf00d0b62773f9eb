"""Secrets that a container is given as files: each file sets the variable that it is named after.

Compose and Kubernetes lay them in a folder (``/run/secrets``, or what ``CVPLUS_SECRETS_FOLDER`` says), so no
secret stands in a compose file, an image or what ``docker inspect`` shows. Health checks read them twice a
minute, so this module imports little.
"""

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

FOLDER = "/run/secrets"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def take_secrets(variables: MutableMapping[str, str] = os.environ) -> None:
    """Set each variable that a file is named after; a variable that is set already wins.

    Args:
        variables: the environment; names the folder in ``CVPLUS_SECRETS_FOLDER``.
    """
    folder = Path(variables.get("CVPLUS_SECRETS_FOLDER") or FOLDER)
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir()):
        if _VARIABLE.fullmatch(file.name) and not variables.get(file.name) and file.is_file():
            variables[file.name] = file.read_text().strip()
