"""Draws that depend on what they are for and on nothing drawn before: a number a seed, name and key.

A stream of random numbers gives the hundredth job what is left after ninety-nine others. Here each key has a
number of its own, so a provider added, or a job left out, moves nobody else's.
"""

from collections.abc import Iterable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEP, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def chances(seed: int, name: str, keys: Iterable[int] | NDArray[np.int64]) -> Floats:
    """Numbers in [0, 1), one a key (mixed by SplitMix64, Steele and others 2014)."""
    state = np.asarray(keys if isinstance(keys, np.ndarray) else list(keys), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for part in (seed, crc32(name.encode())):
            state = _mixed(state + np.uint64(part) * STEP)
    return np.asarray((state >> np.uint64(11)) / float(1 << 53))


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = state + STEP
    state = (state ^ (state >> np.uint64(30))) * FIRST
    state = (state ^ (state >> np.uint64(27))) * SECOND
    return np.asarray(state ^ (state >> np.uint64(31)))


def chance(seed: int, name: str, key: int | str) -> float:
    """One such number; a text is a key too."""
    number = crc32(key.encode()) if isinstance(key, str) else key
    return float(chances(seed, name, [number])[0])


def bell(chance_of_it: Floats) -> Floats:
    """Normal numbers (mean 0, spread 1, cut at 2.5) of uniform ones, by the logistic approximation."""
    clipped = np.clip(chance_of_it, 0.0142, 0.9858)
    return np.asarray(np.log(clipped / (1 - clipped)) / 1.702)


def waits(mean: float, chance_of_it: Floats) -> Floats:
    """Exponential waits of a mean, of uniform numbers."""
    return np.asarray(-mean * np.log1p(-chance_of_it))
