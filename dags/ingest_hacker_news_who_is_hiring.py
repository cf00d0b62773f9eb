"""Bring one window of Hacker News' hiring threads into the warehouse.

**Makes**: new versions in `raw.hacker_news_who_is_hiring__threads` and `…__jobs`, and one row a
batch in `ops.batches`.

**From**: the HN Search API, declared in `config/sources/hacker_news_who_is_hiring.yaml`; it needs no key. The
current thread and the one before are read again whole each time.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_hacker_news_who_is_hiring`, any
window, in any order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_hacker_news_who_is_hiring",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("50 5 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("hacker_news_who_is_hiring", outlet=JOB_MARKET)
