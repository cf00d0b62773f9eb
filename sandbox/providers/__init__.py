"""The providers that the sandbox plays, one module each, written from their contract pages.

A module with `BASE` and `create_router` is a provider, named after its file; `BASE` begins with that name.
"""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


@lru_cache(maxsize=1)
def providers() -> dict[str, ModuleType]:
    """The modules of all providers by name."""
    names = sorted(module.name for module in iter_modules(__path__))
    modules = {name: import_module(f"{__name__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "create_router")}
