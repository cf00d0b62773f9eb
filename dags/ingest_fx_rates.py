"""Bring one window of exchange rates into the warehouse.

**Makes**: new versions in `raw.fx_rates__rates`, and one row a batch in `ops.batches`.

**From**: the reference rates of the European Central Bank as Frankfurter serves them, declared in
`config/sources/fx_rates.yaml`; it needs no key.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_fx_rates`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import REFERENCE
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_fx_rates",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("0 0 * * *", timezone="UTC"),
    tags=["domain:reference", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("fx_rates", outlet=REFERENCE)
