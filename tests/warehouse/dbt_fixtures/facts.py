"""Facts as enrichment lands them beside the records that they were read of."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from cvplus.enrich.company_facts import company_facts, company_shapes, reader_of
from cvplus.enrich.posting_text import posting_shapes
from cvplus.enrich.readers.company import read_company
from cvplus.sources.declaration import CompanyFields
from dbt_fixtures.raw_rows import RawRow


def as_facts(told: RawRow, found: dict[str, Any], resource: str = "posting_facts") -> RawRow:
    """What was found in a record."""
    record = {
        "source": told.source,
        "resource": told.resource,
        "record_key": told.record_key,
        "content_hash": told.content_hash,
        "known_at": told.known_at.isoformat(),
        **found,
    }
    key = f"{told.source}|{told.resource}|{told.record_key}|{told.content_hash}"
    return RawRow("derived", resource, key, record, told.known_at)


def company_facts_of(
    rows: Iterable[RawRow], declared: Mapping[str, CompanyFields] = MappingProxyType({})
) -> Iterator[RawRow]:
    """What the readers make of those rows that are companies'; ``declared``: invented tables of companies."""
    reads = {shape.table: shape.read for shape in company_shapes()}
    reads |= {table: reader_of(fields) for table, fields in declared.items()}
    for row in rows:
        if row.table in reads:
            (found,) = company_facts([reads[row.table](row.record)])
            yield as_facts(row, found, "company_facts")


def company_key_of(posting: RawRow) -> str | None:
    """What the reader makes of the name of who hires."""
    read = {shape.table: shape.read for shape in posting_shapes()}.get(posting.table)
    name = "" if read is None else read(posting.record).company
    company = read_company(name).value if name else None
    return None if company is None else company.key
