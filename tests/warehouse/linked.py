"""What the linker holds of a test's records, landed, loaded and accepted as in a build."""

from pathlib import Path
from typing import Any

import psycopg
from dbt_runner import run_dbt

from cvplus.lake.store import open_lake
from cvplus.linking.kinds import LinkKind
from cvplus.linking.link import Linked, link_records
from cvplus.warehouse.load import load_batch


def link(url: str, kind: LinkKind, folder: Path, run_key: str = "run") -> Linked:
    """Run the linker on the tellings that lie in the warehouse; its batch is loaded and accepted."""
    lake = open_lake(folder.as_uri())
    with psycopg.connect(url) as connection:
        linked = link_records(connection, lake, run_key, kind)
        if linked.manifest is not None:
            load_batch(connection, lake, linked.manifest, kind.resource)
            connection.execute(
                "update ops.batches set state = 'accepted', gated_at = now() where batch_id = %s",
                [linked.manifest.batch_id],
            )
    return linked


def build_linked(url: str, kind: LinkKind, folder: Path, *select: str, **options: Any) -> None:
    """Build the tellings of a kind, link them, then build what is selected."""
    tellings = f"+{kind.tellings.split('.')[1]}"
    run_dbt(url, "build", "--select", tellings, **options)
    link(url, kind, folder)
    run_dbt(url, "build", "--select", *select, **options)
