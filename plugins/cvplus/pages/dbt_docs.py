"""dbt's docs as one page, from the three files that ``dbt docs generate`` leaves."""

import json
from pathlib import Path

from cvplus.pages.policy import policy_of, policy_tag
from cvplus.pages.scripts import inline_scripts, script_data, with_head


def dbt_page(target: Path) -> str:
    """The page with manifest and catalog within it, as ``--static`` makes it, but no text ends its script.

    It is an application; it runs the scripts that it holds, and none from elsewhere (one counts readers).
    """
    page = (target / "index.html").read_text(encoding="utf-8")
    for name in ("manifest", "catalog"):
        data = json.loads((target / f"{name}.json").read_text(encoding="utf-8"))
        page = page.replace(f'"{name.upper()}.JSON INLINE DATA"', script_data(data))
    policy = policy_of(
        script_src=inline_scripts(page),
        style_src=["'unsafe-inline'"],
        img_src=["'self'", "data:"],
        font_src=["data:"],
    )
    return with_head(page, policy_tag(policy))
