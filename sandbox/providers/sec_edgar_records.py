"""A company in the shape of EDGAR: who it is, and what it filed and when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.providers.company_codes import SIC, is_traded
from sandbox.providers.pay_questions import STATES
from sandbox.world import World

# EDGAR's own codes of places outside the United States, and what it calls them.
PROVINCES = {
    "Ontario": ("A6", "Ontario, Canada"),
    "British Columbia": ("A1", "British Columbia, Canada"),
    "Quebec": ("A8", "Quebec, Canada"),
}
COUNTRIES = {
    "GB": ("X0", "United Kingdom"), "DE": ("2M", "Germany"), "FR": ("I0", "France"),
    "NL": ("P7", "Netherlands"), "SE": ("V7", "Sweden"), "CH": ("V8", "Switzerland"),
    "AU": ("C3", "Australia"), "SG": ("U0", "Singapore"), "JP": ("M0", "Japan"), "HK": ("K3", "Hong Kong"),
}  # fmt: skip
YEARS = 4
RENAMED = 0.15
MARKED = 0.07
Row = dict[str, Any]


@dataclass(frozen=True)
class Filings:
    """What a company filed, newest first: within the last year, and before."""

    recent: list[Row]
    older: list[Row]


def annual_form(employer: Row) -> str:
    """The form of an annual report, which depends on where the company is."""
    return {"US": "10-K", "CA": "40-F"}.get(employer["country"], "20-F")


def filed_on(world: World, employer: Row, year: int) -> date:
    """The day on which the report about a year is filed, six to ten weeks after its end."""
    wait = 42 + int(28 * world.chance("sec_edgar: report filed", f"{employer['permalink']}/{year}"))
    return date(year, 12, 31) + timedelta(days=wait)


def accession(employer: Row, filed: date, number: int) -> str:
    """A filing's number: whose it is, its year, its place in that year."""
    return f"{employer['cik']:010d}-{filed.year % 100:02d}-{number:06d}"


def annual_reports(world: World, employer: Row) -> list[tuple[int, date, str]]:
    """(year, day of filing, number) of the annual reports that are filed by now, oldest first."""
    days = [
        (year, filed_on(world, employer, year)) for year in range(world.today.year - YEARS, world.today.year)
    ]
    return [(year, filed, accession(employer, filed, 12)) for year, filed in days if filed <= world.today]


def filings_of(world: World, employer: Row) -> Filings:
    """All filings: annual and quarterly reports, news, and what insiders own."""
    rows = [
        filing(world, employer, annual_form(employer), date(year, 12, 31), filed, 12)
        for year, filed, _ in annual_reports(world, employer)
    ]
    is_foreign = annual_form(employer) != "10-K"
    for year in range(world.today.year - YEARS + 1, world.today.year + 1):
        for quarter, end in enumerate((date(year, 3, 31), date(year, 6, 30), date(year, 9, 30)), 1):
            report = end + timedelta(days=38)
            number = 20 + 10 * quarter
            rows.append(filing(world, employer, "6-K" if is_foreign else "10-Q", end, report, number))
            if not is_foreign:
                rows.append(filing(world, employer, "8-K", report, report, number - 1))
                rows.append(filing(world, employer, "4", report, report + timedelta(days=2), number + 1))
    known = [row for row in rows if row["filingDate"] <= world.today.isoformat()]
    known.sort(key=lambda row: (row["filingDate"], row["accessionNumber"]), reverse=True)
    year_ago = (world.today - timedelta(days=365)).isoformat()
    return Filings(
        recent=[row for row in known if row["filingDate"] > year_ago],
        older=[row for row in known if row["filingDate"] <= year_ago],
    )


def filing(world: World, employer: Row, form: str, about: date, filed: date, number: int) -> Row:
    """One filing; what an insider owns is no report of the company's, and has less to it."""
    key = accession(employer, filed, number)
    is_report = form != "4"
    drawn = world.chance("sec_edgar: filing", key)
    document = f"{employer['ticker'].lower()}-{about:%Y%m%d}.htm" if is_report else "xslF345X06/form4.xml"
    return {
        "accessionNumber": key,
        "filingDate": filed.isoformat(),
        "reportDate": about.isoformat(),
        "acceptanceDateTime": f"{filed.isoformat()}T{12 + int(9 * drawn):02d}:{int(59 * drawn):02d}:07.000Z",
        "act": "34" if is_report else "",
        "form": form,
        "fileNumber": f"001-{employer['cik'] % 100_000:05d}" if is_report else "",
        "filmNumber": f"{filed.year % 100}{int(999_999 * drawn):06d}" if is_report else "",
        "items": "2.02,9.01" if form == "8-K" else "",
        "core_type": "XBRL" if is_report else form,
        "size": 6_000 + int(12_000_000 * drawn * is_report),
        "isXBRL": int(is_report),
        "isInlineXBRL": int(is_report),
        "isXBRLNumeric": int(form not in ("4", "8-K")),
        "primaryDocument": document,
        "primaryDocDescription": form if is_report else "OWNERSHIP DOCUMENT",
    }


def in_columns(rows: list[Row]) -> dict[str, list[Any]]:
    """Filings as columns of equal length."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def older_name(cik: str) -> str:
    """The name of the file of older filings."""
    return f"CIK{cik}-submissions-001.json"


def company_of(world: World, employer: Row) -> Row:
    """The company with its filings of the last year; a file of its own has the others."""
    cik = f"{employer['cik']:010d}"
    code, sic_name, office = SIC[employer["industry"]]
    filings = filings_of(world, employer)
    place, place_name = place_of(employer)
    is_foreign = employer["country"] != "US"
    files = [
        {
            "name": older_name(cik),
            "filingCount": len(filings.older),
            "filingFrom": filings.older[-1]["filingDate"],
            "filingTo": filings.older[0]["filingDate"],
        }
    ]
    address = {
        "street1": "1 MAIN STREET",
        "street2": None,
        "city": employer["city"].upper(),
        "stateOrCountry": place,
        "zipCode": f"{employer['rank'] % 90_000 + 10_000}",
        "stateOrCountryDescription": place_name,
        "isForeignLocation": None,
        "foreignStateTerritory": None,
        "country": None,
        "countryCode": None,
    }
    abroad = {"country": place_name, "countryCode": place} if is_foreign else {}
    return {
        "cik": cik,
        "entityType": "operating",
        "sic": code,
        "sicDescription": sic_name,
        "ownerOrg": office,
        "insiderTransactionForOwnerExists": 0,
        "insiderTransactionForIssuerExists": int(not is_foreign),
        "name": name_of(world, employer, place),
        "tickers": [employer["ticker"]] if is_traded(employer) else [],
        "exchanges": [("NYSE", "Nasdaq")[employer["rank"] % 2]] if is_traded(employer) else [],
        "ein": f"{10_000_000 + employer['cik']:09d}",
        "lei": None,
        "description": "",
        "website": employer["website"] if employer["rank"] % 20 == 0 else "",
        "investorWebsite": "",
        "category": "Large accelerated filer" if employer["head_count"] > 1_000 else "Non-accelerated filer",
        "fiscalYearEnd": "1231",
        "stateOfIncorporation": place if is_foreign else "DE",
        "stateOfIncorporationDescription": place_name if is_foreign else "DE",
        "addresses": {
            "mailing": address | {"isForeignLocation": int(is_foreign)} | abroad,
            "business": address,
        },
        "phone": "",
        "flags": "",
        "formerNames": former_names(world, employer),
        "filings": {"recent": in_columns(filings.recent), "files": files},
    }


def place_of(employer: Row) -> tuple[str, str]:
    """EDGAR's code of a place and what it calls it: a US state's code is its name too."""
    if employer["country"] == "US":
        state = STATES[employer["region"]][0]
        return state, state
    return PROVINCES.get(employer["region"]) or COUNTRIES[employer["country"]]


def name_of(world: World, employer: Row, place: str) -> str:
    """The name; some bear a mark that tells them from others of that name, even if there are none."""
    mark = f" /{place if employer['country'] == 'US' else 'FI'}/"
    is_marked = world.chance("sec_edgar: marked", employer["permalink"]) < MARKED
    return f"{employer['name']}{mark * is_marked}"


def former_names(world: World, employer: Row) -> list[dict[str, str]]:
    """The name that some companies bore before."""
    if world.chance("sec_edgar: renamed", employer["permalink"]) >= RENAMED:
        return []
    name = f"{employer['short_name'].upper()} HOLDINGS"
    return [{"name": name, "from": "2009-01-15T05:00:00.000Z", "to": "2018-03-30T04:00:00.000Z"}]
