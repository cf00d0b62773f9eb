"""What a batch or a table is held against besides its suite: the last good ones of its kind.

An expectation skips nulls, so one on a column that is gone passes; a suite says nothing of a batch of no
rows. Both are seen by comparison: how many rows came, and in how many of them each watched column is filled.
This module is arithmetic; ``presence`` reads and writes the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveInt, TypeAdapter
from scipy.stats import binom, poisson

from cvplus.quality.gate_validation import Check
from cvplus.quality.suites import ExpectationRule, Watched
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_typed

CONFIG = PROJECT_ROOT / "config" / "gate.yaml"

Share = Annotated[float, Field(gt=0, lt=1)]

PRESENCE = "expect_column_to_be_filled_as_before"
VOLUME = "expect_rows_as_before"


class VolumeLimits(Frozen):
    """What number of rows is told, and what holds a batch back."""

    same_weekdays: PositiveInt
    far_less: Share
    less: Share
    window_ratio: Annotated[float, Field(ge=1)]


class HistoryLimits(Frozen):
    """The whole of ``config/gate.yaml``."""

    batches_remembered: PositiveInt
    fewest_rows: PositiveInt
    fewest_rows_of_volume: PositiveInt
    chance: Share
    lost_below: Share
    fallen_by: Share
    volume: VolumeLimits


@lru_cache
def load_history_limits(path: Path = CONFIG) -> HistoryLimits:
    """Read and check the limits.

    Raises:
        ConfigurationError: naming the entry that is wrong.
    """
    remedy = f"Correct config/{path.name}; its comments explain each setting."
    return read_typed(path, TypeAdapter(HistoryLimits), remedy)


@dataclass(frozen=True, slots=True)
class Presence:
    """In how many of how many rows a column is filled."""

    rows: int
    filled: int

    @property
    def share(self) -> float:
        """Filled rows per row, 0-1; of no rows, 0."""
        return self.filled / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Volume:
    """How many records were read for which window; ``is_whole``: it is a snapshot of all there is."""

    rows_read: int
    window_start: datetime
    window_end: datetime
    is_whole: bool

    @property
    def seconds(self) -> float:
        """The window's length."""
        return (self.window_end - self.window_start).total_seconds()


def presence_check(
    watched: Watched, now: Presence, before: Sequence[Presence], limits: HistoryLimits
) -> Check:
    """Whether a column is filled about as often as in the last good batches.

    Lost (next to nothing of the lowest share, and not by chance) is as severe as the severest expectation
    that looks at it. A clear fall is a warning, and so is a promised column that a first batch of some size
    doesn't fill at all.
    """
    known = [presence for presence in before if presence.rows >= limits.fewest_rows]
    if not known and before:
        known = [Presence(sum(item.rows for item in before), sum(item.filled for item in before))]
    lowest = min((presence.share for presence in known), default=None)
    if lowest is None:
        is_lost, told = False, "never before"
        is_fallen = watched.is_promised and now.rows >= limits.fewest_rows and now.filled == 0
    else:
        is_chance = binom.cdf(now.filled, now.rows, lowest) >= limits.chance
        is_lost = not is_chance and now.share < lowest * limits.lost_below
        is_fallen = not is_chance and now.share < lowest - limits.fallen_by
        told = f"at least {lowest:.1%} of the last {len(before)} good ones"
    rule = ExpectationRule(
        type=PRESENCE,
        kwargs={"column": watched.name},
        severity=watched.severity if is_lost else "warning",
        meaning=f"{watched.name} is filled in fewer rows than before; expectations skip the others.",
        action="The engineer on duty looks whether the provider renamed or dropped the field, corrects the "
        "declaration and replays the batch; or releases it where the field is truly gone.",
    )
    return Check(rule, not (is_lost or is_fallen), f"{now.filled} of {now.rows} rows filled, {told}")


def volume_check(now: Volume, before: Sequence[Volume], limits: HistoryLimits) -> Check | None:
    """Whether about as many rows were read as for the last good batches; ``None`` where none can be compared.

    Windows are compared with windows of about their length. Of a weekday that is known well enough only the
    same weekday counts.
    """
    volume = limits.volume
    alike = [
        item
        for item in before
        if now.is_whole or 1 / volume.window_ratio <= _ratio(item.seconds, now.seconds) <= volume.window_ratio
    ]
    same_day = [item for item in alike if item.window_start.weekday() == now.window_start.weekday()]
    alike = same_day if len(same_day) >= volume.same_weekdays else alike
    smallest = min((item.rows_read for item in alike), default=0)
    if smallest < limits.fewest_rows_of_volume:
        return None
    is_chance = poisson.cdf(now.rows_read, smallest) >= limits.chance
    is_far_less = not is_chance and now.rows_read < smallest * volume.far_less
    is_less = not is_chance and now.is_whole and now.rows_read < smallest * volume.less
    rule = ExpectationRule(
        type=VOLUME,
        kwargs={},
        severity="critical" if is_far_less and now.is_whole else "warning",
        meaning="Far fewer records were read than before, so what is missing would be taken for gone.",
        action="The engineer on duty asks the provider for the same by hand, corrects the declaration and "
        "replays the batch; or releases it where there is truly so little.",
    )
    observed = f"{now.rows_read} rows read, at least {smallest} in {len(alike)} good batches before"
    return Check(rule, not (is_far_less or is_less), observed)


def _ratio(seconds: float, other: float) -> float:
    return seconds / other if other > 0 else (1.0 if seconds == other else 0.0)
