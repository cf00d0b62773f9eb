"""Landing one entity of the product's exports: every drop of a window, from files to batches in the lake.

Order of writing, so that a task killed anywhere and run again leaves the same: subjects' keys and the vault's
rows are committed chunk by chunk, each before the lines that depend on them go to the lake; a batch's
manifest comes last.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from cvplus.exports.checks import parse_line, settle_record
from cvplus.exports.drops import FILE_CUT, DropFile, ExportsRoot, LastLine, LineFault
from cvplus.exports.masking import masked_line, masked_record, record_key
from cvplus.exports.names import shown_path
from cvplus.exports.registry import SOURCE, Entity, find_entity, load_exports
from cvplus.exports.seal import sealed_line
from cvplus.exports.split import SplitRecord, split_record
from cvplus.lake.items import CountedReject
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.rejects import RejectSample
from cvplus.lake.store import BatchFacts, Item, Lake, RejectedRecord
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.personal import load_personal_rules
from cvplus.privacy.vault import store_personal_data, store_rejected_lines
from cvplus.values.rejected_fields import Fault

# A chunk is closed at whichever comes first; while it is split, a record takes up to thirty times its line.
CHUNK_RECORDS = 1_000
CHUNK_BYTES = 1 << 23
_KNOWN_AT_RULE = "dropped"
_NAMED_IN_NOTE = 20


def land_product(
    entity: str, window: Window, exports_url: str, lake: Lake, keyring: SubjectKeyring, run_key: str
) -> list[Manifest]:
    """Land all drops of an entity whose day ``dt`` begins inside the window.

    Returns the batches: one for the window, and one for each day whose drop has a larger share of rejects
    than ``max_rejected_share``, so that the gate quarantines that alone: it holds the day's files that have
    such a share. A window without files gives no batch. A batch that is already landed is returned as it is.

    Commits the keyring's connection after every chunk.

    Raises:
        ConfigurationError: the entity or the exports' root does not exist, or the master key is not the
        vault's. SourceUnavailable: the exports' root cannot be read. LakeFailure: the lake is full or away.
    """
    declared = find_entity(entity)
    root = ExportsRoot(exports_url)
    files = root.files(entity, window)
    bad = _bad_files(declared, root, files)
    parts = {"whole": [file for file in files if file not in bad]}
    for day, drop in groupby((file for file in files if file in bad), key=lambda file: file.dropped_on):
        parts[f"dt={day}"] = list(drop)
    manifests = []
    for part, drop_files in parts.items():
        if not drop_files:
            continue
        identity = BatchIdentity(source=SOURCE, resource=entity, window=window, run_key=run_key, part=part)
        landing = _Landing(declared, keyring, identity.batch_id)
        pages = landing.pages(root, drop_files)
        manifests.append(lake.write_batch(identity, pages, known_at_rule=_KNOWN_AT_RULE, facts=landing.facts))
    return manifests


@dataclass
class _Account:
    """How many lines were read, how many of them rejected, and how many of these are where a file was cut."""

    read: int = 0
    rejected: int = 0
    cut: int = 0

    def __add__(self, other: "_Account") -> "_Account":
        return _Account(self.read + other.read, self.rejected + other.rejected, self.cut + other.cut)

    def is_bad(self, limit: float) -> bool:
        """Whether too large a share is rejected; a cut counts for nothing where anything else was read."""
        if self.read == self.cut:
            return self.cut > 0
        return self.rejected - self.cut > limit * (self.read - self.cut)


def _bad_files(entity: Entity, root: ExportsRoot, files: Iterable[DropFile]) -> set[DropFile]:
    """Files with too large a share of rejects, of days whose drop has one. Keeps only counts."""
    accounts: dict[date, dict[DropFile, _Account]] = {}
    for file in files:
        account = accounts.setdefault(file.dropped_on, {}).setdefault(file, _Account())
        for _, outcome in _checked_lines(entity, root, file):
            account.read += 1
            if isinstance(outcome, Fault):
                account.rejected += 1
                account.cut += outcome.reason_code == FILE_CUT
    limit = load_exports().max_rejected_share
    return {
        file
        for drop in accounts.values()
        if sum(drop.values(), _Account()).is_bad(limit)
        for file, account in drop.items()
        if account.is_bad(limit)
    }


def _checked_lines(
    entity: Entity, root: ExportsRoot, file: DropFile
) -> Iterator[tuple[bytes, dict[str, Any] | Fault]]:
    """Each line of a file with the record it holds, or with why it holds none."""
    end_of_day = datetime.combine(file.dropped_on, time.max, UTC)
    known = max(end_of_day, datetime.now(UTC))
    for found in root.lines(file, load_personal_rules().longest_line_bytes):
        if isinstance(found, LineFault):
            yield found.line, Fault(found.reason_code, f"{found.reason} File: {shown_path(file.name)}")
            continue
        is_last, line = isinstance(found, LastLine), bytes(found)
        record = parse_line(line)
        if not isinstance(record, Fault):
            yield line, settle_record(entity, record, known) or record
        elif is_last and record.reason_code in ("not_json", "not_utf8"):
            reason = f"The file is cut: it ends in the middle of a line. File: {shown_path(file.name)}"
            yield line, Fault(FILE_CUT, reason)
        else:
            yield line, record


@dataclass
class _Chunk:
    """What has been read and is not yet written, in the order of reading; ``size`` in bytes of its lines."""

    items: list[SplitRecord | RejectedRecord | CountedReject] = field(default_factory=list)
    rejected_lines: list[tuple[int, bytes]] = field(default_factory=list)
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it should be written."""
        return len(self.items) >= CHUNK_RECORDS or self.size >= CHUNK_BYTES


class _Landing:
    """One batch on its way to the lake."""

    def __init__(self, entity: Entity, keyring: SubjectKeyring, batch_id: str) -> None:
        self._entity = entity
        self._keyring = keyring
        self._batch_id = batch_id
        self._count = 0
        self._rejects = RejectSample()
        self._cut: list[str] = []

    def pages(self, root: ExportsRoot, files: Iterable[DropFile]) -> Iterator[list[Item]]:
        """The batch's pages; what a page depends on is committed before the page is given."""
        chunk = _Chunk()
        for file in files:
            for line, outcome in _checked_lines(self._entity, root, file):
                self._count += 1
                if not isinstance(outcome, Fault):
                    chunk.items.append(split_record(self._entity, outcome, file.dropped_on, self._keyring))
                    chunk.size += len(line)
                else:
                    self._take_fault(chunk, line, outcome)
                if chunk.is_full:
                    yield self._written(chunk)
                    chunk = _Chunk()
        if chunk.items:
            yield self._written(chunk)

    def facts(self) -> BatchFacts:
        """Whether files of the batch were cut, and which."""
        if not self._cut:
            return BatchFacts()
        named = self._cut[:_NAMED_IN_NOTE]
        more = (
            f" … and {len(self._cut) - len(named)} more files that are cut" if self._cut[len(named) :] else ""
        )
        return BatchFacts(is_partial=True, note=f"{' '.join(named)}{more}")

    def _take_fault(self, chunk: _Chunk, line: bytes, fault: Fault) -> None:
        if fault.reason_code == FILE_CUT:
            self._cut.append(fault.reason)
        if self._rejects.takes(fault.reason_code, len(line)):
            chunk.rejected_lines.append((self._count, line))
            chunk.items.append(self._rejected(line, fault))
            chunk.size += len(line)
        else:
            chunk.items.append(CountedReject(fault.reason_code))

    def _rejected(self, line: bytes, fault: Fault) -> RejectedRecord:
        record = parse_line(line)
        if isinstance(record, Fault):
            masked, key = masked_line(line), None
        else:
            subject = record.get(self._entity.subject_field or "")
            subject_id = self._keyring.subject_id(str(subject)) if subject else None
            masked = masked_record(self._entity, record)
            key = record_key(self._entity, record, subject_id)
        return RejectedRecord(fault.reason_code, fault.reason, masked, key, self._count)

    def _written(self, chunk: _Chunk) -> list[Item]:
        """Put the chunk's keys and personal parts into the vault, commit, and return its page."""
        splits = [item for item in chunk.items if isinstance(item, SplitRecord)]
        personal = [split.personal for split in splits if split.personal is not None]
        owners = {split.subject_id for split in splits if split.subject_id is not None}
        self._keyring.ensure(owners | {part.subject_id for part in personal})
        if personal:
            store_personal_data(self._keyring, personal)
        if chunk.rejected_lines:
            store_rejected_lines(self._keyring, self._batch_id, chunk.rejected_lines)
        # The lake outlives a crash of the server, so what opens its lines must too.
        self._keyring.connection.execute("set local synchronous_commit = on")
        self._keyring.connection.commit()
        return [
            sealed_line(self._keyring, item.plain) if isinstance(item, SplitRecord) else item
            for item in chunk.items
        ]
