"""What the walks over a resource are for: one, or one for each board, title, place or parent record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Any

from cvplus.sources.endpoint import Chosen, Endpoint, Parent
from cvplus.sources.paths import at
from cvplus.sources.placeholders import fill

Facts = dict[str, Any]


def asks(
    endpoint: Endpoint,
    lists: Mapping[str, list[Any]],
    parent_records: Callable[[str], Iterable[dict[str, Any]]],
) -> Iterator[Facts]:
    """What the placeholders of each walk stand for; a resource that is read once has one without any.

    Args:
        lists: the source's lists, as the connection has them.
        parent_records: gives the records of another resource of the source.
    """
    choices = [_items(lists, name, chosen) for name, chosen in endpoint.for_each.items()]
    for chosen in product(*choices):
        facts = dict(zip(endpoint.for_each, chosen, strict=True))
        if endpoint.parent is None:
            yield facts
            continue
        for found in _of_parents(endpoint.parent, parent_records(endpoint.parent.resource)):
            yield {**facts, **found}


def _items(lists: Mapping[str, list[Any]], name: str, chosen: str | Chosen) -> list[Any]:
    if isinstance(chosen, str):
        return lists[chosen]
    items = lists[chosen.list]
    batches = [items[start : start + chosen.batch] for start in range(0, len(items), chosen.batch)]
    if chosen.each is None:
        return batches
    return [
        [fill(chosen.each, {"item": item, "number": number}) for number, item in enumerate(batch, 1)]
        for batch in batches
    ]


def _of_parents(parent: Parent, records: Iterable[dict[str, Any]]) -> Iterator[Facts]:
    """Facts of each parent, or of each batch of parents; one seen twice counts once."""
    found = _distinct({name: at(record, path) for name, path in parent.fields.items()} for record in records)
    if parent.batch == 1:
        yield from found
        return
    while batch := list(islice(found, parent.batch)):
        joined = {name: ",".join(str(facts[name]) for facts in batch) for name in parent.fields}
        yield {**joined, "parents": batch}


def _distinct(rows: Iterable[Facts]) -> Iterator[Facts]:
    seen = set()
    for facts in rows:
        identity = tuple(str(value) for value in facts.values())
        if None in facts.values() or identity in seen:
            continue
        seen.add(identity)
        yield facts
