"""The lake on a folder: whole batches or none, read back unharmed or not at all."""

import gzip
import hashlib
import resource
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from cvplus.errors import ConfigurationError, LakeFailure
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import BatchFacts, Lake, RejectedRecord, open_lake
from cvplus.lake.stores import AlreadyWritten, FolderStore

WINDOW = Window(start=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 5, 2, tzinfo=UTC))
AWKWARD: list[dict[str, Any]] = [
    {"id": 1, "text": "naïve – 日本", "nested": {"list": [1, None, True]}},
    {"id": 2**70, "lone surrogate": "\ud800", "nul": "\u0000"},
    {"id": "line\nbreak"},
]


def identity(run_key: str = "run-1", part: str = "whole") -> BatchIdentity:
    return BatchIdentity(source="stack_overflow", resource="tags", window=WINDOW, run_key=run_key, part=part)


def write(lake: Lake, pages: Any, run_key: str = "run-1", **options: Any) -> Manifest:
    return lake.write_batch(identity(run_key), pages, known_at_rule="observed", **options)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake with a blank"


@pytest.fixture
def lake(root: Path) -> Lake:
    return open_lake(root.as_uri())


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_records_come_back_as_they_went_in(lake: Lake) -> None:
    manifest = write(lake, [AWKWARD[:2], [], AWKWARD[2:], [b'{"id": "raw"}\n', b'{"id":\n "two lines"}']])
    assert list(lake.read_records(manifest)) == [*AWKWARD, {"id": "raw"}, {"id": "two lines"}]
    assert (manifest.rows_read, manifest.rows_rejected) == (5, 0)


def test_a_manifest_accounts_for_the_file_beside_it(lake: Lake, root: Path) -> None:
    manifest = write(lake, [AWKWARD])
    content = (root / manifest.lake_path).read_bytes()
    assert manifest.lake_path == f"stack_overflow/tags/dt=2026-05-02/{manifest.batch_id}.jsonl.gz"
    assert manifest.checksum == hashlib.sha256(content).hexdigest()
    assert manifest.bytes == len(content)
    assert gzip.decompress(content).count(b"\n") == 3
    assert lake.find_manifest(identity()) == manifest
    assert lake.read_manifest(manifest.batch_id) == manifest
    assert lake.read_manifest(manifest.lake_path) == manifest
    assert list(lake.manifests()) == list(lake.manifests("stack_overflow", "tags")) == [manifest]


def test_equal_records_give_equal_bytes(lake: Lake) -> None:
    assert write(lake, [AWKWARD]).checksum == write(lake, [AWKWARD[:1], AWKWARD[1:]], "run-2").checksum


def test_rejects_lie_apart_and_are_counted_in_reading_order(lake: Lake) -> None:
    late: list[RejectedRecord] = []

    def pages() -> Iterator[list[Any]]:
        yield [{"id": 1}, RejectedRecord("not_json", "Line 2 is not JSON.", "{oops"), {"id": 3}]
        late.append(RejectedRecord("not_json", "Line 9 is not JSON.", record_number=9))

    manifest = write(lake, pages(), rejects=late)
    assert (manifest.rows_read, manifest.rows_rejected) == (4, 2)
    assert [record["id"] for record in lake.read_records(manifest)] == [1, 3]
    assert list(lake.read_rejects(manifest)) == [
        {
            "record_number": 2,
            "record_key": None,
            "reason_code": "not_json",
            "reason": "Line 2 is not JSON.",
            "record": "{oops",
        },
        {
            "record_number": 9,
            "record_key": None,
            "reason_code": "not_json",
            "reason": "Line 9 is not JSON.",
            "record": None,
        },
    ]


def test_facts_are_asked_after_the_last_page(lake: Lake) -> None:
    calls = 0

    def pages() -> Iterator[list[Any]]:
        nonlocal calls
        for _ in range(3):
            calls += 1
            yield [{"id": calls}]

    manifest = write(lake, pages(), facts=lambda: BatchFacts(is_partial=True, note="cut", api_calls=calls))
    assert (manifest.is_partial, manifest.note, manifest.api_calls) == (True, "cut", 3)


def test_a_landed_batch_is_never_written_again(lake: Lake, root: Path) -> None:
    first = write(lake, [AWKWARD])
    before = {path: path.read_bytes() for path in files(root)}

    def pages() -> Iterator[list[Any]]:
        raise AssertionError("the pages of a landed batch must not be read")
        yield

    assert write(lake, pages()) == first
    assert {path: path.read_bytes() for path in files(root)} == before


def test_a_batch_cut_off_before_its_manifest_is_replaced(lake: Lake, root: Path) -> None:
    manifest = write(lake, [[{"id": "old"}]])
    (root / manifest.lake_path.replace(".jsonl.gz", ".manifest.json")).unlink()
    assert lake.find_manifest(identity()) is None
    assert list(lake.read_records(write(lake, [[{"id": "new"}]]))) == [{"id": "new"}]


def test_the_slower_of_two_writers_overwrites_nothing_and_gets_the_winners_batch(
    lake: Lake, root: Path
) -> None:
    winners: list[Manifest] = []

    def slow_pages() -> Iterator[list[Any]]:
        yield [{"id": "slow"}]
        # The winner starts anew, so it takes away what a killed run left: the slow one's temporary file, too.
        winners.append(write(open_lake(root.as_uri()), [[{"id": "fast"}]]))

    with pytest.raises(LakeFailure, match=rf"batch={identity().batch_id}"):
        write(lake, slow_pages())
    assert lake.find_manifest(identity()) == winners[0]
    assert list(lake.read_records(winners[0])) == [{"id": "fast"}]


def test_of_two_writers_at_once_one_wins_whole(root: Path) -> None:
    store = FolderStore(root)
    began, go_on = Event(), Event()

    def first() -> Iterator[bytes]:
        yield b"first half, "
        began.set()
        assert go_on.wait(300)

    def second() -> Iterator[bytes]:
        yield b"second half, "
        go_on.set()
        assert isinstance(failing.exception(10), LakeFailure)
        yield b"second rest"

    with ThreadPoolExecutor(1) as threads:
        failing = threads.submit(store.put, "file", first())
        assert began.wait(300)
        store.put("file", second())
    assert b"".join(store.read("file")) == b"second half, second rest"


def test_a_file_is_never_written_over(lake: Lake, root: Path) -> None:
    store = FolderStore(root)
    store.put("a/file", [b"first"])
    with pytest.raises(AlreadyWritten, match="written once"):
        store.put("a/file", [b"second"])
    assert b"".join(store.read("a/file")) == b"first"
    assert [path.name for path in files(root)] == ["file"]


def test_listings_begin_where_they_are_asked_to(root: Path) -> None:
    store = FolderStore(root)
    for name in ("s/r/dt=1/a", "s/r/dt=2/b", "s/r/dt=2/c/d", "s/r_old/dt=2/e", "s/file"):
        store.put(name, [b""])
    assert list(store.names("s/r", "dt=2")) == ["s/r/dt=2/b", "s/r/dt=2/c/d"]
    assert list(store.folders("s/r", "dt=2")) == ["s/r/dt=2"]
    assert list(store.folders("s")) == ["s/r", "s/r_old"]
    assert list(store.folders("missing")) == list(store.names("missing")) == []


def test_an_error_in_the_middle_leaves_nothing(lake: Lake, root: Path) -> None:
    def pages() -> Iterator[list[Any]]:
        yield [{"id": 1}, RejectedRecord("not_json", "bad")]
        raise ConnectionResetError("the provider hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        write(lake, pages())
    assert files(root) == []


def test_an_error_after_the_last_page_leaves_nothing(lake: Lake, root: Path) -> None:
    def facts() -> BatchFacts:
        raise ValueError("the account does not add up")

    with pytest.raises(ValueError, match="add up"):
        write(lake, [[{"id": 1}, RejectedRecord("not_json", "bad")]], facts=facts)
    assert files(root) == []


@pytest.fixture
def tiny_disk() -> Iterator[None]:
    """Let no file of this process grow beyond 64 KiB: what a full disk looks like to a writer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("tiny_disk")
def test_a_full_disk_says_what_to_do_and_leaves_no_half_batch(lake: Lake, root: Path) -> None:
    noise = (
        [{"id": hashlib.sha256(str(i).encode()).hexdigest()} for i in range(n, n + 1000)] for n in range(99)
    )
    with pytest.raises(LakeFailure, match=r"Free space.*CVPLUS_LAKE_URL") as failure:
        write(lake, noise)
    assert failure.value.where.batch_id == identity().batch_id
    assert files(root) == []


def test_a_full_device_is_told_apart_from_a_broken_provider(
    lake: Lake, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Path.open

    def always_full(path: Path, mode: str = "r", **more: Any) -> Any:
        return original(Path("/dev/full") if "w" in mode else path, mode, **more)

    monkeypatch.setattr(Path, "open", always_full)
    with pytest.raises(LakeFailure, match=r"No space left on device.*Free space"):
        write(lake, [AWKWARD])


def test_a_cut_file_is_found_out(lake: Lake, root: Path) -> None:
    manifest = write(lake, [AWKWARD])
    path = root / manifest.lake_path
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*damaged"):
        list(lake.read_records(manifest))


def test_an_altered_file_is_found_out(lake: Lake, root: Path) -> None:
    manifest = write(lake, [AWKWARD])
    (root / manifest.lake_path).write_bytes(gzip.compress(b'{"id": "forged"}\n'))
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*checksum"):
        list(lake.read_records(manifest))


def test_a_missing_file_and_an_unknown_batch_are_named(lake: Lake, root: Path) -> None:
    manifest = write(lake, [AWKWARD])
    (root / manifest.lake_path).unlink()
    with pytest.raises(LakeFailure, match=rf"batch={manifest.batch_id}.*cannot be read"):
        list(lake.read_records(manifest))
    with pytest.raises(LakeFailure, match=r"batch=stack_overflow\.tags\.20260501\.ffff.*no manifest"):
        lake.read_manifest("stack_overflow.tags.20260501.ffff")


def test_a_damaged_manifest_is_named(lake: Lake, root: Path) -> None:
    manifest = write(lake, [AWKWARD])
    (root / manifest.lake_path.replace(".jsonl.gz", ".manifest.json")).write_text("{")
    with pytest.raises(LakeFailure, match=r"manifest stack_overflow/tags/.*not what the lake writes"):
        lake.find_manifest(identity())


@pytest.mark.parametrize("url", ["var/lake", "http://lake", "s3://", "file://host/lake"])
def test_other_places_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"file:///an/absolute/folder or s3://"):
        open_lake(url)


def test_memory_does_not_grow_with_the_batch(lake: Lake) -> None:
    def pages() -> Iterator[list[Any]]:
        for page in range(200):
            yield [{"id": hashlib.sha256(f"{page}/{i}".encode()).hexdigest() * 4} for i in range(500)]

    tracemalloc.start()
    manifest = write(lake, pages())
    written = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    assert sum(1 for _ in lake.read_lines(manifest)) == 100_000
    read = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert manifest.bytes > 3_000_000
    assert written < 6_000_000  # of 27 MB of lines
    assert read < 12_000_000
