"""The files of a new source, as a skeleton that is whole: it loads, and its recordings are replayed.

``make new-source NAME=<source>`` writes them, for the kind, the paging and the key that are asked for; what
stands in them is to be replaced by what the provider's documentation says (``docs/add_a_source.md``).
"""

import argparse
import json
import sys
from pathlib import Path
from string import Template
from typing import get_args

from cvplus.resources import Domain
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.scaffold_recordings import CHANGED_AT, PAGINATORS, Paging, recordings
from cvplus.sources.scaffold_staging import Kind, staging_sql_skeleton, staging_yaml

SKELETON = Path(__file__).parent / "skeleton"
TITLE_FIELDS: dict[Kind, str] = {"posting": "title", "pay": "title", "company": "name", "skill": "name"}
KEY = '  auth: {type: api_key, name: X-API-Key, location: header, api_key: "{password}"}\n'
NEEDS = "needs: [password]\n"
POSTING = "    posting: {title: title, company: [company], texts: [description]}\n"
COMPANY = "    company: {name: [name], places: [headquarters]}\n"


def skeleton(
    source: str,
    resource: str,
    kind: Kind,
    domain: str,
    paging: Paging = "page_number",
    *,
    has_key: bool = True,
) -> dict[str, str]:
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
        "posting": {"posting": POSTING, "company": COMPANY}.get(kind, ""),
        "auth": KEY if has_key else "",
        "needs": NEEDS if has_key else "",
        "paginator": PAGINATORS[paging],
    }
    sample = {"id": "1", title_field: "An example", "updated_at": CHANGED_AT}
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
    for case, recording in recordings(resource, title_field, paging).items():
        files[f"tests/contract/recorded/{source}/{case}.json"] = json.dumps(recording, indent=1) + "\n"
    return files


def _filled(name: str, words: dict[str, str]) -> str:
    return Template((SKELETON / name).read_text(encoding="utf-8")).substitute(words)


def main() -> int:
    """Write the files; none that is there already is touched."""
    parser = argparse.ArgumentParser(prog="make new-source", description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--resource", default="records")
    parser.add_argument("--kind", choices=get_args(Kind), default="posting")
    parser.add_argument("--domain", choices=get_args(Domain)[:5], default="job_market")
    parser.add_argument("--auth", choices=("key", "none"), default="key")
    parser.add_argument("--paging", choices=get_args(Paging), default="page_number")
    asked = parser.parse_args()
    files = skeleton(
        asked.source, asked.resource, asked.kind, asked.domain, asked.paging, has_key=asked.auth == "key"
    )
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
