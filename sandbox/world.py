"""What the provider pages know: the store, the market's description, and the one key that opens all doors."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.market import STORE_NAME, market_file, read_market
from sandbox.store import Store

KEY = "sandbox-key"
EMAIL = "sandbox@example.org"


@dataclass
class World:
    """A home being served. `today` is the day its history ends: nothing after it has happened yet."""

    market: dict[str, Any]
    store: Store
    search_cap: int = 10_000
    calls: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path, search_cap: int = 10_000) -> "World":
        """Opens a home; raises FileNotFoundError when no market has been built there."""
        market = read_market(home)
        if market is None:
            raise FileNotFoundError(f"no market in {market_file(home)}: run `python -m sandbox build` first")
        return cls(market, Store(home / STORE_NAME), search_cap)

    @property
    def today(self) -> date:
        """The day on which history ends."""
        return date.fromisoformat(self.market["history_end"][:10])

    def count_call(self, provider: str) -> int:
        """Counts a call of a provider and returns how many there have been."""
        self.calls[provider] = self.calls.get(provider, 0) + 1
        return self.calls[provider]
