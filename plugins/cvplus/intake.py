"""How much is taken of what is fed in: the limits in ``config/intake.yaml``."""

from functools import lru_cache
from pathlib import Path

from pydantic import PositiveInt, TypeAdapter

from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_typed

CONFIG = PROJECT_ROOT / "config" / "intake.yaml"


class RejectLimits(Frozen):
    """Of the rejects of one batch: how many of each reason are kept, and how many bytes of all of them."""

    kept_per_reason: PositiveInt
    kept_bytes: PositiveInt


class IntakeLimits(Frozen):
    """The whole file."""

    unpacked_bytes_per_file: PositiveInt
    rejects: RejectLimits


@lru_cache
def load_intake_limits(path: Path = CONFIG) -> IntakeLimits:
    """Read and check the limits.

    Raises:
        ConfigurationError: naming the entry that is wrong.
    """
    remedy = f"Correct config/{path.name}; its comments explain each setting."
    return read_typed(path, TypeAdapter(IntakeLimits), remedy)
