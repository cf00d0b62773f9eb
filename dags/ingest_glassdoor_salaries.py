"""Bring one window of the median pay of titles into the warehouse.

**Makes**: new versions in `raw.glassdoor_salaries__job_progression`, and one row a batch in
`ops.batches`.

**From**: the partner API of Glassdoor, declared in `config/sources/glassdoor_salaries.yaml`; it needs
an old partner id.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_glassdoor_salaries`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SALARY
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_glassdoor_salaries",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("40 4 4 1,4,7,10 *", timezone="UTC"),
    tags=["domain:salary", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("glassdoor_salaries", outlet=SALARY)
