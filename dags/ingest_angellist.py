"""Bring one window of jobs in the shape of AngelList's API into the warehouse.

**Makes**: new versions in `raw.angellist__jobs`, and one row a batch in `ops.batches`.

**From**: whatever the connection's `host` points to, declared in `config/sources/angellist.yaml`; the
provider itself is gone.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_angellist`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_angellist",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("5 3 * * 0", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("angellist", outlet=JOB_MARKET)
