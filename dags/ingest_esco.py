"""Bring the skills and occupations of the European classification ESCO into the warehouse.

**Makes**: new versions in `raw.esco__skills` and `raw.esco__occupations`, and one row a batch in
`ops.batches`.

**From**: ESCO's web service, declared in `config/sources/esco.yaml`; it needs no key.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_esco`. The service answers by
version and not by day, so a past window gets the declared version, known from today on.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import REFERENCE
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_esco",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("40 4 2 * *", timezone="UTC"),
    tags=["domain:reference", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("esco", outlet=REFERENCE)
