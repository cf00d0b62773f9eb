"""Bring the jobs that Himalayas published in one window into the warehouse.

**Makes**: new versions in `raw.himalayas__jobs`, and one row a batch in `ops.batches`.

**From**: the Himalayas board, declared in `config/sources/himalayas.yaml`; it needs no key and its answers
are up to a day old.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_himalayas`. The board shows only what
still stands, newest first and twenty a page, so a window of more than a few days ago stays partial.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_himalayas",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("55 4 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("himalayas", outlet=JOB_MARKET)
