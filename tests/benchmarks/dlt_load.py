"""Load a lake file with dlt into a Postgres of its own, in a process of its own; run by ``bench_load.py``.

``python dlt_load.py default|csv|adbc <lake file> <work folder>``; ``DLT_TARGET_URL`` names the server.
Prints one line of JSON: ``import_seconds``, ``seconds`` (extract, normalise and load) and ``rows``; or
``missing``, the package that a mode needs and the environment does not have.

- ``default``: the records as Python objects, the destination's default file format (INSERT statements);
- ``csv``: an Arrow table, written as CSV and loaded by COPY;
- ``adbc``: an Arrow table, written as Parquet and loaded through the ADBC driver.
"""

import gzip
import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

ADBC = "adbc_driver_postgresql"
FORMATS = {"default": None, "csv": "csv", "adbc": "parquet"}
PAGE = 5_000


def objects(path: Path) -> Iterator[list[dict[str, Any]]]:
    """The file's records, in pages."""
    page = []
    with gzip.open(path) as lines:
        for line in lines:
            page.append(orjson.loads(line))
            if len(page) == PAGE:
                yield page
                page = []
    yield page


def arrow_table(path: Path) -> Iterator[Any]:
    """The file as one Arrow table; nested values, which neither CSV nor Postgres takes, as JSON text."""
    import pyarrow
    from pyarrow import json as arrow_json

    with gzip.open(path) as file:
        table = arrow_json.read_json(file)
    for position, column in enumerate(table.schema):
        if pyarrow.types.is_nested(column.type):
            texts = [orjson.dumps(value).decode() for value in table.column(position).to_pylist()]
            table = table.set_column(position, column.name, pyarrow.array(texts))
    yield table


def main() -> None:
    """Load once and print the figures."""
    mode, path, work = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if mode == "adbc" and importlib.util.find_spec(ADBC) is None:
        sys.stdout.write(orjson.dumps({"missing": ADBC}).decode() + "\n")
        return
    began = time.perf_counter()
    import dlt
    from dlt.destinations import postgres

    imported = time.perf_counter()
    pipeline = dlt.pipeline(
        pipeline_name=f"bench_{mode}",
        pipelines_dir=str(work),
        destination=postgres(credentials=os.environ["DLT_TARGET_URL"]),
        dataset_name=f"dlt_{mode}",
    )
    records = objects(path) if mode == "default" else arrow_table(path)
    started = time.perf_counter()
    pipeline.run(records, table_name="postings", loader_file_format=FORMATS[mode]).raise_on_failed_jobs()
    seconds = time.perf_counter() - started
    with pipeline.sql_client() as client:
        ((rows,),) = client.execute_sql("select count(*) from postings")
    result = {"import_seconds": imported - began, "seconds": seconds, "rows": rows}
    sys.stdout.write(orjson.dumps(result).decode() + "\n")


if __name__ == "__main__":
    main()
