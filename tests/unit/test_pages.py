"""Pages for a browser: what comes from outside stays text in each, and each says what it may do."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from hostile_markup import HOSTILE, TAME, addresses_of, readable, skeleton_of, text_of
from hostile_pages import dbt_docs, drift_page, manual, status_page

from cvplus.pages.policy import hash_of, policy_of
from cvplus.pages.scripts import script_data, with_head
from cvplus.pages.server import site_server
from cvplus.quality.drift_page import chart_labels

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
# What Markdown makes of texts; whatever else stands in a page came of a text that was taken for markup.
MARKDOWN = {"a", "br", "code", "div", "em", "h1", "h2", "h3", "hr", "li", "ol", "p", "pre", "span", "strong"}
MARKDOWN |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
# As a browser reads it, which minds no blanks before and within.
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\s-]*):", re.IGNORECASE)
OURS = {"class", "href", "id", "title"}


def policy_in(page: str) -> dict[str, list[str]]:
    """The policy that a page says at the beginning of its head."""
    told = POLICY.search(page)
    assert told is not None
    assert not re.search("<(script|style|link|body)", page[: told.start()]), "it governs what comes after it"
    return {kind: sources for kind, *sources in (part.split() for part in told[1].split("; "))}


def test_a_policy_forbids_what_it_does_not_name() -> None:
    policy = policy_of(script_src=[hash_of("run()"), hash_of("run()")], img_src=["data:"])
    assert policy == (
        "default-src 'none'; script-src 'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_data_in_a_script_are_the_same_data_and_no_markup() -> None:
    written = script_data(HOSTILE)
    assert json.loads(written) == HOSTILE
    assert not set("<>&\u2028\u2029") & set(written)


def test_a_page_that_has_no_place_for_its_policy_is_not_written() -> None:
    with pytest.raises(ValueError, match="charset"):
        with_head("<html><head></head></html>", "")


@pytest.fixture(scope="module")
def drift_reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A report on hostile categories and one on tame ones."""
    folder = tmp_path_factory.mktemp("drift")
    hostile, tame = (
        drift_page(folder / f"{name}.html", texts) for name, texts in (("hostile", HOSTILE), ("tame", TAME))
    )
    return hostile.read_text(), tame.read_text()


def test_a_drift_report_on_hostile_categories_is_the_page_of_a_tame_one(
    drift_reports: tuple[str, str],
) -> None:
    hostile, tame = drift_reports
    assert skeleton_of(hostile) == skeleton_of(tame)
    data = hostile.partition("<script>")[2].partition("</script>")[0]
    shown = json.dumps([text for text in re.findall(r'"(?:[^"\\]|\\.)*"', data) if "hostile" in text])
    assert shown.count("hostile") > 100
    assert not set("<>&") & set(data)


def test_a_drift_report_runs_its_own_scripts_alone(drift_reports: tuple[str, str]) -> None:
    for page in drift_reports:
        policy = policy_in(page)
        data = page.partition("<script>")[2].partition("</script>")[0]
        assert hash_of(data) in policy["script-src"]
        assert all(source.startswith("'sha256-") for source in policy["script-src"])
        assert policy["default-src"] == ["'none'"]


def test_a_charts_label_is_no_markup_of_the_chart_and_no_two_are_the_same() -> None:
    alike = ["<b>" + "x" * 100, "<b>" + "x" * 200, "&lt;b", "<b"]
    labels = chart_labels([*HOSTILE, *alike])
    assert len(set(labels.values())) == len(HOSTILE) + len(alike)
    assert not [label for label in labels.values() if "<" in label or ">" in label or len(label) > 300]
    assert labels["<b"] == "&lt;b"
    assert labels["&lt;b"] == "&amp;lt;b"


def test_dbts_docs_hold_hostile_words_as_data(tmp_path: Path) -> None:
    hostile, tame = (
        dbt_docs(tmp_path / name, texts).read_text() for name, texts in (("a", HOSTILE), ("b", TAME))
    )
    assert skeleton_of(hostile) == skeleton_of(tame)
    policy = policy_in(hostile)
    assert all(source.startswith("'sha256-") for source in policy["script-src"])
    assert "connect-src" not in policy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual with a page for each hostile text."""
    return manual(
        tmp_path_factory.mktemp("manual"), {f"text_{place}": [text] for place, text in enumerate(HOSTILE)}
    )


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_the_manual_holds_no_markup_but_markdowns(site: Path, place: int) -> None:
    page = (site / f"text_{place}.html").read_text()
    content = page[page.index("<article") : page.index("</article>")]
    elements = [
        (element, names) for element, names in skeleton_of(f"<body>{content}") if element != "article"
    ]
    assert {element for element, _ in elements} <= MARKDOWN | {"html", "head", "body"}
    assert {name for _, names in elements for name in names} <= OURS | {"align"}
    assert {scheme[1] for address in addresses_of(page) if (scheme := SCHEME.match(address))} <= {"https"}
    assert {element for element, _ in skeleton_of(page)}.isdisjoint({"iframe", "base", "img", "object"})
    if HOSTILE[place].startswith(("<script", "<img", "<svg", "</title", "<base", "<style", "<form")):
        assert readable(HOSTILE[place]) in text_of(content)


def test_the_manual_runs_its_themes_scripts_alone(site: Path) -> None:
    own = policy_in((site / "index.html").read_text())["script-src"]
    assert own[0] == "'self'"
    for page in site.rglob("*.html"):
        assert policy_in(page.read_text())["script-src"][0] == "'self'"
        assert len(policy_in(page.read_text())["script-src"]) == len(own), "no text is a script of its page"


def test_the_status_page_of_hostile_texts_is_that_of_tame_ones() -> None:
    assert skeleton_of(status_page(HOSTILE)) == skeleton_of(status_page(TAME))
    shown = text_of(status_page(HOSTILE))
    assert [text for text in HOSTILE if readable(text) not in shown] == []


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The site's address while it is served."""
    with site_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("address", "scripts"),
    [
        ("/index.html", ["'self'", "'unsafe-inline'"]),
        ("/data_docs/index.html", None),
        ("/%64ata_docs/", None),
        ("/x/../data_docs/index.html", None),
    ],
)
def test_what_is_served_is_told_what_it_may_do(
    tmp_path: Path, address: str, scripts: list[str] | None
) -> None:
    (tmp_path / "data_docs").mkdir()
    for folder in (tmp_path, tmp_path / "data_docs"):
        (folder / "index.html").write_text("<!doctype html>")
    with served(tmp_path) as root, urlopen(f"{root}{address}") as answer:  # noqa: S310
        headers = answer.headers
    policy = {
        kind: told
        for kind, *told in (part.split() for part in headers["Content-Security-Policy"].split("; "))
    }
    assert policy.get("script-src") == scripts
    assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
