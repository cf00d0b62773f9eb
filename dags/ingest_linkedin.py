"""Bring one window of promoted LinkedIn postings into the warehouse.

**Makes**: new versions in `raw.linkedin__job_library`, and one row a batch in `ops.batches`.

**From**: LinkedIn's Job Library, declared in `config/sources/linkedin.yaml`; it needs a member's token.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_linkedin`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_linkedin",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("10 1 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("linkedin", outlet=JOB_MARKET)
