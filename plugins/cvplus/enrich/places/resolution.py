"""Which place the parts of a text name together.

A part is believed with its neighbours: ``IN`` behind Bangalore is India and behind Columbus Indiana, since each
city lies in one of them. Parts that stand together name one place when one country holds them all, at most one
of them as a city; what fits no country together is read as several places.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from cvplus.enrich.places.gazetteer import (
    STATE_COUNTRIES,
    City,
    Gazetteer,
    Meaning,
    Region,
    load_gazetteer,
    place_key,
)

_LONGEST_PLACE = 4
_MOST_COUNTRIES = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A place as far as it is known. ``reason`` says why a part is not; ``support`` counts the parts that agree."""

    country: str | None = None
    region: str | None = None
    city: str | None = None
    city_id: int | None = None
    support: int = 1
    weight: float = 0.0
    reason: str | None = None
    name: str = ""

    def is_nothing(self) -> bool:
        """Whether nothing of it is known."""
        return self.country is None and self.city is None


def places_of(groups: Sequence[Sequence[Meaning]], hint: str | None) -> list[Place]:
    """The places that the parts name, in their order; some may be ambiguous."""
    gazetteer = load_gazetteer()
    found: list[Place] = []
    for group in groups:
        start = 0
        while start < len(group):
            place, used = _next_place(gazetteer, group[start : start + _LONGEST_PLACE], hint)
            if place is not None:
                found.append(place)
            start += used
    return _in_each_others_light(gazetteer, found)


def _in_each_others_light(gazetteer: Gazetteer, found: list[Place]) -> list[Place]:
    """A name that several places bear is the one in the only country that the rest of the text tells."""
    countries = {place.country for place in found if place.country and not place.reason}
    if len(countries) != 1:
        return found
    (country,) = countries
    return [
        _alone(gazetteer, gazetteer.meaning(place.name), country) or place
        if place.reason == "several_namesakes" and place.country is None
        else place
        for place in found
    ]


def _next_place(gazetteer: Gazetteer, parts: Sequence[Meaning], hint: str | None) -> tuple[Place | None, int]:
    """The place that the first parts name, and how many parts that takes."""
    best: tuple[Place | None, int] = (None, 1)
    for length in range(2, len(parts) + 1):
        place = _together(gazetteer, parts[:length], hint)
        if place is not None and place.support > (best[0].support if best[0] else 0):
            best = (place, length)
    alone = _alone(gazetteer, parts[0], hint) if parts[0] else None
    if alone is None or (best[0] is not None and best[0].support > 1):
        return best
    return best if best[0] is not None and _is_qualified(gazetteer, parts[: best[1]]) else (alone, 1)


def _is_qualified(gazetteer: Gazetteer, parts: Sequence[Meaning]) -> bool:
    """Whether what stands behind a city says where it is, though the gazetteer knows no such city there.

    "London, TX" is in Texas and "Hamilton, Bermuda" in Bermuda; "London, Germany" are two places.
    """
    first, last = parts[0], parts[-1]
    if first.is_code or first.countries or (first.regions and not first.cities):
        return False
    if last.is_code or (last.regions and not last.cities):
        return True
    return bool(last.countries) and all(
        city.population < gazetteer.words.large_city for city, _ in first.cities[:1]
    )


def _together(gazetteer: Gazetteer, parts: Sequence[Meaning], hint: str | None) -> Place | None:
    """One place that all the parts name; unknown parts may stand in front."""
    countries = sorted(set().union(*(part.all_countries() for part in parts[-2:])))[:_MOST_COUNTRIES]
    if hint in countries:
        countries = [hint, *(country for country in countries if country != hint)]
    readings = [place for country in countries for place in _readings(gazetteer, parts, country)]
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
    if hint is not None and (hinted := [place for place in strongest if place.country == hint]):
        return hinted[0]
    ratio = gazetteer.words.namesake_ratio
    if first.weight and first.weight >= ratio * max(place.weight for place in others):
        return first
    preferred = _preferred_by_code(gazetteer, parts[-1], strongest)
    if preferred is not None:
        return preferred
    return Place(city=first.city, support=most, reason="several_namesakes", name=parts[0].name)


def _preferred_by_code(gazetteer: Gazetteer, last: Meaning, readings: list[Place]) -> Place | None:
    """Of a state and a country with one code, the one that has many times more people."""
    code = place_key(last.name).replace(" ", "").upper()
    if not last.is_code or any(place.weight for place in readings):
        return None
    if code in gazetteer.words.states_above_countries:
        return next((place for place in readings if place.country == "US"), None)
    return None


def _readings(gazetteer: Gazetteer, parts: Sequence[Meaning], country: str) -> Iterator[Place]:
    """The ways to read the parts as one place in a country."""
    roles = [list(_roles(part, country, is_last=part is parts[-1])) for part in parts]
    for chosen in product(*roles):
        if chosen.count("country") > 1 or chosen.count("city") > 1 or chosen.count("region") > 2:
            continue
        known = [number for number, role in enumerate(chosen) if role != "unknown"]
        if not known or [chosen[number] for number in known] == ["city"]:
            continue
        if any(parts[number] and chosen[number] == "unknown" for number in range(known[0], len(parts))):
            continue
        place = _placed(gazetteer, parts, chosen, country)
        if place is not None:
            yield place


def _roles(part: Meaning, country: str, is_last: bool) -> Iterator[str]:
    if country in part.countries:
        yield "country"
    if any(region.country == country for region in part.regions):
        yield "region"
    if any(city.country == country for city, _ in part.cities):
        yield "city"
    if not is_last:
        yield "unknown"


def _placed(
    gazetteer: Gazetteer, parts: Sequence[Meaning], roles: Sequence[str], country: str
) -> Place | None:
    """The place under one reading, or ``None`` when its region holds no such city."""
    regions: list[set[str]] = [
        {region.code for region in part.regions if region.country == country}
        for part, role in zip(parts, roles, strict=True)
        if role == "region"
    ]
    shared = set.intersection(*regions) if regions else set()
    if regions and not shared:
        return None
    region = next(iter(sorted(shared)), None) if len(shared) == 1 else None
    support = sum(role != "unknown" for role in roles)
    skipped = [part for part, role in zip(parts, roles, strict=True) if role == "unknown"]
    if any(country in part.all_countries() for part in skipped) and not _is_only_a_region(parts, roles):
        return None
    if any(city.country == country and city.region in shared for part in skipped for city, _ in part.cities):
        return None
    name = next((part.name for part, role in zip(parts, roles, strict=True) if role == "region"), "")
    if "city" not in roles and region and _is_region_or_city(gazetteer, name):
        return Place(country, support=support, reason="several_namesakes")
    # What the country does not know may stand in front as a street or a quarter; a place elsewhere may not.
    reason = "city_unknown" if skipped and "city" not in roles else None
    place = Place(country, region, support=support, reason=reason)
    if "city" not in roles:
        code_only = _is_foreign_code(parts, roles, country)
        return None if code_only else place
    part = parts[roles.index("city")]
    own_regions = {region.code for region in part.regions if region.country == country}
    people = max((_people(gazetteer, Region(country, code)) for code in own_regions), default=0)
    cities = [
        (city, weight)
        for city, weight in part.cities
        if city.country == country
        and (not shared or city.region in shared)
        and (
            not own_regions
            or shared
            or city.region in own_regions
            or weight > people
            or city.population >= gazetteer.words.large_city
        )
        and (shared or not _is_region_or_city(gazetteer, part.name))
    ]
    if not cities:
        return None
    city, weight = cities[0]
    if len(cities) > 1 and not shared and weight < gazetteer.words.namesake_ratio * cities[1][1]:
        regional = {other.region for other, _ in cities}
        return replace(
            place, city=city.name, weight=weight, reason="several_namesakes" if len(regional) > 1 else None
        )
    named = {
        other.geoname_id for neighbour in parts if neighbour is not part for other, _ in neighbour.cities[:1]
    }
    if city.suburb_of in named:
        city = gazetteer.cities[city.suburb_of]
    return replace(_with_city(place, city), weight=weight)


def _is_only_a_region(parts: Sequence[Meaning], roles: Sequence[str]) -> bool:
    """Whether all that is known is a region whose name is no city's, so that a city may lie there unknown to us."""
    return "city" not in roles and any(
        role == "region" and (part.is_code or not part.cities)
        for part, role in zip(parts, roles, strict=True)
    )


def _is_foreign_code(parts: Sequence[Meaning], roles: Sequence[str], country: str) -> bool:
    """Whether a region's code alone is all there is, of a country whose people don't write it behind a city."""
    known = [(part, role) for part, role in zip(parts, roles, strict=True) if role != "unknown"]
    return country not in STATE_COUNTRIES and all(part.is_code and role == "region" for part, role in known)


def _people(gazetteer: Gazetteer, region: Region) -> float:
    """A region's people, weighed as its cities are; a state that people write by its name counts as large."""
    people = gazetteer.region_population.get(region, 0)
    if region.country in STATE_COUNTRIES:
        people = max(people, gazetteer.words.large_city)
    return people * (
        gazetteer.words.home_market_weight if region.country in gazetteer.words.home_markets else 1
    )


def _is_region_or_city(gazetteer: Gazetteer, name: str) -> bool:
    return place_key(name) in gazetteer.region_or_city


def _with_city(place: Place, city: City) -> Place:
    return replace(
        place,
        country=city.country,
        region=city.region or place.region,
        city=city.name,
        city_id=city.geoname_id,
    )


def _alone(gazetteer: Gazetteer, part: Meaning, hint: str | None) -> Place | None:
    """The place that a part names by itself."""
    words = gazetteer.words
    needs_neighbour = place_key(part.name) in gazetteer.never_alone
    in_hint = _only_in(part, hint) if hint else None
    if in_hint:
        part = in_hint
    elif needs_neighbour:
        return Place(reason="several_namesakes", name=part.name)
    if part.is_code and not part.cities:
        return _alone_code(gazetteer, part)
    if part.countries:
        (country, *more) = sorted(part.countries)
        if more:
            return Place(reason="several_namesakes", name=part.name)
        state = words.city_states.get(country)
        return _with_city(Place(), gazetteer.cities[state]) if state else Place(country)
    return _alone_region_or_city(gazetteer, part, bool(in_hint))


def _only_in(part: Meaning, country: str) -> Meaning | None:
    """The part's meanings in a country; ``None`` for none."""
    kept = replace(
        part,
        countries=part.countries & {country},
        regions=tuple(region for region in part.regions if region.country == country),
        cities=tuple((city, weight) for city, weight in part.cities if city.country == country),
    )
    return kept or None


def _alone_code(gazetteer: Gazetteer, part: Meaning) -> Place | None:
    states = [region for region in part.regions if region.country in STATE_COUNTRIES]
    code = place_key(part.name).replace(" ", "").upper()
    if part.countries and (not states or code in gazetteer.words.countries_above_states):
        return Place(next(iter(part.countries)))
    if len(states) == 1 and not part.countries:
        return Place(states[0].country, states[0].code)
    return Place(reason="several_namesakes", name=part.name)


def _alone_region_or_city(gazetteer: Gazetteer, part: Meaning, is_hinted: bool) -> Place | None:
    words = gazetteer.words
    smallest = 0 if is_hinted else words.smallest_lone_city
    cities = [(city, weight) for city, weight in part.cities if city.population >= smallest]
    counties = [region for region in part.regions if region.is_county]
    regions = sorted(
        (region for region in part.regions if not region.is_county),
        key=lambda region: -_people(gazetteer, region),
    )
    unclear = Place(reason="several_namesakes", name=part.name)
    city = cities[0][0] if cities else None
    is_clear = bool(cities) and (len(cities) == 1 or cities[0][1] >= words.namesake_ratio * cities[1][1])
    if regions and not part.is_code:
        region = regions[0]
        people = _people(gazetteer, region)
        if _is_region_or_city(gazetteer, part.name):
            return Place(region.country, reason="several_namesakes", name=part.name)
        is_inside = city is not None and is_clear and Region(city.country, city.region or "") == region
        is_large = city is not None and is_clear and city.population >= words.large_city
        if not (is_inside or is_large) and (city is None or people >= words.namesake_ratio * cities[0][1]):
            is_one = len({(one.country, one.code) for one in regions}) == 1 or people >= (
                words.namesake_ratio * _people(gazetteer, regions[1])
            )
            return Place(region.country, region.code) if is_one else unclear
    county = counties[0] if counties and not part.is_code else None
    if city is None:
        return Place(county.country, county.code) if county else None
    is_elsewhere = county is not None and (city.country, city.region) != (county.country, county.code)
    if is_elsewhere and not is_hinted and city.population < words.large_city:
        return unclear
    if is_clear:
        return _with_city(Place(), city)
    if is_hinted:
        return Place(city.country, city=city.name, reason="several_namesakes", name=part.name)
    return replace(unclear, city=city.name if len({one.name for one, _ in cities}) == 1 else None)
