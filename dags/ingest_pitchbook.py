"""Bring the profiles of the companies that chosen searches find at PitchBook into the warehouse.

**Makes**: new versions in `raw.pitchbook__search` and `raw.pitchbook__companies`, and one row a batch in
`ops.batches`.

**From**: the PitchBook API, declared in `config/sources/pitchbook.yaml`; it needs a licensed key, and every
call is charged against the month's budget in `config/providers.yaml`.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_pitchbook`, any window, in any
order, any number of times; every window asks for companies as they are now, and pays for it, so there is
nothing to gain from past ones.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import COMPANIES
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_pitchbook",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("50 3 3 * *", timezone="UTC"),
    tags=["domain:companies", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("pitchbook", outlet=COMPANIES)
