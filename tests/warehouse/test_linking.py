"""Which listings are of one job: the same in whatever order they come, and no flood is joined."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt_runner import fresh_database
from linked import link

from cvplus.linking.kinds import POSTINGS
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.warehouse.schema import create_raw_table

COLUMNS = """
    posting_id text, job_key text, source text, resource text, is_employers_own boolean,
    title_normalized text, title_rest text[], company_key text, occupation_id text, seniority text,
    country text, city text,
    skills_required text[], years_required double precision, text_sketch text[], posted_at timestamptz,
    closed_at timestamptz, posted_day double precision, closed_day double precision,
    salary_min_usd double precision, salary_max_usd double precision, known_at timestamptz,
    closing_known_at timestamptz, block_name text, block_occupation text, block_place text, telling_hash text
"""
START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """The instant so many days after the first."""
    return START + timedelta(days=number)


@dataclass
class Listing:
    """A listing as the linker reads it; days count from the first."""

    posting_id: str
    source: str = "adzuna"
    title_normalized: str = "data engineer"
    title_rest: list[str] = field(default_factory=list)
    company_key: str | None = "acme"
    occupation_id: str | None = None
    city: str | None = "Berlin"
    country: str | None = "DE"
    seniority: str = "mid"
    posted: float = 0
    closed: float | None = None
    known: float | None = None
    skills_required: list[str] = field(default_factory=lambda: ["airflow", "dbt", "python", "sql"])
    years_required: float | None = 3
    is_employers_own: bool = False
    text_sketch: list[str] | None = None

    def row(self) -> dict[str, Any]:
        """As a row of the tellings."""
        told = asdict(self)
        posted, closed, known = (told.pop(name) for name in ("posted", "closed", "known"))
        told |= {
            "job_key": f"{self.source}:{self.posting_id}",
            "posted_at": day(posted),
            "posted_day": posted,
            "closed_at": None if closed is None else day(closed),
            "closed_day": closed,
            "closing_known_at": None if closed is None else day(closed + 1),
            "known_at": day(posted + 0.5 if known is None else known),
            "block_name": None
            if self.company_key is None
            else f"{self.company_key[:4]}|{self.title_normalized}",
            "block_occupation": None
            if self.company_key is None or self.occupation_id is None
            else f"{self.company_key}|{self.occupation_id}",
            "block_place": f"{self.title_normalized}|{self.country}|{self.city}",
            "telling_hash": f"{hash(repr(self)) & 0xFFFFFFFF:032x}",
        }
        return told


class Home:
    """A warehouse with tellings, and a lake for what the linker lands."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.runs = url, folder, 0

    def tell(self, *listings: Listing) -> None:
        """Have these listings told, in the place of what was told of them before."""
        with psycopg.connect(self.url) as connection:
            for listing in listings:
                row = listing.row()
                connection.execute(
                    "delete from intermediate.int_posting_tellings where posting_id = %s",
                    [listing.posting_id],
                )
                names = ", ".join(row)
                values = ", ".join(f"%({name})s" for name in row)
                connection.execute(
                    f"insert into intermediate.int_posting_tellings ({names}) values ({values})", row
                )

    def link(self) -> Any:
        """A run of the linker."""
        self.runs += 1
        return link(self.url, POSTINGS, self.folder, f"run {self.runs}")

    def held(self) -> dict[str, dict[str, Any]]:
        """What is held of each listing."""
        with psycopg.connect(self.url) as connection:
            return dict(
                connection.execute(
                    "select distinct on (record_key) record_key, record from raw.derived__posting_links"
                    " order by record_key, loaded_at desc"
                ).fetchall()
            )

    def jobs(self) -> dict[str, str]:
        """The job that each listing is of."""
        return {listing: record["thing_ids"][-1] for listing, record in self.held().items()}


@pytest.fixture
def home(postgres_server: EmbeddedPostgres, tmp_path: Path) -> Iterator[Home]:
    with fresh_database(postgres_server) as url:
        with psycopg.connect(url) as connection:
            connection.execute("create schema if not exists intermediate")
            connection.execute(f"create table intermediate.int_posting_tellings ({COLUMNS})")
            create_raw_table(connection, "derived__posting_links")
        yield Home(url, tmp_path)


COPIES = [
    Listing("a", source="product", posted=0),
    Listing("b", source="adzuna", posted=1),
    Listing("c", source="linkedin", posted=2, title_rest=["berlin", "mitte"]),
    Listing("d", source="built_in", posted=3, company_key="acmeholding"),
    Listing("e", source="adzuna", posted=1, title_normalized="nurse", skills_required=["care", "triage"]),
]


def test_one_job_on_four_boards_is_one_with_the_id_of_its_first(home: Home) -> None:
    home.tell(*COPIES)
    home.link()
    assert home.jobs() == {"a": "a", "b": "a", "c": "a", "d": "a", "e": "e"}


@pytest.mark.parametrize("order", ["abcde", "edcba", "cabde"])
def test_what_comes_a_day_at_a_time_is_held_as_if_it_had_come_at_once(home: Home, order: str) -> None:
    for name in order:
        home.tell(next(listing for listing in COPIES if listing.posting_id == name))
        home.link()
    one_by_one = home.held()
    with psycopg.connect(home.url) as connection:
        connection.execute("truncate raw.derived__posting_links")
    home.link()
    assert one_by_one == home.held()


def test_a_second_run_without_news_lands_nothing(home: Home) -> None:
    home.tell(*COPIES)
    home.link()
    assert home.link().manifest is None


def test_a_listing_that_is_told_otherwise_leaves_its_job_and_comes_back(home: Home) -> None:
    home.tell(*COPIES)
    home.link()
    home.tell(Listing("b", source="adzuna", posted=1, city="Paris", country="FR"))
    home.link()
    assert home.jobs()["b"] == "b"
    assert "b" not in [partner for partner, *_ in home.held()["a"]["pairs"]]
    home.tell(COPIES[1])
    home.link()
    assert home.jobs()["b"] == "a"


def test_a_run_that_was_killed_before_its_batch_was_loaded_is_done_again(home: Home) -> None:
    home.tell(*COPIES)
    home.link()
    whole = home.held()
    with psycopg.connect(home.url) as connection:
        connection.execute("truncate raw.derived__posting_links")
    home.link()
    assert home.held() == whole


def test_one_text_in_forty_cities_is_forty_jobs(home: Home) -> None:
    home.tell(*(Listing(f"city{number}", city=f"Town{number}", posted=number / 40) for number in range(40)))
    home.link()
    assert len(set(home.jobs().values())) == 40


def test_wards_of_one_hospital_are_jobs_of_their_own_and_a_slip_of_the_pen_is_not(home: Home) -> None:
    wards = ("telemetry", "surgery", "orthopedics", "cardiology")
    text = [str(number) for number in range(64)]

    def listing(name: str, title: str, posted: float) -> Listing:
        told = {"title_normalized": title, "occupation_id": "29-1141", "city": None, "text_sketch": text}
        return Listing(name, posted=posted, **told)

    told = [
        listing(f"{ward} {number}", f"registered nurse {ward}", number)
        for ward in wards
        for number in range(2)
    ]
    home.tell(
        *told, listing("slip", "registered nurse cardiolgy", 2), listing("less", "registered nurse", 40)
    )
    home.link()
    jobs = home.jobs()
    assert {jobs[f"{ward} {number}"] for ward in wards for number in range(2)} == {
        f"{ward} 0" for ward in wards
    }
    assert jobs["slip"] == "cardiology 0"


def test_ten_equal_openings_on_an_employers_own_board_are_ten(home: Home) -> None:
    openings = [
        Listing(f"opening{number}", source="greenhouse", is_employers_own=True, posted=number / 10)
        for number in range(10)
    ]
    home.tell(*openings, Listing("copy", source="adzuna", posted=2))
    home.link()
    jobs = home.jobs()
    assert len({jobs[opening.posting_id] for opening in openings}) == 10


def test_a_board_that_gives_all_jobs_new_ids_overnight_has_the_jobs_it_had(home: Home) -> None:
    titles = ["data engineer", "nurse", "welder"]
    skills = {title: [f"{title} skill {number}" for number in range(4)] for title in titles}
    old = [
        Listing(f"old {title}", "greenhouse", title, skills_required=skills[title], is_employers_own=True)
        for title in titles
    ]
    home.tell(*old)
    home.link()
    for listing in old:
        listing.closed = 10
    new = [
        Listing(
            f"new {title}",
            "greenhouse",
            title,
            skills_required=skills[title],
            is_employers_own=True,
            posted=10,
        )
        for title in titles
    ]
    home.tell(*old, *new)
    home.link()
    assert {home.jobs()[f"new {title}"] for title in titles} == {f"old {title}" for title in titles}
    history = home.held()["new nurse"]
    assert history["thing_ids"] == ["new nurse", "old nurse"], (
        "known only when the old one was known to be closed"
    )


SKETCH = [f"{number:04x}" for number in range(64)]


def test_an_employer_that_is_not_told_joins_by_all_the_rest(home: Home) -> None:
    home.tell(COPIES[0], Listing("hidden", source="adzuna", posted=1, company_key=None))
    home.link()
    assert home.jobs()["hidden"] == "a"


@pytest.mark.parametrize("is_same_text", [True, False])
def test_an_agency_that_hides_the_employer_joins_by_the_text_alone(home: Home, is_same_text: bool) -> None:
    of_agency = Listing("agency", source="adzuna", posted=1, company_key="staffers", text_sketch=SKETCH)
    employers = Listing("a", source="product", text_sketch=SKETCH if is_same_text else SKETCH[::-1])
    home.tell(employers, of_agency)
    home.link()
    assert (home.jobs()["agency"] == "a") == is_same_text


def test_clocks_a_year_off_join_nothing(home: Home) -> None:
    home.tell(COPIES[0], Listing("late", posted=365), Listing("early", posted=-365))
    home.link()
    assert len(set(home.jobs().values())) == 3


def test_one_key_on_two_boards_is_two_listings(home: Home) -> None:
    home.tell(Listing("x", source="adzuna"), Listing("y", source="himalayas", city="Paris", country="FR"))
    home.link()
    assert home.jobs() == {"x": "x", "y": "y"}


def test_a_flood_of_equal_adverts_stops_at_the_limits_and_is_told(home: Home) -> None:
    home.tell(*(Listing(f"flood{number:03d}", posted=number / 100) for number in range(450)))
    linked = home.link()
    sizes = [list(home.jobs().values()).count(job) for job in set(home.jobs().values())]
    assert linked.blocks_given_up
    assert max(sizes) <= 60


def test_what_is_held_reads_as_json_and_knows_why(home: Home) -> None:
    home.tell(*COPIES)
    home.link()
    record = home.held()["b"]
    assert json.loads(json.dumps(record)) == record
    assert record["confidence"] >= 0.95
    assert {partner for partner, *_ in record["pairs"]} >= {"a"}
