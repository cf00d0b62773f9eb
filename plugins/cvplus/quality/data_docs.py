"""The front page of the Data Docs: the newest gate runs, each with a link to its page.

Great Expectations writes one page a validation and keeps them all; its own index would have to read
every result again each time, so the index is made from ``ops.gate_results`` instead.
"""

from pathlib import Path

import psycopg
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from psycopg.rows import dict_row

from cvplus.pages.policy import hash_of, policy_of, policy_tag

NEWEST_RUNS = 500
TEMPLATES = Path(__file__).parent / "data_docs_templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
# What every page of the Data Docs begins with: none runs a script or loads anything, however it is opened.
HEAD = {
    "policy": Markup(policy_tag(policy_of(style_src=[hash_of(STYLE)]))),  # noqa: S704
    "style": Markup(STYLE),  # noqa: S704
}

_PAGES = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def write_index(connection: psycopg.Connection, docs_folder: Path) -> Path:
    """Write ``index.html`` from the newest gate runs and return its path; a reader never sees half of it."""
    with connection.cursor(row_factory=dict_row) as cursor:
        runs = cursor.execute(
            """
            with newest as (
                select gate_run_id, max(checked_at) as checked_at from ops.gate_results
                group by gate_run_id order by checked_at desc limit %(limit)s
            )
            select
                newest.gate_run_id,
                newest.checked_at,
                min(suite) as suite,
                min(coalesce(batch_id, table_name)) as subject,
                min(docs_path) as docs_path,
                count(*) as checked,
                count(*) filter (where is_passed) as passed,
                case
                    when bool_or(not is_passed and severity = 'critical') then 'critical'
                    when bool_or(not is_passed) then 'warning'
                    else 'passed'
                end as result,
                coalesce(
                    array_agg(
                        concat(expectation, ': ', observed, '. ', meaning) order by severity, expectation
                    ) filter (where not is_passed),
                    '{}'
                ) as failures
            from newest join ops.gate_results using (gate_run_id)
            group by newest.gate_run_id, newest.checked_at
            order by newest.checked_at desc, newest.gate_run_id
            """,
            {"limit": NEWEST_RUNS},
        ).fetchall()
    docs_folder.mkdir(parents=True, exist_ok=True)
    page = docs_folder / "index.html"
    unfinished = docs_folder / ".index.html.partial"
    unfinished.write_text(_PAGES.get_template("index.j2").render(HEAD, runs=runs))
    unfinished.replace(page)
    return page
