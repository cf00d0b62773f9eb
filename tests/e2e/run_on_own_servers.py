"""The whole chain on servers that are all somebody's own, the warehouse with a user a role; run by CI.

Usage: python tests/e2e/run_on_own_servers.py <home> <file>

Prints a line a check and ends with `N passed, N failed`. What the tables hold is kept in the file, for
comparison with other plants.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "plugins"), str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]

import boto3  # noqa: E402
import psycopg  # noqa: E402
from own_server import own_server  # noqa: E402
from own_servers import BUCKET, make_owner, make_roles, own_mlflow, own_s3  # noqa: E402
from plants import digests, write_digests  # noqa: E402


def count(url: str, statement: str) -> int:
    """The one number that a statement gives."""
    with psycopg.connect(url) as connection:
        return int(next(connection.execute(statement))[0])


def run(home: Path, settings: dict[str, str], file: Path) -> dict[str, bool]:
    """Run the chain once; what has to be true then, by its name. What the tables hold is kept in a file."""
    environment = {**os.environ, **settings, "CVPLUS_HOME": str(home), "CVPLUS_SANDBOX_SIZE": "tiny"}
    done = subprocess.run(["make", "-s", "run"], cwd=ROOT, env=environment)
    try:
        warehouse, airflow = settings["CVPLUS_WAREHOUSE_URL"], settings["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
        s3 = boto3.client(
            "s3",
            endpoint_url=settings["AWS_ENDPOINT_URL"],
            aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
            region_name=settings["AWS_DEFAULT_REGION"],
        )
        predictions = settings["CVPLUS_WAREHOUSE_URL_ENGINEER"]
        with psycopg.connect(settings["CVPLUS_WAREHOUSE_URL_LOADER"]) as connection:
            write_digests(digests(connection), file)
        from mlflow import MlflowClient

        models = MlflowClient(settings["CVPLUS_MLFLOW_URL"]).search_registered_models()
        return {
            "make run ended well": done.returncode == 0,
            "the warehouse has predictions": count(
                predictions, "select count(*) from predictions.predictions"
            )
            > 0,
            "the warehouse has marts": count(predictions, "select count(*) from marts.fct_postings") > 0,
            "nothing in the warehouse is the database owner's": count(
                warehouse, "select count(*) from pg_class where relowner = 'warehouse'::regrole"
            )
            == 0,
            "the bucket has batches": s3.list_objects_v2(Bucket=BUCKET, Prefix="lake/")["KeyCount"] > 0,
            "no batch lies in the home": not (home / "lake").exists(),
            "MLflow's server has a champion": [set(model.aliases) for model in models] == [{"champion"}],
            "no model lies in the home": not (home / "mlflow_artifacts").exists(),
            "Airflow's books are there": count(
                airflow, "select count(*) from dag_run where state = 'success'"
            )
            > 30,
            "no run failed": count(airflow, "select count(*) from dag_run where state = 'failed'") == 0,
            "no Postgres is embedded": not (home / "postgres").exists(),
        }
    finally:
        subprocess.run(["make", "-s", "down"], cwd=ROOT, env=environment, check=True)


def main(home: Path, file: Path) -> int:
    """Start the servers, run, check; 0 when all is true."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="cvplus-own-servers-")))
        server = opened.enter_context(own_server())
        settings = {"CVPLUS_WAREHOUSE_URL": make_owner(server, "warehouse")}
        settings |= make_roles(server, "warehouse")
        settings |= opened.enter_context(own_s3()) | opened.enter_context(own_mlflow(folder))
        settings["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = make_owner(server, "airflow")
        checks = run(home, settings, file)
    for name, is_true in checks.items():
        sys.stdout.write(f"{'ok  ' if is_true else 'FAIL'} {name}\n")
    failed = list(checks.values()).count(False)
    sys.stdout.write(f"{len(checks) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
