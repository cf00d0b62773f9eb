"""The resource that enrichment lands, as lake, load and gate know it."""

from cvplus.resources import KnownAt, Resource

POSTING_FACTS = Resource(
    source="derived",
    name="posting_facts",
    domain="derived",
    key=["source", "resource", "record_key", "content_hash"],
    known_at=KnownAt(rule="published", path="known_at", lag_hours=0),
    required=["title_normalized", "seniority", "occupation_score"],
    stale_after_hours=48,
)
