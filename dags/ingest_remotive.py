"""Bring the jobs that are open on Remotive into the warehouse.

**Makes**: new versions in `raw.remotive__jobs`, and one row a batch in `ops.batches`.

**From**: the Remotive board, declared in `config/sources/remotive.yaml`; it needs no key and allows four
calls a day.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_remotive`. A board says only what
stands on it now, so a past window gets today's jobs, known from today on.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_remotive",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("40 5 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("remotive", outlet=JOB_MARKET)
