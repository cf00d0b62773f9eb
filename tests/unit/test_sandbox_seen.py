"""One market seen through many lenses: what providers tell differs as told, and comes from the same jobs."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from sandbox.canonical import Canon
from sandbox.catalogue import load_catalogue
from sandbox.chance import bell, chance, chances, waits
from sandbox.clock import Clock
from sandbox.fx import daily_rates
from sandbox.lenses import COMPANY_STYLES, LENSES, TITLE_STYLES, platform_of, short_name, told_amount
from sandbox.market import MarketRequest, build
from sandbox.seen_records import MODELLED_ERROR, PERIODS_A_YEAR
from sandbox.sizes import SIZES
from sandbox.world import World

END = date(2026, 11, 23)
POSTING_PROVIDERS = [name for name, lens in LENSES.items() if lens.coverage > 0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A tiny market."""
    home: Path = tmp_path_factory.mktemp("seen")
    build(home, MarketRequest("tiny", 7, 180, END))
    return World.of(home)


def test_a_draw_depends_on_its_seed_name_and_key_and_on_nothing_beside_it() -> None:
    alone = [chance(7, "lag", key) for key in (5, 6)]
    assert list(chances(7, "lag", [9, 6, 5]))[1:] == alone[::-1]
    others = {chance(8, "lag", 5), chance(7, "lingers", 5), chance(7, "lag", 6)}
    assert len(others | {alone[0]}) == 4


def test_draws_are_spread_evenly() -> None:
    drawn = chances(7, "spread", np.arange(20_000))
    assert np.histogram(drawn, bins=10, range=(0, 1))[0].min() > 1_850
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03
    assert abs(bell(drawn).mean()) < 0.02
    assert 0.9 < bell(drawn).std() < 1.1
    assert abs(waits(4.0, drawn).mean() - 4.0) < 0.15


@pytest.mark.parametrize("provider", POSTING_PROVIDERS)
def test_every_provider_shows_jobs_and_each_is_a_job_of_the_market(world: World, provider: str) -> None:
    assert world.count_seen(provider) > 0
    truths = dict(numbered_facts(world))
    lens = LENSES[provider]
    for job in world.seen(provider, past=True):
        truth = truths[job["number"]]
        assert job["title"] in {style(truth["title"], truth["city"]) for style in TITLE_STYLES.values()}
        assert job["company_name"] == COMPANY_STYLES[lens.company_style](truth["company_name"])
        assert job["visible_from"] >= truth["posted_at"]
        assert job["updated_at"] >= job["visible_from"]
        assert not lens.countries or job["country"] in lens.countries
        assert not lens.is_remote_only or job["is_remote"]
        assert not lens.platform or platform_of(job["employer"]) == provider


def numbered_facts(world: World) -> list[tuple[int, dict[str, object]]]:
    """(number, true facts) of every job."""
    rows = world.store.rows("select number, facts from jobs")
    return [(number, world.store.merged(facts)) for number, facts in rows]


@pytest.mark.parametrize("provider", POSTING_PROVIDERS)
def test_pay_that_is_told_is_the_jobs_own_up_to_unit_and_rounding(world: World, provider: str) -> None:
    lens, shown = LENSES[provider], 0
    truths = dict(numbered_facts(world))
    jobs = world.seen(provider, past=True)
    for job in jobs:
        if job["pay_low"] is None:
            assert job["pay_high"] is None
            continue
        shown += 1
        truth = truths[job["number"]]
        rates = world.units_per_usd
        unit = PERIODS_A_YEAR[job["pay_period"]] * rates[str(truth["currency"])] / rates[job["currency"]]
        low, high = float(str(truth["pay_low"])), float(str(truth["pay_high"]))
        tolerance = MODELLED_ERROR if job["pay_is_modelled"] else 0.5 * 10 ** (1 - lens.pay_digits) + 1e-4
        if job["pay_is_modelled"]:
            assert job["pay_low"] == job["pay_high"]
            low = high = (low + high) / 2
            tolerance += 0.5 * 10 ** (1 - lens.pay_digits)
        assert job["pay_low"] * unit == pytest.approx(low, rel=tolerance)
        assert job["pay_high"] * unit == pytest.approx(high, rel=tolerance)
    expected = lens.shows_pay + (1 - lens.shows_pay) * lens.models_pay
    assert abs(shown / len(jobs) - expected) < 0.35


def test_two_providers_tell_of_the_same_job_each_in_its_way(world: World) -> None:
    linkedin = {job["number"]: job for job in world.seen("linkedin", past=True)}
    both = [
        (linkedin[job["number"]], job) for job in world.seen("indeed", past=True) if job["number"] in linkedin
    ]
    assert len(both) > 20
    for one, other in both:
        for name in (
            "occupation_code",
            "employer",
            "city",
            "country",
            "required",
            "posted_at",
            "description",
        ):
            assert one[name] == other[name]
    assert any(one["title"] != other["title"] for one, other in both)
    assert any(one["company_name"] != other["company_name"] for one, other in both)
    assert any(one["visible_from"] != other["visible_from"] for one, other in both)


def test_some_jobs_come_twice_under_another_id(world: World) -> None:
    numbers = [job["number"] for job in world.seen("indeed", past=True)]
    ids = {job["id"] for job in world.seen("indeed", past=True)}
    assert 0 < len(numbers) - len(set(numbers)) < len(numbers) / 5
    assert len(ids) == len(numbers)


def test_one_job_in_the_product_is_the_job_of_the_providers(world: World) -> None:
    size = SIZES["tiny"]
    assert world.store.number("select count(*) from jobs") == size.jobs / 2
    assert world.store.number("select count(*) from jobs where number % 2 = 1") == 0, "federal ones are odd"


def test_a_lens_more_or_less_moves_nobody_elses_jobs(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [*LENSES][:10]:
        if name != "indeed":
            monkeypatch.delitem(LENSES, name)
    reversed_lenses = dict(reversed(LENSES.items()))
    for name in reversed_lenses:
        monkeypatch.delitem(LENSES, name)
    for name, lens in reversed_lenses.items():
        monkeypatch.setitem(LENSES, name, lens)
    build(tmp_path, MarketRequest("tiny", 7, 180, END))
    assert World.of(tmp_path).seen("indeed", past=True) == world.seen("indeed", past=True)


def test_employers_are_there_once_and_each_provider_has_a_share_of_them(world: World) -> None:
    assert len(world.every_employer) == world.store.number("select count(*) from employers") <= 120
    for provider in ("pitchbook", "linkedin", "sec_edgar"):
        found = world.employers(provider)
        assert abs(len(found) / len(world.every_employer) - LENSES[provider].employers) < 0.15
        for employer in found:
            truth = world.every_employer[employer["permalink"]]
            assert employer["head_count"] == pytest.approx(truth["head_count"], rel=0.15, abs=1)
            assert employer["founded_year"] == truth["founded_year"]


def test_organizations_of_crunchbase_are_these_employers(world: World) -> None:
    for facts in world.store.facts("select facts from organizations"):
        employer = world.every_employer[facts["permalink"]]
        for name in ("head_count_code", "founded_year", "funding_total_usd", "industry", "city"):
            assert employer[name] == facts[name]


def test_published_percentiles_rise_and_follow_country_and_level(world: World) -> None:
    american = world.pay_percentiles("payscale", "15-1252", "US")
    assert list(american.values()) == sorted(american.values())
    assert american["p50"] == pytest.approx(world.occupations["15-1252"]["pay_usd"][2], rel=0.04)
    british = world.pay_percentiles("payscale", "15-1252", "GB")
    factor = world.countries["GB"].pay_factor * world.countries["GB"].units_per_usd
    assert british["p50"] / american["p50"] == pytest.approx(factor, rel=0.08)
    levels = [
        world.pay_percentiles("payscale", "15-1252", "US", level)["p50"]
        for level in ("junior", "mid", "lead")
    ]
    assert levels == sorted(levels)
    assert world.pay_percentiles("salary_com", "15-1252", "US") != american
    with pytest.raises(KeyError):
        world.pay_percentiles("payscale", "99-9999", "US")


def test_reported_pay_lies_around_the_pay_of_its_job(world: World) -> None:
    truths = dict(numbered_facts(world))
    ratios = []
    for report in world.pay_reports("payscale"):
        truth = truths[report["number"]]
        assert report["currency"] == truth["currency"]
        ratios.append(report["base"] / ((float(str(truth["pay_low"])) + float(str(truth["pay_high"]))) / 2))
    assert len(ratios) > 20
    assert abs(float(np.median(ratios)) - 1) < 0.05
    assert {report["currency"] for report in world.pay_reports("levels_fyi")} == {"USD"}


def test_exchange_rates_wander_smoothly_around_the_real_ones_and_rest_at_weekends() -> None:
    clock = Clock(END, 180)
    rates = [(day, rate) for day, currency, rate in daily_rates(clock, 7) if currency == "GBP"]
    assert all(date.fromisoformat(day).weekday() < 5 for day, _ in rates)
    assert len(rates) == sum((END - timedelta(days=n)).weekday() < 5 for n in range(1, 221))
    values = np.array([rate for _, rate in rates])
    assert np.abs(np.diff(np.log(values))).max() < 0.02
    assert np.abs(np.log(values / 1.34756361)).max() < 0.12
    assert len(set(values)) > 100
    assert {rate for _, currency, rate in daily_rates(clock, 7) if currency == "USD"} == {1.0}


def test_rates_are_asked_by_day_and_none_is_known_after_today(world: World) -> None:
    found = world.rates("2026-11-18", "2026-12-31")
    assert list(found) == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert found["2026-11-18"].keys() >= {"USD", "EUR", "GBP"}


def test_names_and_amounts_are_told_as_people_tell_them() -> None:
    assert [
        short_name(name) for name in ("Meta Platforms, Inc.", "Alphabet Inc.", "BP Plc", "Eli Lilly & Co")
    ] == [
        "Meta Platforms",
        "Alphabet",
        "BP",
        "Eli Lilly &",
    ]
    assert told_amount(123_456.0, 2) == 120_000.0
    assert told_amount(0.0, 3) == 0.0


def test_the_canon_says_the_same_whoever_asks() -> None:
    size = SIZES["tiny"]
    catalogue = load_catalogue(size.companies, 180, 7, size.families)
    canon = Canon(catalogue, Clock(END, 180), 7)
    assert list(canon.employers()) == list(canon.employers())
    twice = replace(
        canon, catalogue=replace(catalogue, companies=[*catalogue.companies, catalogue.companies[0]])
    )
    assert [link for link, _, _ in twice.employers()] == [link for link, _, _ in canon.employers()]
    assert {facts["platform"] for _, _, facts in canon.employers()} == {"greenhouse", "lever", "ashby", None}
