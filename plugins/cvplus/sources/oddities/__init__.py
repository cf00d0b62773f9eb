"""What a provider does that no declaration can say: one module a source, small named functions.

A declaration names them by dotted path. Each docstring says why data would not do.
"""

import importlib
from typing import Any


def imported(dotted: str) -> Any:
    """What a declaration names by a dotted path."""
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)
