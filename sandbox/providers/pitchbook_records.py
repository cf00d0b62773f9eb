"""A company in the shapes of PitchBook: a hit of a search, and a profile."""

from datetime import date, timedelta
from typing import Any

from sandbox.lenses import short_name
from sandbox.providers.company_codes import SIC, is_traded
from sandbox.providers.pay_questions import STATES
from sandbox.world import World

MISSING = 0.05
MILLION = 1_000_000
Row = dict[str, Any]


def id_of(employer: Row) -> str:
    """A company's id, such as 50001-11."""
    return f"{50_000 + employer['rank']}-{10 + employer['rank'] % 90}"


def hit_of(employer: Row) -> Row:
    """A company as a search lists it: its name is a text here."""
    return {
        "companyId": id_of(employer),
        "companyName": short_name(employer["name"]),
        "sandbox": False,
        "website": f"www.{employer['domain']}",
    }


def profile_of(world: World, employer: Row) -> Row:
    """A company's profile; of some it lacks the head count, the year or the number at the SEC."""

    def known(what: str, value: Any) -> Any:
        return value if world.chance(f"pitchbook: {what}", employer["permalink"]) >= MISSING else None

    name = short_name(employer["name"])
    status = "Publicly Held" if is_traded(employer) else "Privately Held (backing)"
    code, sic_name, _ = SIC[employer["industry"]]
    is_american = employer["country"] == "US"
    return {
        "companyId": id_of(employer),
        "companyName": {
            "formalName": name,
            "alsoKnownAs": None,
            "legalName": employer["name"],
            "formerlyKnownAs": None,
        },
        "parentCompanyId": None,
        "hqLocation": {
            "city": employer["city"],
            "stateProvince": STATES[employer["region"]][0] if is_american else employer["region"],
            "postCode": f"{employer['rank'] % 90_000 + 10_000}",
            "country": employer["country_name"],
        },
        "description": f"{name} works in {employer['industry'].replace('-', ' ')}.",
        "financingStatus": coded("Venture Capital-Backed" if employer["funding_type"] else "Corporation"),
        "businessStatus": coded("Generating Revenue"),
        "ownershipStatus": coded(status),
        "universe": [coded("Public Companies" if is_traded(employer) else "Venture Capital")],
        "website": f"www.{employer['domain']}",
        "employees": known("employees", employer["head_count"]),
        "employeeHistory": head_counts(world, employer),
        "exchange": "NYS" if is_traded(employer) else None,
        "ticker": employer["ticker"] if is_traded(employer) else None,
        "yearFounded": known("year", employer["founded_year"]),
        "totalMoneyRaised": money(world, employer),
        "sicCodes": [{"code": code, "description": sic_name}],
        "cikCode": known("cik", str(employer["cik"])),
        "companySocialURLs": {
            "linkedInProfileUrl": f"www.linkedin.example/company/{employer['permalink']}",
        },
        "pitchBookProfileLink": f"https://my.pitchbook.example/profile/{id_of(employer)}/company/profile",
    }


def coded(description: str) -> dict[str, str]:
    """A value with its code, the first letters of its words."""
    return {
        "code": "".join(word.strip("(")[0] for word in description.split()).upper(),
        "description": description,
    }


def money(world: World, employer: Row) -> Row | None:
    """What was raised, in millions of US dollars and of the place's own money."""
    if not employer["funding_total_usd"]:
        return None
    amount = employer["funding_total_usd"] / MILLION
    native = amount * world.units_per_usd[employer["currency"]]
    return {
        "amount": round(amount, 2),
        "currency": "USD",
        "nativeAmount": round(native, 2),
        "nativeCurrency": employer["currency"],
        "estimated": False,
    }


def head_counts(world: World, employer: Row) -> list[Row]:
    """The head count at the end of the last quarter, a little smaller than it is now."""
    began = date(world.today.year, 3 * ((world.today.month - 1) // 3) + 1, 1)
    ended = began - timedelta(days=1)
    return [{"asOfDate": ended.isoformat(), "employeeCount": max(1, round(employer["head_count"] * 0.97))}]
