"""The resources that enrichment lands, as lake, load and gate know them: what was read of records' texts."""

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
    )


POSTING_FACTS = _facts("posting_facts", ["title_normalized", "seniority", "occupation_score"])
COMPANY_FACTS = _facts("company_facts", [])
CV_FACTS = _facts("cv_facts", [])
