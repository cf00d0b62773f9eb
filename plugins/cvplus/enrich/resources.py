"""What the plant lands itself, as lake, load and gate know it: what was read, what was linked."""

from cvplus.resources import KnownAt, Resource


def _facts(name: str, required: list[str]) -> Resource:
    return Resource(
        source="derived",
        name=name,
        domain="derived",
        key=["source", "resource", "record_key", "content_hash"],
        known_at=KnownAt(rule="published", path="known_at", lag_hours=0),
        required=required,
        stale_after_hours=48,
        # It speaks of the newest text that was read; whether its source has any newer is told of the source.
        data_stale_after_hours=24 * 28,
    )


def _links(of: str) -> Resource:
    return Resource(
        source="derived",
        name=f"{of}_links",
        domain="derived",
        key=[f"{of}_id"],
        known_at=KnownAt(rule="published", path="known_at", lag_hours=0),
        required=["thing_ids", "thing_since", "telling_hash"],
        stale_after_hours=48,
    )


POSTING_FACTS = _facts("posting_facts", ["title_normalized", "seniority", "occupation_score"])
COMPANY_FACTS = _facts("company_facts", [])
CV_FACTS = _facts("cv_facts", [])
COMPANY_RECORD_LINKS = _links("company_record")
POSTING_LINKS = _links("posting")
DERIVED = (POSTING_FACTS, COMPANY_FACTS, CV_FACTS, COMPANY_RECORD_LINKS, POSTING_LINKS)
