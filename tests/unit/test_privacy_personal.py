"""The net below the declarations: what looks personal is found wherever it turns up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvplus.privacy.personal import load_personal_rules, shape_of

RULES = load_personal_rules()
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Write to lena.v+jobs@mail.example.org now", "Write to [email] now"),
        ("Call +49 30 1234567 or (212) 555-0100.", "Call [phone] or [phone]."),
        ("Call 555-0100", "Call [phone]"),
        ("Pay 120,000-150,000 from 2026-05-01, 40 hours", "Pay 120,000-150,000 from 2026-05-01, 40 hours"),
        ("2026-05-05T10:00:00.123+00:00", "2026-05-05T10:00:00.123+00:00"),
        ("E000012-0000007", "E000012-0000007"),
    ],
)
def test_contact_data_is_replaced_by_its_kind(text: str, redacted: str) -> None:
    assert RULES.redact(text) == redacted


@pytest.mark.parametrize(
    ("value", "kept", "removed"),
    [
        ({"feature": "cv_editor", "seconds": 12}, {"feature": "cv_editor", "seconds": 12}, None),
        ({"First_Name": "Lena", "page": "x"}, {"page": "x"}, {"First_Name": "Lena"}),
        ({"q": "data engineer in Berlin"}, {}, {"q": "data engineer in Berlin"}),
        ({"a": [{"email": "l@x.org", "b": 1}]}, {"a": [{"b": 1}]}, {"a": [{"email": "l@x.org"}]}),
        ({"who": "l@x.org"}, {}, {"who": "l@x.org"}),
        ({"l@x.org": True}, {}, {"l@x.org": True}),
        ("token", "token", None),
        ("I liked it", None, "I liked it"),
    ],
)
def test_free_form_values_are_parted(value: Any, kept: Any, removed: Any) -> None:
    assert RULES.sift(value) == (kept, removed)


@given(PLAIN)
def test_what_stays_never_holds_text_that_people_typed(value: Any) -> None:
    kept, _ = RULES.sift(value)
    assert all(RULES.is_plain(text) for text in _texts(kept))


@given(st.text())
def test_a_shape_shows_no_letter_and_no_digit(text: str) -> None:
    assert set(shape_of(text)) & set("abcdefghijklmnopqrstuvwyzABCXYZ123456789") == set()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*value, *(text for item in value.values() for text in _texts(item))]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
