"""The folder of a plant: only its own user may look into it."""

import os
import stat
from pathlib import Path

# Homes of their own, each below a folder that its server has to pass through.
REPLAYS = "replays"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PASS = stat.S_IXGRP | stat.S_IXOTH


def close_home(home: Path) -> None:
    """Let nobody else read or write what lies in a home, also where an earlier version did.

    The home itself, and the folder of replays, may be passed through: as root, the embedded server works as
    another user and has its folder below.
    """
    home.mkdir(parents=True, exist_ok=True)
    for path in (home, *home.iterdir()):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid != os.getuid():
            continue
        kept = found.st_mode & _PASS if path in (home, home / REPLAYS) else 0
        wanted = found.st_mode & ~_OTHERS | kept
        if wanted != found.st_mode:
            path.chmod(stat.S_IMODE(wanted))
