"""The task that keeps the lake's lifecycle."""

from airflow.sdk import get_current_context, task


@task
def apply_lifecycle() -> str:
    """Apply ``config/lifecycle.yaml`` to the lake; returns the report."""
    from cvplus.operations.archiving import archive_lake
    from cvplus.operations.runs import measured

    context = get_current_context()
    with measured(context["dag"].dag_id, context["run_id"], "apply_lifecycle") as account:
        return archive_lake(account)
