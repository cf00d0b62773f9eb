"""Bring Coursera's catalogue of courses into the warehouse.

**Makes**: new versions in `raw.coursera__courses` and `raw.coursera__partners`, and one row a batch in
`ops.batches`.

**From**: the public catalogue, declared in `config/sources/coursera.yaml`; it needs no key.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_coursera`. The catalogue says only
what is taught now, so a past window gets today's courses, known from today on.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SKILLS
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_coursera",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("20 3 * * 6", timezone="UTC"),
    tags=["domain:skills", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("coursera", outlet=SKILLS)
