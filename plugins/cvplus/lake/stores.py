"""Where the lake's files lie: a store keeps whole files under slash-separated names, written atomically."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from cvplus.errors import LakeFailure

READ_BYTES = 1 << 16
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Store(Protocol):
    """A folder or a bucket. Every failure of the store itself is a ``LakeFailure``."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file from chunks; it appears whole or not at all. Errors of ``chunks`` pass through."""

    def read(self, name: str) -> Iterator[bytes]:
        """The file in chunks."""

    def exists(self, name: str) -> bool:
        """Whether the file is there."""

    def delete(self, name: str) -> None:
        """Remove the file; one that is not there is no error."""

    def names(self, prefix: str) -> Iterator[str]:
        """Names of all files below ``prefix`` (a folder), sorted."""


class FolderStore:
    """A local folder: a temporary file, flushed to disk, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        target = self.root / name
        temporary = target.with_name(f".{target.name}.tmp")
        try:
            with writing(self.root, name):
                target.parent.mkdir(parents=True, exist_ok=True)
                file = temporary.open("wb")
            try:
                for chunk in chunks:
                    with writing(self.root, name):
                        file.write(chunk)
                        file.flush()
                with writing(self.root, name):
                    os.fsync(file.fileno())
            finally:
                with writing(self.root, name):
                    file.close()
            with writing(self.root, name):
                temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def read(self, name: str) -> Iterator[bytes]:
        try:
            with (self.root / name).open("rb") as file:
                while chunk := file.read(READ_BYTES):
                    yield chunk
        except OSError as error:
            raise LakeFailure(
                cause=f"The lake's file {name} cannot be read: {error.strerror}.",
                remedy="Restore the file from a copy of the lake, or run the window again to land it anew.",
            ) from error

    def exists(self, name: str) -> bool:
        return (self.root / name).exists()

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def names(self, prefix: str) -> Iterator[str]:
        paths = (self.root / prefix).rglob("*")
        yield from sorted(
            path.relative_to(self.root).as_posix()
            for path in paths
            if path.is_file() and not path.name.startswith(".")
        )


@contextmanager
def writing(root: Path, name: str) -> Iterator[None]:
    """Turn an ``OSError`` of writing into a ``LakeFailure`` that says what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            remedy = "Free space, or point CVPLUS_LAKE_URL at a larger disk or at S3, and run again."
        else:
            remedy = "Check that the folder exists and may be written, and run again."
        raise LakeFailure(
            cause=f"The folder {root} could not take {name}: {error.strerror}.", remedy=remedy
        ) from error
