"""Bring the public repositories that were pushed to in a window into the warehouse.

**Makes**: new versions in `raw.github__repositories`, and one row a batch in `ops.batches`.

**From**: the search of GitHub's REST API, declared in `config/sources/github.yaml`; it needs no key,
and a free token makes it faster.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_github`. A past window gives the
repositories that have not been pushed to since.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import SKILLS
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_github",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("20 2 * * *", timezone="UTC"),
    tags=["domain:skills", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("github", outlet=SKILLS)
