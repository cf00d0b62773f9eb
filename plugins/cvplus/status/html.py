"""A status as one page: no script, no form, nothing from elsewhere. Every text is escaped."""

from html import escape
from urllib.parse import quote

from cvplus.pages.policy import COMMON_HEADERS, hash_of, policy_of
from cvplus.status.lines import Line, Status

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 1.5rem; }
h1 { font-size: 1.3rem; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .2rem .9rem .2rem .6rem; overflow-wrap: anywhere; }
th { font-weight: 600; white-space: nowrap; border-left: .25rem solid transparent; }
tr.good th { border-color: #2e9e5b; }
tr.waiting th { border-color: #d9a400; }
tr.bad th { border-color: #d33c3c; }
.next { display: block; opacity: .75; }
"""
# Nothing may be loaded but the page's own style, and no other site may frame it.
POLICY = f"{policy_of(style_src=[hash_of(STYLE)])}; frame-ancestors 'self'"
HEADERS = {"Content-Security-Policy": POLICY, **COMMON_HEADERS, "Cache-Control": "no-store"}


def page_of(status: Status, root: str, title: str = "Status") -> str:
    """The page; ``root`` is the path below which each DAG has a page of its own."""
    sections = ""
    for section in status.sections:
        rows = "".join(_row(line, root) for line in section.lines)
        sections += f"<h2>{escape(section.title)}</h2><table>{rows}</table>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(status.headline)}</h1>{sections}</body></html>"
    )


def _row(line: Line, root: str) -> str:
    subject = escape(line.subject)
    if line.dag_id is not None:
        address = escape(f"{root}/{quote(line.dag_id, safe='')}")
        subject = f'<a href="{address}">{subject}</a>'
    following = f'<span class="next">Next: {escape(line.next)}</span>' if line.next else ""
    return f'<tr class="{line.tone}"><th>{subject}</th><td>{escape(line.text)}{following}</td></tr>'
