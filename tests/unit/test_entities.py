"""References in a text from outside are resolved as a browser does, and no number ends a reading."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvplus.enrich.markup import plain_text
from cvplus.sources.entities import resolve_entities
from cvplus.sources.oddities.hiring_headline import parse_headline, plain_comment

# More digits than Python reads as one number.
ENDLESS = f"&#{'9' * 5_000};"
PADDED = f"&#{'0' * 5_000}65;"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (ENDLESS, "\ufffd"),
        (PADDED, "A"),
        (f"&#{'0' * 5_000};", "\ufffd"),
        (f"a {ENDLESS} b {PADDED}", "a \ufffd b A"),
        ("&#1114111;", html.unescape("&#1114111;")),
        ("&#1114112;", "\ufffd"),
        ("&amp;#65; &#00000065 &lt;b&gt; &#x41;", "&#65; A <b> A"),
        (f"&#x{'f' * 5_000};", "\ufffd"),
    ],
    ids=["endless", "padded", "zeros", "both", "last", "beyond", "common", "endless hex"],
)
def test_a_reference_is_resolved_whatever_number_it_names(text: str, read: str) -> None:
    assert resolve_entities(text) == read


@given(st.text("&#x0123456789;ampltA <", max_size=60))
def test_what_python_can_read_is_read_as_python_reads_it(text: str) -> None:
    assert resolve_entities(text) == html.unescape(text)


def test_a_posting_with_an_endless_number_is_read_like_any_other() -> None:
    assert plain_text(f"<p>We use Python.{ENDLESS}</p>").strip() == "We use Python.\ufffd"
    link = f'<a href="https://acme.example/{ENDLESS}">here</a>'
    line = f"Acme | Data Engineer {ENDLESS} | Berlin | {link}"
    assert parse_headline(line).company == "Acme"
    assert "acme.example" in plain_comment(line)
