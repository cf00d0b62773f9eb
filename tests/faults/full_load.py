"""A full load of several sources in a process of its own, which may be killed at any moment and run again.

``python full_load.py <sandbox's address> <start> <end> <source>…`` lands, loads and gates each source; it
says ``begun`` once work begins. What was done by an earlier run under the same key is not done again.
Ends with 1, and the reason on standard error, as soon as a source cannot be had whole.
"""

import sys
from datetime import datetime

from sandbox_process import PLAYED

from cvplus.errors import PlantError
from cvplus.operations.ingestion import (
    PRODUCT,
    gate_loaded_batches,
    land_product_exports,
    land_source,
    load_batches,
)
from cvplus.sources.credentials import Credentials, configured_resources
from cvplus.sources.registry import load_sources

RUN_ID = "run-1"


def load_source(source: str, address: str, start: datetime, end: datetime) -> None:
    """Land, load and gate a source's whole history.

    Raises:
        PlantError: as the steps say, or a resource was left out because its provider was away.
    """
    dag_id = f"ingest_{source}"
    run_key = f"{dag_id}/{RUN_ID}"
    if source == PRODUCT:
        landed = land_product_exports(start, end, run_key, RUN_ID)
    else:
        told = PLAYED[source].connection(address)
        credentials = Credentials(told["host"], told["login"], told["password"], told.get("extra", {}))
        landed = land_source(source, start, end, credentials, run_key, RUN_ID)
        if len(landed) < len(configured_resources(load_sources()[source], credentials)):
            raise PlantError(cause=f"{source} gave only {len(landed)} batches.", remedy="Run it again.")
    gate_loaded_batches(load_batches(landed, dag_id, RUN_ID), dag_id, RUN_ID)


def main(arguments: list[str]) -> int:
    """Load the sources one after the other."""
    address, start, end, *sources = arguments
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    for source in sources:
        try:
            load_source(source, address, datetime.fromisoformat(start), datetime.fromisoformat(end))
        except PlantError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
