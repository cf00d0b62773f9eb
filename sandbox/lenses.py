"""What each provider sees of the one market and how it tells it: data, for `seen_records.py` and `World`.

A lens never invents a job, an employer or pay: it leaves out, delays, rounds, respells and repeats.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

PLATFORMS = ("greenhouse", "lever", "ashby")
LEGAL_FORM = re.compile(
    r"[ ,]+(inc|corp|corporation|co|company|ltd|limited|plc|p l c|llc|l p|lp|n v|nv|ag|se|sa|s a|spa|trust)"
    r"\.?(?= |$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lens:
    """How a provider sees the market. Shares are 0-1, waits are means in days.

    `platform`: only employers whose board it is, as `platform_of` deals them out. `countries` empty: all.
    `pay_digits`: significant digits of pay as told. `pay_currency`, `pay_period` empty: the place's own.
    `models_pay`: share of jobs without pay for which the provider makes a figure up and says so.
    `employers`, `pay_reports`: shares of all employers, and of what people report of their pay, that it has.
    """

    coverage: float = 0.0
    lag_days: float = 0.5
    lingers_days: float = 1.0
    platform: bool = False
    countries: tuple[str, ...] = ()
    is_remote_only: bool = False
    duplicates: float = 0.0
    shows_pay: float = 0.0
    models_pay: float = 0.0
    pay_digits: int = 3
    pay_currency: str = ""
    pay_period: str = ""
    title_style: str = "as_is"
    company_style: str = "as_is"
    employers: float = 0.0
    pay_reports: float = 0.0


LENSES = {
    "adzuna": Lens(
        coverage=0.45, lag_days=1.5, lingers_days=6, duplicates=0.06, shows_pay=0.45, models_pay=0.6,
        pay_digits=4, pay_period="year", title_style="mixed", company_style="short", countries=("GB", "US",
        "DE", "FR", "NL", "AU", "CA", "ES", "IN", "CH"),
    ),
    "angellist": Lens(
        coverage=0.25, lag_days=3, lingers_days=30, shows_pay=0.7, pay_digits=2, pay_currency="USD",
        pay_period="year", company_style="short", employers=0.3,
    ),
    "angellist_companies": Lens(employers=0.35, company_style="short"),
    "ashby": Lens(
        coverage=1.0, lag_days=0.1, lingers_days=0.2, platform=True, shows_pay=0.7, pay_period="year",
    ),
    "built_in": Lens(
        coverage=0.5, lag_days=1, lingers_days=12, countries=("US",), duplicates=0.02, shows_pay=0.6,
        pay_digits=2, pay_period="year", title_style="short_level", company_style="short", employers=0.4,
    ),
    "careeronestop": Lens(pay_digits=4),
    "coursera": Lens(),
    "github": Lens(employers=0.25, company_style="short"),
    "glassdoor": Lens(
        coverage=0.5, lag_days=2, lingers_days=5, shows_pay=0.3, models_pay=0.5, company_style="short",
        employers=0.9, pay_reports=0.5,
    ),
    "greenhouse": Lens(
        coverage=1.0, lag_days=0.1, lingers_days=0.2, platform=True, shows_pay=0.6, pay_period="year",
    ),
    "hacker_news_who_is_hiring": Lens(
        coverage=0.25, lag_days=6, lingers_days=30, shows_pay=0.4, pay_digits=2, pay_period="year",
        company_style="short",
    ),
    "himalayas": Lens(
        coverage=0.7, lag_days=1, lingers_days=8, is_remote_only=True, duplicates=0.02, shows_pay=0.4,
        company_style="short",
    ),
    "indeed": Lens(
        coverage=0.7, lag_days=1, lingers_days=3, duplicates=0.08, shows_pay=0.5, pay_digits=3,
        title_style="mixed",
    ),
    "lever": Lens(
        coverage=1.0, lag_days=0.1, lingers_days=0.2, platform=True, shows_pay=0.5, pay_period="year",
    ),
    "levels_fyi": Lens(pay_reports=0.5, pay_digits=3, pay_currency="USD", company_style="short"),
    "linkedin": Lens(
        coverage=0.5, lag_days=0.8, lingers_days=10, duplicates=0.04, title_style="with_place",
        company_style="short", employers=0.95,
    ),
    "payscale": Lens(pay_reports=0.6, pay_digits=3),
    "pitchbook": Lens(employers=0.7, company_style="as_is"),
    "remotive": Lens(
        coverage=0.9, lag_days=1.5, lingers_days=10, is_remote_only=True, shows_pay=0.5, pay_digits=2,
        pay_currency="USD", pay_period="year", company_style="short",
    ),
    "salary_com": Lens(pay_digits=3),
    "sec_edgar": Lens(employers=1.0, company_style="upper"),
    "the_muse": Lens(
        coverage=0.4, lag_days=2, lingers_days=10, duplicates=0.03, title_style="as_is",
        company_style="short", employers=0.5,
    ),
}  # fmt: skip


def platform_of(permalink: str) -> str | None:
    """Which platform keeps an employer's job board; the same in every market, and none for one in five."""
    drawn = crc32(permalink.encode()) % 100
    return "greenhouse" if drawn < 35 else "lever" if drawn < 60 else "ashby" if drawn < 80 else None


def short_name(name: str) -> str:
    """A company's name as people say it, without its legal form."""
    return LEGAL_FORM.sub("", name).strip(" .,") or name


COMPANY_STYLES: dict[str, Callable[[str], str]] = {"as_is": str, "short": short_name, "upper": str.upper}
TITLE_STYLES: dict[str, Callable[[str, str], str]] = {
    "as_is": lambda title, city: title,
    "with_place": lambda title, city: f"{title} - {city}",
    "short_level": lambda title, city: title.replace("Senior ", "Sr. ", 1).replace("Junior ", "Jr. ", 1),
    "upper": lambda title, city: title.upper(),
    "gendered": lambda title, city: f"{title} (m/f/d)",
}


def told_title(lens: Lens, title: str, city: str, drawn: float) -> str:
    """A title as the provider has it; `mixed` is one of all styles, by a draw in [0, 1)."""
    styles = list(TITLE_STYLES)
    style = styles[int(drawn * len(styles))] if lens.title_style == "mixed" else lens.title_style
    return TITLE_STYLES[style](title, city)


def told_amount(amount: float, digits: int) -> float:
    """An amount rounded to so many significant digits."""
    return float(f"{amount:.{digits}g}")
