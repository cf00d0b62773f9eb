"""Bring one window of published US wages by occupation and place into the warehouse.

**Makes**: new versions in `raw.careeronestop__wages`, and one row a batch in `ops.batches`.

**From**: CareerOneStop, the wage service of the US Department of Labor, declared in
`config/sources/careeronestop.yaml`; it needs a free user id and token.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_careeronestop`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SALARY
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_careeronestop",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("30 2 2 * *", timezone="UTC"),
    tags=["domain:salary", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("careeronestop", outlet=SALARY)
