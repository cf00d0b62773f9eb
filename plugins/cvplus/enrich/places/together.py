"""The one place that several parts of a text name together.

Parts name one place when one country holds them all, at most one of them as a city. Every country is tried
that the last parts may mean; the reading that most parts support wins, and of namesakes the one much larger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from cvplus.enrich.places.gazetteer import STATE_COUNTRIES, City, Gazetteer, Meaning, Region, place_key
from cvplus.enrich.places.place import Place, people_of, unclear

_MOST_COUNTRIES = 24
_COUNTRY, _REGION, _CITY, _UNKNOWN = "country", "region", "city", "unknown"


def place_together(gazetteer: Gazetteer, parts: Sequence[Meaning], hint: str | None) -> Place | None:
    """One place that all the parts name; unknown ones may stand in front. ``None`` for none.

    ``hint`` is a country that is known otherwise; it decides where the parts fit several.
    """
    countries = sorted(set().union(*(part.all_countries() for part in parts[-2:])))
    if hint in countries:
        countries = [hint, *(country for country in countries if country != hint)]
    readings = [
        place for country in countries[:_MOST_COUNTRIES] for place in _readings(gazetteer, parts, country)
    ]
    if not readings:
        return None
    most = max(place.support for place in readings)
    strongest = sorted(
        (place for place in readings if place.support == most), key=lambda place: -place.weight
    )
    first = strongest[0]
    others = [place for place in strongest if place.country != first.country]
    if not others:
        return first
    if hinted := [place for place in strongest if place.country == hint]:
        return hinted[0]
    if first.weight and first.weight >= gazetteer.words.namesake_ratio * max(
        place.weight for place in others
    ):
        return first
    state = _state_of_code(gazetteer, parts[-1], strongest)
    return state or replace(unclear(parts[0].name, first.city), support=most)


def _state_of_code(gazetteer: Gazetteer, last: Meaning, readings: list[Place]) -> Place | None:
    """Of a state and a country with one code, the state where it has many times more people."""
    code = place_key(last.name).replace(" ", "").upper()
    if code not in gazetteer.words.states_above_countries or any(place.weight for place in readings):
        return None
    return next((place for place in readings if place.country == "US"), None)


def _readings(gazetteer: Gazetteer, parts: Sequence[Meaning], country: str) -> Iterator[Place]:
    """The ways to read the parts as one place in a country."""
    roles = [list(_roles(part, country, is_last=part is parts[-1])) for part in parts]
    for chosen in product(*roles):
        known = [number for number, role in enumerate(chosen) if role != _UNKNOWN]
        if chosen.count(_COUNTRY) > 1 or chosen.count(_CITY) > 1 or chosen.count(_REGION) > 2:
            continue
        # What is known elsewhere cannot stand behind what is known here: it begins another place.
        if not known or any(
            parts[number] and chosen[number] == _UNKNOWN for number in range(known[0], len(parts))
        ):
            continue
        if len(known) == 1 and _is_city_alone(parts[known[0]], chosen[known[0]], country):
            continue
        place = _placed(gazetteer, parts, chosen, country)
        if place is not None:
            yield place


def _roles(part: Meaning, country: str, is_last: bool) -> Iterator[str]:
    if country in part.countries:
        yield _COUNTRY
    if any(region.country == country for region in part.regions):
        yield _REGION
    if any(city.country == country for city, _ in part.cities):
        yield _CITY
    if not is_last:
        yield _UNKNOWN


def _is_city_alone(part: Meaning, role: str, country: str) -> bool:
    """Whether the only known part is a city, or a region that is one too: it is read by itself."""
    if role == _REGION:
        regions = {region.code for region in part.regions if region.country == country}
        return any(city.country == country and city.region in regions for city, _ in part.cities)
    return role == _CITY


def _placed(
    gazetteer: Gazetteer, parts: Sequence[Meaning], roles: Sequence[str], country: str
) -> Place | None:
    """The place under one reading, or ``None`` when the parts contradict it."""
    region_parts = [part for part, role in zip(parts, roles, strict=True) if role == _REGION]
    codes = [{region.code for region in part.regions if region.country == country} for part in region_parts]
    shared = set.intersection(*codes) if codes else set()
    if codes and not shared:
        return None
    skipped = [part for part, role in zip(parts, roles, strict=True) if role == _UNKNOWN]
    if _CITY not in roles:
        return _without_city(
            gazetteer, skipped, region_parts, shared, Place(country, support=_support(roles))
        )
    if any(country in part.all_countries() for part in skipped):
        return None
    part = parts[roles.index(_CITY)]
    region = next(iter(shared)) if len(shared) == 1 else None
    place = Place(country, region, support=_support(roles))
    cities = _cities_in(gazetteer, part, country, shared)
    if not cities:
        return None
    city, weight = cities[0]
    if len(cities) > 1 and not shared and weight < gazetteer.words.namesake_ratio * cities[1][1]:
        return replace(place, city=city.name, weight=weight, reason="several_namesakes", name=part.name)
    neighbours = {
        other.geoname_id
        for other_part in parts
        if other_part is not part
        for other, _ in other_part.cities[:1]
    }
    if city.suburb_of in neighbours:
        city = gazetteer.cities[city.suburb_of]
    return replace(place.with_city(city), weight=weight)


def _support(roles: Sequence[str]) -> int:
    return sum(role != _UNKNOWN for role in roles)


def _without_city(
    gazetteer: Gazetteer, skipped: list[Meaning], regions: list[Meaning], shared: set[str], place: Place
) -> Place | None:
    """A country and maybe its region; what the gazetteer does not know in front is no part of it."""
    country = place.country
    if any(country in part.all_countries() for part in skipped):
        # "Springfield, TX": a town there may have the name, unless what stands behind is a city itself.
        if not any(part.is_code or not part.cities for part in regions):
            return None
        if any(
            city.country == country and city.region in shared for part in skipped for city, _ in part.cities
        ):
            return None
    # Elsewhere than in these countries people don't write a region's code behind a place.
    is_code_alone = place.support == len(regions) > 0 and all(part.is_code for part in regions)
    if is_code_alone and country not in STATE_COUNTRIES:
        return None
    if any(place_key(part.name) in gazetteer.region_or_city for part in regions):
        return replace(place, reason="several_namesakes")
    region = next(iter(shared)) if len(shared) == 1 else None
    return replace(place, region=region, reason="city_unknown" if skipped else None)


def _cities_in(
    gazetteer: Gazetteer, part: Meaning, country: str, regions: set[str]
) -> list[tuple[City, float]]:
    """The cities that a part may mean in a country, and in the regions that the other parts tell.

    A name that is a region's too means a city only inside it, or one that is larger.
    """
    own = {region.code for region in part.regions if region.country == country}
    people = max((people_of(gazetteer, Region(country, code)) for code in own), default=0.0)
    if not regions and place_key(part.name) in gazetteer.region_or_city:
        return []
    return [
        (city, weight)
        for city, weight in part.cities
        if city.country == country
        and (city.region in regions if regions else True)
        and (
            not own
            or bool(regions)
            or city.region in own
            or weight > people
            or city.population >= gazetteer.words.large_city
        )
    ]
