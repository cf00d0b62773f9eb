"""One local site: the manual, dbt's docs and the Data Docs."""

import functools
import http.server
import shutil
import sys

from rich.console import Console

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
    run_step(plant, "dbt_docs", [*dbt, "--static"], profile_variables(url))
    (site / "dbt").mkdir(parents=True, exist_ok=True)
    shutil.copy(home / "dbt" / "target" / "static_index.html", site / "dbt" / "index.html")
    if (home / "data_docs").exists():
        shutil.copytree(home / "data_docs", site / "data_docs", dirs_exist_ok=True)
    console.print(f"The site is in {site}.")
    if serve:
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
        address = ("127.0.0.1", plant.ports["docs"])
        console.print(
            f"Manual http://{address[0]}:{address[1]}/  dbt /dbt/  Data Docs /data_docs/  (Ctrl-C ends)"
        )
        with http.server.ThreadingHTTPServer(address, handler) as server:
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                console.print("Stopped.")
