"""A folder that all workers of one test run share, for what is expensive to make and the same for all."""

import os
import shutil
import tempfile
from pathlib import Path

# Workers inherit it from the process that starts them.
_VARIABLE = "CVPLUS_TESTS_SHARED"


def make_shared_folder() -> None:
    """Make it, before the workers start."""
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="cvplus-tests-")


def shared_folder() -> Path:
    """Where it is. Two workers may come at once: lock what you make there."""
    return Path(os.environ[_VARIABLE])


def remove_shared_folder() -> None:
    """Remove it, after the workers have ended."""
    shutil.rmtree(shared_folder(), ignore_errors=True)
