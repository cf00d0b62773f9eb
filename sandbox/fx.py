"""Exchange rates of the market: one a currency and weekday, wandering smoothly around the real ones."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from sandbox import reference
from sandbox.chance import bell, chances
from sandbox.clock import Clock

BEFORE_DAYS = 40
DAILY_MOVE = 0.003
PULL_BACK = 0.03


def daily_rates(clock: Clock, seed: int) -> Iterator[tuple[str, str, float]]:
    """(day, currency, US dollars a unit) of every weekday from shortly before the history to its end."""
    days = clock.days + BEFORE_DAYS
    for row in reference.rows_of(reference.HERE / "data" / "fx_rates.csv"):
        moves = DAILY_MOVE * bell(chances(seed, f"rate of {row['currency']}", np.arange(days)))
        distance = 0.0
        for number in range(days):
            distance = distance * (1 - PULL_BACK) + float(moves[number])
            day = clock.start + timedelta(days=number - BEFORE_DAYS)
            if day.weekday() < 5:
                rate = (
                    1.0 if row["currency"] == "USD" else float(row["usd_per_unit"]) * float(np.exp(distance))
                )
                yield day.isoformat(), row["currency"], round(rate, 8)
