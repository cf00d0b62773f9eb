"""Every kind of page that the plant makes, of the texts of a test, by the code that makes it in earnest."""

import json
import shutil
from pathlib import Path
from typing import Any

import dbt.task.docs
import numpy as np
import pandas as pd
import psycopg
import yaml
from batch_maker import TAGS, BatchMaker, tag, with_raw_table
from mkdocs.commands.build import build
from mkdocs.config import load_config

from cvplus.pages.dbt_docs import dbt_page
from cvplus.quality.data_docs import write_index
from cvplus.quality.drift_report import compare_samples
from cvplus.quality.gate import gate_batches
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.pages import source_page
from cvplus.sources.registry import load_sources
from cvplus.status.html import page_of
from cvplus.status.lines import Line, Section, Status
from cvplus.warehouse.load import load_batch

# As many values of a failed expectation stand on a page of Data Docs.
SHOWN_VALUES = 20
HOSTILE_MODEL = "model.cvplus.hostile"


def data_docs_pages(
    connection: psycopg.Connection, url: str, docs: Path, *sets: list[str]
) -> list[list[Path]]:
    """The pages of batches whose record keys and names are the texts of a set; one list of pages a set.

    A blank in each makes it fail its suite, so that all stand on the pages.
    """
    with_raw_table(connection)
    maker = BatchMaker(docs.with_name(f"{docs.name}_lake"))
    batch_ids: list[list[str]] = [[] for _ in sets]
    for made, texts in zip(batch_ids, sets, strict=True):
        for start in range(0, len(texts), SHOWN_VALUES):
            shown = enumerate(texts[start : start + SHOWN_VALUES])
            manifest = maker.land([tag(place, name=f"{text} .") for place, text in shown])
            load_batch(connection, maker.lake, manifest, TAGS)
            made.append(manifest.batch_id)
    connection.commit()
    outcomes = gate_batches(url, [batch_id for made in batch_ids for batch_id in made], docs)
    pages = {outcome.batch_id: Path(str(outcome.docs_path)) for outcome in outcomes}
    return [[pages[batch_id] for batch_id in made] for made in batch_ids]


def index_page(connection: psycopg.Connection, docs: Path, texts: list[str]) -> Path:
    """The index of Data Docs with a run for each text, which says it wherever a run can."""
    connection.cursor().executemany(
        """
        insert into ops.gate_results (
            gate_run_id, suite, expectation, severity, meaning, observed, is_passed, table_name, docs_path
        ) values (%(text)s, %(text)s, %(text)s, 'warning', %(text)s, %(text)s, false, %(text)s, %(text)s)
        """,
        [{"text": text} for text in texts],
    )
    return write_index(connection, docs)


def drift_page(file: Path, texts: list[str]) -> Path:
    """A drift report whose categories are the texts."""
    random = np.random.default_rng(0)
    frames = [
        pd.DataFrame(
            {
                "years": random.normal(shift, 1, 600),
                "occupation": [texts[place] for place in random.integers(0, len(texts), 600)],
            }
        )
        for shift in (0.0, 0.5)
    ]
    compare_samples(
        *frames,
        numbers=["years"],
        categories=["occupation"],
        threshold=0.1,
        kept_categories=len(texts),
        report_file=file,
    )
    return file


def status_page(texts: list[str]) -> str:
    """The status page with each text wherever one can stand."""
    lines = tuple(Line(text, text, text, "bad", dag_id=text) for text in texts)
    return page_of(Status(texts[0], (Section(texts[1], lines),)), "/airflow", texts[2])


def manual(folder: Path, pages: dict[str, list[str]]) -> Path:
    """The manual's site with pages like the generated ones, by name, their texts wherever one can stand."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    shutil.copy(PROJECT_ROOT / "docs" / "tables.css", docs)
    (docs / "index.md").write_text("# Start\n\nThe rest is beside this page.\n", encoding="utf-8")
    for name, texts in pages.items():
        (docs / f"{name}.md").write_text("\n\n".join(map(_generated, texts)), encoding="utf-8")
    told = yaml.safe_load((PROJECT_ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    told |= {"docs_dir": str(docs), "site_dir": str(folder / "site"), "nav": None}
    told["hooks"] = [str(PROJECT_ROOT / hook) for hook in told["hooks"]]
    file = folder / "mkdocs.yml"
    file.write_text(yaml.safe_dump(told), encoding="utf-8")
    build(load_config(str(file)))
    return folder / "site"


def dbt_docs(folder: Path, texts: list[str]) -> Path:
    """dbt's docs of one model whose tags, columns and code are the texts."""
    folder.mkdir(parents=True)
    shutil.copy(Path(dbt.task.docs.__file__).parent / "index.html", folder)
    everything = "\n\n".join(texts)
    node: dict[str, Any] = {
        "unique_id": HOSTILE_MODEL,
        "name": "hostile",
        "resource_type": "model",
        "package_name": "cvplus",
        "path": "hostile.sql",
        "original_file_path": "models/hostile.sql",
        "fqn": ["cvplus", "hostile"],
        "database": "warehouse",
        "schema": "marts",
        "alias": "hostile",
        "language": "sql",
        "description": "One row per text.",
        "columns": {
            text: {"name": text, "description": "A text.", "meta": {}, "tags": texts} for text in texts
        },
        "raw_code": everything,
        "compiled_code": everything,
        "tags": texts,
        "meta": {},
        "docs": {"show": True},
        "config": {"enabled": True, "materialized": "table"},
        "depends_on": {"nodes": [], "macros": []},
        "refs": [],
        "sources": [],
    }
    none: dict[str, Any] = {"sources": {}, "macros": {}, "docs": {}, "exposures": {}, "metrics": {}}
    none |= {"semantic_models": {}, "saved_queries": {}, "groups": {}, "unit_tests": {}, "selectors": {}}
    about = {"project_name": "cvplus", "adapter_type": "postgres", "send_anonymous_usage_stats": True}
    manifest = {"metadata": about, "nodes": {HOSTILE_MODEL: node}, "parent_map": {}, "child_map": {}, **none}
    catalog = {"metadata": {}, "nodes": {}, "sources": {}, "errors": None}
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    (folder / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    page = folder / "page.html"
    page.write_text(dbt_page(folder), encoding="utf-8")
    return page


def _generated(text: str) -> str:
    """A source's page whose declaration says the text everywhere, and a row as the licences have it."""
    words = dict.fromkeys(("title", "access", "limits", "terms", "retention", "traps"), text)
    declaration = load_sources()["lever"].model_copy(update=words)
    return f"{source_page(declaration)}\n\n## {text}\n\n| {text} | {text} |\n|---|---|\n| {text} | {text} |\n"
