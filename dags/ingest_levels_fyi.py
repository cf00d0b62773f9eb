"""Bring one window of pay that technology workers reported into the warehouse.

**Makes**: new versions in `raw.levels_fyi__salary_data` and `raw.levels_fyi__benchmarks`, and one row a
batch in `ops.batches`.

**From**: a copy of Levels.fyi's old file that you supply, and its benchmarks, declared in
`config/sources/levels_fyi.yaml`; it needs the address of the copy, and a key for the benchmarks.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_levels_fyi`, any window, in any
order, any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SALARY
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_levels_fyi",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("0 3 2 * *", timezone="UTC"),
    tags=["domain:salary", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("levels_fyi", outlet=SALARY)
