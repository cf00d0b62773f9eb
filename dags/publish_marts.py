"""Build the marts that read predictions.

**Makes**: `marts.fct_predictions`, `marts.prediction_accuracy_weekly`, `marts.model_performance`,
`marts.metrics_overview`, `marts.data_freshness` and `marts.dim_model_versions`.

**From**: `predictions.*`, `ops.*` and the marts of `build_warehouse`. Wakes on the predictions' asset.

**When it fails**: dashboards show the last good state. The failing model is the red task; clear it to go
on.

**Backfill**: not needed; trigger it by hand.
"""

from datetime import timedelta

from airflow.sdk import DAG

from cvplus.orchestration.assets import PREDICTIONS
from cvplus.orchestration.dbt import READS_PREDICTIONS, dbt_task_group
from cvplus.orchestration.defaults import TASK_DEFAULTS

with DAG(
    dag_id="publish_marts",
    doc_md=__doc__,
    schedule=[PREDICTIONS],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args=TASK_DEFAULTS,
    tags=["domain:warehouse", "layer:publish", "tier:1"],
) as dag:
    dbt_task_group("dbt_publish", select=[READS_PREDICTIONS])
