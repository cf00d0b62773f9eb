"""What an extraction gives: its pages, and the account of getting them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cvplus.lake.manifest import PartState, worse

# A list of boards may hold a hundred dead ones; ops.failed_asks names them all.
GAPS_TOLD = 20


@dataclass
class Extraction:
    """Pages to be read once, and what is known of them; the account is complete after the last page.

    ``api_calls``: requests that left, retries included. ``cache_hits``: pages taken from the cache.
    ``fetched_at``: when the newest page was fetched from the provider.
    ``walk_facts``: what the placeholders of the walk that gave the last page stand for.
    ``stale_pages``: pages that an expired answer stood in for. ``parts``: see :class:`.Manifest`.
    """

    pages: Iterator[list[Any]] = field(default_factory=lambda: iter(()))
    api_calls: int = 0
    cache_hits: int = 0
    records: int = 0
    stale_pages: int = 0
    fetched_at: datetime | None = None
    gaps: list[str] = field(default_factory=list)
    walk_facts: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, PartState] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        """Whether the provider was down for something of the window."""
        return self.stale_pages > 0

    @property
    def is_partial(self) -> bool:
        """Whether something of the window is known to be missing."""
        return bool(self.gaps)

    def note_part(self, part: str, state: PartState) -> None:
        """Say how a part of a snapshot was read; of two walks over one part the worse counts."""
        self.parts[part] = worse(self.parts.get(part, state), state)

    @property
    def note(self) -> str | None:
        """What a person should know of the batch; of many gaps the first ones."""
        more = len(self.gaps) - GAPS_TOLD
        return "; ".join(self.gaps[:GAPS_TOLD] + [f"and {more} more"] * (more > 0)) or None
