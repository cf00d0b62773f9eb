"""Which places the parts of a text name.

A part is believed with its neighbours: ``IN`` behind Bangalore is India and behind Columbus Indiana, since
each city lies in one of them. What fits no country together is read as several places.
"""

from collections.abc import Sequence

from cvplus.enrich.places.alone import is_large_enough, place_alone
from cvplus.enrich.places.gazetteer import STATE_COUNTRIES, Gazetteer, Meaning, load_gazetteer, place_key
from cvplus.enrich.places.place import Place, unclear
from cvplus.enrich.places.together import place_together

_LONGEST_PLACE = 4


def places_of(groups: Sequence[Sequence[Meaning]], hint: str | None) -> list[Place]:
    """The places that groups of parts name, in their order; some may be ambiguous.

    ``hint`` is a country that is known otherwise.
    """
    gazetteer = load_gazetteer()
    found: list[Place] = []
    for group in groups:
        start = 0
        while start < len(group):
            place, used = _next_place(gazetteer, group[start : start + _LONGEST_PLACE], hint)
            is_believed = place is not None and place.support and place.country != hint
            if is_believed and start == 0 and used == 1 and _may_be_quarter(gazetteer, group):
                (city, _), *_ = group[1].cities
                place = place_alone(gazetteer, group[0], city.country)
                if place is None or place.country != city.country:
                    place = unclear(group[0].name)
            if place is not None:
                found.append(place)
            start += used
    # A town that only its one name tells is believed when nothing else stands there.
    is_alone = sum(map(len, groups)) == 1
    found = [place for place in found if place.support or is_alone]
    if not all(place.is_nothing() for place in found):
        # "Sales, London": a word that is a small town's name too says nothing beside a place.
        found = [
            place for place in found if not place.is_nothing() or _is_name_of_places(gazetteer, place.name)
        ]
    return _in_each_others_light(gazetteer, found)


def _in_each_others_light(gazetteer: Gazetteer, found: list[Place]) -> list[Place]:
    """A name that several places bear is the one in the only country that the rest of the text tells."""
    countries = {place.country for place in found if place.country and not place.reason}
    if len(countries) != 1:
        return found
    (country,) = countries
    seen = []
    for place in found:
        if place.country is None and _is_name_of_places(gazetteer, place.name):
            lit = place_alone(gazetteer, gazetteer.meaning(place.name), country)
            place = lit if lit is not None and lit.country == country else place
        seen.append(place)
    return seen


def _is_name_of_places(gazetteer: Gazetteer, name: str) -> bool:
    """Whether a name is a region's, or a city's that may stand alone ("Sales" is neither)."""
    meaning = gazetteer.meaning(name)
    return bool(meaning.regions or meaning.countries) or (
        place_key(name) not in gazetteer.never_alone
        and any(is_large_enough(gazetteer, city) for city, _ in meaning.cities)
    )


def _next_place(gazetteer: Gazetteer, parts: Sequence[Meaning], hint: str | None) -> tuple[Place | None, int]:
    """The place that the first parts name, and how many parts that takes."""
    if len(parts) > 1 and _is_suburb(gazetteer, parts[0], parts[1]):
        return None, 1
    best: tuple[Place | None, int] = (None, 1)
    for length in range(2, len(parts) + 1):
        place = place_together(gazetteer, parts[:length], hint)
        if place is not None and place.support > (best[0].support if best[0] else 0):
            best = (place, length)
    alone = place_alone(gazetteer, parts[0], hint) if parts[0] else None
    if alone is None or (best[0] is not None and best[0].support > 1):
        return best
    if best[0] is None or sum(map(bool, parts[: best[1]])) > best[0].support + 1:
        return alone, 1
    return best if _is_qualified(gazetteer, parts[: best[1]]) else (alone, 1)


def _is_suburb(gazetteer: Gazetteer, first: Meaning, second: Meaning) -> bool:
    """Whether the first part is a suburb of the city that the second names: "Canary Wharf, London"."""
    cities = {city.geoname_id for city, _ in second.cities[:1]}
    if gazetteer.quarters.get(place_key(first.name)) in cities:
        return True
    is_region = any(not region.is_county for part in (first, second) for region in part.regions)
    return not is_region and any(city.suburb_of in cities for city, _ in first.cities)


def _may_be_quarter(gazetteer: Gazetteer, group: Sequence[Meaning]) -> bool:
    """Whether the first of two parts names a town overseas, and may be a quarter of the city behind it.

    "Camden, London" is no town in New Jersey: towns of the countries with states have names from elsewhere.
    Two cities are told so as well, but these are rarely a small one and a larger one in another country.
    """
    if len(group) != 2 or any(part.countries or part.is_code or not part.cities for part in group):
        return False
    (town, _), (city, _) = (part.cities[0] for part in group)
    words = gazetteer.words
    return (
        town.country in STATE_COUNTRIES - {city.country}
        and town.population < min(city.population, words.largest_namesake_of_quarter)
        and city.population >= words.quarter_of_at_least
    )


def _is_qualified(gazetteer: Gazetteer, parts: Sequence[Meaning]) -> bool:
    """Whether what stands behind a name says where it is, though the gazetteer knows no such place there.

    "London, TX" is in Texas and "Long Island, NY" in New York; "London, Germany" are two places.
    """
    first, last = parts[0], parts[-1]
    if first.is_code or first.countries:
        return False
    if first.regions and not first.cities:
        return last.is_code and not any(region.country in STATE_COUNTRIES for region in first.regions)
    if last.is_code or (last.regions and not last.cities):
        return True
    return bool(last.countries) and all(
        city.population < gazetteer.words.large_city for city, _ in first.cities[:1]
    )
