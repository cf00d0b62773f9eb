"""Landing one entity of the product's exports: every drop of a window, from files to batches in the lake.

Order of writing, so that a task killed anywhere and run again leaves the same: subjects' keys and the vault's
rows are committed chunk by chunk, each before the lines that depend on them go to the lake; a batch's
manifest comes last.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cvplus.exports.checks import Fault, check_record, parse_line
from cvplus.exports.drops import DropFile, ExportsRoot, LineFault
from cvplus.exports.masking import masked_line, masked_record, record_key
from cvplus.exports.registry import SOURCE, Entity, find_entity, load_exports
from cvplus.exports.seal import sealed_line
from cvplus.exports.split import SplitRecord, split_record
from cvplus.lake.manifest import BatchIdentity, Manifest, Window
from cvplus.lake.store import Item, Lake, RejectedRecord
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.personal import load_personal_rules
from cvplus.privacy.vault import store_personal_data, store_rejected_lines

CHUNK_RECORDS = 1_000
_KNOWN_AT_RULE = "dropped"


def land_product(
    entity: str, window: Window, exports_url: str, lake: Lake, keyring: SubjectKeyring, run_key: str
) -> list[Manifest]:
    """Land all drops of an entity whose day ``dt`` begins inside the window.

    Returns the batches: one for the window, and one for each drop with a larger share of rejects than
    ``max_rejected_share``, so that the gate quarantines that drop alone. A window without files gives no
    batch. A batch that is already landed is returned as it is.

    Commits the keyring's connection after every chunk.

    Raises:
        ConfigurationError: the entity or the exports' root does not exist, or the master key is not the
        vault's. SourceUnavailable: the exports' root cannot be read. LakeFailure: the lake is full or away.
    """
    declared = find_entity(entity)
    root = ExportsRoot(exports_url)
    files = root.files(entity, window)
    bad_days = _bad_days(declared, root, files)
    parts = {day.isoformat(): [file for file in files if file.dropped_on == day] for day in sorted(bad_days)}
    good = [file for file in files if file.dropped_on not in bad_days]
    manifests = []
    for part, drop in {"whole": good, **{f"dt={day}": rest for day, rest in parts.items()}}.items():
        if not drop:
            continue
        identity = BatchIdentity(source=SOURCE, resource=entity, window=window, run_key=run_key, part=part)
        landing = _Landing(declared, keyring, identity.batch_id)
        pages = landing.pages(root, drop)
        manifests.append(lake.write_batch(identity, pages, known_at_rule=_KNOWN_AT_RULE))
    return manifests


def _bad_days(entity: Entity, root: ExportsRoot, files: Iterable[DropFile]) -> set[date]:
    """Days whose drop has too large a share of rejects. Reads every file once and keeps only counts."""
    read: Counter[date] = Counter()
    rejected: Counter[date] = Counter()
    for file in files:
        for _, outcome in _checked_lines(entity, root, file):
            read[file.dropped_on] += 1
            rejected[file.dropped_on] += isinstance(outcome, Fault)
    limit = load_exports().max_rejected_share
    return {day for day, count in rejected.items() if count > limit * read[day]}


def _checked_lines(
    entity: Entity, root: ExportsRoot, file: DropFile
) -> Iterator[tuple[bytes, dict[str, Any] | Fault]]:
    """Each line of a file with the record it holds, or with why it holds none."""
    for line in root.lines(file, load_personal_rules().longest_line_bytes):
        if isinstance(line, LineFault):
            yield line.line, Fault(line.reason_code, f"{line.reason} File: {file.name}")
            continue
        record = parse_line(line)
        if isinstance(record, Fault):
            yield line, record
        else:
            yield line, check_record(entity, record) or record


@dataclass
class _Chunk:
    """What has been read and is not yet written, in the order of reading."""

    items: list[SplitRecord | RejectedRecord] = field(default_factory=list)
    rejected_lines: list[tuple[int, bytes]] = field(default_factory=list)


class _Landing:
    """One batch on its way to the lake."""

    def __init__(self, entity: Entity, keyring: SubjectKeyring, batch_id: str) -> None:
        self._entity = entity
        self._keyring = keyring
        self._batch_id = batch_id
        self._count = 0

    def pages(self, root: ExportsRoot, files: Iterable[DropFile]) -> Iterator[list[Item]]:
        """The batch's pages; what a page depends on is committed before the page is given."""
        chunk = _Chunk()
        for file in files:
            for line, outcome in _checked_lines(self._entity, root, file):
                self._count += 1
                if isinstance(outcome, Fault):
                    chunk.rejected_lines.append((self._count, line))
                    chunk.items.append(self._rejected(line, outcome))
                else:
                    chunk.items.append(split_record(self._entity, outcome, file.dropped_on, self._keyring))
                if len(chunk.items) == CHUNK_RECORDS:
                    yield self._written(chunk)
                    chunk = _Chunk()
        if chunk.items:
            yield self._written(chunk)

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
