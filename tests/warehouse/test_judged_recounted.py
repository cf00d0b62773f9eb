"""Every figure of what predictions came to, and of the business, agrees with a count in plain Python."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import judged_recount
import psycopg
import pytest
from dbt_runner import fresh_database
from judged_rows import JudgedRows, draw_rows, fill
from marts_build import build_marts
from psycopg.rows import dict_row

from cvplus.runtime.postgres import EmbeddedPostgres

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture(scope="module")
def rows() -> JudgedRows:
    return draw_rows()


@pytest.fixture(scope="module")
def counted(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, rows: JudgedRows
) -> Iterator[Connection]:
    """A warehouse whose marts are built, and pass dbt's tests, on the rows."""
    with fresh_database(postgres_server) as url:
        build_marts(url, tmp_path_factory.mktemp("dbt_judged"), lambda connection: fill(connection, rows))
        with psycopg.connect(url, row_factory=dict_row) as connection:
            connection.execute("set time zone 'UTC'")
            yield connection


def assert_alike(found: dict[str, Any], expected: dict[str, Any], where: object) -> None:
    """Every expected figure is found, to the ninth digit; null is null."""
    for name, value in expected.items():
        is_number = isinstance(value, int | float)
        assert found[name] == (pytest.approx(value, rel=1e-9, abs=1e-9) if is_number else value), (
            where,
            name,
        )


def test_the_maturity_of_each_prediction_and_why_it_has_none(counted: Connection, rows: JudgedRows) -> None:
    truths = {"interview": "is_interviewed", "offer": "is_offered", "salary": "actual_salary_usd",
              "time_to_hire": "actual_days_to_offer"}  # fmt: skip
    found = {
        row["prediction_id"]: row for row in counted.execute("select * from marts.fct_predictions").fetchall()
    }
    expected = judged_recount.judge(rows)
    assert found.keys() == expected.keys()
    seen: Counter[tuple[str, str, str | None]] = Counter()
    for identity, targets in expected.items():
        for target, (maturity, reason, truth) in targets.items():
            told = {f"{target}_maturity": maturity, f"{target}_never_matures_reason": reason}
            assert {name: found[identity][name] for name in told} == told, (identity, target)
            assert_alike(found[identity], {truths[target]: truth}, identity)
            seen[target, maturity, reason] += 1
    # Every way that a prediction can go occurs, or the comparison proves nothing.
    always = (
        "not_predicted",
        "not_applied_in_time",
        "outcome_known_before",
        "outcome_due_before",
        "silence_known_before",
    )
    more = {"salary": ("no_offer", "pay_not_told", "other_currency"), "time_to_hire": ("no_offer",)}
    for target in truths:
        assert seen[target, "matured", None] > 5
        assert seen[target, "pending", None] > 5
        for reason in (*always, *more.get(target, ())):
            assert seen[target, "never", reason] > 0, (target, reason)


def test_every_figure_of_every_week(counted: Connection, rows: JudgedRows) -> None:
    keys = ("week_start_date", "target", "model_version", "segment")
    found = {
        tuple(row[key] for key in keys): row
        for row in counted.execute("select * from marts.prediction_accuracy_weekly").fetchall()
    }
    expected = judged_recount.weeks(rows)
    assert found.keys() == expected.keys()
    for key, figures in expected.items():
        assert_alike(found[key], figures, key)
    for name in ("auc", "calibration_error", "interval_coverage_share", "matured_share"):
        assert sum(figures.get(name) is not None for figures in expected.values()) > 20, name


def test_every_figure_of_every_day(counted: Connection, rows: JudgedRows) -> None:
    found = {
        row["calendar_date"]: row
        for row in counted.execute("select * from marts.metrics_overview").fetchall()
    }
    expected = judged_recount.overview(rows)
    assert found.keys() == expected.keys()
    for day, figures in expected.items():
        assert_alike(found[day], figures, day)
    newest = max(expected)
    assert not expected[newest]["is_complete_day"]
    for name in ("accuracy", "accuracy_month_change", "satisfaction_score", "revenue_usd"):
        assert sum(figures[name] is not None for figures in expected.values()) > 60, name
    assert {row["revenue_missing_reason"] for row in found.values()} == {
        None,
        "day_not_complete",
        "price_in_usd_unknown",
    }


def test_the_model_shows_what_its_weeks_add_up_to(counted: Connection, rows: JudgedRows) -> None:
    judged = judged_recount.judge(rows)
    for version in ("1", "2"):
        told = [
            (one["interview_probability"] >= 0.5) == truth
            for one in rows.predictions
            for maturity, _, truth in [judged[one["prediction_id"]]["interview"]]
            if one["model_version"] == version and maturity == "matured"
        ]
        found = counted.execute(
            "select live_matured_count, live_accuracy from marts.model_performance"
            " where target = 'interview_probability' and model_version = %s",
            [version],
        ).fetchone()
        assert found == {
            "live_matured_count": len(told),
            "live_accuracy": pytest.approx(sum(told) / len(told)),
        }
