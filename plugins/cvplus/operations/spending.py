"""What providers charge, held to a monthly budget: ``config/providers.yaml`` and ``ops.api_spending``."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import yaml
from pydantic import Field, NonNegativeFloat, ValidationError

from cvplus.errors import BudgetExhausted, ConfigurationError, Where
from cvplus.operations.alerts import close_alert, raise_alert
from cvplus.resources import Frozen, Name
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.declaration import Cost
from cvplus.warehouse.connection import connect
from cvplus.yaml_files import read_yaml

CONFIG = PROJECT_ROOT / "config" / "providers.yaml"


class Budgets(Frozen):
    """What each source may cost in a UTC calendar month, and the share of it at which people are told."""

    default_budget_usd_per_month: NonNegativeFloat
    warning_share: float = Field(gt=0, le=1)
    budgets_usd_per_month: dict[Name, NonNegativeFloat]

    def of(self, source: str) -> float:
        """The budget of a source, US dollars."""
        return self.budgets_usd_per_month.get(source, self.default_budget_usd_per_month)


def load_budgets(path: Path = CONFIG) -> Budgets:
    """Read the budgets.

    Raises:
        ConfigurationError: naming the wrong field.
    """
    try:
        return Budgets.model_validate(read_yaml(path))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(
            cause=f"{path.name} is wrong: {' '.join(str(error).split())[:300]}.",
            remedy=f"Correct config/{path.name}; the comments in it say what each field means.",
        ) from error


def charger(
    source: str, cost: Cost | None, budgets: Budgets, connection_url: str | None = None
) -> Callable[[str], float] | None:
    """What a session gives each call to before it leaves; ``None`` for a source that charges nothing.

    It books the price of a call that costs in a transaction of its own, so that parallel tasks cannot spend
    the same dollar, and returns it; beyond the budget it raises ``BudgetExhausted`` and books nothing.
    """
    if cost is None:
        return None
    budget = budgets.of(source)

    def charge(call: str) -> float:
        if not cost.only.match(call):
            return 0.0
        with connect(connection_url) as connection:
            connection.execute(
                "insert into ops.api_spending values (%s, %s, 0) on conflict do nothing", [source, _month()]
            )
            booked = connection.execute(
                """
                update ops.api_spending set spent_usd = spent_usd + %(price)s::numeric
                where source = %(source)s and month = %(month)s
                    and spent_usd + %(price)s::numeric <= %(budget)s::numeric
                """,
                {"source": source, "month": _month(), "price": cost.per_call, "budget": budget},
            )
        if not booked.rowcount:
            raise BudgetExhausted(
                cause=f"The month's budget of {budget:.2f} USD is spent, or has no room for another call.",
                remedy=f"Wait for the next month, or raise budgets_usd_per_month.{source} in "
                "config/providers.yaml.",
                where=Where(source),
            )
        return cost.per_call

    return charge


def spent_this_month(connection: psycopg.Connection, source: str) -> float:
    """What a source's calls of the current UTC month are charged at, US dollars."""
    row = connection.execute(
        "select spent_usd from ops.api_spending where source = %s and month = %s", [source, _month()]
    ).fetchone()
    return float(row[0]) if row else 0.0


def watch_budget(connection: psycopg.Connection, source: str, cost: Cost | None, budgets: Budgets) -> None:
    """Open an incident from the warning share of a source's budget on; close it below."""
    if cost is None:
        return
    spent, budget = spent_this_month(connection, source), budgets.of(source)
    is_stopped = round(spent + cost.per_call, 6) > budget
    if spent < budget * budgets.warning_share and not is_stopped:
        close_alert(connection, "source_budget", source)
        return
    raise_alert(
        connection,
        "source_budget",
        source,
        "critical" if is_stopped else "warning",
        f"{source} has cost {spent:.2f} of {budget:.2f} USD this month"
        + (" and is not asked any more; its last good answer serves." if is_stopped else "."),
    )


def _month() -> str:
    return f"{datetime.now(UTC):%Y-%m-01}"
