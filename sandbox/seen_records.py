"""Fills the store with the market's facts and with what each lens lets its provider see of them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox import store
from sandbox.canonical import Canon
from sandbox.catalogue import Catalogue
from sandbox.chance import chances, waits
from sandbox.fx import daily_rates
from sandbox.lenses import COMPANY_STYLES, LENSES, Lens, platform_of, told_amount, told_title
from sandbox.postings import Postings

PERIODS_A_YEAR = {"year": 1.0, "month": 12.0, "day": 260.0, "hour": 2_080.0}
MODELLED_ERROR = 0.12


@dataclass(frozen=True)
class SeenWriter:
    """Writes jobs, employers, occupations, reported pay and exchange rates of one market."""

    path: Path
    canon: Canon

    def write_district(self, postings: Postings) -> Counter[str]:
        """The private jobs of a district and what each provider sees; returns how many each one does."""
        private = np.flatnonzero(~postings.is_usajobs)
        jobs = dict(self.canon.jobs(postings, private))
        store.insert(self.path, "jobs", ((number, facts) for number, facts in jobs.items()))
        store.insert(self.path, "pay_reports", self.canon.pay_reports(postings, private))
        counted: Counter[str] = Counter()
        for provider, lens in LENSES.items():
            rows = self.seen(provider, lens, postings, private, jobs)
            store.insert(self.path, "seen_jobs", rows)
            counted[provider] = len(rows)
        return +counted

    def write_catalogue(self) -> None:
        """What doesn't come in districts: employers, occupations, exchange rates."""
        store.insert(self.path, "employers", self.canon.employers())
        store.insert(self.path, "occupations", self.canon.occupations())
        store.insert(self.path, "fx_rates", daily_rates(self.canon.clock, self.canon.seed))

    def seen(
        self,
        provider: str,
        lens: Lens,
        postings: Postings,
        private: NDArray[np.int64],
        jobs: dict[int, dict[str, Any]],
    ) -> list[tuple[Any, ...]]:
        """The rows of `seen_jobs` of one provider."""
        index = private[_is_seen(provider, lens, postings, private, self.canon)]

        def drawn(purpose: str) -> NDArray[np.float64]:
            return chances(self.canon.seed, f"{provider}: {purpose}", postings.first + index)

        days = self.canon.clock.days
        start = postings.posted[index] + waits(lens.lag_days, drawn("lag"))
        end = postings.closes[index] + waits(lens.lingers_days, drawn("lingers"))
        edited = self.canon.edits(postings, index)
        updated = np.where((edited > start) & (edited < days), edited, start)
        again = start + 1.0 + 6.0 * drawn("repeated after")
        is_repeated = drawn("repeated") < lens.duplicates
        columns = (drawn("title"), drawn("shows pay"), drawn("models pay"), drawn("modelled pay"))
        rows = []
        for copy, first in ((0, start), (1, again)):
            seen_from, seen_until = self.canon.clock.instants(first), self.canon.clock.instants(end)
            changed = self.canon.clock.instants(np.maximum(updated, first))
            is_there = (first < days) & (first < end) & (is_repeated if copy else True)
            for i in map(int, np.flatnonzero(is_there)):
                number = int(postings.first + index[i])
                told = told_by(
                    lens, jobs[number], self.canon.catalogue, [float(column[i]) for column in columns]
                )
                job = jobs[number]
                row = (provider, 4_000_000_000 + 2 * number + copy, number, job["employer"], job["country"])
                rows.append((*row, seen_from[i], seen_until[i], changed[i], told))
        return rows


def _is_seen(
    provider: str, lens: Lens, postings: Postings, private: NDArray[np.int64], canon: Canon
) -> NDArray[np.bool_]:
    """Which private postings a lens lets through at all."""
    passes = chances(canon.seed, f"{provider}: coverage", postings.first + private) < lens.coverage
    if lens.countries:
        served = [country.code in lens.countries for country in canon.catalogue.countries]
        passes &= np.array(served)[postings.country[private]]
    if lens.is_remote_only:
        passes &= postings.is_remote[private]
    if lens.platform:
        is_here = [platform_of(company.permalink) == provider for company in canon.catalogue.companies]
        passes &= np.array(is_here)[postings.company[private]]
    return passes


def told_by(lens: Lens, job: dict[str, Any], catalogue: Catalogue, drawn: list[float]) -> dict[str, Any]:
    """A job as a provider tells it; four draws decide on title, pay shown, pay modelled, and its error."""
    title, shows, models, error = drawn
    told = {
        "title": told_title(lens, job["title"], job["city"], title),
        "company_name": COMPANY_STYLES[lens.company_style](job["company_name"]),
        "pay_low": None,
        "pay_high": None,
        "pay_is_modelled": False,
    }
    is_modelled = shows >= lens.shows_pay and models < lens.models_pay
    if shows >= lens.shows_pay and not is_modelled:
        return told
    rates = {country.currency: country.units_per_usd for country in catalogue.countries}
    period, currency = lens.pay_period or job["pay_period"], lens.pay_currency or job["currency"]
    factor = rates[currency] / rates[job["currency"]] / PERIODS_A_YEAR[period]
    low, high = job["pay_low"] * factor, job["pay_high"] * factor
    if is_modelled:
        low = high = (low + high) / 2 * (1 + MODELLED_ERROR * (2 * error - 1))
    amounts = {"pay_low": told_amount(low, lens.pay_digits), "pay_high": told_amount(high, lens.pay_digits)}
    return told | amounts | {"currency": currency, "pay_period": period, "pay_is_modelled": is_modelled}
