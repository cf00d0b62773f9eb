"""Fuzzed answers of providers through the real client, landing and reading; nothing leaves the process."""

import json
import shutil
import traceback
from pathlib import Path
from random import Random
from typing import Any

import responses
from found import Found, TookTooLong, bounded
from fuzz_exports import documents, read_facts
from mutations import mutated
from replaying import IMPATIENT, land_replayed

from cvplus.errors import PlantError
from cvplus.lake.manifest import Manifest
from cvplus.lake.rejects import RejectSample
from cvplus.lake.store import Lake, open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions
from cvplus.warehouse.incoming import read_chunks

RECORDED = Path(__file__).parents[1] / "contract" / "recorded"
HASTY = SessionOptions(
    retries=IMPATIENT.retries, backoff_seconds=0.0, quota_wait_seconds=0.5, connect_seconds=2, read_seconds=2
)
_STATUSES = (200, 200, 200, 201, 204, 301, 400, 404, 410, 429, 500, 503, 999)


def recordings() -> list[tuple[str, dict[str, Any]]]:
    """Every recorded answer that says of which resource it is, with its source."""
    read = [(path.parent.name, json.loads(path.read_text())) for path in sorted(RECORDED.glob("*/*.json"))]
    return [(source, told) for source, told in read if isinstance(told, dict) and "exchanges" in told]


def fuzzed(exchanges: list[dict[str, Any]], folder: Path, random: Random) -> list[dict[str, Any]]:
    """The exchanges, one or all of them with another body, some with another status."""
    chosen = random.randrange(len(exchanges)) if exchanges else 0
    is_all = random.random() < 0.2
    changed = []
    for place, exchange in enumerate(exchanges):
        if place != chosen and not is_all:
            changed.append(exchange)
            continue
        body = mutated(_body(exchange, folder), random)
        kept = {name: exchange[name] for name in exchange if name not in ("body", "file", "text")}
        status = random.choice(_STATUSES) if random.random() < 0.1 else exchange.get("status", 200)
        changed.append({**kept, "status": status, "text": body})
    return changed


def _body(exchange: dict[str, Any], folder: Path) -> bytes:
    if "file" in exchange:
        return (folder / exchange["file"]).read_bytes()
    return exchange["text"].encode() if "text" in exchange else json.dumps(exchange["body"]).encode()


def fuzz_answers(count: int, seed: int, folder: Path, found: Found) -> None:
    """Land ``count`` fuzzed recordings; defects and their inputs go to ``found`` and ``folder``."""
    known = recordings()
    with responses.RequestsMock(
        registry=responses.registries.OrderedRegistry, assert_all_requests_are_fired=False
    ) as mocked:
        for number in range(count):
            random = Random(f"{seed}-answer-{number}")
            source, recording = random.choice(known)
            exchanges = fuzzed(recording["exchanges"], RECORDED / source, random)
            _land(mocked, source, recording, exchanges, f"answer-{seed}-{number}", folder, found)


def _land(
    mocked: responses.RequestsMock,
    source: str,
    recording: dict[str, Any],
    exchanges: list[dict[str, Any]],
    case: str,
    folder: Path,
    found: Found,
) -> None:
    lake_folder = folder / "lake"
    shutil.rmtree(lake_folder, ignore_errors=True)
    lake = open_lake(lake_folder.as_uri())
    connection = recording.get("connection", {})
    credentials = Credentials(
        base_url=connection.get("host"),
        login=connection.get("login", "us@example.org"),
        password=connection.get("password", "a-key"),
        extra=connection.get("extra", {}),
    )
    try:
        with bounded():
            manifest = land_replayed(
                mocked,
                lake,
                source,
                recording["resource"],
                exchanges,
                folder=RECORDED / source,
                credentials=credentials,
                options=HASTY,
            )
            _account(lake, manifest, source, recording["resource"], found)
    except PlantError as error:
        if not error.where.source or not error.cause or not error.remedy:
            _keep(found, case, folder, exchanges, source, f"an error that does not say where: {error}")
        found.ends[error.code] += 1
    except (Exception, TookTooLong) as error:  # noqa: BLE001  every other end is what is looked for
        last = [part for part in traceback.extract_tb(error.__traceback__) if "cvplus" in part.filename][-1:]
        place = f"{last[0].filename}:{last[0].lineno}" if last else "?"
        _keep(
            found, case, folder, exchanges, source, f"{type(error).__name__}: {str(error)[:200]} at {place}"
        )
    else:
        found.ends["landed"] += 1


def _keep(
    found: Found, case: str, folder: Path, exchanges: list[dict[str, Any]], source: str, what: str
) -> None:
    content = b"\n---\n".join(
        _body(exchange, RECORDED / source)
        if not isinstance(exchange.get("text"), bytes)
        else exchange["text"]
        for exchange in exchanges
    )
    found.defect(f"{case}-{source}", what, folder / "defects", content)


def _account(lake: Lake, manifest: Manifest, source: str, resource_name: str, found: Found) -> None:
    """Read a batch as the load does, and count; its texts are read."""
    resource = load_sources()[source].resource(resource_name)
    told = 0
    for chunk in read_chunks(lake, manifest, resource, None, RejectSample()):
        told += chunk.read
        found.ends["record refused"] += chunk.refused
        found.ends["field set aside"] += sum(len(fields) for _, fields in chunk.rejected_fields.values())
        read_facts(resource.table, documents(chunk.rows))
    if told != manifest.rows_read:
        raise AssertionError(f"{manifest.rows_read} records were read, {told} are accounted for")
    found.records += told
