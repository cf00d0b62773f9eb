"""An organisation in the shape of Crunchbase, with all the fields that can be asked for."""

import uuid
from typing import Any

from sandbox.catalogue import NAMESPACE

FIELDS = frozenset(
    {
        "categories",
        "company_type",
        "created_at",
        "facet_ids",
        "founded_on",
        "funding_total",
        "identifier",
        "ipo_status",
        "last_funding_at",
        "last_funding_type",
        "legal_name",
        "linkedin",
        "location_identifiers",
        "name",
        "num_employees_enum",
        "num_funding_rounds",
        "operating_status",
        "permalink",
        "rank_org",
        "short_description",
        "updated_at",
        "uuid",
        "website",
        "website_url",
    }
)


def place(name: str, kind: str) -> dict[str, str]:
    """A location as the provider identifies it."""
    link = name.lower().replace(" ", "-")
    return {
        "uuid": str(uuid.uuid5(NAMESPACE, f"{kind}:{name}")),
        "value": name,
        "permalink": link,
        "entity_def_id": "location",
        "location_type": kind,
    }


def properties_of(facts: dict[str, Any]) -> dict[str, Any]:
    """An organisation with all its fields; what isn't known is missing, not null."""
    category = facts["industry"].replace("-", " ").title()
    properties: dict[str, Any] = {
        "uuid": facts["uuid"],
        "identifier": {
            "uuid": facts["uuid"],
            "value": facts["name"],
            "permalink": facts["permalink"],
            "image_id": facts["uuid"][:8],
            "entity_def_id": "organization",
        },
        "name": facts["name"],
        "legal_name": facts["name"],
        "permalink": facts["permalink"],
        "short_description": f"{facts['name']} works in {facts['industry'].replace('-', ' ')}.",
        "website_url": f"https://www.{facts['permalink']}.example",
        "website": {"value": f"https://www.{facts['permalink']}.example"},
        "linkedin": {"value": f"https://www.linkedin.example/company/{facts['permalink']}"},
        "location_identifiers": [
            place(facts["city"], "city"),
            place(facts["region"], "region"),
            place(facts["country"], "country"),
            place(facts["continent"], "continent"),
        ],
        "categories": [
            {
                "uuid": str(uuid.uuid5(NAMESPACE, f"category:{category}")),
                "value": category,
                "permalink": facts["industry"],
                "entity_def_id": "category",
            }
        ],
        "num_employees_enum": facts["head_count_code"],
        "founded_on": {"value": f"{facts['founded_year']}-01-01", "precision": "year"},
        "operating_status": "active",
        "company_type": "for_profit",
        "ipo_status": "public" if facts["funding_type"] == "post_ipo_equity" else "private",
        "num_funding_rounds": facts["funding_rounds"],
        "rank_org": facts["rank"],
        "updated_at": facts["updated_at"],
        "facet_ids": ["company", "rank"],
    }
    if facts["funding_type"] is not None:
        amount = facts["funding_total_usd"]
        properties["funding_total"] = {
            "value": round(amount * facts["units_per_usd"]),
            "currency": facts["currency"],
            "value_usd": amount,
        }
        properties["last_funding_type"] = facts["funding_type"]
    return properties
