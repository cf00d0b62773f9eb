"""Build the marts that read predictions.

**Makes**: `marts.fct_predictions`, `marts.prediction_accuracy_weekly`, `marts.model_performance`,
`marts.metrics_overview`, `marts.data_freshness` and `marts.dim_model_versions`.

**From**: `predictions.*`, `ops.*` and the marts of `build_warehouse`. Wakes on the predictions' asset,
and on what was measured of drift.

**When it fails**: dashboards show the last good state. The red task's log ends with the model or test, its
message and the path of its SQL; clear it to go on from there.

**Backfill**: not needed; trigger it by hand.
"""

from datetime import timedelta

from airflow.sdk import DAG

from cvplus.orchestration.assets import DRIFT, PREDICTIONS
from cvplus.orchestration.build import layer_task
from cvplus.orchestration.defaults import TASK_DEFAULTS

with DAG(
    dag_id="publish_marts",
    doc_md=__doc__,
    schedule=(PREDICTIONS | DRIFT),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args=TASK_DEFAULTS,
    tags=["domain:warehouse", "layer:publish", "tier:1"],
) as dag:
    layer_task("publish")
