"""The kinds of records whose texts are read: with which readers, and as which resource the facts land."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cvplus.enrich.company_facts import company_facts, company_shapes
from cvplus.enrich.cv_facts import cv_facts, cv_shapes
from cvplus.enrich.posting_facts import posting_facts
from cvplus.enrich.posting_text import posting_shapes
from cvplus.enrich.readers.registry import FACT_READERS, versions_of
from cvplus.enrich.resources import COMPANY_FACTS, CV_FACTS, POSTING_FACTS
from cvplus.enrich.shapes import RecordShape
from cvplus.resources import Resource


@dataclass(frozen=True)
class FactKind:
    """Facts of one kind of records.

    ``find`` gets what the shapes take out of records and the facts that were read of each before (``None``
    where none were), and answers the facts of each, in order.
    """

    resource: Resource
    shapes: Callable[[], tuple[RecordShape[Any], ...]]
    find: Callable[[Sequence[Any], Sequence[Mapping[str, Any] | None]], list[dict[str, Any]]]

    @property
    def readers(self) -> str:
        """The readers of these facts, each with its version: what others read is read again."""
        return versions_of(FACT_READERS[self.resource.name])


def _anew(
    find: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> Callable[[Sequence[Any], Sequence[Mapping[str, Any] | None]], list[dict[str, Any]]]:
    """Facts of so few readings that nothing is saved by keeping some: all are read again."""
    return lambda texts, _: find(texts)


FACT_KINDS = (
    FactKind(COMPANY_FACTS, company_shapes, _anew(company_facts)),
    FactKind(CV_FACTS, cv_shapes, _anew(cv_facts)),
    FactKind(POSTING_FACTS, posting_shapes, posting_facts),
)
