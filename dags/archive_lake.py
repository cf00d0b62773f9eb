"""Keep the lake's lifecycle: compressed at once, a colder class after a month, the archive after six.

**Makes**: on S3, the bucket's lifecycle rules whose ids begin with `cvplus:`; S3 itself then moves the
files. On a folder nothing moves; the task's log and its return value say how much is old enough.

**From**: `config/lifecycle.yaml`, explained in "The lake" in the manual. Daily, so that a rule that was
changed in the file or in the bucket is put right within a day.

**When it fails**: files stay in the class they are in and cost more; nothing is lost and nothing waits for
it. The message names the bucket and what to do.

**Backfill**: not needed; trigger it by hand.
"""

from datetime import timedelta

from airflow.sdk import DAG

from cvplus.orchestration.archiving import apply_lifecycle
from cvplus.orchestration.defaults import TASK_DEFAULTS, on_clock

with DAG(
    dag_id="archive_lake",
    doc_md=__doc__,
    schedule=on_clock("30 3 * * *"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args=TASK_DEFAULTS,
    tags=["domain:warehouse", "layer:monitor", "tier:3"],
) as dag:
    apply_lifecycle()
