"""Predict and explain every (CV, job) pair that the champion has not scored yet.

**Makes**: `predictions.predictions`, `predictions.prediction_reasons` and `predictions.prediction_audit`,
written once however often it runs.

**From**: `features.scoring_pairs` and the model behind the alias `champion`. Wakes on the feature store's
asset and on a new champion.

**When it fails**: the last predictions stay readable. A failed input gate names the expectation; clear the
task when the features are mended.

**Backfill**: not needed; it scores whatever is not scored.
"""

from datetime import timedelta

from airflow.sdk import DAG

from cvplus.orchestration.assets import CHAMPION, FEATURE_STORE
from cvplus.orchestration.defaults import TASK_DEFAULTS
from cvplus.orchestration.learning import publish_predictions, score

with DAG(
    dag_id="score_batch",
    doc_md=__doc__,
    schedule=(FEATURE_STORE | CHAMPION),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    default_args=TASK_DEFAULTS,
    tags=["domain:models", "layer:score", "tier:1"],
) as dag:
    publish_predictions(score())
