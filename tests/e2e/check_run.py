"""What a finished `make run` must have left behind; run by CI on the warehouse named in the environment.

Usage: eval "$(make -s env ROLE=engineer)" && python tests/e2e/check_run.py [digest file]

Prints a line a check and ends with `N passed, N failed`. With a digest file, the rows of every table are
compared with those of the file when it exists (a second run must add nothing), else written to it. With
UPDATE_SNAPSHOT=1 the expected counts of the market (expected_counts.json) are written from this run.
"""

import json
import multiprocessing
import os
import sys
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import psycopg
import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recount.compare import differences
from recount.expected import against_expected
from recount.market import read_market
from recount.truth import against_truth

from cvplus.runtime.airflow_api import AirflowApi
from cvplus.secret_files import password
from cvplus.sources.registry import load_sources

TABLES = [
    "ops.batches",
    "ops.gate_results",
    "ops.runs",
    "ops.layer_runs",
    "ops.model_runs",
    "ops.promotions",
    "ops.model_evaluations",
    "ops.feature_importances",
    "ops.drift",
    "features.cv_features",
    "features.job_features",
    "features.market_features",
    "features.temporal_features",
    "features.user_behavior_features",
    "features.pair_features",
    "features.training_examples",
    "features.scoring_pairs",
    "features.feature_declarations",
    "features.feature_registry",
    "predictions.predictions",
    "predictions.latest_predictions",
    "predictions.prediction_reasons",
    "predictions.prediction_audit",
    "marts.dim_companies",
    "marts.dim_occupations",
    "marts.dim_skills",
    "marts.dim_industries",
    "marts.dim_regions",
    "marts.dim_dates",
    "marts.dim_model_versions",
    "marts.fct_postings",
    "marts.fct_posting_skills",
    "marts.fct_listing_spells",
    "marts.fct_posting_weeks",
    "marts.fct_pay_observations",
    "marts.fct_applications",
    "marts.fct_events",
    "marts.fct_subscriptions",
    "marts.fct_predictions",
    "marts.salary_benchmarks",
    "marts.job_market_weekly",
    "marts.source_coverage",
    "marts.prediction_accuracy_weekly",
    "marts.model_performance",
    "marts.metrics_overview",
    "marts.data_freshness",
]
RULES = {
    "every batch adds up": """
        select count(*) from ops.batches
        where state <> 'landed' and rows_read <> rows_loaded + rows_duplicate + rows_rejected
    """,
    "every rejected record is counted under its reason": """
        select count(*) from ops.batches as b
        where rows_rejected <> (
            select coalesce(sum(records), 0) from ops.rejected_counts as r where r.batch_id = b.batch_id
        )
    """,
    "every declared source has told something that was accepted": f"""
        select count(*) from unnest('{{{",".join(sorted(load_sources()))}}}'::text[]) as declared (source)
        where not exists (
            select from ops.batches as b
            where b.source = declared.source and b.state = 'accepted' and b.rows_read > 0
        )
    """,
    "every declared resource stands in data_freshness": f"""
        select count(*) from unnest('{{{",".join(sorted(load_sources()))}}}'::text[]) as declared (source)
        where not exists (select from marts.data_freshness as f where f.source = declared.source)
    """,
    "no source is failing or stale": """
        select count(*) from marts.data_freshness where state not in ('fresh', 'not_configured')
    """,
    "every dbt node of the last build went well, and none is said to run": """
        select count(*) from ops.model_runs
        where status = 'running' or (status not in ('success', 'pass', 'warn') and invocation_id in (
            select distinct on (layer) invocation_id from ops.layer_runs order by layer, started_at desc
        ))
    """,
    "every table that dbt built stands in ops.model_runs with its rows": """
        select count(*) from pg_tables as built
        where schemaname in ('staging', 'intermediate', 'features', 'marts') and not exists (
            select 1 from ops.model_runs as told
            where told.node = built.tablename and told.kind = 'model' and told.rows is not null
        )
    """,
    "no batch waits in quarantine": "select count(*) from ops.batches where state = 'quarantined'",
    "every pair has been scored by one champion": """
        select count(*) from features.scoring_pairs as pair
        where not exists (
            select 1 from predictions.predictions as made
            where made.cv_id = pair.cv_id and made.job_id = pair.job_id
        )
    """,
    "no prediction is written twice": """
        select count(*) - count(distinct (cv_id, job_id, model_version, feature_hash, feature_at))
        from predictions.predictions
    """,
    "every prediction has reasons": """
        select count(*) from predictions.predictions as made
        where interview_probability is not null and not exists (
            select 1 from predictions.prediction_reasons as why
            where why.prediction_id = made.prediction_id
        )
    """,
    "no user id, e-mail address or telephone number is in raw product records": """
        select count(*) from raw.product__cvs
        where record ? 'userId' or record::text ~ '[a-z0-9.]+@[a-z0-9]+[.][a-z]+'
    """,
}


NOBODY = 65534


def second_tries() -> list[str]:
    """Tasks behind the edge that did not succeed at once; at the edge, a provider may fail."""
    home = Path(os.environ["CVPLUS_HOME"])
    api = AirflowApi(os.environ["AIRFLOW_URL"], "admin", password(home, "airflow_password"))
    return [
        f"{run.dag_id}.{task['task_id']}"
        for run in api.runs_since(datetime(2000, 1, 1, tzinfo=UTC))
        if not run.dag_id.startswith("ingest_")
        for task in api.task_instances(run)
        if task["try_number"] > 1
    ]


def open_to_others() -> list[str]:
    """Paths of the home that another user of the machine can read or write (as root, tried as `nobody`)."""
    home = Path(os.environ["CVPLUS_HOME"])
    if os.geteuid() != 0:
        return [str(home)] if home.stat().st_mode & 0o077 else []
    paths = [home, *(path for path in home.rglob("*") if not path.is_symlink())]
    with multiprocessing.get_context("fork").Pool(1, become_nobody) as pool:
        return [str(path) for path, is_open in zip(paths, pool.map(may_open, paths), strict=True) if is_open]


def become_nobody() -> None:
    """Give up every right that root has."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def may_open(path: Path) -> bool:
    """Whether this process may read or write what lies there."""
    return os.access(path, os.R_OK) or os.access(path, os.W_OK)


def open_doors() -> list[str]:
    """Questions that Airflow or MLflow answers to somebody who has not logged in."""
    mlflow, airflow = os.environ["MLFLOW_TRACKING_URI"], os.environ["AIRFLOW_URL"]
    asked = {
        f"{mlflow}/": requests.get(f"{mlflow}/", timeout=60),
        f"{mlflow}/api/2.0/mlflow/registered-models/create": requests.post(
            f"{mlflow}/api/2.0/mlflow/registered-models/create", json={"name": "mine"}, timeout=60
        ),
        f"{airflow}/api/v2/dags": requests.get(f"{airflow}/api/v2/dags", timeout=60),
    }
    return [url for url, answer in asked.items() if answer.status_code != HTTPStatus.UNAUTHORIZED]


def main() -> int:
    """Run the checks; 0 when all pass."""
    outcomes: list[tuple[str, bool, str]] = []
    with psycopg.connect(os.environ["CVPLUS_WAREHOUSE_URL"]) as connection:
        counts = {}
        for table in TABLES:
            ((count,),) = connection.execute(f"select count(*) from {table}").fetchall()
            counts[table] = count
            outcomes.append((f"{table} is not empty", count > 0, f"{count} rows"))
        for name, query in RULES.items():
            ((wrong,),) = connection.execute(query).fetchall()
            outcomes.append((name, wrong == 0, f"{wrong} against it"))
        connection.execute("set time zone 'UTC'")
        market = read_market(connection)
        for name, unlike in differences(connection, market).items():
            detail = "; ".join(unlike[:3]) or "no difference"
            outcomes.append((f"{name} agrees with a plain count", not unlike, detail))
        sandbox = Path(os.environ["CVPLUS_HOME"]) / "sandbox"
        outcomes += against_truth(market, sandbox)
        outcomes += against_expected(connection, sandbox)
    tried_again = second_tries()
    outcomes.append(("no task behind the edge was tried twice", not tried_again, ", ".join(tried_again)))
    doors = open_doors()
    outcomes.append(("nobody comes in without logging in", not doors, ", ".join(doors)))
    seen = open_to_others()
    outcomes.append(("nobody else can read or write in the home", not seen, ", ".join(seen[:5])))
    if len(sys.argv) > 1:
        digest = Path(sys.argv[1])
        kept = {name: n for name, n in counts.items() if name not in ("ops.runs", "ops.gate_results")}
        if digest.exists():
            before = json.loads(digest.read_text())
            moved = {name: (before[name], n) for name, n in kept.items() if before[name] != n}
            outcomes.append(("the second run adds nothing", not moved, str(moved)))
        else:
            digest.write_text(json.dumps(kept))
    for name, is_passed, detail in outcomes:
        sys.stdout.write(f"{'ok  ' if is_passed else 'FAIL'} {name} ({detail})\n")
    failed = sum(not is_passed for _, is_passed, _ in outcomes)
    sys.stdout.write(f"{len(outcomes) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
