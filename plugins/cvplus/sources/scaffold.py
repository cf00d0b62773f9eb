"""The five files of a new source, as a skeleton that is whole: it loads, and its recordings are replayed.

``make new-source NAME=<source> [KIND=posting] [DOMAIN=job_market] [RESOURCE=jobs]`` writes them; what stands
in them is to be replaced by what the provider's documentation says (``docs/add_a_source.md``).
"""

import argparse
import json
import sys
from pathlib import Path
from string import Template
from typing import Any, get_args

from cvplus.resources import Domain
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.scaffold_staging import Kind, staging_sql_skeleton, staging_yaml

SKELETON = Path(__file__).parent / "skeleton"
TITLE_FIELDS: dict[Kind, str] = {"posting": "title", "pay": "title", "company": "name", "skill": "name"}
POSTING = "    posting: {title: title, texts: [description]}\n"


def skeleton(source: str, resource: str, kind: Kind, domain: str) -> dict[str, str]:
    """The files of a new source: path below the project -> text."""
    title_field = TITLE_FIELDS[kind]
    words = {
        "source": source,
        "resource": resource,
        "kind": kind,
        "domain": domain,
        "asset": domain.upper(),
        "host": source.replace("_", "-"),
        "title_field": title_field,
        "posting": POSTING if kind == "posting" else "",
    }
    sample = {"id": "1", title_field: "An example", "updated_at": "2026-11-20T08:00:00Z"}
    table = f"{source}__{resource}"
    staging = f"dbt_project/models/staging/stg_{table}"
    files = {
        f"config/sources/{source}.yaml": _filled("source.yaml", words),
        f"expectations/raw/{table}.yaml": _filled("suite.yaml", words),
        f"{staging}.sql": staging_sql_skeleton(kind, source, resource, sample),
        f"{staging}.yml": staging_yaml(
            kind, source, resource, f"One row per version of a record of {source}."
        ),
        f"dags/ingest_{source}.py": _filled("dag.py.txt", words),
    }
    for case, recording in _recordings(resource, title_field).items():
        files[f"tests/contract/recorded/{source}/{case}.json"] = json.dumps(recording, indent=1) + "\n"
    return files


def _recordings(resource: str, title_field: str) -> dict[str, Any]:
    """The four answers that every source has recorded, in the skeleton's own shape."""

    def recording(expect: dict[str, Any], *exchanges: dict[str, Any]) -> dict[str, Any]:
        return {
            "resource": resource,
            "exchanges": [{"path": resource, **it} for it in exchanges],
            "expect": expect,
        }

    def page(number: int, pages: int, *keys: str) -> dict[str, Any]:
        items = [{"id": key, title_field: "An example", "updated_at": "2026-11-20T08:00:00Z"} for key in keys]
        return {"query": {"page": str(number)}, "body": {"items": items, "pages": pages}}

    throttled = {"status": 429, "body": {"message": "Too many requests"}}
    return {
        "happy": recording({"keys": ["1", "2", "3"], "api_calls": 2}, page(1, 2, "1", "2"), page(2, 2, "3")),
        "empty": recording({"keys": [], "api_calls": 1}, page(1, 1)),
        "throttled": recording(
            {"error": "source_unavailable", "message": "HTTP 429: Too many requests"}, *[throttled] * 3
        ),
        "broken": recording(
            {"error": "malformed_answer", "message": "no list of records at 'items'"},
            {"body": {"unexpected": []}},
        ),
    }


def _filled(name: str, words: dict[str, str]) -> str:
    return Template((SKELETON / name).read_text(encoding="utf-8")).substitute(words)


def main() -> int:
    """Write the files; none that is there already is touched."""
    parser = argparse.ArgumentParser(prog="make new-source", description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--resource", default="records")
    parser.add_argument("--kind", choices=get_args(Kind), default="posting")
    parser.add_argument("--domain", choices=get_args(Domain)[:5], default="job_market")
    asked = parser.parse_args()
    files = skeleton(asked.source, asked.resource, asked.kind, asked.domain)
    there = [name for name in files if (PROJECT_ROOT / name).exists()]
    if there:
        sys.stderr.write(f"Nothing was written: {', '.join(there)} exist already.\n")
        return 1
    for name, text in files.items():
        path = PROJECT_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")
    sys.stdout.write(
        f"Now make them tell of {asked.source}, and follow docs/add_a_source.md from its second step on.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
