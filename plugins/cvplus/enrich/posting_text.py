"""What enrichment reads of a posting, whoever published it: the paths that the source's declaration names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cvplus.enrich.markup import plain_text
from cvplus.enrich.shapes import (
    RecordShape,
    country_code,
    first_number,
    first_text,
    place_text,
    texts_at,
    texts_of,
    values_at,
)
from cvplus.sources.declaration import PayRanges, PostingFields
from cvplus.sources.registry import load_sources

# Jobs that people entered themselves come with the product exports, which declare no providers' fields.
_PRODUCT_JOB = PostingFields(
    title="title",
    texts=["description"],
    company=["company"],
    requirements="requirements",
    places=["location"],
    country="country",
)


@dataclass(frozen=True, slots=True)
class PostingText:
    """The title, the text in lines without markup, and the list of requirements of a posting.

    ``place``: the places that it names, ``|`` between them. ``country``: ISO 3166-1 alpha-2, where the record
    has a field for it. ``pay``: texts about pay alone, a statement each. ``company``: who hires.
    """

    title: str
    text: str = ""
    requirements: tuple[str, ...] = ()
    grade: str | None = None
    pay_plan: str | None = None
    place: str = ""
    country: str | None = None
    pay: tuple[str, ...] = ()
    company: str = ""


@cache
def posting_shapes() -> tuple[RecordShape[PostingText], ...]:
    """The product's jobs, then every resource whose declaration says what to read of its postings.

    A statement about pay that comes with a title is a posting of which only title and company are read.

    Raises:
        ConfigurationError: a declaration is wrong.
    """
    declared = (
        RecordShape(source.source, resource.name, reader_of(resource.posting))
        for source in load_sources().values()
        for resource in source.resources
        if resource.posting is not None
    )
    return (RecordShape("product", "jobs", reader_of(_PRODUCT_JOB)), *declared)


def pay_texts(record: dict[str, Any], path: str | None) -> Iterator[str]:
    """The text at a path that tells nothing but pay."""
    if text := plain_text(first_text(record, path) or ""):
        yield text


def range_texts(record: dict[str, Any], ranges: PayRanges | None) -> Iterator[str]:
    """Ranges of pay as people would write them: ``Zone 1 Pay Range: USD 150000.00 - 200000.00``."""
    if ranges is None:
        return
    for pay_range in values_at(record, ranges.path):
        low, high = (first_number(pay_range, path) or 0.0 for path in (ranges.low, ranges.high))
        title, currency = first_text(pay_range, ranges.title), first_text(pay_range, ranges.currency)
        ends = [f"{end / ranges.unit:.2f}" for end in (low, high) if end > 0]
        if ends:
            word = "" if len(ends) == 2 else "from " if low > 0 else "up to "
            named = f"{plain_text(title)}: " if title else ""
            yield f"{named}{word}{currency or ''} {' - '.join(ends)}"


def reader_of(fields: PostingFields) -> Callable[[dict[str, Any]], PostingText]:
    """A function that reads a record by the declared paths; what is missing, or of another type, is empty."""
    requirements = [] if fields.requirements is None else [fields.requirements]

    def read(record: dict[str, Any]) -> PostingText:
        return PostingText(
            title=plain_text(first_text(record, fields.title) or ""),
            text="\n".join(plain_text(text) for text in texts_at(record, fields.texts)),
            requirements=tuple(
                item for path in requirements for value in values_at(record, path) for item in texts_of(value)
            ),
            grade=first_text(record, fields.grade),
            pay_plan=first_text(record, fields.pay_plan),
            place=place_text(record, fields.places),
            country=country_code(first_text(record, fields.country)),
            pay=(*pay_texts(record, fields.pay), *range_texts(record, fields.pay_ranges)),
            company=plain_text(first_text(record, *fields.company) or ""),
        )

    return read
