"""The comparison of marts with plain counts finds every kind of difference, and takes rounding for none."""

from decimal import Decimal

import pytest
from recount.compare import alike, compared, compared_rows


@pytest.mark.parametrize(
    ("told", "counted", "expected"),
    [
        (Decimal("0.3333"), 1 / 3, True),
        (Decimal("0.3334"), 1 / 3, False),
        (Decimal(67), 66.5, True),
        (Decimal(67), 66.4, False),
        (2.0, 2, True),
        (1.0, 1.0 + 1e-6, False),
        (None, 0, False),
        (0, None, False),
        (None, None, True),
        ("a", "b", False),
    ],
)
def test_numbers_are_alike_to_the_last_digit_that_is_shown(
    told: object, counted: object, expected: bool
) -> None:
    assert alike(told, counted) is expected


def test_a_row_too_many_too_few_or_other_is_told() -> None:
    told = {"a": {"count": 1, "other": 5}, "b": {"count": 2, "other": 5}}
    assert compared(told, {"a": {"count": 1}, "b": {"count": 2}}) == []
    assert compared(told, {"a": {"count": 1}, "b": {"count": 3}}) == ["b: count is 2, counted 3"]
    assert compared(told, {"a": {"count": 1}}) == ["b: in the table alone"]
    assert compared(told, {**told, "c": {"count": 0}}) == ["c: not in the table"]


def test_rows_are_compared_whatever_their_order_in_the_columns_that_are_counted() -> None:
    told = [("y", 2, Decimal("0.5"), "more"), ("x", 1, Decimal("0.3"), "more")]
    assert compared_rows(told, [("x", 1, 0.3), ("y", 2, 0.5)]) == []
    assert compared_rows(told, [("x", 1, 0.3), ("y", 2, 0.7)]) == [
        "('y', 2, Decimal('0.5')) counted ('y', 2, 0.7)"
    ]
    assert compared_rows(told, [("x", 1, 0.3)]) == ["2 rows, counted 1"]
    assert compared_rows([], []) == []
