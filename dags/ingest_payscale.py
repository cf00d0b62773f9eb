"""Bring one window of modelled market pay into the warehouse.

**Makes**: new versions in `raw.payscale__pay_reports`, and one row a batch in `ops.batches`.

**From**: the Jobalyzer of Payscale, declared in `config/sources/payscale.yaml`; it needs a contract,
and each report is charged.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_payscale`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SALARY
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_payscale",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("30 3 3 * *", timezone="UTC"),
    tags=["domain:salary", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("payscale", outlet=SALARY)
