"""Fuzzed drops of the product's exports, CVs among them, through the real landing and the load's reading."""

import gzip
import shutil
import struct
import traceback
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import orjson
from found import Found, TookTooLong, bounded
from mutations import mutated
from value_edges import as_json, entity_edges

from cvplus.enrich.kinds import FACT_KINDS
from cvplus.errors import PlantError
from cvplus.exports.land import land_product
from cvplus.exports.registry import Entity, load_entities
from cvplus.exports.seal import opener
from cvplus.lake.manifest import Manifest, Window
from cvplus.lake.rejects import RejectSample
from cvplus.lake.store import Lake, open_lake
from cvplus.privacy.keys import SubjectKeyring
from cvplus.warehouse.incoming import read_chunks

DAY = date(2026, 11, 20)
WINDOW = Window(start=datetime(2026, 11, 20, tzinfo=UTC), end=datetime(2026, 11, 21, tzinfo=UTC))
MOST_LINES = 8
# Drops that are landed together: what is wrong with one is looked for in each alone.
TOGETHER = 20


def good_lines(sandbox_exports: Path, random: Random) -> dict[str, list[bytes]]:
    """Lines of every entity as the sandbox drops them, and as the declarations have them at the edges."""
    lines: dict[str, list[bytes]] = {}
    for name, entity in load_entities().items():
        files = sorted((sandbox_exports / name).rglob("*.jsonl.gz"))
        chosen = random.sample(files, min(6, len(files)))
        dropped = [line for file in chosen for line in gzip.decompress(file.read_bytes()).splitlines()[:40]]
        lines[name] = [*dropped, *(as_json(record) for record in entity_edges(entity))]
    return lines


def drop(entity: str, lines: dict[str, list[bytes]], random: Random) -> tuple[str, bytes]:
    """A fuzzed file: its ending, and its bytes."""
    chosen = random.choices(lines[entity], k=random.randint(1, MOST_LINES))
    text = b"\n".join(mutated(line, random) if random.random() < 0.6 else line for line in chosen)
    if random.random() < 0.2:
        text = mutated(text, random)
    if random.random() < 0.7:
        return ".jsonl", text
    packed = gzip.compress(text)
    return ".jsonl.gz", mutated(packed, random) if random.random() < 0.3 else packed


def fuzz_exports(
    count: int, seed: int, keyring: SubjectKeyring, sandbox_exports: Path, folder: Path, found: Found
) -> None:
    """Land ``count`` fuzzed drops; defects and their inputs go to ``found`` and ``folder``."""
    lines = good_lines(sandbox_exports, Random(seed))
    names = list(lines)
    for first in range(0, count, TOGETHER):
        entity = names[first // TOGETHER % len(names)] if Random(first + seed).random() < 0.6 else "cvs"
        numbers = range(first, min(first + TOGETHER, count))
        drops = [(number, *drop(entity, lines, Random(f"{seed}-export-{number}"))) for number in numbers]
        if not _goes_well(entity, drops, keyring, folder / "together", found):
            for one in drops:
                alone = Found()
                if not _goes_well(entity, [one], keyring, folder / "alone", alone):
                    number, ending, content = one
                    case = f"export-{seed}-{number}-{entity}{ending}"
                    found.defect(case, alone.ends.most_common(1)[0][0], folder / "defects", content)
                found.ends += alone.ends
                found.records += alone.records


def _goes_well(
    entity: str,
    drops: Sequence[tuple[int, str, bytes]],
    keyring: SubjectKeyring,
    folder: Path,
    found: Found,
) -> bool:
    """Land drops as one; whether it ended as it may, and every record is accounted for."""
    shutil.rmtree(folder, ignore_errors=True)
    day = folder / "exports" / entity / f"dt={DAY}"
    day.mkdir(parents=True)
    for number, ending, content in drops:
        (day / f"case-{number}{ending}").write_bytes(content)
    lake = open_lake((folder / "lake").as_uri())
    declared = load_entities()[entity]
    before = Found(found.ends.copy(), found.records)
    try:
        with bounded():
            for manifest in land_product(entity, WINDOW, str(folder / "exports"), lake, keyring, "fuzz"):
                _account(lake, manifest, declared, keyring, found)
        least = sum(_lines_of(content) for _, ending, content in drops if ending == ".jsonl")
        if found.records - before.records < least:
            raise AssertionError(f"{least} lines were dropped, {found.records - before.records} are told of")
    except PlantError as error:
        found.ends[error.code] += len(drops)
    except (Exception, TookTooLong) as error:  # noqa: BLE001  every other end is what is looked for
        keyring.connection.rollback()
        found.ends, found.records = before.ends, before.records
        if len(drops) == 1:
            last = traceback.extract_tb(error.__traceback__)[-1]
            found.ends[f"{type(error).__name__}: {str(error)[:200]} at {last.filename}:{last.lineno}"] += 1
        return False
    else:
        found.ends["landed"] += len(drops)
    return True


def _lines_of(content: bytes) -> int:
    return sum(1 for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip())


def _account(lake: Lake, manifest: Manifest, entity: Entity, keyring: SubjectKeyring, found: Found) -> None:
    """Read a batch as the load does, and count: whatever was read is a row, a repetition or a refusal."""
    told = 0
    for chunk in read_chunks(lake, manifest, entity.resource, opener(keyring), RejectSample()):
        told += chunk.read
        found.ends["record refused"] += chunk.refused
        found.ends["field set aside"] += sum(len(fields) for _, fields in chunk.rejected_fields.values())
        read_facts(entity.resource.table, documents(chunk.rows))
    if told != manifest.rows_read:
        raise AssertionError(f"{manifest.rows_read} records were read, {told} are accounted for")
    found.records += told


def read_facts(table: str, records: list[dict[str, object]]) -> None:
    """Read the texts of records as enrichment does, whatever kind they are of."""
    for kind in FACT_KINDS:
        for shape in kind.shapes():
            if shape.table == table and records:
                kind.find([shape.read(record) for record in records], [None] * len(records))


def documents(rows: list[bytes]) -> list[dict[str, object]]:
    """The JSON documents of COPY rows: the last field of each, after the version byte of the jsonb."""
    return [orjson.loads(_last_field(row)[1:]) for row in rows]


def _last_field(row: bytes) -> bytes:
    (columns,) = struct.unpack_from(">h", row)
    start = 2
    for _ in range(columns - 1):
        start += 4 + struct.unpack_from(">i", row, start)[0]
    return row[start + 4 :]
