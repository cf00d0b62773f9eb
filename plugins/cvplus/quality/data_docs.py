"""The front page of the Data Docs: the newest gate runs, each with a link to its page.

Great Expectations writes one page a validation and keeps them all; its own index would have to read
every result again each time, so the index is made from ``ops.gate_results`` instead.
"""

from pathlib import Path

import psycopg
from jinja2 import Environment
from psycopg.rows import dict_row

NEWEST_RUNS = 500

_PAGE = Environment(autoescape=True).from_string(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Data Docs</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .8rem .3rem 0;
border-bottom: 1px solid #ddd; vertical-align: top } .critical { color: #b00020; font-weight: 600 }
.warning { color: #8a5a00 } .passed { color: #1b6e2c }
</style></head><body>
<h1>Data Docs</h1>
<p>The newest {{ runs | length }} gate runs: what was checked, what failed and what it means.</p>
<table><tr><th>checked (UTC)</th><th>suite</th><th>batch or table</th><th>result</th><th>what failed</th></tr>
{% for run in runs %}<tr>
<td>{{ run.checked_at.strftime("%Y-%m-%d %H:%M:%S") }}</td><td>{{ run.suite }}</td>
<td><a{% if run.docs_path %} href="{{ run.docs_path }}"{% endif %}>{{ run.subject }}</a></td>
<td class="{{ run.result }}">{{ run.result }} ({{ run.passed }} of {{ run.checked }} passed)</td>
<td>{% for failure in run.failures %}<div>{{ failure }}</div>{% endfor %}</td>
</tr>{% endfor %}</table></body></html>
"""
)


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
    unfinished.write_text(_PAGE.render(runs=runs))
    unfinished.replace(page)
    return page
