"""Where the lake's files lie: a store keeps whole files under slash-separated names, written atomically."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from cvplus.errors import LakeFailure

READ_BYTES = 1 << 16
LATE = "Run the task again once that run has ended; it then finds the batch."
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class AlreadyWritten(LakeFailure):
    """A file of that name is there; files are written once."""


class Store(Protocol):
    """A folder or a bucket. Every failure of the store itself is a ``LakeFailure``."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write a new file from chunks; it appears whole or not at all. Errors of ``chunks`` pass through.

        Raises:
            AlreadyWritten: the file is there, whoever wrote it and however late it came; it stays.
        """

    def read(self, name: str) -> Iterator[bytes]:
        """The file in chunks."""

    def exists(self, name: str) -> bool:
        """Whether the file is there."""

    def delete(self, name: str) -> None:
        """Remove the file; one that is not there is no error."""

    def names(self, prefix: str, first: str = "") -> Iterator[str]:
        """Names of the files below ``prefix`` (a folder), sorted, from ``<prefix>/<first>`` on; who has seen
        enough stops asking."""

    def folders(self, prefix: str, first: str = "") -> Iterator[str]:
        """Names of the folders right below ``prefix``, sorted, from ``<prefix>/<first>`` on; no files
        are listed."""


class FolderStore:
    """A local folder: a temporary file, flushed to disk, then given its name, if that is still free."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        target = self.root / name
        temporary = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
        try:
            with writing(self.root, name):
                target.parent.mkdir(parents=True, exist_ok=True)
                for cut_off in target.parent.glob(f".{target.name}.*.tmp"):
                    cut_off.unlink(missing_ok=True)
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
                self._name_it(temporary, target)
        finally:
            # A root that lies below a file has failed with its own error by now.
            with suppress(NotADirectoryError):
                temporary.unlink(missing_ok=True)

    def _name_it(self, temporary: Path, target: Path) -> None:
        """Unlike a rename, a link never takes the place of a file."""
        try:
            target.hardlink_to(temporary)
        except FileExistsError as error:
            raise AlreadyWritten(
                cause=f"{target} was written by another run, and a file of the lake is written once.",
                remedy=LATE,
            ) from error

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

    def names(self, prefix: str, first: str = "") -> Iterator[str]:
        folder = self.root / prefix
        paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        names = sorted(path.relative_to(folder).as_posix() for path in paths)
        yield from ((folder / name).relative_to(self.root).as_posix() for name in names if name >= first)

    def folders(self, prefix: str, first: str = "") -> Iterator[str]:
        folder = self.root / prefix
        if folder.is_dir():
            names = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name >= first)
            yield from ((folder / name).relative_to(self.root).as_posix() for name in names)


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
