"""The files that the product dropped: found by their day, read as lines; and what lies there beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cvplus.errors import ConfigurationError, LakeFailure, SourceUnavailable, Where
from cvplus.exports.drop_lines import FILE_CUT, LastLine, LineFault, split_lines
from cvplus.exports.folder import ExportsBucket, ExportsFolder, ExportsStore, NotAPlainFile
from cvplus.exports.names import DropFile, Names, UnreadFile
from cvplus.exports.registry import SOURCE, load_exports
from cvplus.exports.unpacking import unpacked
from cvplus.intake import load_intake_limits
from cvplus.lake.manifest import Window

__all__ = ["FILE_CUT", "DropFile", "ExportsRoot", "LastLine", "LineFault", "UnreadFile"]


class ExportsRoot:
    """The root of the exports: a local folder or ``s3://bucket/prefix``.

    ``today``: the last day (UTC) that a drop may be of; a later one is not read before it has come.
    """

    def __init__(self, url: str, today: date | None = None) -> None:
        self.url = url
        exports = load_exports()
        self._names = Names(
            frozenset(entity.name for entity in exports.entities),
            exports.first_day,
            today or datetime.now(UTC).date(),
        )
        self._store = self._open(url)

    @staticmethod
    def _open(url: str) -> ExportsStore:
        parts = urlsplit(url)
        if parts.scheme == "s3" and parts.netloc:
            return ExportsBucket(parts.netloc, parts.path)
        folder = Path(unquote(parts.path)) if parts.scheme == "file" else Path(url)
        if not folder.is_dir():
            raise ConfigurationError(
                cause=f"The exports' root {url!r} is neither a folder that exists nor s3://bucket/prefix.",
                remedy="Set CVPLUS_EXPORTS_URL to the place where the product drops its files.",
                where=Where(source=SOURCE),
            )
        return ExportsFolder(folder)

    def require_listing(self) -> None:
        """Make sure that the root can be listed.

        Raises:
            LakeFailure: it cannot.
        """
        next(iter(self._store.entries("")), None)

    def files(self, entity: str, window: Window) -> list[DropFile]:
        """The entity's drops whose day begins inside the window and is not yet to come, oldest first.

        Of a bucket, days outside the window are not listed.
        """
        first, last = (f"dt={moment.astimezone(UTC).date()}" for moment in (window.start, window.end))
        found = []
        with _reading(entity):
            for entry in self._store.entries(entity, first, last):
                file = self._names.told(entry)
                if isinstance(file, DropFile):
                    begins = datetime.combine(file.dropped_on, time(), UTC)
                    if window.start <= begins < window.end:
                        found.append(file)
        return sorted(found, key=lambda file: (file.dropped_on, file.name))

    def everything(self) -> Iterator[DropFile | UnreadFile]:
        """All that lies below the root, at any depth: drops, and what is not read with the reason why."""
        with _reading(None):
            for entry in self._store.entries(""):
                yield self._names.told(entry)

    def lines(self, file: DropFile, longest_bytes: int) -> Iterator[bytes | LineFault]:
        """The file's lines without their ends, blank ones left out; memory stays at one line.

        A file that was cut or damaged gives every line before the cut, then one fault. Where no newline ends
        the last line, it is a :class:`LastLine`.
        """
        with _reading(file.name.partition("/")[0]):
            blocks = unpacked(self._store.read(file.name), file.name)
            try:
                yield from split_lines(blocks, longest_bytes, load_intake_limits().unpacked_bytes_per_file)
            except NotAPlainFile:
                yield LineFault(FILE_CUT, "The file is cut: a link or the like was put in its place.", b"")


@contextmanager
def _reading(entity: str | None) -> Iterator[None]:
    """Turn a failure of the store into one of the source: nothing is wrong with the lake."""
    try:
        yield
    except LakeFailure as error:
        raise SourceUnavailable(
            cause=f"The product's exports cannot be read: {error.cause}",
            remedy="Check CVPLUS_EXPORTS_URL and the rights on it, and run the task again.",
            where=Where(source=SOURCE, resource=entity),
        ) from error
