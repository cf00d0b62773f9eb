"""What the provider pages know: the store, the market as each provider sees it, time and the one key."""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sandbox.catalogue import SENIORITIES, SENIORITY_PAY_QUANTILE, Country, load_countries
from sandbox.chance import chance
from sandbox.lenses import COMPANY_STYLES, LENSES, told_amount
from sandbox.market import STORE_NAME, market_file, read_market
from sandbox.reference import PERCENTILES
from sandbox.store import Store

KEY = "sandbox-key"
EMAIL = "sandbox@example.org"
PUBLISHED_ERROR = 0.03


@dataclass
class World:
    """A home being served. `today` is the day its history ends: nothing after it has happened yet."""

    market: dict[str, Any]
    store: Store
    search_cap: int = 10_000
    calls: dict[str, int] = field(default_factory=dict)
    throttled: Counter[str] = field(default_factory=Counter)
    has_quotas: bool = True
    seconds_ahead: float = 0.0

    @classmethod
    def of(cls, home: Path, search_cap: int = 10_000) -> "World":
        """Opens a home; raises FileNotFoundError when no market has been built there."""
        market = read_market(home)
        if market is None:
            raise FileNotFoundError(f"no market in {market_file(home)}: run `python -m sandbox build` first")
        has_quotas = os.environ.get("CVPLUS_SANDBOX_QUOTAS", "on") != "off"
        return cls(market, Store(home / STORE_NAME), search_cap, has_quotas=has_quotas)

    @property
    def today(self) -> date:
        """The day on which history ends."""
        return date.fromisoformat(self.market["history_end"][:10])

    @property
    def now(self) -> datetime:
        """The instant at which history ends."""
        return datetime.fromisoformat(self.market["history_end"])

    @property
    def seed(self) -> int:
        """The seed of the market."""
        return int(self.market["seed"])

    def clock(self) -> float:
        """Seconds that run on, as far ahead as `POST /clock` has put them: quotas count by it."""
        return time.time() + self.seconds_ahead

    def count_call(self, provider: str) -> int:
        """Counts a call of a provider and returns how many there have been."""
        self.calls[provider] = self.calls.get(provider, 0) + 1
        return self.calls[provider]

    def chance(self, purpose: str, key: int | str) -> float:
        """A number in [0, 1) that stays the same for a purpose and key in this market."""
        return chance(self.seed, purpose, key)

    def seen(
        self,
        provider: str,
        where: str = "true",
        *values: Any,
        order: str = "s.visible_from desc, s.id desc",
        limit: int = -1,
        offset: int = 0,
        past: bool = False,
    ) -> list[dict[str, Any]]:
        """Jobs as a provider has them now (with `past`: or ever had), its own telling over the facts.

        `where` and `order` are SQL over `seen_jobs` as `s` and `jobs` as `j`. Each job also has `id`,
        `employer`, `visible_from`, `visible_until` and `updated_at` as this provider has them.
        """
        query = (
            "select j.facts, s.facts, s.id, s.employer, s.visible_from, s.visible_until, s.updated_at "
            f"from {self._seen_where(where, past)} order by {order} limit ? offset ?"
        )
        names = ("id", "employer", "visible_from", "visible_until", "updated_at")
        rows = self.store.rows(query, provider, self.market["history_end"], *values, limit, offset)
        return [self.store.merged(row[0], row[1]) | dict(zip(names, row[2:], strict=True)) for row in rows]

    def count_seen(self, provider: str, where: str = "true", *values: Any, past: bool = False) -> int:
        """How many jobs `seen` would give without a limit."""
        query = f"select count(*) from {self._seen_where(where, past)}"
        return self.store.number(query, provider, self.market["history_end"], *values)

    def _seen_where(self, where: str, past: bool) -> str:
        visible = "s.visible_from <= ?2" if past else "s.visible_from <= ?2 and s.visible_until > ?2"
        return f"seen_jobs s join jobs j using (number) where s.provider = ?1 and {visible} and ({where})"

    def employers(self, provider: str) -> list[dict[str, Any]]:
        """Employers that a provider has, largest first: names in its spelling, head counts nearly right."""
        lens = LENSES[provider]
        found = []
        for facts in self.every_employer.values():
            if self.chance(f"{provider}: employer", facts["permalink"]) >= lens.employers:
                continue
            error = 0.9 + 0.2 * self.chance(f"{provider}: head count", facts["permalink"])
            name = COMPANY_STYLES[lens.company_style](facts["name"])
            found.append(facts | {"name": name, "head_count": max(1, round(facts["head_count"] * error))})
        return found

    @cached_property
    def every_employer(self) -> dict[str, dict[str, Any]]:
        """The true facts of every employer by permalink, the largest first."""
        return {
            facts["permalink"]: facts
            for facts in self.store.facts("select facts from employers order by rank")
        }

    @cached_property
    def occupations(self) -> dict[str, dict[str, Any]]:
        """Occupations by SOC code: name, titles, technologies, education, `pay_usd` percentiles a US year."""
        return {
            facts["code"]: facts for facts in self.store.facts("select facts from occupations order by code")
        }

    @cached_property
    def countries(self) -> dict[str, Country]:
        """Countries of the market by code."""
        return {country.code: country for country in load_countries()}

    @cached_property
    def units_per_usd(self) -> dict[str, float]:
        """Units of a currency for a US dollar, as the market reckons them."""
        return {country.currency: country.units_per_usd for country in self.countries.values()}

    def pay_percentiles(
        self, provider: str, code: str, country: str, level: str | None = None
    ) -> dict[str, float]:
        """p10, p25, p50, p75, p90 of a year's pay in the country's currency, as this provider publishes them.

        With a level (`intern` … `lead`) the figures are of people on it. Raises KeyError for what is unknown.
        """
        place, table = self.countries[country], np.log(self.occupations[code]["pay_usd"])
        quantiles = np.array(PERCENTILES)
        if level is not None:
            center = SENIORITY_PAY_QUANTILE[SENIORITIES.index(level)]
            quantiles = np.clip(center + 0.3 * (quantiles - 0.5), 0.05, 0.95)
        amounts = np.exp(np.interp(quantiles, PERCENTILES, table)) * place.pay_factor * place.units_per_usd
        error = 1 + PUBLISHED_ERROR * (2 * self.chance(f"{provider}: pay {country}", code) - 1)
        digits = LENSES[provider].pay_digits
        names = [f"p{round(100 * share)}" for share in PERCENTILES]
        return {
            name: told_amount(float(amount) * error, digits)
            for name, amount in zip(names, amounts, strict=True)
        }

    def pay_reports(self, provider: str, where: str = "true", *values: Any) -> list[dict[str, Any]]:
        """What people told a provider of their pay by now, oldest first; amounts are a year's."""
        lens = LENSES[provider]
        query = (
            "select facts, number, reported_at, occupation, employer from pay_reports "
            f"where reported_at <= ?1 and ({where}) order by reported_at, number"
        )
        names = ("number", "reported_at", "occupation_code", "employer")
        found = []
        for row in self.store.rows(query, self.market["history_end"], *values):
            if self.chance(f"{provider}: report", row[1]) >= lens.pay_reports:
                continue
            facts = self.store.merged(row[0])
            currency = lens.pay_currency or facts["currency"]
            factor = self.units_per_usd[currency] / self.units_per_usd[facts["currency"]]
            for name in ("base", "bonus", "stock"):
                facts[name] = told_amount(facts[name] * factor, lens.pay_digits)
            facts["company_name"] = COMPANY_STYLES[lens.company_style](facts["company_name"])
            found.append(facts | {"currency": currency} | dict(zip(names, row[1:], strict=True)))
        return found

    def technologies(self, limit: int = -1) -> list[dict[str, Any]]:
        """Technologies with counts of questions, the most asked about first (`name`, `count`, …, as tags)."""
        return self.store.facts("select facts from tags order by uses desc, name limit ?", limit)

    def rates(self, first_day: str, last_day: str) -> dict[str, dict[str, float]]:
        """US dollars a unit by day and currency, within days (`YYYY-MM-DD`): weekdays up to today."""
        found: dict[str, dict[str, float]] = {}
        query = "select day, currency, usd_per_unit from fx_rates where day between ? and ? order by 1, 2"
        for day, currency, rate in self.store.rows(query, first_day, last_day):
            found.setdefault(day, {})[currency] = rate
        return found
