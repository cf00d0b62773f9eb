"""Pages of hostile texts, opened in a browser: no script of theirs runs, nothing is asked of elsewhere.

Each is opened twice. With its policy set aside, so that escaping alone has to hold; and with it, which then
has nothing to refuse, and under which the page does what it is for.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from chromium import Page, Visit, chromium_path, running_chromium
from hostile_markup import CALLING, HOSTILE, readable
from hostile_pages import (
    HOSTILE_MODEL,
    data_docs_pages,
    dbt_docs,
    drift_page,
    index_page,
    manual,
    status_page,
)

from cvplus.pages.server import site_server
from cvplus.runtime.postgres import EmbeddedPostgres

BROWSER = chromium_path()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed: `apt-get install chromium`."),
]
# What a reader might do: point at things, go through them by keyboard, open what is folded.
TOUCH = """
    document.querySelectorAll("details").forEach((folded) => { folded.open = true; });
    for (const element of document.querySelectorAll("body *")) {
        for (const kind of ["mouseover", "pointerover", "focus", "animationstart", "error", "load", "toggle"])
            element.dispatchEvent(new Event(kind, { bubbles: kind.endsWith("over") }));
        element.focus?.();
    }
"""
# Addresses that a click would follow; a browser has resolved them and says the scheme that it would act on.
LINKS = '[...document.querySelectorAll("a[href], area[href]")].map((link) => link.protocol)'

# Evidently and dbt draw their pages themselves; all others are there when they have loaded.
DRAWN = """
    document.readyState === "complete"
        && (!document.querySelector("[id^=root_metric]")
            || document.querySelectorAll("[id^=root_metric] svg").length > 5)
        && (!document.querySelector("[ng-app]") || document.querySelector("h1") !== null)
"""
# Long enough for what a text might start: a script, a picture that fails, a page that leads on.
SETTLING_SECONDS = 2
SECTIONS = (
    '[...document.querySelectorAll("main h5")].filter((one) => one.offsetParent).map((one) => one.innerText)'
)


@dataclass(frozen=True)
class Site:
    """Where the pages lie, and where they are served."""

    folder: Path
    root: str
    batch: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    """One tab for all."""
    with running_chromium(str(BROWSER)) as page:
        yield page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, postgres_server: EmbeddedPostgres) -> Iterator[Site]:
    """Every kind of page in one folder, served as ``make docs`` serves its site."""
    made = tmp_path_factory.mktemp("pages")
    folder = manual(made, {"hostile": HOSTILE})
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute("create database pages template template_warehouse")
    url = postgres_server.url("pages")
    with psycopg.connect(url) as connection:
        ((page, _),) = data_docs_pages(connection, url, folder / "data_docs", HOSTILE)
        index_page(connection, folder / "data_docs", HOSTILE)
    (folder / "dbt").mkdir()
    (folder / "dbt" / "index.html").write_text(dbt_docs(made / "dbt", CALLING).read_text())
    drift_page(folder / "drift.html", HOSTILE)
    (folder / "status.html").write_text(status_page(HOSTILE))
    with site_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(folder, f"http://127.0.0.1:{server.server_port}", str(page.relative_to(folder)))
        server.shutdown()
        thread.join()


def opened(browser: Page, address: str, *, policy: bool = True) -> Visit:
    """The visit of a page that has been looked at from end to end."""
    browser.ask("Page.setBypassCSP", enabled=not policy)
    visit = browser.open(address)
    assert browser.until(DRAWN), "the page's own scripts have made it"
    browser.tell(TOUCH)
    browser.wait(SETTLING_SECONDS)
    return visit


def assert_harmless(browser: Page, visit: Visit) -> None:
    """Nothing of the texts has run, nor left this machine, nor led elsewhere."""
    assert visit.alarms == []
    assert visit.dialogs == []
    assert visit.outside_requests == []
    assert len(visit.navigations) == 1, "neither a frame nor another page was opened"
    assert set(browser.tell(LINKS)) <= {"http:", "https:", "file:", "mailto:"}
    assert (
        browser.tell("document.querySelectorAll('base, meta[http-equiv=refresh], iframe, object').length")
        == 0
    )


KINDS = {
    "manual": "hostile.html",
    "index of Data Docs": "data_docs/index.html",
    "batch in Data Docs": "{batch}",
    "dbt": f"dbt/index.html#!/model/{HOSTILE_MODEL}",
    "drift": "drift.html",
    "status": "status.html",
}
ESCAPING = [kind for kind in KINDS if kind != "dbt"]


def address_of(site: Site, kind: str, start: str) -> str:
    begin = site.root if start == "served" else f"file://{site.folder}"
    return f"{begin}/{KINDS[kind].format(batch=site.batch)}"


@pytest.mark.parametrize("start", ["served", "file"])
@pytest.mark.parametrize("kind", ESCAPING)
def test_no_text_acts_in_a_page_that_may_do_everything(
    browser: Page, site: Site, kind: str, start: str
) -> None:
    assert_harmless(browser, opened(browser, address_of(site, kind, start), policy=False))


@pytest.mark.parametrize("start", ["served", "file"])
@pytest.mark.parametrize("kind", ESCAPING)
def test_the_policy_of_a_page_has_nothing_to_refuse(browser: Page, site: Site, kind: str, start: str) -> None:
    visit = opened(browser, address_of(site, kind, start))
    assert_harmless(browser, visit)
    assert visit.refusals == []


@pytest.mark.parametrize("start", ["served", "file"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "status"])
def test_a_script_that_slipped_into_a_page_is_refused(
    browser: Page, site: Site, kind: str, start: str
) -> None:
    name = KINDS[kind].format(batch=site.batch).partition("#")[0]
    file = site.folder / f"{name}.slipped.html"
    page = (site.folder / name).read_text()
    head, body, rest = page.rpartition("</body>")
    file.write_text(
        f"{head}<script>hostile('slipped')</script><img src=x onerror=hostile('image')>{body}{rest}"
    )
    begin = site.root if start == "served" else f"file://{site.folder}"
    visit = opened(browser, f"{begin}/{file.relative_to(site.folder)}")
    assert visit.alarms == []
    assert len(visit.refusals) >= 2


@pytest.mark.parametrize("start", ["served", "file"])
def test_dbts_docs_run_no_script_of_a_text(browser: Page, site: Site, start: str) -> None:
    visit = opened(browser, address_of(site, "dbt", start))
    assert (visit.alarms, visit.dialogs, visit.outside_requests) == ([], [], [])
    assert visit.refusals, "dbt's application takes texts for markup; they are the repository's own"


def test_a_page_of_data_docs_that_says_nothing_of_itself_runs_nothing_where_it_is_served(
    browser: Page, site: Site
) -> None:
    (site.folder / "data_docs" / "old.html").write_text(
        "<!doctype html><title>old</title><script src='https://outside.example/a.js'></script>"
        "<script>hostile('old')</script><svg onload=hostile('old')>"
    )
    visit = opened(browser, f"{site.root}/data_docs/old.html")
    assert (visit.alarms, visit.outside_requests) == ([], [])


def test_the_pages_do_what_they_are_for(browser: Page, site: Site) -> None:
    opened(browser, address_of(site, "batch in Data Docs", "file"))
    shown = browser.tell("document.body.innerText")
    assert readable(HOSTILE[0]) in readable(shown)
    browser.tell("document.querySelector('#failed-only').click()")
    assert browser.tell(SECTIONS) == ["Overview", "name", "name_length"], "count has not failed"

    opened(browser, address_of(site, "drift", "file"))
    browser.tell("document.querySelectorAll('tbody button').forEach((button) => button.click())")
    assert browser.until(f"document.querySelectorAll('.js-plotly-plot .bars path').length > {len(HOSTILE)}")
    assert "<script>hostile('script')</script>" in browser.tell("document.body.textContent")

    opened(browser, address_of(site, "dbt", "served"))
    assert "hostile" in browser.tell("document.querySelector('.app-content h1, h1').innerText")

    opened(browser, f"{site.root}/index.html")
    browser.tell("document.querySelector('.md-search__input').focus()")
    browser.ask("Input.insertText", text="onerror")
    assert browser.until("document.querySelector('.md-search-result__item') !== null")
    assert "<img src=x onerror=hostile(" in browser.tell(
        "document.querySelector('.md-search-result').innerText"
    )
    assert browser.visit.alarms == []
