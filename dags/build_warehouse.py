"""Build everything that needs no prediction: read texts, staging, link, intermediate, features, marts.

**Makes**: `raw.derived__*_facts` (what texts of postings, companies and CVs say) and, behind staging,
`raw.derived__*_links` (which postings are of one job), then every dbt model but those tagged
`reads_predictions`, one task a layer: `build_stage`, `build_unite`, `build_features`,
`build_marts`. Each node's outcome is a row in `ops.model_runs` as it happens.

**From**: all accepted batches that have not been built yet; a run without news does nothing. It wakes on
any domain's asset, once for a set of news, and at the latest daily.

**When it fails**: what stands behind the failed layer stays as of the last good build. The red task's log
ends with the model or test, its message, the path of its SQL and what was not built below it. A lost
connection or a full disk is tried again by itself; anything else waits until the model or its data are
mended (manual, "A model fails") and the task is cleared: it goes on from what failed.

**Backfill**: it is a function of state, so trigger it by hand (`full` rebuilds without news).
"""

from datetime import timedelta

from airflow.sdk import DAG, AssetAny, AssetOrTimeSchedule, Param, chain

from cvplus.orchestration.assets import RAW_DOMAINS
from cvplus.orchestration.build import (
    layer_task,
    link_records,
    publish_features,
    read_texts,
    watch_freshness,
)
from cvplus.orchestration.defaults import TASK_DEFAULTS, on_clock

with DAG(
    dag_id="build_warehouse",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=on_clock("0 5 * * *"), assets=AssetAny(*RAW_DOMAINS)),
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
    enriched = read_texts()
    staged, *layers = [layer_task(layer) for layer in ("stage", "unite", "features", "marts")]
    linked = link_records()
    chain(enriched, staged, linked, *layers, publish_features(enriched, linked))
