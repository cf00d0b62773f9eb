"""Bring O*NET's occupations, technologies and skills into the warehouse.

**Makes**: new versions in `raw.onet__occupations`, `raw.onet__technology_skills` and
`raw.onet__skills`, and one row a batch in `ops.batches`.

**From**: O*NET Web Services, declared in `config/sources/onet.yaml`; it needs a free key, and the
occupations are a list there or in the connection's extra.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_onet`. O*NET says only what its
newest release holds, so a past window gets that, known from today on.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import REFERENCE
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_onet",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("20 4 2 * *", timezone="UTC"),
    tags=["domain:reference", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("onet", outlet=REFERENCE)
