"""Bring one window of AngelList's company directory into the warehouse.

**Makes**: new versions in `raw.angellist_companies__startups`, and one row a batch in `ops.batches`.

**From**: whatever answers in the shape of AngelList's closed API, declared in
`config/sources/angellist_companies.yaml`; it needs that address and its token.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_angellist_companies`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import COMPANIES
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_angellist_companies",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("15 3 * * 0", timezone="UTC"),
    tags=["domain:companies", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("angellist_companies", outlet=COMPANIES)
