"""Train the five predictors on what was known, evaluate them on the newest slice of time, promote or keep.

**Makes**: one version of the registered model `cvplus_predictor` in MLflow, rows in
`ops.model_evaluations`, `ops.feature_importances` and `ops.promotions`; on promotion the alias
`champion` moves.

**From**: a point-in-time snapshot of `features.training_examples`. Weekly, when drift asks for it, or by
hand. The same data, code and configuration are never trained twice.

**When it fails**: the champion stays and scoring goes on with it. A model that does not pass the gate is
not a failure: the run is green, `ops.promotions` says why it was kept out.

**Backfill**: not needed; trigger it by hand.
"""

from datetime import timedelta

from airflow.sdk import DAG, AssetOrTimeSchedule

from cvplus.orchestration.assets import RETRAINING_REQUEST
from cvplus.orchestration.defaults import TASK_DEFAULTS, on_clock
from cvplus.orchestration.learning import promote, train

with DAG(
    dag_id="train_models",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=on_clock("0 2 * * 0"), assets=[RETRAINING_REQUEST]),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args=TASK_DEFAULTS,
    tags=["domain:models", "layer:learn", "tier:2"],
) as dag:
    promote(train())
