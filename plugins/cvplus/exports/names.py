"""Which names below the exports' root are drops, and why every other one is not read."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from cvplus.exports.folder import Entry, EntryKind

_DAY = re.compile(r"dt=([0-9]{4}-[0-9]{2}-[0-9]{2})")
_NAME = re.compile(r".+\.jsonl(?:\.gz|\.bz2|\.zst)?", re.IGNORECASE | re.DOTALL)
# A row of an index of Postgres holds 2,700 bytes.
_LONGEST_PATH = 1_000
_READ = "<entity>/dt=<YYYY-MM-DD>/<name>.jsonl, plain or compressed (.gz, .bz2, .zst)"

_KINDS: dict[EntryKind, tuple[str, str]] = {
    "link": ("link", "It is a symbolic link, and none is followed. Put the file itself in its place."),
    "special": ("not_a_file", "It is no plain file (a pipe, a socket or a device). Remove it."),
    "folder_with_ending": (
        "not_a_file",
        "It is a folder with the name of a file. Move the files in it one level up and remove it.",
    ),
    "folder_too_deep": (
        "place_unknown",
        f"It is a folder nested too deep to be looked into. Drops lie at {_READ}.",
    ),
    "no_permission": ("no_permission", "It may not be read. Give the plant's user the right to read it."),
}


@dataclass(frozen=True)
class DropFile:
    """One file of a drop: the day it was dropped, and its name below the exports' root."""

    dropped_on: date
    name: str


@dataclass(frozen=True)
class UnreadFile:
    """Something below the exports' root that is not read.

    ``path`` is its name as it can be shown and stored, ``entity`` the entity that it lies under, if that is
    one. ``reason_code`` is one of those in the manual (``docs/product_exports.md``), ``reason`` says what to
    do.
    """

    path: str
    entity: str | None
    reason_code: str
    reason: str


@dataclass(frozen=True)
class Names:
    """The rules for names: the entities that there are, and the first and last day that a drop may be of."""

    entities: frozenset[str]
    first_day: date
    last_day: date

    def told(self, entry: Entry) -> DropFile | UnreadFile:
        """Which of the two an entry below the root is."""
        top = entry.name.partition("/")[0]
        entity = top if top in self.entities else None
        if entry.kind != "file":
            return UnreadFile(shown_path(entry.name), entity, *_KINDS[entry.kind])
        found = self._day_or_fault(entry.name.split("/"), entity)
        if isinstance(found, date):
            return DropFile(found, entry.name)
        return UnreadFile(shown_path(entry.name), entity, *found)

    def _day_or_fault(self, parts: list[str], entity: str | None) -> date | tuple[str, str]:
        """The day of a drop's file, or the reason code and reason why it is none."""
        if len(parts) > 1 and entity is None:
            known = ", ".join(sorted(self.entities))
            return "entity_unknown", f"{shown_path(parts[0])} is no entity. Move it below one of {known}."
        if len(parts) != 3:
            return "place_unknown", f"It does not lie where drops lie. Move it to {_READ}."
        _, folder, name = parts
        day = _day_of(folder)
        if day is None:
            return "day_invalid", "Its folder is no day. Rename the folder to dt=<YYYY-MM-DD>."
        if name.startswith("."):
            return (
                "hidden",
                "It is hidden, as files are that are still being written. Rename it when it is whole.",
            )
        if not _NAME.fullmatch(name):
            return "ending_unknown", f"Its ending is not read. Drop it as {_READ}."
        if day > self.last_day:
            return (
                "day_not_yet",
                "Its day has not come; it is read when it has. Rename the folder if it is wrong.",
            )
        if day < self.first_day:
            return (
                "day_too_early",
                f"Its day is before {self.first_day}, the first that is read (first_day in "
                "config/product_exports.yaml). Rename the folder to the day of the drop.",
            )
        return day


def shown_path(name: str) -> str:
    """A name as it can be shown and stored: what is no text and what a terminal obeys as escapes, and cut."""
    encoded = name.encode(errors="surrogateescape")
    text = encoded.decode(errors="backslashreplace")
    text = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    if len(text.encode()) <= _LONGEST_PATH:
        return text
    digest = hashlib.sha256(encoded).hexdigest()[:12]
    return f"{text.encode()[: _LONGEST_PATH - 20].decode(errors='ignore')}…{digest}"


def _day_of(folder: str) -> date | None:
    match = _DAY.fullmatch(folder)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
