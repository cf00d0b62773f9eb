"""Evidently's report as a page that no value can turn into another one.

Evidently writes the compared values as JSON into a script of its page, where ``</script>`` in a value ends
the script and what follows is markup. Here the same data are written so that nothing in them is a tag, and
the page names the scripts that it has: the browser runs no other, and loads nothing.
"""

import json
from typing import Any

from cvplus.pages.policy import hash_of, policy_of, policy_tag
from cvplus.pages.scripts import inline_scripts, script_data, with_head

_LONGEST_LABEL = 60
_OPENING, _CLOSING = "<script>\n    var ", "\n</script>"


def sealed_report(page: str) -> str:
    """The page that Evidently made (a file of its own, not for a notebook), its data written anew."""
    before, _, rest = page.partition(_OPENING)
    name, dashboard, rest = _statement(rest)
    graphs_name, graphs, rest = _statement(rest.partition("var ")[2])
    after = rest.partition(_CLOSING)[2]
    data = f"\nvar {name} = {script_data(dashboard)};\nvar {graphs_name} = {script_data(graphs)};\n"
    policy = policy_of(
        script_src=[hash_of(data), *inline_scripts(after)],
        # Its charts write their own styles as they are drawn.
        style_src=["'unsafe-inline'"],
        font_src=["data:"],
        img_src=["data:", "blob:"],
    )
    return with_head(f"{before}<script>{data}</script>{after}", policy_tag(policy))


def chart_labels(values: list[str]) -> dict[str, str]:
    """A label for each value as the charts are to show it: they read ``<b>`` and ``<a>`` as markup."""
    labels: dict[str, str] = {}
    for value in values:
        short = value if len(value) <= _LONGEST_LABEL else f"{value[:_LONGEST_LABEL]}…"
        taken = set(labels.values())
        label = _escaped(short)
        labels[value] = label if label not in taken else f"{label} ({len(labels)})"
    return labels


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _statement(text: str) -> tuple[str, Any, str]:
    """The name and value of ``name = value``, and what follows."""
    name, _, rest = text.partition(" = ")
    value, end = json.JSONDecoder().raw_decode(rest)
    return name, value, rest[end:]
