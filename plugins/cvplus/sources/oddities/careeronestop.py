"""CareerOneStop answers one question with three lists of wages, of which any may be empty."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException

from cvplus.lake.store import RejectedRecord

# From the narrowest place to the widest.
LADDER = (("Area", "BLSAreaWagesList"), ("State", "StateWagesList"), ("Nation", "NationalWagesList"))
# Nothing else of a wage is kept: the licence forbids storing the coordinates that may stand beside it.
KEPT = ("RateType", "Pct10", "Pct25", "Median", "Pct75", "Pct90", "StFips", "Area", "AreaName")
_NO_MATCH = re.compile(r"no data|not found|no match", re.IGNORECASE)
_SOC = re.compile(r"\d\d-\d{4}")


def check_answer(response: requests.Response) -> None:
    """Take a 404 that says that nothing matched for what it is: an answer without wages.

    Code and not data because a wrong address has the same status.
    """
    if response.status_code != 404:
        return
    try:
        body = response.json()
    except ValueError:
        return
    if isinstance(body, dict) and _NO_MATCH.search(str(body.get("Message", ""))):
        raise IgnoreResponseException


def read_wages(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """One record a rate (annual, hourly) of the narrowest place that has wages; ``AreaLevel`` says which.

    Code and not data because the lists fall back on one another, and because an answer may be about another
    occupation than the one asked for: that one is rejected.
    """
    found = response.json()["OccupationDetail"]
    details: list[dict[str, Any]] = found if isinstance(found, list) else [found]
    asked = parse_qs(urlsplit(response.request.url or "").query).get("keyword", [""])[0]
    return [record for detail in details if detail for record in _wages(detail, asked)]


def _wages(detail: dict[str, Any], asked: str) -> list[dict[str, Any] | RejectedRecord]:
    code = str(detail["OccupationCode"])
    if _SOC.match(asked) and _SOC.match(code) and asked[:7] != code[:7]:
        reason = f"The answer is about {code} ({detail.get('OccupationTitle')}); asked was {asked}."
        return [RejectedRecord("refused_by_provider", reason, code)]
    wages = detail["Wages"] or {}
    occupation = {
        "OccupationTitle": detail.get("OccupationTitle"),
        "OccupationCode": code,
        "SocCode": re.sub(r"\D", "", code)[:6],
        "WageYear": wages.get("WageYear"),
    }
    for level, name in LADDER:
        rates = [rate for rate in wages.get(name) or [] if rate.get("Median") or rate.get("Pct10")]
        if rates:
            return [_record(occupation | {"AreaLevel": level}, rate) for rate in rates]
    return []


def _record(occupation: dict[str, Any], rate: dict[str, Any]) -> dict[str, Any]:
    area = "".join(str(rate[name]) for name in ("StFips", "Area") if rate.get(name))
    kept = {name: rate[name] for name in KEPT if name in rate}
    return {**occupation, "AreaCode": area or rate.get("AreaName"), **kept}
