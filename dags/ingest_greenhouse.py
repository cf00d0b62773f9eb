"""Bring the jobs that stand on Greenhouse boards into the warehouse.

**Makes**: new versions in `raw.greenhouse__jobs`, and one row a batch in `ops.batches`.

**From**: the Greenhouse Job Board API, declared in `config/sources/greenhouse.yaml`; it needs no key,
and the boards are a list there or in the connection's extra.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_greenhouse`. A board says only what
stands on it now, so a past window gets today's jobs, known from today on.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_greenhouse",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("10 5 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:2"],
    **INGEST_DAG,
) as dag:
    ingest_source("greenhouse", outlet=JOB_MARKET)
