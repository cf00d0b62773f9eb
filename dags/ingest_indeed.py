"""Bring one window of Indeed's indices and jobs into the warehouse.

**Makes**: new versions in `raw.indeed__postings_index`, `…__wage_growth` and `…__job_search`, and one row
a batch in `ops.batches`.

**From**: the files of Indeed Hiring Lab, and job search where the connection has a key, declared in
`config/sources/indeed.yaml`.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_indeed`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_indeed",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("20 7 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("indeed", outlet=JOB_MARKET)
