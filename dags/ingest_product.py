"""Bring one window of the product's exports into the warehouse, personal data split off first.

**Makes**: new versions in `raw.product__*` (fourteen entities), sealed personal data in `vault`, and one
row a batch in `ops.batches`.

**From**: the drops of the application (`CVPLUS_EXPORTS_URL`), declared in `config/product_exports.yaml`.

**When it fails**: features and predictions stay as of the last good drop. A line that cannot be used is in
`ops.rejected_records` with its reason; a drop with more than 5 % of them is quarantined alone: see
"Release a quarantined batch" in the manual.

**Backfill**: `make backfill FROM=2026-01-01 TO=2026-01-31 DAG=ingest_product`, any window, in any order,
any number of times.
"""

from airflow.sdk import DAG

from cvplus.orchestration.assets import PRODUCT
from cvplus.orchestration.defaults import INGEST_DAG
from cvplus.orchestration.ingest import ingest_product_exports
from window_timetable import DataIntervalSinceInstallation

with DAG(
    dag_id="ingest_product",
    doc_md=__doc__,
    schedule=DataIntervalSinceInstallation("0 0 * * *", timezone="UTC"),
    tags=["domain:product", "layer:ingest", "tier:1"],
    **INGEST_DAG,
) as dag:
    ingest_product_exports(outlet=PRODUCT)
