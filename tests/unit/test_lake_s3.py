"""The lake on S3, against moto's server: the same promises as on a folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cvplus.errors import LakeFailure
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake, open_lake

WINDOW = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 2, tzinfo=UTC))
IDENTITY = BatchIdentity(source="usajobs", resource="search", window=WINDOW, run_key="run-1")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    resource = boto3.resource("s3").Bucket("market")
    resource.create()
    resource.objects.delete()
    return resource


@pytest.fixture
def lake(bucket: Any) -> Lake:
    return open_lake("s3://market/some/prefix")


def write(lake: Lake, pages: Any) -> Manifest:
    return lake.write_batch(IDENTITY, pages, known_at_rule="observed")


def test_a_batch_goes_and_comes_back(lake: Lake, bucket: Any) -> None:
    manifest = write(lake, [[{"id": 1}], [{"id": 2}]])
    assert list(lake.read_records(manifest)) == [{"id": 1}, {"id": 2}]
    assert lake.find_manifest(IDENTITY) == lake.read_manifest(IDENTITY.batch_id) == manifest
    assert write(lake, [[{"id": 3}]]) == manifest
    stem = f"some/prefix/usajobs/search/dt=2026-05-02/{manifest.batch_id}"
    assert [item.key for item in bucket.objects.all()] == [f"{stem}.jsonl.gz", f"{stem}.manifest.json"]


def test_a_large_batch_goes_up_in_parts(lake: Lake, bucket: Any) -> None:
    def pages() -> Iterator[list[Any]]:
        for page in range(120):
            yield [f'"{line * 7919**9 % 10**40:040x}{page}"'.encode() for line in range(4000)]

    manifest = write(lake, pages())
    assert manifest.bytes > 2**23
    assert "-" in bucket.Object(f"some/prefix/{manifest.lake_path}").e_tag
    assert sum(1 for _ in lake.read_lines(manifest)) == manifest.rows_read == 480_000


def test_an_error_in_the_middle_leaves_nothing_and_stays_itself(lake: Lake, bucket: Any) -> None:
    def pages() -> Iterator[list[Any]]:
        yield [{"id": 1}]
        raise ConnectionResetError("the provider hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        write(lake, pages())
    assert list(bucket.objects.all()) == []


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_named() -> None:
    with pytest.raises(LakeFailure, match=r"batch=usajobs\.search\..*s3://elsewhere/.*AWS_"):
        write(open_lake("s3://elsewhere"), [[{"id": 1}]])


def test_a_missing_file_names_its_batch(lake: Lake, bucket: Any) -> None:
    manifest = write(lake, [[{"id": 1}]])
    bucket.Object(f"some/prefix/{manifest.lake_path}").delete()
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*NoSuchKey"):
        list(lake.read_records(manifest))
