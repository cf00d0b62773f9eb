"""The place that a name means by itself."""

from dataclasses import replace

from cvplus.enrich.places.gazetteer import STATE_COUNTRIES, City, Gazetteer, Meaning, Region, place_key
from cvplus.enrich.places.place import Place, people_of, unclear


def place_alone(gazetteer: Gazetteer, part: Meaning, hint: str | None) -> Place | None:
    """The place that a part of a text names without its neighbours; ``None`` for none that is believed.

    ``hint`` is a country that is known otherwise, among whose places the name is looked for first.
    """
    in_hint = _only_in(part, hint) if hint else None
    if in_hint:
        part = in_hint
    elif place_key(part.name) in gazetteer.never_alone:
        return unclear(part.name)
    if part.is_code and not part.cities:
        return _code_alone(gazetteer, part)
    if part.countries:
        return _country_alone(gazetteer, part)
    return _region_or_city_alone(gazetteer, part, is_hinted=bool(in_hint))


def _only_in(part: Meaning, country: str) -> Meaning | None:
    """The part's meanings in a country; ``None`` when it has none."""
    kept = replace(
        part,
        countries=part.countries & {country},
        regions=tuple(region for region in part.regions if region.country == country),
        cities=tuple((city, weight) for city, weight in part.cities if city.country == country),
    )
    return kept or None


def _country_alone(gazetteer: Gazetteer, part: Meaning) -> Place:
    (country, *more) = sorted(part.countries)
    if more:
        return unclear(part.name)
    city = gazetteer.words.city_states.get(country)
    return Place().with_city(gazetteer.cities[city]) if city else Place(country)


def _code_alone(gazetteer: Gazetteer, part: Meaning) -> Place:
    states = [region for region in part.regions if region.country in STATE_COUNTRIES]
    code = place_key(part.name).replace(" ", "").upper()
    if part.countries and (not states or code in gazetteer.words.countries_above_states):
        return Place(next(iter(part.countries)))
    if len(states) == 1 and not part.countries:
        return Place(states[0].country, states[0].code)
    return unclear(part.name)


def _region_or_city_alone(gazetteer: Gazetteer, part: Meaning, is_hinted: bool) -> Place | None:
    words = gazetteer.words
    cities = [(city, weight) for city, weight in part.cities if is_hinted or is_large_enough(gazetteer, city)]
    if not cities and not part.regions and len(part.cities) == 1:
        # The only town of a name, and the name is no word.
        (town, _), *_ = part.cities
        is_home = town.country in words.home_markets
        return replace(Place().with_city(town), support=0) if is_home and not town.is_word else None
    is_clear = bool(cities) and (len(cities) == 1 or cities[0][1] >= words.namesake_ratio * cities[1][1])
    if not part.is_code and (region := _region_alone(gazetteer, part, cities, is_clear)):
        return region
    county = next((region for region in part.regions if region.is_county and not part.is_code), None)
    if not cities:
        return Place(county.country, county.code) if county else None
    city = cities[0][0]
    is_elsewhere = county is not None and (city.country, city.region) != (county.country, county.code)
    if is_elsewhere and not is_hinted and city.population < words.large_city:
        return unclear(part.name)
    if is_clear:
        return Place().with_city(city)
    if is_hinted:
        return Place(city.country, city=city.name, reason="several_namesakes", name=part.name)
    return unclear(part.name, city.name if len({one.name for one, _ in cities}) == 1 else None)


def is_large_enough(gazetteer: Gazetteer, city: City) -> bool:
    """Whether a city is believed without a neighbour."""
    words = gazetteer.words
    return city.population >= (words.smallest_lone_word if city.is_word else words.smallest_lone_city)


def _region_alone(
    gazetteer: Gazetteer, part: Meaning, cities: list[tuple[City, float]], is_clear: bool
) -> Place | None:
    """The region of a name, unless the name rather means a city: one inside it, or one that is larger."""
    regions = sorted(
        (region for region in part.regions if not region.is_county),
        key=lambda region: -people_of(gazetteer, region),
    )
    if not regions:
        return None
    region = regions[0]
    if place_key(part.name) in gazetteer.region_or_city:
        return Place(region.country, reason="several_namesakes", name=part.name)
    ratio, people = gazetteer.words.namesake_ratio, people_of(gazetteer, region)
    if cities:
        city, weight = cities[0]
        is_inside = is_clear and Region(city.country, city.region or "") == region
        is_large = is_clear and city.population >= gazetteer.words.large_city
        if is_inside or is_large or people < ratio * weight:
            return None
    if len({(one.country, one.code) for one in regions}) > 1 and people < ratio * people_of(
        gazetteer, regions[1]
    ):
        return unclear(part.name)
    return Place(region.country, region.code)
