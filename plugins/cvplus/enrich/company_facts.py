"""The facts of a company's record: which firm its name is of, and where it sits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cvplus.enrich.answers import fields_of, unread_of
from cvplus.enrich.markup import plain_text
from cvplus.enrich.readers.answer import Answer, Text
from cvplus.enrich.readers.registry import read_texts
from cvplus.enrich.shapes import RecordShape, first_text, place_texts
from cvplus.sources.declaration import CompanyFields
from cvplus.sources.registry import load_sources


@dataclass(frozen=True, slots=True)
class CompanyText:
    """A company's name, and places where it sits, the seat first."""

    name: str
    places: tuple[str, ...] = ()


@cache
def company_shapes() -> tuple[RecordShape[CompanyText], ...]:
    """Every resource whose declaration says what to read of its companies.

    Raises:
        ConfigurationError: a declaration is wrong.
    """
    return tuple(
        RecordShape(source.source, resource.name, reader_of(resource.company))
        for source in load_sources().values()
        for resource in source.resources
        if resource.company is not None
    )


def reader_of(fields: CompanyFields) -> Callable[[dict[str, Any]], CompanyText]:
    """A function that reads a record by the declared paths; what is missing, or of another type, is empty."""

    def read(record: dict[str, Any]) -> CompanyText:
        return CompanyText(
            plain_text(first_text(record, *fields.name) or ""), tuple(place_texts(record, fields.places))
        )

    return read


def company_facts(companies: Sequence[CompanyText]) -> list[dict[str, Any]]:
    """Facts of each company, in order; what is not told is null, and ``unread`` says why, by the kind."""
    places = [_seat(one) for one in companies]
    names = read_texts(
        "company",
        [
            Text(one.name, country=None if place.value is None else place.value.country)
            for one, place in zip(companies, places, strict=True)
        ],
    )
    return [
        {
            **fields_of({"name": "company_name", "key": "company_key", "legal_form": "legal_form"}, name),
            **fields_of({part: part for part in ("country", "region", "city", "city_id")}, place),
            "unread": unread_of({"company": name, "place": place}),
        }
        for name, place in zip(names, places, strict=True)
    ]


def _seat(company: CompanyText) -> Answer[Any]:
    """The first place that can be read: a list may begin with a word for working anywhere."""
    answers = read_texts("place", [Text(place) for place in company.places or ("",)])
    told = (answer for answer in answers if answer.value is not None and answer.value.country is not None)
    return next(told, answers[0])
