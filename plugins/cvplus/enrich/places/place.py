"""A place as far as it is known, and how large what it may be is."""

from dataclasses import dataclass, replace

from cvplus.enrich.places.gazetteer import STATE_COUNTRIES, City, Gazetteer, Region


@dataclass(frozen=True, slots=True)
class Place:
    """A place as far as it is known.

    ``reason`` says why a part is not, ``support`` counts the parts of the text that agree, ``weight`` is the
    city's among its namesakes, and ``name`` what was written where it is not clear.
    """

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

    def with_city(self, city: City) -> "Place":
        """The place with a city, whose country and region it gets."""
        return replace(
            self,
            country=city.country,
            region=city.region or self.region,
            city=city.name,
            city_id=city.geoname_id,
        )


def unclear(name: str, city: str | None = None) -> Place:
    """What is known of a name that several places bear."""
    return Place(city=city, reason="several_namesakes", name=name)


def people_of(gazetteer: Gazetteer, region: Region) -> float:
    """A region's people, weighed as its cities are; a state that is written by its name counts as large."""
    people = float(gazetteer.region_population.get(region, 0))
    if region.country in STATE_COUNTRIES:
        people = max(people, gazetteer.words.large_city)
    is_home = region.country in gazetteer.words.home_markets
    return people * (gazetteer.words.home_market_weight if is_home else 1)
