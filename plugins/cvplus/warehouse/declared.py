"""All resources that anything may be loaded into: providers', product's and our own."""

from cvplus.enrich.resources import DERIVED
from cvplus.exports.registry import product_resources
from cvplus.resources import Resource
from cvplus.sources.registry import all_resources


def declared_resources() -> list[Resource]:
    """Every declared resource, providers first."""
    return [*all_resources(), *product_resources(), *DERIVED]


def resource_named(source: str, name: str) -> Resource:
    """One declared resource.

    Raises:
        KeyError: when nothing of that name is declared.
    """
    return {(resource.source, resource.name): resource for resource in declared_resources()}[(source, name)]
