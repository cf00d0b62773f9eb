"""An embedded server of a test's own, which it may kill."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe

from cvplus.runtime.postgres import EmbeddedPostgres, start_postgres, stop_postgres


@contextmanager
def own_server() -> Iterator[EmbeddedPostgres]:
    """Start a server in a folder of its own; stop it, if it still lives, and remove the folder."""
    folder = Path(tempfile.mkdtemp(prefix="cvplus-postgres-"))
    try:
        yield start_postgres(folder / "data", token_urlsafe())
    finally:
        stop_postgres(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)
