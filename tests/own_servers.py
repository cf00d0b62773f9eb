"""Somebody's own servers, small but real: a Postgres without superuser, S3 (moto's), and MLflow's server.

``python tests/own_servers.py [--roles]`` starts all of them, prints the settings that lead there as shell
exports, and serves until its standard input ends.
"""

import argparse
import logging
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import boto3
import psycopg
import requests
from moto.server import DomainDispatcherApplication, create_backend_app
from own_server import own_server
from psycopg import sql
from werkzeug.serving import make_server

from cvplus.runtime.postgres import EmbeddedPostgres, free_port
from cvplus.settings import ROLES_WITH_URLS

BUCKET = "market"
S3_LOGIN = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def make_owner(server: EmbeddedPostgres, database: str) -> str:
    """A database and a role that owns it and nothing more, as a managed server gives; its URL."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        name = sql.Identifier(database)
        connection.execute(sql.SQL("create role {} login password 'pw'").format(name))
        connection.execute(sql.SQL("create database {} owner {}").format(name, name))
        connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    return f"postgresql://{database}:pw@127.0.0.1:{server.port}/{database}"


def make_roles(server: EmbeddedPostgres, database: str) -> dict[str, str]:
    """What who runs the server does for a plant whose roles are several; the settings that name them."""
    settings = {}
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        for role in (*ROLES_WITH_URLS, "analyst", "bi", "app"):
            name = f"market_{role}" if role in ROLES_WITH_URLS else role
            rights = (
                "connect, temporary, create" if role in ("owner", "transformer") else "connect, temporary"
            )
            connection.execute(sql.SQL("create role {} login password 'pw'").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("grant {} on database {} to {}").format(
                    sql.SQL(rights), sql.Identifier(database), sql.Identifier(name)
                )
            )
            if role in ROLES_WITH_URLS:
                url = f"postgresql://{name}:pw@127.0.0.1:{server.port}/{database}"
                settings[f"CVPLUS_WAREHOUSE_URL_{role.upper()}"] = url
    return settings


@contextmanager
def own_s3() -> Iterator[dict[str, str]]:
    """An S3 server with an empty bucket; the settings that lead there."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    options = {name.lower(): value for name, value in S3_LOGIN.items() if name != "AWS_DEFAULT_REGION"}
    boto3.client("s3", endpoint_url=address, region_name="us-east-1", **options).create_bucket(Bucket=BUCKET)
    try:
        yield {"CVPLUS_LAKE_URL": f"s3://{BUCKET}/lake", "AWS_ENDPOINT_URL": address, **S3_LOGIN}
    finally:
        server.shutdown()


@contextmanager
def own_mlflow(folder: Path, *, serves_artifacts: bool = True) -> Iterator[dict[str, str]]:
    """An MLflow server that keeps models and files in a folder of its own; the setting that leads there.

    One that does not serve artifacts leaves it to its clients to reach that folder.
    """
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += [
        "--port",
        str(port),
        "--workers",
        "1",
        "--backend-store-uri",
        f"sqlite:///{folder / 'mlflow.db'}",
    ]
    kept = str(folder / "artifacts")
    command += (
        ["--artifacts-destination", kept]
        if serves_artifacts
        else ["--no-serve-artifacts", "--default-artifact-root", kept]
    )
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "DO_NOT_TRACK": "true"}
    with (folder / "mlflow.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health", server)
        yield {"CVPLUS_MLFLOW_URL": f"http://127.0.0.1:{port}"}
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(1200):
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.ConnectionError:
            if server.poll() is not None:
                break
        time.sleep(0.2)
    raise RuntimeError(f"MLflow does not answer at {url}")


def main() -> None:
    """Serve everything until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--roles", action="store_true", help="the plant's roles are several on the warehouse's server"
    )
    arguments = parser.parse_args()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="cvplus-own-servers-")))
        server = opened.enter_context(own_server())
        settings = {"CVPLUS_WAREHOUSE_URL": make_owner(server, "warehouse")}
        if arguments.roles:
            settings |= make_roles(server, "warehouse")
        settings |= opened.enter_context(own_s3()) | opened.enter_context(own_mlflow(folder))
        settings["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = make_owner(server, "airflow")
        for name, value in settings.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.write("# ready\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
