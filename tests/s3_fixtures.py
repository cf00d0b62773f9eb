"""Fixtures: an S3 server and a bucket on it, for modules that say ``pytest_plugins = ("s3_fixtures",)``."""

import logging
from collections.abc import Iterator
from threading import Thread
from typing import Any

import boto3
import pytest
import requests
from botocore.retries import standard
from moto.moto_server.werkzeug_app import MotoRequestHandler
from s3_server import S3Server
from werkzeug.serving import make_server


@pytest.fixture(scope="session")
def running_s3_server() -> Iterator[S3Server]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = S3Server()
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    application.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield application
    server.shutdown()
    thread.join()


@pytest.fixture
def s3_server(running_s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, empty and well, with the environment that makes boto3 use it and retry without waiting."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", running_s3_server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(standard.ExponentialBackoff, "delay_amount", lambda self, context: 0)
    boto3.setup_default_session()
    requests.post(f"{running_s3_server.url}/moto-api/reset", timeout=300).raise_for_status()
    running_s3_server.faults, running_s3_server.requests, running_s3_server.before = [], [], None
    return running_s3_server


@pytest.fixture
def bucket(s3_server: S3Server) -> Any:
    """An empty bucket, ``market``."""
    resource = boto3.resource("s3").Bucket("market")
    resource.create()
    s3_server.requests.clear()
    return resource
