"""One way to open the warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from cvplus.errors import WarehouseUnavailable
from cvplus.settings import load_settings


@contextmanager
def connect(url: str | None = None) -> Iterator[psycopg.Connection]:
    """Open a connection whose transaction commits when the block ends well, else rolls back.

    Raises:
        WarehouseUnavailable: when the server cannot be reached or goes away inside the block.
    """
    target = url or load_settings().resolved_warehouse_url
    try:
        with psycopg.connect(target, connect_timeout=10, application_name="cvplus") as connection:
            connection.execute("set time zone 'UTC'")
            yield connection
    except psycopg.OperationalError as error:
        raise WarehouseUnavailable(
            cause=f"The warehouse did not answer: {str(error).strip().splitlines()[0]}.",
            remedy="Start it (`make up`) or check CVPLUS_WAREHOUSE_URL; the task can be run again.",
        ) from error
