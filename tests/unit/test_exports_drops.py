"""Reading drops: which files count, and every line before a cut is used."""

import bz2
import gzip
import os
import random
from datetime import UTC, date, datetime
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from cvplus.errors import ConfigurationError, SourceUnavailable
from cvplus.exports.drops import DropFile, ExportsRoot, LineFault, UnreadFile
from cvplus.exports.names import shown_path
from cvplus.intake import IntakeLimits, load_intake_limits
from cvplus.lake.manifest import Window

WINDOW = Window(start=datetime(2026, 5, 2, tzinfo=UTC), end=datetime(2026, 5, 4, tzinfo=UTC))
LONGEST = 1_000


def write(root: Path, name: str, content: bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def lines_of(root: Path, name: str) -> list[bytes | LineFault]:
    return list(ExportsRoot(str(root)).lines(DropFile(date(2026, 5, 2), name), LONGEST))


def test_files_of_the_window_are_found_in_order_and_others_are_left_alone(tmp_path: Path) -> None:
    for name in (
        "cvs/dt=2026-05-01/a.jsonl",
        "cvs/dt=2026-05-02/b.jsonl.gz",
        "cvs/dt=2026-05-02/a.jsonl",
        "cvs/dt=2026-05-03/a.jsonl",
        "cvs/dt=2026-05-04/a.jsonl",
        "cvs/dt=2026-05-02/.a.jsonl",
        "cvs/dt=2026-05-02/a.jsonl.tmp",
        "cvs/dt=2026-05-99/a.jsonl",
        "cvs/a.jsonl",
        "cvs_old/dt=2026-05-02/a.jsonl",
    ):
        write(tmp_path, name, b"")
    for url in (str(tmp_path), f"file://{tmp_path}"):
        assert [file.name for file in ExportsRoot(url).files("cvs", WINDOW)] == [
            "cvs/dt=2026-05-02/a.jsonl",
            "cvs/dt=2026-05-02/b.jsonl.gz",
            "cvs/dt=2026-05-03/a.jsonl",
        ]
    assert ExportsRoot(str(tmp_path)).files("leads", WINDOW) == []


def test_a_root_that_does_not_exist_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="CVPLUS_EXPORTS_URL"):
        ExportsRoot(str(tmp_path / "missing"))


def test_a_file_that_vanishes_is_a_failure_of_the_source(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="source=product resource=cvs"):
        lines_of(tmp_path, "cvs/dt=2026-05-02/gone.jsonl")


def test_plain_and_compressed_files_give_the_same_lines(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbf{"a": 1}\r\n\n  \n{"a": 2}\n{"a": 3}'
    write(tmp_path, "a.jsonl", text)
    write(tmp_path, "a.jsonl.gz", gzip.compress(text[:12]) + gzip.compress(text[12:]))
    expected = [b'{"a": 1}\r', b'{"a": 2}', b'{"a": 3}']
    assert lines_of(tmp_path, "a.jsonl") == expected
    assert lines_of(tmp_path, "a.jsonl.gz") == expected


@pytest.mark.parametrize("kept_share", [0.0, 0.001, 0.3, 0.8, 0.9999])
def test_of_a_cut_file_every_whole_line_is_used_and_the_rest_is_a_fault(
    tmp_path: Path, kept_share: float
) -> None:
    source = random.Random(5)
    lines = [b"%d:%s" % (number, source.randbytes(40).hex().encode()) for number in range(5_000)]
    whole = gzip.compress(b"\n".join(lines))
    write(tmp_path, "a.jsonl.gz", whole[: int(len(whole) * kept_share)])
    *read, last = lines_of(tmp_path, "a.jsonl.gz")
    assert read == lines[: len(read)]
    assert isinstance(last, LineFault)
    assert last.reason_code == "file_cut"
    assert lines[len(read)].startswith(last.line)
    assert len(read) >= 5_000 * (kept_share - 0.2)


def test_a_damaged_file_ends_with_a_fault(tmp_path: Path) -> None:
    damaged = bytearray(gzip.compress(b"\n".join(b"%d" % number for number in range(9_000))))
    damaged[len(damaged) // 2] ^= 0xFF
    write(tmp_path, "a.jsonl.gz", bytes(damaged))
    assert isinstance(lines_of(tmp_path, "a.jsonl.gz")[-1], LineFault)


def test_a_line_too_long_to_hold_is_a_fault_and_the_next_line_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", b"first\n" + b"x" * 300_000 + b"\nlast")
    first, fault, last = lines_of(tmp_path, "a.jsonl")
    assert (first, last) == (b"first", b"last")
    assert isinstance(fault, LineFault)
    assert fault.reason_code == "line_too_long"


@mock_aws
def test_drops_are_read_from_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3")
    client.create_bucket(Bucket="drops")
    body = gzip.compress(b'{"a": 1}\n{"a": 2}\n')
    client.put_object(Bucket="drops", Key="product/cvs/dt=2026-05-02/a.jsonl.gz", Body=body)
    for name in ("cvs/dt=2026-05-02/", "cvs/dt=2026-05-02/a.csv", "cvs/dt=2026-05-09/b.jsonl", "notes/"):
        content = b"" if name.endswith("/") else b"{}\n"
        client.put_object(Bucket="drops", Key=f"product/{name}", Body=content)
    root = ExportsRoot("s3://drops/product")
    (file,) = root.files("cvs", WINDOW)
    assert list(root.lines(file, LONGEST)) == [b'{"a": 1}', b'{"a": 2}']
    assert {item.path: item.reason_code for item in root.everything() if isinstance(item, UnreadFile)} == {
        "cvs/dt=2026-05-02/a.csv": "ending_unknown"
    }


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_link_put_in_place_after_the_listing_is_not_followed(tmp_path: Path, is_folder: bool) -> None:
    root, outside = tmp_path / "exports", tmp_path / "outside"
    write(root, "cvs/dt=2026-05-02/a.jsonl", b'{"a": 1}\n')
    write(outside, "a.jsonl", b"secret\n")
    (file,) = ExportsRoot(str(root)).files("cvs", WINDOW)
    day = root / "cvs/dt=2026-05-02"
    (day / "a.jsonl").unlink()
    if is_folder:
        day.rmdir()
        day.symlink_to(outside)
    else:
        (day / "a.jsonl").symlink_to(outside / "a.jsonl")
    (fault,) = lines_of(root, file.name)
    assert isinstance(fault, LineFault)
    assert (fault.reason_code, fault.line) == ("file_cut", b"")
    assert "link" in fault.reason


def test_a_pipe_keeps_no_reader_waiting(tmp_path: Path) -> None:
    write(tmp_path, "cvs/dt=2026-05-02/a.jsonl", b"")
    os.mkfifo(tmp_path / "cvs/dt=2026-05-02/b.jsonl")
    (fault,) = lines_of(tmp_path, "cvs/dt=2026-05-02/b.jsonl")
    assert isinstance(fault, LineFault)


def test_a_drop_is_not_read_before_its_day_has_come(tmp_path: Path) -> None:
    write(tmp_path, "cvs/dt=2026-05-03/a.jsonl", b"{}\n")
    before, after = (ExportsRoot(str(tmp_path), date(2026, 5, day)) for day in (2, 3))
    (told,) = before.everything()
    assert isinstance(told, UnreadFile)
    assert (told.path, told.entity, told.reason_code) == ("cvs/dt=2026-05-03/a.jsonl", "cvs", "day_not_yet")
    assert before.files("cvs", WINDOW) == []
    assert after.files("cvs", WINDOW) == [DropFile(date(2026, 5, 3), "cvs/dt=2026-05-03/a.jsonl")]


def test_of_a_file_no_more_is_read_than_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rejects = load_intake_limits().rejects
    limits = IntakeLimits(unpacked_bytes_per_file=200_000, rejects=rejects)
    monkeypatch.setattr("cvplus.exports.drops.load_intake_limits", lambda: limits)
    write(tmp_path, "a.jsonl.bz2", bz2.compress(b"12345678\n" * 1_000_000))
    *read, last = lines_of(tmp_path, "a.jsonl.bz2")
    assert read == [b"12345678"] * (200_000 // 9)
    assert isinstance(last, LineFault)
    assert last.reason_code == "file_cut"
    assert "unpacked_bytes_per_file" in last.reason


def test_a_path_is_shown_without_what_cannot_be_stored_or_obeyed() -> None:
    assert shown_path("cvs/größe \udcff\x1b[31m\n.csv") == "cvs/größe \\xff\\x1b[31m\\n.csv"
    long, other = (shown_path(f"{'ü' * 4_000}{ending}") for ending in "ab")
    assert len(long.encode()) <= 1_000
    assert long != other
