"""Compare the people and jobs of today with those that the champion was trained on.

**Makes**: one row a feature in `ops.drift` and an HTML report beside it; asks for a retraining when enough
features have moved.

**From**: `features.training_examples` and the champion's training sample. Wakes on the feature store's
asset, and on a new champion, whose sample is another one to compare with.

**When it fails**: nothing downstream waits for it. No champion yet is not a failure: the run says so.

**Backfill**: not needed; trigger it by hand.
"""

from datetime import timedelta

from airflow.sdk import DAG

from cvplus.orchestration.assets import CHAMPION, FEATURE_STORE
from cvplus.orchestration.defaults import TASK_DEFAULTS
from cvplus.orchestration.learning import compare_populations

with DAG(
    dag_id="monitor_drift",
    doc_md=__doc__,
    schedule=(FEATURE_STORE | CHAMPION),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args=TASK_DEFAULTS,
    tags=["domain:models", "layer:monitor", "tier:3"],
) as dag:
    compare_populations()
