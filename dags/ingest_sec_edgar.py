"""Bring what chosen companies file with the US Securities and Exchange Commission into the warehouse.

**Makes**: new versions in `raw.sec_edgar__companies` and `raw.sec_edgar__facts`, and one row a batch in
`ops.batches`.

**From**: the public files of EDGAR, declared in `config/sources/sec_edgar.yaml`; no key, but a contact
e-mail in `login`, which the SEC asks for.

**When it fails**: nothing downstream waits for it; the last good data stays readable and
`marts.data_freshness` shows the age. A quarantined batch raises an alert with a link to its Data Docs:
see "Release a quarantined batch" in the manual. A source without a connection is off: the run says so
and succeeds.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_sec_edgar`, any window, in any
order, any number of times; EDGAR tells of a company as it is now, and of reports with the day on which
they were filed.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import COMPANIES
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_source
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_sec_edgar",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("10 4 * * 1", timezone="UTC"),
    tags=["domain:companies", "layer:ingest", "tier:3"],
    **INGEST_DAG,
) as dag:
    ingest_source("sec_edgar", outlet=COMPANIES)
