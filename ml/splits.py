"""Cut a snapshot into slices of time, and draw them before anything is trained."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ml.config import Splits

SLICES = ("train", "tune", "calibrate", "evaluate")
DROPPED = "embargo"


@dataclass(frozen=True)
class TimeSplit:
    """``labels``: (rows,) name of each row's slice. ``text``: the drawing."""

    labels: np.ndarray
    text: str

    def mask(self, *slices: str) -> np.ndarray:
        """(rows,) bool: rows of any of these slices."""
        return np.isin(self.labels, slices)


def split_by_time(feature_at: pd.Series, splits: Splits) -> TimeSplit:
    """Cut by instant: every row of a slice is strictly older than every row of the next one.

    The evaluation slice holds the newest share of the rows; rows within ``embargo_days`` before it belong
    to no slice; the rest is shared out. Rows of the same instant stay together, so a snapshot in which
    nearly all rows share an instant has empty slices.
    """
    instants = feature_at.to_numpy(dtype="datetime64[us]")
    labels = np.full(len(instants), DROPPED, dtype=object)
    ordered = np.sort(instants)
    begin = ordered[min(round((1 - splits.evaluate) * len(ordered)), len(ordered) - 1)]
    labels[instants >= begin] = "evaluate"
    older = ordered[ordered < begin - np.timedelta64(round(splits.embargo_days * 86_400), "s")]
    if len(older):
        labels[instants <= older[-1]] = SLICES[0]
        reached = 0.0
        for before, name in pairwise(SLICES[:-1]):
            reached += getattr(splits, before) / (1 - splits.evaluate)
            start = older[min(round(reached * len(older)), len(older) - 1)]
            labels[(instants >= start) & (instants <= older[-1])] = name
    return TimeSplit(labels, draw_split(instants, labels))


def draw_split(instants: np.ndarray, labels: np.ndarray) -> str:
    """One line a slice: its name, a bar on the common axis of time, first and last day, rows."""
    width = 48
    first, last = instants.min(), instants.max()
    span = max((last - first) / np.timedelta64(1, "s"), 1.0)
    lines = []
    for name in (*SLICES, DROPPED):
        own = instants[labels == name]
        if not len(own):
            if name != DROPPED:
                lines.append(f"{name:<10}|{' ' * width}| empty")
            continue
        begin = int((own.min() - first) / np.timedelta64(1, "s") / span * (width - 1))
        end = int((own.max() - first) / np.timedelta64(1, "s") / span * (width - 1))
        bar = (" " * begin + "#" * (end - begin + 1)).ljust(width)
        days = f"{str(own.min())[:10]} .. {str(own.max())[:10]}"
        lines.append(f"{name:<10}|{bar}| {days} {len(own):>8,} rows")
    return "\n".join(lines)
