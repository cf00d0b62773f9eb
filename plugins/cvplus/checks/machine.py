"""What the plant needs of this machine: a home that may be written, and room on its disk."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryFile

from cvplus.checks.findings import Finding, missing
from cvplus.settings import Settings

SUBJECT = "home"
GIGABYTE = 1 << 30
# What the default market takes, with its logs and the server's own log of changes, and as much again to work.
LEAST_FREE_BYTES = 2 * GIGABYTE


def machine_findings(settings: Settings) -> list[Finding]:
    """The home can be written, and its disk has room."""
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        told = f"{home} cannot be written: {os.strerror(error.errno or 0)}."
        return [missing(SUBJECT, told, "Set CVPLUS_HOME to a folder that may be written.")]
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES and not _has_begun(home):
        told = (
            f"{free / GIGABYTE:.1f} GB are free on the disk of {home}; {_GIGABYTES} GB are needed to begin."
        )
        return [missing(SUBJECT, told, "Free room there, or set CVPLUS_HOME to a folder on another disk.")]
    if free < LEAST_FREE_BYTES // 4:
        told = f"Only {free / GIGABYTE:.1f} GB are free on the disk of {home}."
        return [Finding(SUBJECT, told, "Free room there before tasks fail for want of it.")]
    return [Finding(SUBJECT, f"{home} can be written; {free / GIGABYTE:.0f} GB are free.")]


_GIGABYTES = LEAST_FREE_BYTES // GIGABYTE


def _has_begun(home: Path) -> bool:
    """Whether a plant has worked in this home, whose work a full disk must not keep from being looked at."""
    return (home / "installed_at").exists()
