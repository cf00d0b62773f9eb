"""What reading a source took: filled in by the session, written to ``ops.api_usage`` by who asked."""

from dataclasses import dataclass

from cvplus.errors import PlantError


@dataclass
class Usage:
    """Counts of one resource and run.

    ``calls``: requests that left, ``retried`` and ``throttled`` (429 and the like) among them.
    ``cache_hits``: answers from the cache, with those that the provider confirmed (``not_modified``, 304).
    ``bytes``: of answers, as they came over the wire. ``cost_usd``: what the calls are charged at.
    ``outage``: why, when expired answers stood in for the provider's.
    """

    calls: int = 0
    retried: int = 0
    throttled: int = 0
    cache_hits: int = 0
    not_modified: int = 0
    bytes: int = 0
    cost_usd: float = 0.0
    outage: PlantError | None = None
