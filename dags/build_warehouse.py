"""Build everything that needs no prediction: enriched postings, staging, intermediate, features, marts.

**Makes**: `raw.derived__posting_facts`, then every dbt model but those tagged `reads_predictions`.

**From**: all accepted batches that have not been built yet; a run without news does nothing. It wakes on
any domain's asset, once for a set of news, and at the latest daily.

**When it fails**: predictions and marts stay as of the last good build. The failing model is the red task:
its log holds dbt's message. A failed gate names the expectation and its Data Docs. Clear the failed task to
go on; nothing is built twice.

**Backfill**: it is a function of state, so trigger it by hand (`full` rebuilds without news).
"""

from datetime import timedelta

from airflow.sdk import DAG, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable, Param

from cvplus.orchestration.assets import RAW_DOMAINS
from cvplus.orchestration.build import (
    announce_features,
    enrich_postings,
    find_news,
    gate_features,
    watch_freshness,
)
from cvplus.orchestration.dbt import READS_PREDICTIONS, dbt_task_group
from cvplus.orchestration.defaults import TASK_DEFAULTS

with DAG(
    dag_id="build_warehouse",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 5 * * *", timezone="UTC"), assets=AssetAny(*RAW_DOMAINS)
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=4),
    default_args=TASK_DEFAULTS,
    params={
        "full": Param(
            False,
            type="boolean",
            title="Build without news",
            description="Build every model even when no new batch was accepted.",
        )
    },
    tags=["domain:warehouse", "layer:transform", "tier:1"],
) as dag:
    watch_freshness()
    enriched = enrich_postings()
    models = dbt_task_group("dbt_build", exclude=[READS_PREDICTIONS])
    find_news() >> enriched >> models >> gate_features() >> announce_features(enriched)
