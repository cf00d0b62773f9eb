"""The exports' root as a folder or a bucket: what lies below it, and the bytes of one file.

Below a folder no link is followed, not even one that is put in a file's place between the listing and the
reading: each part of a path is opened from the one above it and refused if it is a link. So nothing outside
the root is read.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from cvplus.errors import LakeFailure
from cvplus.lake.stores import READ_BYTES

# Drops lie three levels deep; what lies deeper than this is told of as one folder.
DEEPEST = 16
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# A pipe that nobody writes to would keep an opening reader for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK

EntryKind = Literal["file", "link", "special", "folder_with_ending", "folder_too_deep", "no_permission"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something below the root: its slash-separated name, and what it is."""

    name: str
    kind: EntryKind


class NotAPlainFile(Exception):
    """What lies under a name is no plain file (any more)."""


class ExportsStore(Protocol):
    """A folder or a bucket. Every failure of the store itself is a ``LakeFailure``."""

    def entries(self, folder: str, first: str = "", last: str | None = None) -> Iterator[Entry]:
        """Everything below ``folder`` that is no folder, at any depth, in no order; of what is right below it
        only names from ``first`` to ``last``."""

    def read(self, name: str) -> Iterator[bytes]:
        """The file in chunks.

        Raises:
            NotAPlainFile: it is a link, a pipe or the like, or lies behind a link.
        """


class ExportsFolder:
    """A local folder, which may itself be reached by a link: somebody chose it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self, folder: str, first: str = "", last: str | None = None) -> Iterator[Entry]:
        with ExitStack() as opened:
            root = self._open_root(opened)
            try:
                handle = self._open_folder(root, folder, opened)
            except (FileNotFoundError, PermissionError, NotAPlainFile):
                return  # who lists the whole root is told of it
            except OSError as error:
                raise self._failure(folder, error) from error
            prefix = f"{folder}/" if folder else ""
            for entry in self._below(handle, prefix, prefix.count("/")):
                top = entry.name.removeprefix(prefix).partition("/")[0]
                if first <= top and (last is None or top <= last):
                    yield entry

    def read(self, name: str) -> Iterator[bytes]:
        folder, _, last = name.rpartition("/")
        with ExitStack() as opened:
            root = self._open_root(opened)
            try:
                handle = os.open(last, _FILE, dir_fd=self._open_folder(root, folder, opened))
            except OSError as error:
                if _is_link(error):
                    raise NotAPlainFile(name) from error
                raise self._failure(name, error) from error
            with os.fdopen(handle, "rb", buffering=0) as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise NotAPlainFile(name)
                try:
                    while chunk := file.read(READ_BYTES):
                        yield chunk
                except OSError as error:
                    raise self._failure(name, error) from error

    def _open_root(self, opened: ExitStack) -> int:
        try:
            handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise self._failure("", error) from error
        opened.callback(os.close, handle)
        return handle

    def _open_folder(self, root: int, folder: str, opened: ExitStack) -> int:
        """A handle on a folder below the root, with no link on the way; ``opened`` closes it."""
        handle = root
        for part in folder.split("/") if folder else ():
            try:
                handle = os.open(part, _FOLDER, dir_fd=handle)
            except OSError as error:
                if _is_link(error):
                    raise NotAPlainFile(folder) from error
                raise
            opened.callback(os.close, handle)
        return handle

    def _below(self, handle: int, prefix: str, depth: int) -> Iterator[Entry]:
        try:
            listing = os.scandir(handle)
        except OSError as error:
            raise self._failure(prefix, error) from error
        with listing:
            for item in listing:
                name = f"{prefix}{item.name}"
                if item.is_symlink():
                    yield Entry(name, "link")
                elif item.is_dir(follow_symlinks=False):
                    yield from self._below_folder(handle, item.name, name, depth)
                elif not item.is_file(follow_symlinks=False):
                    yield Entry(name, "special")
                elif not os.access(item.name, os.R_OK, dir_fd=handle):
                    yield Entry(name, "no_permission")
                else:
                    yield Entry(name, "file")

    def _below_folder(self, above: int, own_name: str, name: str, depth: int) -> Iterator[Entry]:
        if depth >= DEEPEST:
            yield Entry(name, "folder_too_deep")
            return
        if own_name.lower().rpartition(".")[2] in ("jsonl", "gz", "bz2", "zst"):
            yield Entry(name, "folder_with_ending")
        try:
            handle = os.open(own_name, _FOLDER, dir_fd=above)
        except FileNotFoundError:
            return
        except PermissionError:
            yield Entry(name, "no_permission")
            return
        except OSError as error:
            if _is_link(error):
                yield Entry(name, "link")
                return
            raise self._failure(name, error) from error
        try:
            yield from self._below(handle, f"{name}/", depth + 1)
        finally:
            os.close(handle)

    def _failure(self, name: str, error: OSError) -> LakeFailure:
        return LakeFailure(
            cause=f"{self._root}/{name} cannot be read: {error.strerror}.",
            remedy="Check that it exists and may be read.",
        )


def _is_link(error: OSError) -> bool:
    """Whether opening without following links failed for one (a folder's place then holds no folder)."""
    return error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO)


class ExportsBucket:
    """A bucket and a prefix: it has files only."""

    def __init__(self, bucket: str, prefix: str) -> None:
        from cvplus.lake.s3 import S3Store  # boto3 takes half a second to import

        self._store = S3Store(bucket, prefix)

    def entries(self, folder: str, first: str = "", last: str | None = None) -> Iterator[Entry]:
        beyond = None if last is None else f"{folder}/{last}0"  # "0" is the character after "/"
        for name in self._store.names(folder, first):
            if beyond is not None and name >= beyond:
                break
            yield Entry(name, "file")

    def read(self, name: str) -> Iterator[bytes]:
        return self._store.read(name)
