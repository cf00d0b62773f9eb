"""S3 that throttles, fails, hangs up, cuts, loses answers or refuses: what the lake makes of it."""

from typing import Any

import boto3
import pytest
import requests
from s3_server import Effect, Fault, S3Server

from cvplus.errors import LakeFailure, SourceUnavailable
from cvplus.exports.drops import DropFile, ExportsRoot
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake, open_lake

pytest_plugins = ("s3_fixtures",)

WINDOW = Window.model_validate({"start": "2026-05-01T00:00:00Z", "end": "2026-05-02T00:00:00Z"})
IDENTITY = BatchIdentity(source="usajobs", resource="search", window=WINDOW, run_key="run-1")
ATTEMPTS = 5


@pytest.fixture
def lake(bucket: Any) -> Lake:
    return open_lake("s3://market/lake")


def write(lake: Lake, pages: Any = (({"id": 1},),)) -> Manifest:
    return lake.write_batch(IDENTITY, pages, known_at_rule="observed")


def large_pages(pages: int = 130) -> Any:
    """About 9 MiB when compressed: two parts."""
    for page in range(pages):
        yield [f'"{line * 7919**9 % 10**40:040x}{page}"'.encode() for line in range(4000)]


@pytest.mark.parametrize("effect", ["503", "500", "reset"])
@pytest.mark.parametrize(
    "spoilt",
    [("PUT", ".jsonl.gz"), ("PUT", ".manifest.json"), ("HEAD",), ("GET", ".jsonl.gz"), ("list-type",)],
)
def test_a_passing_fault_is_retried(
    lake: Lake, s3_server: S3Server, effect: Effect, spoilt: tuple[str, ...]
) -> None:
    fault = Fault(spoilt, effect, times=ATTEMPTS - 1)
    s3_server.faults.append(fault)
    manifest = write(lake)
    assert list(lake.read_records(manifest)) == [{"id": 1}]
    assert list(lake.manifests()) == [manifest]
    assert fault.times == 0


@pytest.mark.parametrize("spoilt", [("POST", "uploads"), ("PUT", "partNumber=2"), ("POST", "uploadId")])
def test_a_passing_fault_of_a_multipart_upload_is_retried(
    lake: Lake, bucket: Any, s3_server: S3Server, spoilt: tuple[str, ...]
) -> None:
    fault = Fault(spoilt, "503", times=2)
    s3_server.faults.append(fault)
    manifest = write(lake, large_pages())
    assert sum(1 for _ in lake.read_lines(manifest)) == 520_000
    assert fault.times == 0


@pytest.mark.parametrize("effect", ["503", "500", "reset"])
def test_a_lasting_fault_is_told_with_bucket_key_and_remedy(
    lake: Lake, bucket: Any, s3_server: S3Server, effect: Effect
) -> None:
    fault = Fault(("PUT", ".jsonl.gz"), effect, times=1000)
    s3_server.faults.append(fault)
    with pytest.raises(
        LakeFailure, match=rf"s3://market/lake/{IDENTITY.folder}/.*Next: .*AWS_ENDPOINT_URL"
    ) as failure:
        write(lake)
    assert failure.value.where.batch_id == IDENTITY.batch_id
    assert 1000 - fault.times == ATTEMPTS
    assert list(bucket.objects.all()) == []


def test_a_part_that_cannot_be_sent_ends_the_upload_and_the_reading(
    lake: Lake, bucket: Any, s3_server: S3Server
) -> None:
    read: list[int] = []

    def pages() -> Any:
        for number, page in enumerate(large_pages(200)):
            read.append(number)
            yield page

    s3_server.faults.append(Fault(("PUT", "partNumber=1"), "503", times=1000))
    with pytest.raises(LakeFailure, match="SlowDown"):
        write(lake, pages())
    assert len(read) < 150
    assert list(bucket.objects.all()) == []
    assert list(bucket.multipart_uploads.all()) == []


@pytest.mark.parametrize(
    "spoilt", [("PUT", ".jsonl.gz"), ("PUT", ".manifest.json")], ids=["data", "manifest"]
)
def test_a_write_whose_answer_was_lost_is_known_as_our_own(
    lake: Lake, s3_server: S3Server, spoilt: tuple[str, ...]
) -> None:
    s3_server.faults.append(Fault(spoilt, "answer_lost"))
    manifest = write(lake)
    assert s3_server.count(*spoilt) == 2
    assert list(lake.read_records(manifest)) == [{"id": 1}]
    assert lake.find_manifest(IDENTITY) == manifest


def test_a_multipart_upload_whose_last_answer_was_lost_is_known_as_our_own(
    lake: Lake, s3_server: S3Server
) -> None:
    s3_server.faults.append(Fault(("POST", "uploadId"), "answer_lost"))
    manifest = write(lake, large_pages())
    assert sum(1 for _ in lake.read_lines(manifest)) == 520_000


def test_a_manifest_whose_answers_were_all_lost_keeps_its_data(lake: Lake, s3_server: S3Server) -> None:
    s3_server.faults.append(Fault(("PUT", ".manifest.json"), "answer_lost"))
    s3_server.faults.append(Fault(("PUT", ".manifest.json"), "reset", times=ATTEMPTS - 1))
    with pytest.raises(LakeFailure):
        write(lake)
    manifest = write(lake, [[{"id": "not read"}]])
    assert list(lake.read_records(manifest)) == [{"id": 1}]


@pytest.mark.parametrize("effect", ["cut", "flipped"])
def test_an_answer_spoilt_on_its_way_is_found_out(lake: Lake, s3_server: S3Server, effect: Effect) -> None:
    manifest = write(lake)
    s3_server.faults.append(Fault(("GET", ".jsonl.gz"), effect, times=1000))
    with pytest.raises(LakeFailure, match=rf"batch={IDENTITY.batch_id}"):
        list(lake.read_records(manifest))


@pytest.mark.parametrize("pages", [[[{"id": 1}]], None], ids=["small", "large"])
def test_a_server_without_conditional_writes_is_written_plainly(
    lake: Lake, s3_server: S3Server, pages: Any
) -> None:
    s3_server.faults.append(Fault((), "no_conditions", times=1000))
    manifest = write(lake, pages or large_pages())
    assert sum(1 for _ in lake.read_lines(manifest)) == manifest.rows_read


def test_a_wrong_key_is_told_as_such(lake: Lake, s3_server: S3Server) -> None:
    requests.post(f"{s3_server.url}/moto-api/reset-auth", data="0", timeout=300).raise_for_status()
    try:
        with pytest.raises(LakeFailure, match=r"s3://market/lake/.*Next: .*(AWS_ACCESS_KEY_ID|s3:GetObject)"):
            write(lake)
        with pytest.raises(LakeFailure, match=r"InvalidAccessKeyId.*Next: Set AWS_ACCESS_KEY_ID"):
            list(lake.manifests())
    finally:
        requests.post(f"{s3_server.url}/moto-api/reset-auth", data="inf", timeout=300).raise_for_status()


@pytest.mark.usefixtures("bucket")
def test_a_missing_key_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    boto3.setup_default_session()
    with pytest.raises(LakeFailure, match=r"Unable to locate credentials.*Next: Set AWS_ACCESS_KEY_ID"):
        write(open_lake("s3://market/lake"))


def test_a_file_that_waits_in_deep_archive_says_how_to_get_it_back(lake: Lake, bucket: Any) -> None:
    manifest = write(lake)
    key = f"lake/{manifest.lake_path}"
    bucket.put_object(Key=key, Body=bucket.Object(key).get()["Body"].read(), StorageClass="DEEP_ARCHIVE")
    with pytest.raises(LakeFailure, match=r"InvalidObjectState.*restore-object.*docs/lake\.md"):
        list(lake.read_records(manifest))


def test_exports_on_a_server_that_is_away_are_a_failure_of_the_source(
    bucket: Any, s3_server: S3Server
) -> None:
    bucket.put_object(Key="drops/cvs/dt=2026-05-01/a.jsonl", Body=b"{}\n")
    root = ExportsRoot("s3://market/drops")
    s3_server.faults.append(Fault(("GET",), "503", times=1000))
    with pytest.raises(SourceUnavailable, match="source=product resource=cvs"):
        root.files("cvs", WINDOW)
    with pytest.raises(SourceUnavailable, match="source=product resource=cvs"):
        list(root.lines(DropFile(WINDOW.start.date(), "cvs/dt=2026-05-01/a.jsonl"), 1_000))
