"""What a name may mean: countries, regions and cities, from the three reference files.

Names are compared without case, accents and signs; German and Nordic letters go by their two-letter spellings
too (``Koeln``), and ``Saint``, ``Sankt``, ``Mount`` and ``Fort`` by their short forms.
"""

import csv
import gzip
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_typed

REFERENCE = PROJECT_ROOT / "reference"
WORDS_FILE = Path(__file__).with_name("place_words.yaml")
STATE_COUNTRIES = frozenset(("US", "CA", "AU"))
"""Countries whose people write a state or province by its code."""

_SIGNS = re.compile(r"[^\w]+")
_SHORT_FORMS = {"saint": "st", "sankt": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_PLAIN_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "đ": "d", "ł": "l", "ı": "i", "œ": "oe"})


class PlaceWords(Frozen):
    """``place_words.yaml``: what the reference files lack, and which of their names need a neighbour."""

    namesake_ratio: Annotated[float, Field(gt=1)]
    home_market_weight: Annotated[float, Field(ge=1)]
    other_name_weight: Annotated[float, Field(gt=0, le=1)]
    smallest_lone_city: Annotated[int, Field(ge=0)]
    smallest_lone_word: Annotated[int, Field(ge=0)]
    large_city: Annotated[int, Field(gt=0)]
    quarter_of_at_least: Annotated[int, Field(gt=0)]
    largest_namesake_of_quarter: Annotated[int, Field(gt=0)]
    quarters: dict[int, frozenset[str]]
    longest_line: Annotated[int, Field(gt=0)]
    longest_part: Annotated[int, Field(gt=0)]
    home_markets: frozenset[str]
    city_states: dict[str, int]
    city_names: dict[int, str]
    more_city_names: dict[str, int]
    more_country_names: dict[str, str]
    more_region_names: dict[str, str]
    states_above_countries: frozenset[str]
    countries_above_states: frozenset[str]
    never_alone: frozenset[str]
    region_or_city: frozenset[str]
    no_place: list[str]
    filler: list[str]
    codes_that_are_words: frozenset[str]
    labels: list[str]
    between: list[str]


@dataclass(frozen=True, slots=True)
class City:
    """A city: GeoNames's identifier, its one name, and where it lies; ``region`` as in ``Region``.

    ``is_word`` says that the name is a word of titles or skills too (Page, Mobile).
    """

    geoname_id: int
    name: str
    country: str
    region: str | None
    population: int
    suburb_of: int | None
    is_word: bool


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level subdivision: what stands behind the country in its ISO 3166-2 code (``CA``, ``BY``,
    ``13``).

    A county or department counts as the region that it lies in.
    """

    country: str
    code: str
    is_county: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name may mean. ``cities`` have the weight that each has among its namesakes, largest first."""

    name: str
    countries: frozenset[str] = frozenset()
    regions: tuple[Region, ...] = ()
    cities: tuple[tuple[City, float], ...] = ()
    is_code: bool = False

    def __bool__(self) -> bool:
        return bool(self.countries or self.regions or self.cities)

    def all_countries(self) -> set[str]:
        """Every country in which the name means something."""
        return {
            *self.countries,
            *(region.country for region in self.regions),
            *(city.country for city, _ in self.cities),
        }


@lru_cache(maxsize=65_536)
def place_key(name: str) -> str:
    """A name as the gazetteer knows it: no case, accents or signs, short forms of ``Saint`` and the like."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN_LETTERS))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # A decomposed kana keeps its voiced mark, which is no accent.
    words = _SIGNS.sub(" ", unicodedata.normalize("NFC", letters)).split()
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)


@dataclass(slots=True)
class Gazetteer:
    """Names to what they mean."""

    words: PlaceWords
    cities: dict[int, City] = field(default_factory=dict)
    countries: dict[str, set[str]] = field(default_factory=dict)
    country_codes: dict[str, str] = field(default_factory=dict)
    regions: dict[str, list[Region]] = field(default_factory=dict)
    region_codes: dict[str, list[Region]] = field(default_factory=dict)
    city_names: dict[str, dict[int, float]] = field(default_factory=dict)
    region_population: dict[Region, int] = field(default_factory=dict)

    never_alone: frozenset[str] = frozenset()
    region_or_city: frozenset[str] = frozenset()
    quarters: dict[str, int] = field(default_factory=dict)

    def meaning(self, name: str) -> Meaning:
        """What a name may mean; empty for a name that is not known."""
        key = place_key(name)
        joined = key.replace(" ", "") if len(key) <= 6 else key
        code = joined if joined.isascii() and joined.isalpha() and len(joined) in (2, 3) else ""
        countries = set(self.countries.get(key, ())) | set(self.countries.get(joined, ()))
        is_code = bool(code) and not countries
        if is_code and code in self.country_codes:
            countries.add(self.country_codes[code])
        regions = [*self.regions.get(key, ()), *(self.region_codes.get(code, ()) if is_code else ())]
        named = self.city_names.get(key) or self.city_names.get(joined) or {}
        cities = sorted(
            ((self.cities[number], weight) for number, weight in named.items()), key=lambda one: -one[1]
        )
        return Meaning(name, frozenset(countries), tuple(dict.fromkeys(regions)), tuple(cities), is_code)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(REFERENCE / name, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@lru_cache
def load_gazetteer() -> Gazetteer:
    """Read the reference files and the words beside this module.

    Raises:
        ConfigurationError: a file is missing or not what it should be.
    """
    words = read_typed(WORDS_FILE, TypeAdapter(PlaceWords), f"Restore {WORDS_FILE.name} from the repository.")
    gazetteer = Gazetteer(
        words,
        never_alone=frozenset(place_key(name) for name in words.never_alone),
        region_or_city=frozenset(place_key(name) for name in words.region_or_city),
        quarters={place_key(name): city for city, names in words.quarters.items() for name in names},
    )
    try:
        _load_countries(gazetteer)
        _load_regions(gazetteer)
        _load_cities(gazetteer)
    except (OSError, KeyError, ValueError) as error:
        raise ConfigurationError(
            cause=f"The gazetteer cannot be read: {error!r}.",
            remedy="Restore cities.csv.gz, regions.csv.gz and country_names.csv.gz from the repository.",
        ) from error
    return gazetteer


def _spellings(name: str) -> set[str]:
    return {place_key(name), place_key(name.casefold().translate(_TWO_LETTERS))}


def _load_countries(gazetteer: Gazetteer) -> None:
    for row in _rows("country_names.csv.gz"):
        gazetteer.country_codes[row["country"].lower()] = row["country"]
        gazetteer.country_codes[row["alpha_3"].lower()] = row["country"]
        for name in row["names"].split("|"):
            for key in _spellings(name):
                gazetteer.countries.setdefault(key, set()).add(row["country"])
    for name, country in gazetteer.words.more_country_names.items():
        gazetteer.countries.setdefault(place_key(name), set()).add(country)


def _load_regions(gazetteer: Gazetteer) -> None:
    for row in _rows("regions.csv.gz"):
        region = Region(row["country"], row["within"] or row["code"], bool(row["within"]))
        gazetteer.region_codes.setdefault(row["code"].lower(), []).append(region)
        for name in row["names"].split("|"):
            for key in _spellings(name):
                gazetteer.regions.setdefault(key, []).append(region)
    for name, code in gazetteer.words.more_region_names.items():
        country, _, region_code = code.partition("-")
        gazetteer.regions.setdefault(place_key(name), []).append(Region(country, region_code))


def _load_cities(gazetteer: Gazetteer) -> None:
    words = gazetteer.words
    others: list[tuple[str, City]] = []
    for row in _rows("cities.csv.gz"):
        number = int(row["geoname_id"])
        name = words.city_names.get(number, row["name"])
        suburb_of = int(row["suburb_of"]) if row["suburb_of"] else None
        city = City(
            number,
            name,
            row["country"],
            row["region"] or None,
            int(row["population"]),
            suburb_of,
            bool(row["is_word"]),
        )
        gazetteer.cities[number] = city
        if city.region:
            region = Region(city.country, city.region)
            gazetteer.region_population[region] = gazetteer.region_population.get(region, 0) + city.population
        weight = city.population * (words.home_market_weight if city.country in words.home_markets else 1)
        for key in {*_spellings(row["name"]), *_spellings(name)}:
            gazetteer.city_names.setdefault(key, {})[number] = weight
        others += [(other, city) for other in filter(None, row["other_names"].split("|"))]
    own_names = set(gazetteer.city_names)
    for other, city in others:
        weight = city.population * (words.home_market_weight if city.country in words.home_markets else 1)
        for key in _spellings(other):
            share = words.other_name_weight if key in own_names else 1
            named = gazetteer.city_names.setdefault(key, {})
            named[city.geoname_id] = max(named.get(city.geoname_id, 0), weight * share)
    for name, number in words.more_city_names.items():
        named = gazetteer.city_names.setdefault(place_key(name), {})
        others_weight = max((weight for other, weight in named.items() if other != number), default=0)
        named[number] = max(gazetteer.cities[number].population, words.namesake_ratio * others_weight)
