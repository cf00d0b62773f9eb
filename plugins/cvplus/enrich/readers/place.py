"""The place of a job as a board writes it: "Bangalore, IN", "Remote (Germany)", "東京都渋谷区", "SF | NYC".

Of several places the first is the value and the rest are ``others``. A city has GeoNames's name and number
however it is written. Of a text longer than a line only what stands behind a label ("Location:") is read.

Reasons for null: ``no_place``, nothing in the text is a place ("Hybrid", "EMEA"); ``unknown_place``, what
stands there is not in the gazetteer; ``several_namesakes``, several places bear the name and nothing decides;
``city_unknown``, the country is told and the city is not in the gazetteer; ``prose``, a long text without
a label.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cvplus.enrich.places.parts import groups_of, is_prose, labelled_lines
from cvplus.enrich.places.place import Place
from cvplus.enrich.places.resolution import places_of
from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.workplaces import workplace_of_line

_SEVERAL_PARTS, _ONE_PART, _ONE_SMALL_PART, _UNCLEAR, _WORKPLACE_ALONE = 0.95, 0.85, 0.7, 0.6, 0.9


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place: ``country`` ISO 3166-1 alpha-2, ``region`` the part of its ISO 3166-2 code behind the country
    (``CA``, ``BY``, ``13``), ``city`` and ``city_id`` of GeoNames."""

    country: str | None
    region: str | None
    city: str | None
    city_id: int | None


@dataclass(frozen=True, slots=True)
class JobPlace(NamedPlace):
    """The first place of a text, its workplace (``onsite``, ``hybrid``, ``remote``), and the other places."""

    workplace: str | None
    others: tuple[NamedPlace, ...] = ()


def read_places(texts: Sequence[Text]) -> list[Answer[JobPlace]]:
    """The places that location lines name."""
    return [_read(text) for text in texts]


def _read(told: Text) -> Answer[JobPlace]:
    line = told.text.strip()
    if is_prose(line):
        line = labelled_lines(line)
        if not line:
            return unread("prose")
    groups = groups_of(line)
    hint = told.country.upper() if told.country else None
    places = places_of(groups, hint)
    workplace = workplace_of_line(line)
    first = next(iter(places), Place(reason="unknown_place" if any(groups) else "no_place"))
    if first.is_nothing() and workplace is None:
        return unread(first.reason or "unknown_place")
    others = dict.fromkeys(
        _named(place) for place in places[1:] if not place.is_nothing() and _named(place) != _named(first)
    )
    value = JobPlace(
        first.country, first.region, first.city, first.city_id, workplace=workplace, others=tuple(others)
    )
    return Answer(value, _confidence(first), first.reason)


def _named(place: Place) -> NamedPlace:
    return NamedPlace(place.country, place.region, place.city, place.city_id)


def _confidence(place: Place) -> float:
    if place.is_nothing():
        return _WORKPLACE_ALONE
    if place.reason is not None:
        return _UNCLEAR
    return (_ONE_SMALL_PART, _ONE_PART, _SEVERAL_PARTS)[min(place.support, 2)]


READER = Reader("place", JobPlace, read_places)
