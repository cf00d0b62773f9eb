"""What the workers share of a source in small SQLite files, read by whoever only wants to know."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any


def read_states(folder: Path, ending: str, query: str) -> dict[str, Any]:
    """The one value that a query finds in each file of that ending, by the name before it; reads only.

    A file without a row, or with null, is left out.
    """
    found: dict[str, Any] = {}
    for file in sorted(folder.glob(f"*{ending}")):
        row = None
        # A worker may be making the file at this moment; then it holds nothing back yet.
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=1)) as connection,
        ):
            row = connection.execute(query).fetchone()
        if row is not None and row[0] is not None:
            found[file.name.removesuffix(ending)] = row[0]
    return found
