"""Bring one window of The Muse's postings, and its companies, into the warehouse.

**Makes**: new versions in `raw.the_muse__jobs` and `raw.the_muse__companies`, and one row a batch in
`ops.batches`.

**From**: The Muse's public API, declared in `config/sources/the_muse.yaml`; a free key is optional.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_the_muse`, any window, in any
order, any number of times; of a past window comes only what still stands.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import JOB_MARKET
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_the_muse",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("50 5 * * *", timezone="UTC"),
    tags=["domain:job_market", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("the_muse", outlet=JOB_MARKET)
