"""The manual's pages of sources, written from their declarations (``docs/sources/<source>.md``).

``python -m cvplus.sources.pages`` writes them all; a test holds them against the declarations.
"""

import json
import sys
from pathlib import Path
from typing import Any

from cvplus.settings import PROJECT_ROOT
from cvplus.sources.declaration import Client, ProviderResource, SourceDeclaration
from cvplus.sources.registry import load_sources

PAGES = PROJECT_ROOT / "docs" / "sources"
HEAD = "[//]: # (Written from config/sources/{source}.yaml by `make source-pages`; change that file instead.)"
RULES = {
    "published": "`{path}` plus {lag:g} hours",
    "observed": "the moment of fetching",
    "dropped": "the end of the drop's day",
}


def source_page(declaration: SourceDeclaration) -> str:
    """The page of one source, Markdown: what it gives, what it needs, its limits, terms and fields."""
    blocks = [
        HEAD.format(source=declaration.source),
        f"# {declaration.source}",
        f"{declaration.title}.",
        f"**Needs.** {declaration.access}{_connection(declaration)}",
        f"**Limits.** {declaration.limits}",
        f"**Terms.** {declaration.terms}",
        f"**Kept.** {declaration.retention}",
        _when_down(declaration),
    ]
    if declaration.traps:
        blocks.append(f"**Traps.** {declaration.traps}")
    blocks += [block for resource in declaration.resources for block in _resource(declaration, resource)]
    return "\n\n".join(blocks) + "\n"


def index_page(sources: dict[str, SourceDeclaration]) -> str:
    """The list of all sources with what they tell and what they need."""
    rows = []
    for name, source in sources.items():
        kinds = ", ".join(sorted({resource.maps_to for resource in source.resources}))
        needs = ", ".join(f"`{need}`" for need in source.needs) or "nothing"
        rows.append(f"| [{name}]({name}.md) | {source.domain} | {kinds} | {needs} | {source.title} |")
    return "\n".join(
        [
            "[//]: # (Written from config/sources by `make source-pages`.)",
            "# Sources",
            "",
            f"{len(sources)} sources are declared in `config/sources`. One whose connection lacks what it",
            "needs is *off*: its DAG says so and succeeds, and nothing else waits for it.",
            "",
            "| source | domain | tells of | needs of its connection | what |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _when_down(declaration: SourceDeclaration) -> str:
    return (
        f"**When it is down.** An answer younger than {declaration.fresh_hours:g} hours is not asked for "
        f"again; one younger than {declaration.time_to_live_hours:g} hours stands in, marked stale; then the "
        "source drops out, and `marts.data_freshness` says so."
    )


def _connection(declaration: SourceDeclaration) -> str:
    if not declaration.needs and not declaration.lists:
        return f" An Airflow connection `{declaration.source}` is only there to point elsewhere (`host`)."
    parts = [f"`{need}`" for need in declaration.needs]
    text = f" The Airflow connection `{declaration.source}` must hold {', '.join(parts)}." if parts else ""
    if declaration.lists:
        names = ", ".join(f"`{name}`" for name in declaration.lists)
        text += f" Its `extra` may choose other lists: {names}."
    return text


def _resource(declaration: SourceDeclaration, resource: ProviderResource) -> list[str]:
    rule = resource.known_at
    known = RULES[rule.rule].format(path=rule.path, lag=rule.lag_hours)
    key = ", ".join(f"`{path}`" for path in resource.key)
    endpoint, client = resource.endpoint, declaration.client
    call = "read from the package"
    if isinstance(client, Client):
        call = f"`{endpoint.method} {endpoint.base_url or client.base_url}/{endpoint.path}`"
    facts = [
        f"- Call: {call}{_repeated(resource)}",
        f"- Table: `raw.{resource.table}`, then `staging.stg_{resource.table}` ({resource.maps_to})",
        f"- Identified by {key}; known at {known}"
        + ("; a snapshot of all there is" if resource.is_snapshot else ""),
    ]
    if resource.needs:
        needs = ", ".join(f"`{need}`" for need in resource.needs)
        facts.append(f"- Off unless the connection holds {needs}; the other resources go on without")
    if resource.drop_fields or resource.mask_fields:
        dropped = ", ".join(f"`{path}`" for path in resource.drop_fields) or "nothing"
        masked = ", ".join(f"`{path}`" for path in resource.mask_fields) or "nothing"
        facts.append(f"- Never kept: {dropped}; kept without contact data: {masked}")
    blocks = [f"## {resource.name}", resource.gives, "\n".join(facts)]
    if resource.fields:
        rows = [f"| `{name}` | {meaning} |" for name, meaning in resource.fields.items()]
        blocks.append("\n".join(["| field | means |", "|---|---|", *rows]))
    blocks.append(f"```json\n{_shown(resource.sample)}\n```")
    return blocks


def _repeated(resource: ProviderResource) -> str:
    endpoint = resource.endpoint
    if endpoint.parent is not None:
        return f", once for each of `{endpoint.parent.resource}`"
    if endpoint.for_each:
        lists = [chosen if isinstance(chosen, str) else chosen.list for chosen in endpoint.for_each.values()]
        return f", once for each of {' and '.join(f'`{name}`' for name in lists)}"
    return ""


def _shown(sample: dict[str, Any]) -> str:
    return json.dumps(sample, indent=1, ensure_ascii=False)


def main() -> int:
    """Write all pages, and remove those of sources that are gone."""
    sources = load_sources()
    written = {f"{name}.md": source_page(source) for name, source in sources.items()}
    written["index.md"] = index_page(sources)
    for path in PAGES.glob("*.md"):
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        Path(PAGES / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(sources)} pages of sources written to docs/sources.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
