"""How the DAGs run dbt: Cosmos in WATCHER mode, one dbt process, one Airflow task a model."""

import os
from pathlib import Path
from typing import Any

from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, LoadMode, SeedRenderingBehavior, TestBehavior

from cvplus.settings import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
# Models that read predictions are built after scoring; all others before it.
READS_PREDICTIONS = "tag:reads_predictions"


def manifest_path() -> Path:
    """The manifest that `make up` writes; DAGs are drawn from it without importing dbt."""
    target = os.environ.get("DBT_TARGET_PATH")
    return (Path(target) if target else DBT_PROJECT / "target") / "manifest.json"


def dbt_task_group(
    group_id: str, *, select: list[str] | None = None, exclude: list[str] | None = None
) -> Any:
    """One dbt build of the selected models: a producer task and a watching task a model.

    dbt runs each test right after its model and skips what stands below a failed one; the producer is then
    red and names the test. Tests get no Airflow task of their own: one that joins two models would make the
    upper one wait for the lower (see docs/decisions). The producer never retries, because a consumer's retry
    builds its own model and would otherwise pass in vain while the producer waits.
    """
    return DbtTaskGroup(
        group_id=group_id,
        project_config=ProjectConfig(
            dbt_project_path=DBT_PROJECT,
            manifest_path=manifest_path(),
            install_dbt_deps=False,
            project_name="cvplus",
        ),
        profile_config=ProfileConfig(
            profile_name="cvplus",
            target_name="warehouse",
            profiles_yml_filepath=DBT_PROJECT / "profiles.yml",
        ),
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.WATCHER,
            setup_operator_args={"retries": 0, "dbt_cmd_flags": ["--resource-type", "test"]},
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            select=select or [],
            exclude=exclude or [],
            test_behavior=TestBehavior.NONE,
            # The producer's build loads the seeds; a task that watches a code list tells nobody anything.
            seed_rendering_behavior=SeedRenderingBehavior.NONE,
            emit_datasets=False,
        ),
        operator_args={"install_deps": False, "retries": 1},
    )
