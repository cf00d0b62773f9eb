"""The facts of a company's annual reports in the shape of EDGAR: by taxonomy, tag and unit."""

from datetime import date
from typing import Any

from sandbox.providers.sec_edgar_records import annual_form, annual_reports
from sandbox.world import World

GROWTH = 1.08
TELLS_EMPLOYEES = 0.1
RESTATES = 0.1
LABELS = {
    "Revenues": "Revenues",
    "RevenueFromContractWithCustomerExcludingAssessedTax": (
        "Revenue from Contract with Customer, Excluding Assessed Tax"
    ),
    "Revenue": "Revenue",
    "Assets": "Assets",
    "EntityPublicFloat": "Entity Public Float",
    "EntityNumberOfEmployees": "Entity Number of Employees",
}
Row = dict[str, Any]


def facts_of(world: World, employer: Row) -> Row:
    """Every fact of the company's annual reports; each tells the revenue of the two years before as well.

    Companies abroad report by other rules: under another taxonomy, and in their own currency.
    """
    facts: dict[str, dict[str, Any]] = {"dei": {}}
    is_foreign = annual_form(employer) == "20-F"
    taxonomy = "ifrs-full" if is_foreign else "us-gaap"
    currency = employer["currency"] if is_foreign else "USD"
    reports = annual_reports(world, employer)
    for report in reports:
        year = report[0]
        for told_year in (year - 2, year - 1, year):
            amount = revenue(world, employer, told_year, year) * world.units_per_usd[currency]
            tag = "Revenue" if is_foreign else revenue_tag(world, employer, year)
            tell(
                facts,
                (taxonomy, tag, currency),
                statement(employer, report, round(amount), told_year, is_span=True),
            )
        assets = round(2.5 * revenue(world, employer, year, year) * world.units_per_usd[currency])
        tell(facts, (taxonomy, "Assets", currency), statement(employer, report, assets, year))
        worth = round(3 * revenue(world, employer, year, year))
        tell(facts, ("dei", "EntityPublicFloat", "USD"), statement(employer, report, worth, year))
        if world.chance("sec_edgar: employees", employer["permalink"]) < TELLS_EMPLOYEES:
            people = max(1, round(employer["head_count"] / GROWTH ** (reports[-1][0] - year)))
            tell(facts, ("dei", "EntityNumberOfEmployees", "pure"), statement(employer, report, people, year))
    frame(facts)
    return {"cik": employer["cik"], "entityName": employer["name"].title(), "facts": facts}


def revenue(world: World, employer: Row, year: int, told_in: int) -> float:
    """A year's revenue in US dollars, as the report about another year tells it: some are restated later."""
    key = f"{employer['permalink']}/{year}"
    is_restated = told_in > year and world.chance("sec_edgar: restated", key) < RESTATES
    years_ago = world.today.year - 1 - year
    swing = 0.95 + 0.1 * world.chance("sec_edgar: revenue", key)
    return float(employer["revenue_usd"] * swing / GROWTH**years_ago * (0.98 if is_restated else 1))


def revenue_tag(world: World, employer: Row, year: int) -> str:
    """The tag of revenue; some companies have changed it."""
    drawn = world.chance("sec_edgar: revenue tag", employer["permalink"])
    is_plain = drawn < 0.4 or (drawn > 0.8 and year < world.today.year - 2)
    return "Revenues" if is_plain else "RevenueFromContractWithCustomerExcludingAssessedTax"


def statement(
    employer: Row, report: tuple[int, date, str], value: int, about: int, is_span: bool = False
) -> Row:
    """A fact as one report states it, of a year or of the year's last day."""
    year, filed, number = report
    span = {"start": f"{about}-01-01"} if is_span else {}
    return span | {
        "end": f"{about}-12-31",
        "val": value,
        "accn": number,
        "fy": year,
        "fp": "FY",
        "form": annual_form(employer),
        "filed": filed.isoformat(),
    }


def tell(facts: dict[str, Any], name: tuple[str, str, str], fact: Row) -> None:
    """Adds a statement under its taxonomy, tag and unit."""
    taxonomy, tag, unit = name
    described = {"label": LABELS[tag], "description": f"{LABELS[tag]}, as reported.", "units": {}}
    concept = facts.setdefault(taxonomy, {}).setdefault(tag, described)
    concept["units"].setdefault(unit, []).append(fact)


def frame(facts: dict[str, Any]) -> None:
    """Orders statements by period, then by report, and marks the newest one of each period with its frame."""
    for concepts in facts.values():
        for concept in concepts.values():
            for stated in concept["units"].values():
                stated.sort(key=lambda fact: (fact["end"], fact["filed"]))
                newest = {(fact.get("start"), fact["end"]): fact for fact in stated}
                for (start, end), fact in newest.items():
                    fact["frame"] = f"CY{end[:4]}" if start else f"CY{end[:4]}Q4I"
