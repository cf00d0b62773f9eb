"""Personal words of every kind, planted in every place of every export, on their way through a warehouse.

Every table of every schema but the vault's, every file of the lake, what was rejected and all that was logged
is searched for them.
"""

import base64
import gzip
import logging
from pathlib import Path

import orjson
import psycopg
import pytest
from personal_kinds import PERSONAL_KINDS, small
from planted_exports import all_planted
from psycopg import sql

from cvplus.errors import PlantError
from cvplus.exports.land import land_product
from cvplus.exports.registry import find_entity, load_entities, product_resources
from cvplus.exports.seal import opener
from cvplus.lake.manifest import Window
from cvplus.lake.store import open_lake
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.master_key import parse_master_key
from cvplus.warehouse.load import load_batch
from cvplus.warehouse.schema import apply_schema

KEY = parse_master_key(base64.b64encode(bytes(32)).decode())
WINDOW = Window.model_validate({"start": "2026-05-01T00:00:00Z", "end": "2026-05-02T00:00:00Z"})
GZIP = b"\x1f\x8b"


def drop_everything(exports: Path) -> int:
    """Drop every kind in every place of every entity, each line once more cut short; how many lines."""
    files: dict[str, list[bytes]] = {}
    for number, kind in enumerate(PERSONAL_KINDS):
        for entity, _, record in all_planted(kind.text, number):
            line = orjson.dumps(record)
            files.setdefault(entity.name, []).extend((line, line[:-9]))
    for name, lines in files.items():
        path = exports / name / "dt=2026-05-01" / "a.jsonl.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress(b"\n".join(lines), compresslevel=1))
    return sum(map(len, files.values()))


def tables_with_rows(connection: psycopg.Connection) -> dict[str, str]:
    """The rows of all tables of all schemas but the vault's, as text in small letters."""
    names = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema not in ('vault', 'pg_catalog', 'information_schema')"
    ).fetchall()
    contents = {}
    for schema, table in names:
        query = sql.SQL("select row_::text from {} as row_").format(sql.Identifier(schema, table))
        contents[f"{schema}.{table}"] = small("\n".join(row for (row,) in connection.execute(query)))
    return contents


def files_of(folder: Path) -> dict[str, str]:
    """All files below a folder, unpacked, in small letters."""
    contents = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            unpacked = gzip.decompress(content) if content.startswith(GZIP) else content
            contents[str(path.relative_to(folder))] = small(unpacked.decode(errors="replace"))
    return contents


@pytest.mark.slow
def test_no_planted_word_is_found_anywhere_but_in_the_vault(
    tmp_path: Path, warehouse: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lines = drop_everything(tmp_path / "exports")
    apply_schema(warehouse, product_resources())
    warehouse.commit()
    lake = open_lake((tmp_path / "lake").as_uri())
    keyring = SubjectKeyring(warehouse, KEY)
    errors: list[str] = []
    read = 0
    for entity in load_entities():
        for manifest in land_product(entity, WINDOW, str(tmp_path / "exports"), lake, keyring, "run"):
            read += manifest.rows_read
            resource = find_entity(entity).resource
            try:
                load_batch(warehouse, lake, manifest, resource, opener(SubjectKeyring(warehouse, KEY)))
            except PlantError as error:
                errors.append(str(error))
            warehouse.commit()
    assert read == lines
    places = tables_with_rows(warehouse) | files_of(tmp_path / "lake")
    places |= {"log": small(caplog.text), "errors": small("\n".join(errors))}
    found = [
        (place, kind.name)
        for place, content in places.items()
        for kind in PERSONAL_KINDS
        if kind.is_in(content)
    ]
    assert len(places) > 20
    assert errors == []
    assert found == []
    kept = warehouse.execute("select count(*) from vault.personal_data").fetchone()
    assert kept is not None
    assert kept[0] > len(PERSONAL_KINDS)
