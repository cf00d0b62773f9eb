"""What a provider may cost in a month: never more, told in time, and counted once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from cvplus.errors import BudgetExhausted, ConfigurationError
from cvplus.operations.spending import Budgets, charger, load_budgets, spent_this_month, watch_budget
from cvplus.sources.declaration import Cost

BUDGETS = Budgets(default_budget_usd_per_month=1.0, warning_share=0.8, budgets_usd_per_month={})


def test_parallel_tasks_cannot_spend_the_same_dollar(warehouse_url: str) -> None:
    charge = charger("invented", Cost(per_call=0.1), BUDGETS, warehouse_url)
    assert charge is not None

    def try_one(_: int) -> float:
        try:
            return charge("GET /v1/things")
        except BudgetExhausted:
            return 0.0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_one, range(20))) == pytest.approx(1.0)
    with psycopg.connect(warehouse_url) as connection:
        assert spent_this_month(connection, "invented") == pytest.approx(1.0)


def test_a_budget_warns_at_its_share_stops_whole_and_begins_anew(
    warehouse: psycopg.Connection, warehouse_url: str
) -> None:
    cost = Cost(per_call=0.1)
    charge = charger("invented", cost, BUDGETS, warehouse_url)
    assert charge is not None
    said = []
    for _ in range(10):
        charge("GET /v1/things")
        watch_budget(warehouse, "invented", cost, BUDGETS)
        rows = warehouse.execute("select severity, message from ops.alerts where state = 'open'").fetchall()
        said.append(rows[0] if rows else None)
        warehouse.commit()
    stopped = "and is not asked any more; its last good answer serves."
    assert said == [
        *[None] * 7,
        ("warning", "invented has cost 0.80 of 1.00 USD this month."),
        ("warning", "invented has cost 0.90 of 1.00 USD this month."),
        ("critical", f"invented has cost 1.00 of 1.00 USD this month {stopped}"),
    ]
    with pytest.raises(BudgetExhausted):
        charge("GET /v1/things")
    roomy = Budgets(
        default_budget_usd_per_month=1.0, warning_share=0.5, budgets_usd_per_month={"invented": 1.4}
    )
    watch_budget(warehouse, "invented", cost, roomy)
    assert warehouse.execute("select severity from ops.alerts").fetchall() == [("warning",)]
    warehouse.execute("update ops.api_spending set month = month - interval '1 month'")
    watch_budget(warehouse, "invented", cost, BUDGETS)
    assert warehouse.execute("select state from ops.alerts").fetchall() == [("closed",)]


def test_only_calls_that_cost_are_booked(warehouse: psycopg.Connection, warehouse_url: str) -> None:
    cost = Cost.model_validate({"per_call": 0.5, "only": "POST .*/reports"})
    charge = charger("invented", cost, BUDGETS, warehouse_url)
    assert charge is not None
    assert [charge(call) for call in ("GET /v1/reports/7", "POST /v1/reports")] == [0.0, 0.5]
    assert spent_this_month(warehouse, "invented") == 0.5
    assert charger("invented", None, BUDGETS) is None


def test_the_budgets_are_whole_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    assert load_budgets().warning_share == 0.8
    wrong = tmp_path / "providers.yaml"
    wrong.write_text("default_budget_usd_per_month: -1\nwarning_share: 0.8\nbudgets_usd_per_month: {}\n")
    with pytest.raises(ConfigurationError, match="default_budget_usd_per_month"):
        load_budgets(wrong)
