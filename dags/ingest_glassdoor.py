"""Bring one window of employers with their ratings, and counts of postings into the warehouse.

**Makes**: new versions in `raw.glassdoor__employers` and `raw.glassdoor__job_stats`, and one row a
batch in `ops.batches`.

**From**: the partner API of Glassdoor, declared in `config/sources/glassdoor.yaml`; it needs an old
partner id.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_glassdoor`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_glassdoor",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("20 4 * * 1", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("glassdoor", outlet=JOB_MARKET)
