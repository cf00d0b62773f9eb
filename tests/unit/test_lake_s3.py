"""The lake on S3, against moto's server over HTTP: the same promises as on a folder."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from s3_server import S3Server

from cvplus.errors import LakeFailure
from cvplus.exports.drops import ExportsRoot
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Lake, open_lake
from cvplus.settings import PROJECT_ROOT

pytest_plugins = ("s3_fixtures",)

WINDOW = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 2, tzinfo=UTC))
IDENTITY = BatchIdentity(source="usajobs", resource="search", window=WINDOW, run_key="run-1")
STEM = f"some/prefix/{IDENTITY.folder}/{IDENTITY.batch_id}"
PART = 8 << 20


@pytest.fixture
def lake(bucket: Any) -> Lake:
    return open_lake("s3://market/some/prefix")


def write(lake: Lake, pages: Any, identity: BatchIdentity = IDENTITY) -> Manifest:
    return lake.write_batch(identity, pages, known_at_rule="observed")


def large(pages: int = 130) -> Iterator[list[Any]]:
    """About 9 MiB when compressed: more than a part."""
    for page in range(pages):
        yield [f'"{line * 7919**9 % 10**40:040x}{page}"'.encode() for line in range(4000)]


def test_a_batch_goes_and_comes_back(lake: Lake, bucket: Any) -> None:
    manifest = write(lake, [[{"id": 1}], [{"id": 2}]])
    assert list(lake.read_records(manifest)) == [{"id": 1}, {"id": 2}]
    assert lake.find_manifest(IDENTITY) == lake.read_manifest(IDENTITY.batch_id) == manifest
    assert list(lake.manifests()) == list(lake.manifests("usajobs", "search")) == [manifest]
    assert write(lake, [[{"id": 3}]]) == manifest
    assert [item.key for item in bucket.objects.all()] == [f"{STEM}.jsonl.gz", f"{STEM}.manifest.json"]


def test_a_batch_over_one_part_goes_up_in_parts_and_comes_back_whole(lake: Lake, bucket: Any) -> None:
    manifest = write(lake, large())
    assert manifest.bytes > PART
    assert bucket.Object(f"{STEM}.jsonl.gz").e_tag.endswith('-2"')
    assert sum(1 for _ in lake.read_lines(manifest)) == manifest.rows_read == 520_000


@pytest.mark.parametrize("size", [0, PART - 1, PART, PART + 1])
def test_a_file_of_any_size_about_one_part_comes_back_to_the_byte(bucket: Any, size: int) -> None:
    from cvplus.lake.s3 import S3Store

    content = os.urandom(size)
    store = S3Store("market", "")
    store.put("file", [content[:1000], b"", content[1000:]])
    assert b"".join(store.read("file")) == content


def test_an_error_in_the_middle_leaves_nothing_and_stays_itself(lake: Lake, bucket: Any) -> None:
    def pages() -> Iterator[list[Any]]:
        yield [{"id": 1}]
        raise ConnectionResetError("the provider hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        write(lake, pages())
    assert list(bucket.objects.all()) == []


def test_an_error_after_the_first_part_aborts_the_upload(
    lake: Lake, bucket: Any, s3_server: S3Server
) -> None:
    def pages() -> Iterator[list[Any]]:
        yield from large()
        raise ConnectionResetError("the provider hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        write(lake, pages())
    assert s3_server.count("PUT", "partNumber=1") == 1
    assert list(bucket.objects.all()) == []
    assert list(bucket.multipart_uploads.all()) == []


def test_what_a_killed_run_left_is_replaced(lake: Lake, bucket: Any) -> None:
    bucket.put_object(Key=f"{STEM}.jsonl.gz", Body=b"half")
    manifest = write(lake, [[{"id": 1}]])
    assert list(lake.read_records(manifest)) == [{"id": 1}]


def test_the_slower_of_two_writers_overwrites_nothing_and_gets_the_winners_batch(
    lake: Lake, bucket: Any
) -> None:
    winners: list[Manifest] = []

    def slow_pages() -> Iterator[list[Any]]:
        yield [{"id": "slow"}]
        winners.append(write(open_lake("s3://market/some/prefix"), [[{"id": "fast"}]]))

    manifest = write(lake, slow_pages())
    assert winners == [manifest]
    assert list(lake.read_records(manifest)) == [{"id": "fast"}]


def test_the_slower_of_two_large_writers_leaves_no_parts(lake: Lake, bucket: Any) -> None:
    def slow_pages() -> Iterator[list[Any]]:
        yield from large()
        write(open_lake("s3://market/some/prefix"), [[{"id": "fast"}]])

    assert list(lake.read_records(write(lake, slow_pages()))) == [{"id": "fast"}]
    assert list(bucket.multipart_uploads.all()) == []


def test_a_writer_whose_data_another_run_removed_leaves_no_manifest(lake: Lake, bucket: Any) -> None:
    from cvplus.lake.store import BatchFacts

    def taken_over() -> BatchFacts:
        bucket.Object(f"{STEM}.jsonl.gz").delete()
        return BatchFacts()

    with pytest.raises(LakeFailure, match=r"Another run began to land this batch"):
        lake.write_batch(IDENTITY, [[{"id": 1}]], known_at_rule="observed", facts=taken_over)
    assert list(bucket.objects.all()) == []


@pytest.mark.usefixtures("s3_server")
def test_a_bucket_that_is_not_there_is_named() -> None:
    with pytest.raises(LakeFailure, match=r"batch=usajobs\.search\..*s3://elsewhere/.*Create the bucket"):
        write(open_lake("s3://elsewhere"), [[{"id": 1}]])


def test_a_missing_file_names_its_batch(lake: Lake, bucket: Any) -> None:
    manifest = write(lake, [[{"id": 1}]])
    bucket.Object(f"{STEM}.jsonl.gz").delete()
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*NoSuchKey.*run the window again"):
        list(lake.read_records(manifest))


@pytest.mark.parametrize("altered", [gzip.compress(b'{"id": "forged"}\n', mtime=0), b"no gzip", b""])
def test_an_altered_file_is_found_out(lake: Lake, bucket: Any, altered: bytes) -> None:
    manifest = write(lake, [[{"id": 1}]])
    bucket.put_object(Key=f"{STEM}.jsonl.gz", Body=altered)
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*(checksum|damaged)"):
        list(lake.read_records(manifest))


def test_a_truncated_file_is_found_out(lake: Lake, bucket: Any) -> None:
    manifest = write(lake, [[{"id": 1}]])
    whole = bucket.Object(f"{STEM}.jsonl.gz").get()["Body"].read()
    bucket.put_object(Key=f"{STEM}.jsonl.gz", Body=whole[:-9])
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*damaged"):
        list(lake.read_records(manifest))


DAYS = [date(2025, 6, 1) + timedelta(days=number) for number in range(330)]


@pytest.fixture
def full_lake(lake: Lake, s3_server: S3Server) -> tuple[Lake, list[Manifest]]:
    """Three batches on three days among some 20,000 other files."""
    s3_server.fill(
        "market",
        (
            f"some/prefix/{resource}/dt={day}/{resource.replace('/', '.')}.{number:012x}.jsonl.gz"
            for resource in ("usajobs/search", "usajobs/historic", "arbeitnow/jobs")
            for day in DAYS
            for number in range(20)
        ),
    )
    manifests = []
    for day in (0, 10, 20):
        window = Window(start=WINDOW.start - timedelta(days=day + 3), end=WINDOW.end - timedelta(days=day))
        identity = BatchIdentity(source="usajobs", resource="search", window=window, run_key="run-1")
        manifests.insert(0, write(lake, [[{"id": day}]], identity))
    s3_server.requests.clear()
    return lake, manifests


@pytest.fixture
def keys_listed(monkeypatch: pytest.MonkeyPatch, s3_server: S3Server) -> list[int]:
    """How many names each listing of a client made from now on has brought."""
    counts: list[int] = []
    session = boto3.DEFAULT_SESSION
    assert session is not None
    session.events.register(
        "after-call.s3.ListObjectsV2", lambda parsed, **_: counts.append(parsed["KeyCount"])
    )
    return counts


def test_one_batch_among_many_is_found_without_listing_them(
    keys_listed: list[int], full_lake: tuple[Lake, list[Manifest]], s3_server: S3Server
) -> None:
    lake, manifests = full_lake
    assert lake.read_manifest(manifests[0].lake_path) == manifests[0]
    assert len(s3_server.requests) == 1
    s3_server.requests.clear()
    assert [lake.read_manifest(manifest.batch_id) for manifest in manifests] == manifests
    assert len(keys_listed) == 3
    assert sum(keys_listed) <= 3 * 30
    assert s3_server.count("HEAD") <= 3 * 5
    with pytest.raises(LakeFailure, match="no manifest"):
        lake.read_manifest(f"usajobs.search.{DAYS[-30]:%Y%m%d}.ffffffffffff")
    assert sum(keys_listed) <= 4 * 35


def test_the_manifests_of_some_days_are_found_without_listing_other_days(
    keys_listed: list[int], full_lake: tuple[Lake, list[Manifest]]
) -> None:
    lake, manifests = full_lake
    wanted = date(2026, 4, 22)
    assert list(lake.manifests("usajobs", "search", wanted, wanted)) == manifests[1:2]
    assert len(keys_listed) == 1
    keys_listed.clear()
    assert list(lake.manifests(first_day=date(2026, 4, 20), last_day=date(2026, 4, 24))) == manifests[1:2]
    assert len(keys_listed) == 3 + 3
    assert sum(keys_listed) < 1_000
    keys_listed.clear()
    assert list(lake.manifests("arbeitnow", last_day=DAYS[0])) == []
    assert sum(keys_listed) <= 1 + 1_000
    keys_listed.clear()
    assert list(lake.manifests()) == manifests
    assert sum(keys_listed) > 19_000


def test_the_product_exports_of_a_window_are_read_from_s3(
    keys_listed: list[int], bucket: Any, s3_server: S3Server
) -> None:
    s3_server.fill("market", (f"drops/cvs/dt={day}/{n}.jsonl" for day in DAYS for n in range(20)))
    s3_server.fill("market", ["drops/cvs/notes/a.jsonl", "drops/cvs_old/dt=2026-05-01/a.jsonl"])
    content = gzip.compress(b'{"a": 1}\n{"a": 2}\n')
    for name in ("dt=2026-05-01/a.jsonl.gz", "dt=2026-05-02/a.jsonl.gz", "dt=2026-05-01/.a.jsonl.gz"):
        bucket.put_object(Key=f"drops/cvs/{name}", Body=content)
    root = ExportsRoot("s3://market/drops")
    (file,) = root.files("cvs", WINDOW)
    assert file.name == "cvs/dt=2026-05-01/a.jsonl.gz"
    assert list(root.lines(file, 1_000)) == [b'{"a": 1}', b'{"a": 2}']
    assert keys_listed == [3 + 1]  # the three files put last, and the note
    until_noon = Window(start=WINDOW.start + timedelta(hours=12), end=WINDOW.end + timedelta(hours=12))
    assert [file.name for file in root.files("cvs", until_noon)] == ["cvs/dt=2026-05-02/a.jsonl.gz"]
    assert list(root.files("cvs", WINDOW.model_copy(update={"start": WINDOW.end}))) == []


MEASURED = """
import os, sys, tracemalloc
from cvplus.lake.s3 import S3Store
store = S3Store("market", "")
store.put(f"small/{sys.argv[1]}", [b"x"])
tracemalloc.start()
store.put(f"large/{sys.argv[1]}", (os.urandom(1 << 20) for _ in range(int(sys.argv[1]))))
print(tracemalloc.get_traced_memory()[1])
"""


@pytest.mark.slow
@pytest.mark.usefixtures("bucket")
def test_memory_stays_at_one_part_however_large_the_file() -> None:
    """In a process of its own: the server keeps what it gets in the memory of this one."""
    peaks = []
    for megabytes in (20, 200):
        ended = subprocess.run(
            [sys.executable, "-c", MEASURED, str(megabytes)],
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "plugins")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        peaks.append(int(ended.stdout))
    assert boto3.client("s3").head_object(Bucket="market", Key="large/200")["ContentLength"] == 200 << 20
    assert max(peaks) < 2 * PART
    assert peaks[1] - peaks[0] < 1 << 20
