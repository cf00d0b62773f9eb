"""EDGAR writes filings as columns, and of a company every number that it ever filed."""

from typing import Any

import requests

from cvplus.lake.store import RejectedRecord

ANNUAL_REPORTS = ("10-K", "20-F", "40-F")
# What is kept of a company's facts: revenue under each of its names, and head count.
KEPT_TAGS = (
    ("us-gaap", "Revenues"),
    ("us-gaap", "RevenueFromContractWithCustomerExcludingAssessedTax"),
    ("dei", "EntityNumberOfEmployees"),
)
_KEPT_OF_FILING = ("accessionNumber", "form", "filingDate", "reportDate", "primaryDocument")
# What says nothing of the company, or would make a new version of it without news.
_LEFT_OUT = ("filings", "phone", "insiderTransactionForOwnerExists", "insiderTransactionForIssuerExists")


def companies(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The company, its annual reports as records; one whose columns of filings differ in length is rejected.

    Code and not data because the columns must be put together by position, and because a company with all
    its filings would be another one every week.
    """
    company: dict[str, Any] = response.json()
    columns = company["filings"]["recent"]
    if len({len(column) for column in columns.values()}) > 1:
        reason = "The columns of the company's filings differ in length, so no filing can be told from them."
        return [RejectedRecord("refused_by_provider", reason, str(company["cik"]))]
    filings = [
        dict(zip(_KEPT_OF_FILING, values, strict=True))
        for values in zip(*(columns[name] for name in _KEPT_OF_FILING), strict=True)
    ]
    kept = {name: value for name, value in company.items() if name not in _LEFT_OUT}
    reports = [filing for filing in filings if _is_annual(filing["form"])]
    return [{**kept, "cik": _padded(company["cik"]), "annualReports": reports}]


def facts(response: requests.Response) -> list[dict[str, Any]]:
    """The facts of annual reports that are kept, one record each.

    Code and not data because facts lie below their taxonomy, tag and unit, which a record must carry, and
    because all of them are megabytes a company.
    """
    body: dict[str, Any] = response.json()
    company = {"cik": _padded(body["cik"]), "entityName": body.get("entityName")}
    told = body["facts"]
    return [
        {
            **company,
            "taxonomy": taxonomy,
            "tag": tag,
            "unit": unit,
            "period": "/".join(fact[name] for name in ("start", "end") if name in fact),
            **fact,
        }
        for taxonomy, tag in KEPT_TAGS
        for unit, stated in told.get(taxonomy, {}).get(tag, {}).get("units", {}).items()
        for fact in stated
        if _is_annual(fact["form"])
    ]


def _is_annual(form: str) -> bool:
    return form.removesuffix("/A") in ANNUAL_REPORTS


def _padded(cik: str | int | None) -> str | None:
    return None if cik is None else str(cik).zfill(10)
