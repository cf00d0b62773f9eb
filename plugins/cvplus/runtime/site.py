"""One local site: the manual, dbt's docs and the Data Docs."""

import shutil
import sys

from rich.console import Console

from cvplus.pages.dbt_docs import dbt_page
from cvplus.pages.server import site_server
from cvplus.runtime.start import Plant, run_step
from cvplus.transform.project import profile_variables
from cvplus.warehouse.roles import TRANSFORMER


def build_site(plant: Plant, console: Console, *, serve: bool) -> None:
    """Build the site under ``<home>/site`` and, if asked, serve it on loopback until interrupted.

    dbt's docs describe the warehouse as it is, so they are left out while it does not run.
    """
    home = plant.settings.home
    site = home / "site"
    run_step(
        plant,
        "mkdocs",
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
    )
    dbt = [sys.executable, "-m", "dbt.cli.main", "docs", "generate", "--project-dir", "dbt_project"]
    url = plant.settings.warehouse_url_of(TRANSFORMER)
    run_step(plant, "dbt_docs", dbt, profile_variables(url))
    (site / "dbt").mkdir(parents=True, exist_ok=True)
    (site / "dbt" / "index.html").write_text(dbt_page(home / "dbt" / "target"), encoding="utf-8")
    if (home / "data_docs").exists():
        shutil.copytree(home / "data_docs", site / "data_docs", dirs_exist_ok=True)
    console.print(f"The site is in {site}.")
    if serve:
        root = f"http://127.0.0.1:{plant.ports['docs']}"
        with site_server(site, plant.ports["docs"]) as server:
            console.print(f"Manual {root}/  dbt {root}/dbt/  Data Docs {root}/data_docs/  (Ctrl-C ends)")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                console.print("Stopped.")
