"""Bring one window of Crunchbase's organisations, and of those it removed, into the warehouse.

**Makes**: new versions in `raw.crunchbase__organizations` and `raw.crunchbase__deleted_entities`, and one row
a batch in `ops.batches`.

**From**: the Crunchbase Data API v4, declared in `config/sources/crunchbase.yaml`; it needs a licensed key.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_crunchbase`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import COMPANIES
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_crunchbase",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("0 0 * * *", timezone="UTC"),
    tags=["domain:companies", "layer:ingest", "tier:2"],
    **INGEST_DAG,
) as dag:
    ingest_source("crunchbase", outlet=COMPANIES)
