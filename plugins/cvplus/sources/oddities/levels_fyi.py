"""The copy of Levels.fyi's old file is one array, in which a report may have no number."""

import hashlib
from typing import Any

import orjson
import requests

# What tells one report from another and no person from another; a hash of it stands for a missing number.
TELLING = (
    *("timestamp", "company", "level", "title", "location", "tag", "yearsofexperience", "yearsatcompany"),
    *("totalyearlycompensation", "basesalary", "stockgrantvalue", "bonus", "cityid", "dmaid"),
)


def read_reports(response: requests.Response) -> list[Any]:
    """The reports of the file, each with a ``reportKey``: its ``rowNumber``, or a hash where that is missing.

    Code and not data because of that key; and because the site answers what it will not show with another
    kind of JSON (``{"payload": ..}``) and status 200.
    """
    if not response.content.lstrip().startswith(b"["):
        raise ValueError("it is no array of reports, but a page of the site or scrambled")
    return [
        {"reportKey": _key(report), **report} if isinstance(report, dict) else report
        for report in orjson.loads(response.content)
    ]


def _key(report: dict[str, Any]) -> str:
    number = str(report.get("rowNumber") or "").strip()
    if number:
        return number
    told = orjson.dumps([report.get(name) for name in TELLING])
    return f"hash-{hashlib.sha256(told).hexdigest()[:32]}"
