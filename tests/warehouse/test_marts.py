"""The marts as analysts read them, built on a labour market small enough to check by hand."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

Row = dict[str, Any]
Connection = psycopg.Connection[Row]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def one(marts: Connection, query: str) -> Row:
    rows = marts.execute(query).fetchall()
    assert len(rows) == 1, rows
    return rows[0]


def test_a_posting_is_its_newest_version_known_since_its_first(marts: Connection) -> None:
    row = one(marts, "select * from marts.fct_postings where job_id = 'j2'")
    assert (row["title"], row["salary_middle_usd"]) == ("Developer II", 100_000)
    assert row["known_at"] == instant("2026-04-09")


def test_a_posting_is_open_until_it_closes_or_goes_unseen_for_sixty_days(marts: Connection) -> None:
    rows = marts.execute("select * from marts.fct_postings order by job_id").fetchall()
    assert [(row["job_id"], row["is_open"], row["days_open"]) for row in rows] == [
        ("j1", False, 30),
        ("j2", True, 54),
        ("j3", False, 69),
        ("j4", True, 3),
    ]
    assert rows[2]["open_until"] == instant("2026-03-11")


def test_every_company_and_place_that_facts_name_is_a_member_of_its_dimension(marts: Connection) -> None:
    acme = one(marts, "select * from marts.dim_companies where company_id = 'acme'")
    assert (acme["company_name"], acme["size_max"], acme["postings_count"]) == ("Acme", 100, 3)
    other = one(marts, "select * from marts.dim_companies where company_id = 'other'")
    assert (other["company_name"], other["is_described"]) == ("Other GmbH", False)
    california = one(marts, "select * from marts.dim_regions where region_id = 'US-CA'")
    assert (california["region_name"], california["country_name"]) == ("California", "United States")
    developers = one(marts, "select * from marts.dim_occupations where occupation_id = '15-1252'")
    assert (developers["occupation_name"], developers["employment_count"]) == (
        "Software Developers",
        1_600_000,
    )


def test_a_skill_shows_its_newest_usage_and_the_open_postings_that_ask_for_it(marts: Connection) -> None:
    rows = marts.execute("select * from marts.dim_skills order by skill_id").fetchall()
    shown = [(r["skill_id"], r["usage_count"], r["required_by_count"], r["preferred_by_count"]) for r in rows]
    assert shown == [("python", 110, 1, 0), ("rust", None, 0, 1), ("sql", None, 1, 0)]


def test_a_skill_of_a_job_counts_once_however_many_versions_and_lists_name_it(marts: Connection) -> None:
    versions = marts.execute("select * from intermediate.int_jobs order by known_at").fetchall()
    told: dict[tuple[str, str], Row] = {}
    for version in versions:
        names = {
            **dict.fromkeys(version["skills_preferred"], False),
            **dict.fromkeys(version["skills_required"], True),
        }
        for skill, is_required in names.items():
            row = told.setdefault((version["job_id"], skill), {"first_seen_at": version["known_at"]})
            row |= {"is_required": is_required, "is_current": version["known_until"] is None}
            row["last_seen_at"] = version["known_until"] or version["last_seen_at"] or version["known_at"]
    rows = marts.execute("select * from marts.fct_posting_skills").fetchall()
    assert len(rows) == len(told) > 3
    for row in rows:
        expected = told[row["job_id"], row["skill_id"]]
        expected["last_seen_at"] = max(expected["first_seen_at"], expected["last_seen_at"])
        assert {name: row[name] for name in expected} == expected


def test_a_subscription_has_a_period_for_every_change_of_plan_status_or_price(marts: Connection) -> None:
    rows = marts.execute("select * from marts.fct_subscriptions order by period_number").fetchall()
    assert [
        (row["status"], row["period_start_at"], row["period_end_at"], row["is_paying"]) for row in rows
    ] == [
        ("trial", instant("2026-04-01"), instant("2026-04-15"), False),
        ("active", instant("2026-04-15"), instant("2026-05-15"), True),
        ("cancelled", instant("2026-05-15"), None, False),
    ]
    assert rows[1]["monthly_amount_usd"] == pytest.approx(365 / 12)


def test_the_market_of_a_week_counts_demand_supply_and_how_they_moved(marts: Connection) -> None:
    cell = "occupation_id = '15-1252' and industry_id = 'technology' and region_id = 'US-CA'"
    rows = marts.execute(f"select * from marts.job_market_weekly where {cell} order by 1").fetchall()
    weeks = {row["week_start_date"]: row for row in rows}
    assert sorted(weeks) == [date(2026, 3, 30), *(date(2026, 4, day) for day in (6, 13, 20, 27)),
                             *(date(2026, 5, day) for day in (4, 11, 18, 25))]  # fmt: skip
    busy = weeks[date(2026, 4, 6)]
    assert (busy["open_postings_count"], busy["new_postings_count"], busy["closed_postings_count"]) == (
        2,
        1,
        0,
    )
    assert (busy["applications_count"], busy["applicants_count"], busy["tension_ratio"]) == (3, 2, 1)
    assert (busy["open_postings_change"], busy["applicants_change"]) == (1, 2)
    # Two postings are too few for a median, and say how many they are.
    assert (busy["median_pay_usd"], busy["priced_postings_count"]) == (None, 2)
    assert (busy["median_days_open"], busy["aged_postings_count"]) == (None, 2)
    assert (
        weeks[date(2026, 4, 27)]["closed_postings_count"],
        weeks[date(2026, 4, 27)]["told_closed_count"],
    ) == (
        1,
        1,
    )
    assert weeks[date(2026, 5, 4)]["open_postings_change"] == -1
    first = weeks[date(2026, 3, 30)]
    assert (first["open_postings_change"], first["applicants_change"], first["median_pay_change_rate"]) == (
        1,
        0,
        None,
    )
    assert all(row["is_complete_week"] for row in rows)


def test_postings_nobody_could_place_are_counted_as_unknown(marts: Connection) -> None:
    row = one(
        marts,
        "select * from marts.job_market_weekly"
        " where new_postings_count + appeared_postings_count = 1 and region_id = 'DE' and not is_rollup",
    )
    assert (row["industry_id"], row["occupation_id"]) == ("unknown", "unknown")
    # Nobody applied, which is told of the share, for no ratio can.
    assert (row["tension_ratio"], row["tension_share"], row["applicants_count"]) == (None, 1, 0)


def test_benchmarks_weigh_the_official_statistic_with_what_was_posted_and_offered(marts: Connection) -> None:
    """The state's statistic weighs 20 (masses 4, 2, 8, 2, 4), the posting and the offer 1 each.

    Points and weights: 40k 4, 50k 2, 70k 8, 100k 2 and 0.25, 120k 1 and 0.5, 130k 4, 140k 0.25; 22 in all.
    Places: 2, 5, 10, 15 and 16.125, 16.75 and 17.5, 19.75, 21.875; the tenth stands at 2.2, the quarter at
    5.5, the half at 11, three quarters at 16.5 and nine tenths at 19.8.
    """
    row = one(marts, "select * from marts.salary_benchmarks where region_id = 'US-CA' and seniority = 'all'")
    assert row["p10_usd"] == pytest.approx(40_000 + 10_000 * 0.2 / 3)
    assert row["p25_usd"] == pytest.approx(50_000 + 20_000 * 0.5 / 5)
    assert row["p50_usd"] == pytest.approx(70_000 + 30_000 * 1 / 5)
    assert row["p75_usd"] == pytest.approx(100_000 + 20_000 * 0.375 / 0.625)
    assert row["p90_usd"] == pytest.approx(130_000 + 10_000 * 0.05 / 2.125)
    assert (row["posted_count"], row["offer_count"], row["official_count"]) == (1, 1, 1)
    assert row["sources"] == "bls_oews, product"


def test_a_states_statistic_does_not_speak_for_its_country(marts: Connection) -> None:
    row = one(
        marts,
        """
        select * from marts.salary_benchmarks
        where occupation_id = '15-1252' and region_id = 'US' and seniority = 'all'
        """,
    )
    assert (row["official_count"], row["observations_count"]) == (0, 5)


def test_a_cell_of_few_postings_says_how_few_and_no_percentile(marts: Connection) -> None:
    """Three postings of New York are too few; with two of California they tell of the country."""
    query = """
        select observations_count, p10_usd, p50_usd, p90_usd from marts.salary_benchmarks
        where occupation_id = '15-1252' and region_id = %s and seniority = 'all'
    """
    assert marts.execute(query, ["US-NY"]).fetchall() == [
        {"observations_count": 3, "p10_usd": None, "p50_usd": None, "p90_usd": None}
    ]
    assert one(marts, query.replace("%s", "'US'"))["p50_usd"] == 120_000


def test_a_hidden_top_percentile_is_at_least_what_is_shown(marts: Connection) -> None:
    row = one(marts, "select * from marts.salary_benchmarks where occupation_id = '29-1141'")
    assert (row["p50_usd"], row["p75_usd"], row["p90_usd"]) == (90_000, 90_000, 90_000)
    assert row["is_top_coded"]
    assert row["is_official_only"]


def test_only_forecasts_that_time_has_judged_are_matured(marts: Connection) -> None:
    rows = marts.execute("select * from marts.fct_predictions order by prediction_id").fetchall()
    said = {row["prediction_id"]: (row["is_interviewed"], row["is_offered"]) for row in rows}
    assert said == {
        "p1": (True, True),
        "p2": (False, False),
        "p3": (False, False),
        "p4": (None, None),  # the interview was known already, and the offer had not come for nine days
        "p5": (None, None),  # the outcome was due already
        "p6": (None, None),  # not due yet
        "p7": (None, None),  # nobody applied so far
        "p8": (None, None),  # the refusal was known already, though not when the person applied
        "p9": (None, None),  # nobody applied while it lived
    }
    assert {row["prediction_id"]: row["interview_never_matures_reason"] for row in rows} == {
        **dict.fromkeys(("p1", "p2", "p3", "p6", "p7")),
        **dict.fromkeys(("p4", "p5", "p8"), "outcome_known_before"),
        "p9": "not_applied_in_time",
    }
    assert {row["prediction_id"]: row["salary_never_matures_reason"] for row in rows} == {
        **dict.fromkeys(("p1", "p6")),
        **dict.fromkeys(("p2", "p3"), "no_offer"),
        "p4": "silence_known_before",
        **dict.fromkeys(("p5", "p8"), "outcome_known_before"),
        "p7": "not_predicted",
        "p9": "not_applied_in_time",
    }
    latest = [row["prediction_id"] for row in rows if row["is_latest"]]
    assert latest == ["p3", "p4", "p5", "p6", "p7", "p9"]
    assert (rows[0]["actual_salary_usd"], rows[0]["actual_days_to_offer"]) == (120_000, 14)


def test_accuracy_rests_on_matured_predictions_and_says_how_few_they_are(marts: Connection) -> None:
    query = "select * from marts.prediction_accuracy_weekly where segment = '{}' and target = '{}' order by 1"
    rows = marts.execute(query.format("all", "interview_probability")).fetchall()
    shown = [
        (r["week_start_date"], r["model_version"], r["predictions_count"], r["matured_share"]) for r in rows
    ]
    assert shown == [
        (date(2026, 4, 6), "1", 3, 1),
        (date(2026, 4, 13), "1", 3, None),
        (date(2026, 5, 25), "1", 1, None),
        (date(2026, 6, 1), "2", 2, 0),
    ]
    assert [(row["pending_count"], row["never_count"]) for row in rows] == [(0, 0), (0, 3), (0, 1), (2, 0)]
    # 0.75 came true, 0.25 did not, 0.75 did not.
    week = rows[0]
    assert week["accuracy"] == pytest.approx(2 / 3)
    assert week["auc"] == pytest.approx(0.75)
    assert week["brier_score"] == pytest.approx((0.25**2 + 0.25**2 + 0.75**2) / 3)
    assert week["calibration_error"] == pytest.approx((abs(1.5 - 1) + 0.25) / 3)
    assert (week["true_positives_count"], week["false_positives_count"]) == (1, 1)
    assert all(row["accuracy"] is None and row["brier_score"] is None for row in rows[1:])

    days = marts.execute(query.format("industry:technology", "time_to_hire")).fetchall()
    assert [(row["matured_count"], row["interval_coverage_share"]) for row in days] == [
        (1, 0),
        (0, None),
        (0, None),
        (0, None),
    ]


def test_auc_and_brier_agree_with_scikit_learn_on_many_ties(marts: Connection, marts_target: Path) -> None:
    random = np.random.default_rng(11)
    said = random.integers(0, 9, 400) / 8
    happened = random.random(400) < said * 0.6 + 0.1
    marts.cursor().executemany(
        """
        insert into marts.fct_predictions
            (scored_at, model_version, interview_probability, interview_maturity, is_interviewed)
        values ('2026-01-05 00:00+00', 'ties', %s, 'matured', %s)
        """,
        list(zip(said.tolist(), happened.tolist(), strict=True)),
    )
    compiled = next(marts_target.glob("compiled/**/kpis/prediction_accuracy_weekly.sql")).read_text()
    row = one(marts, f"select * from ({compiled}) as weeks where model_version = 'ties'")
    assert row["auc"] == pytest.approx(roc_auc_score(happened, said))
    assert row["brier_score"] == pytest.approx(brier_score_loss(happened, said))
    assert row["accuracy_low"] < row["accuracy"] < row["accuracy_high"]


def test_model_performance_reads_the_evaluation_what_came_true_and_drift(marts: Connection) -> None:
    row = one(marts, "select * from marts.model_performance where model_version = '1'")
    assert (row["accuracy"], row["accuracy_low"], row["baseline_accuracy"], row["auc"]) == (
        0.9,
        0.85,
        0.8,
        None,
    )
    assert (row["true_positives_count"], row["false_negatives_count"]) == (15, 5)
    assert (row["live_matured_count"], row["live_accuracy"]) == (3, pytest.approx(2 / 3))
    assert (row["drift_runs_count"], row["drifted_runs_count"], row["drifted_features_share"]) == (2, 1, 0.5)
    assert not row["is_champion"]
    untrained = one(marts, "select * from marts.model_performance where target = 'time_to_hire'")
    assert (untrained["is_trained"], untrained["accuracy"], untrained["is_champion"]) == (False, None, True)


def test_the_champion_is_the_last_version_promoted(marts: Connection) -> None:
    rows = marts.execute("select * from marts.dim_model_versions order by model_version").fetchall()
    shown = [
        (row["model_version"], row["is_champion"], row["replaced_at"], row["predictions_count"])
        for row in rows
    ]
    assert shown == [("1", False, instant("2026-05-31T01:00"), 7), ("2", True, None, 2)]


def test_a_version_shows_how_it_compared_with_the_champion_of_its_time(marts: Connection) -> None:
    for table in ("dim_model_versions", "model_performance"):
        rows = marts.execute(f"select * from marts.{table} order by model_version").fetchall()
        assert (rows[0]["compared_with_version"], rows[0]["champion_improvement"]) == (None, None)
        assert (rows[-1]["compared_with_version"], rows[-1]["champion_improvement"]) == ("1", 0.02)
        assert (rows[-1]["champion_improvement_low"], rows[-1]["champion_improvement_high"]) == (-0.01, 0.05)


def test_the_overview_of_a_day_holds_its_four_metrics_and_their_changes(marts: Connection) -> None:
    query = "select * from marts.metrics_overview where calendar_date = '{}'"
    last = one(marts, query.format("2026-05-31"))
    assert (last["satisfaction_score"], last["ratings_count"]) == (4.5, 2)
    assert last["satisfaction_score_week_change"] is None
    assert last["accuracy"] == pytest.approx(2 / 3)
    assert (last["revenue_usd"], last["revenue_usd_month_change"]) == (0, -1)
    paying = one(marts, query.format("2026-04-20"))
    assert (paying["revenue_usd"], paying["revenue_usd_week_change"]) == (1, 1)
    scored = one(marts, query.format("2026-06-02"))
    assert (scored["predictions_count"], scored["revenue_usd"]) == (2, None)
    assert {scored[f"{metric}_missing_reason"] for metric in ("accuracy", "satisfaction", "revenue")} == {
        "day_not_complete"
    }
    # The horizon's own day is not complete, and nothing was predicted on it.
    assert not marts.execute(query.format("2026-06-01")).fetchall()


def test_what_the_champion_promised_stands_beside_what_came_true(marts: Connection) -> None:
    query = "select * from marts.metrics_overview where calendar_date = '{}'"
    quiet = one(marts, query.format("2026-05-20"))
    assert (quiet["accuracy"], quiet["judged_count"], quiet["accuracy_missing_reason"]) == (
        None,
        0,
        "nothing_judged",
    )
    assert (quiet["champion_version"], quiet["champion_evaluation_accuracy"]) == ("1", 0.9)
    assert (quiet["champion_evaluation_baseline_accuracy"], quiet["champion_evaluation_rows"]) == (0.8, 100)
    early = one(marts, query.format("2026-04-04"))
    assert (early["accuracy_missing_reason"], early["champion_version"]) == ("nothing_predicted", None)
    assert one(marts, query.format("2026-05-31"))["champion_version"] == "2"


def test_freshness_ages_while_nobody_builds(marts: Connection) -> None:
    kind = one(marts, "select table_type from information_schema.tables where table_name = 'data_freshness'")
    assert kind["table_type"] == "VIEW"
    row = one(marts, "select * from marts.data_freshness where source = 'product'")
    assert row["age_hours"] == pytest.approx(2, abs=0.5)
    # It was read just now, and speaks of the horizon's day.
    assert (row["state"], row["rows"], row["data_until_at"]) == ("stale", 3, instant("2026-06-01"))
    assert row["data_age_hours"] > 24 * 30
    assert row["stale_reason"] == "the newest data speak of the time up to 2026-06-01 00:00 UTC"
    held = one(marts, "select * from marts.data_freshness where source = 'usajobs'")
    assert (held["quarantined"], held["rejected"], held["rows"]) == (1, 1, 0)
