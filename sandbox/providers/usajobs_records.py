"""Shapes of USAJOBS records, with the oddities that readers have to stand: pay as text, names for codes."""

from datetime import date
from typing import Any

from sandbox import words
from sandbox.job_texts import joined

SERIES_NAMES = {
    "2210": "Information Technology Management",
    "0610": "Nurse",
    "0510": "Accounting",
    "1560": "Data Science",
    "0343": "Management And Program Analysis",
    "0201": "Human Resources Management",
}
# One in twenty older records says the interval in words and the pay without decimals.
OLD_STYLE_EVERY = 20


def qualifications(facts: dict[str, Any]) -> str:
    """What is asked, as running text."""
    sentences = [f"Specialized experience must include work with {joined(facts['required'])}."]
    if facts["preferred"]:
        sentences.append(f"Desirable: {joined(facts['preferred'])}.")
    if facts["years"]:
        sentences.append(f"At least {facts['years']} years of experience are required.")
    level = facts["education_level"]
    if level > 3:
        sentences.append(f"Education: {words.DEGREE_DEMANDS[level]} in {facts['degree_field']}.")
    elif level == 3:
        sentences.append(f"Education: {words.DEGREE_DEMANDS[level]}.")
    return " ".join(sentences)


def duties(facts: dict[str, Any]) -> list[str]:
    """Some duties, the same each time."""
    start = facts["id"] % len(words.DUTIES)
    return [f"{words.DUTIES[(start + step) % len(words.DUTIES)]}." for step in range(3)]


def pay_block(facts: dict[str, Any]) -> dict[str, str]:
    """Pay as text, with a code for its interval, or in the older style with words."""
    is_old = facts["id"] % OLD_STYLE_EVERY == 1
    low, high = facts["pay_low"], facts["pay_high"]
    code, words_of_it = ("PH", "Per Hour") if facts["is_hourly"] else ("PA", "Per Year")
    return {
        "MinimumRange": f"{low:.0f}" if is_old and not facts["is_hourly"] else f"{low:.2f}",
        "MaximumRange": f"{high:.0f}" if is_old and not facts["is_hourly"] else f"{high:.2f}",
        "RateIntervalCode": words_of_it if is_old else code,
        "Description": words_of_it,
    }


def search_item(facts: dict[str, Any]) -> dict[str, Any]:
    """One item of `/Search`."""
    number = facts["id"]
    place = f"{facts['city']}, {facts['state']}"
    series = facts["series"]
    duty_list = duties(facts)
    return {
        "MatchedObjectId": str(number),
        "MatchedObjectDescriptor": {
            "PositionID": f"26-{series}-{number % 100_000:05d}",
            "PositionTitle": facts["title"],
            "PositionURI": f"https://www.usajobs.example/job/{number}",
            "ApplyURI": [f"https://www.usajobs.example/job/{number}?apply=1"],
            "PositionLocationDisplay": place,
            "PositionLocation": [
                {
                    "LocationName": place,
                    "CountryCode": "United States",
                    "CountrySubDivisionCode": facts["state"],
                    "CityName": place,
                    "Longitude": -80.0 - number % 30,
                    "Latitude": 30.0 + number % 15,
                }
            ],
            "OrganizationName": facts["organization"],
            "DepartmentName": facts["department"],
            "JobCategory": [{"Name": SERIES_NAMES.get(series, f"Series {series}"), "Code": series}],
            "JobGrade": [{"Code": "GS"}],
            "PositionSchedule": [{"Name": "Full-time", "Code": "1"}],
            "PositionOfferingType": [{"Name": "Permanent", "Code": "15317"}],
            "QualificationSummary": qualifications(facts),
            "PositionRemuneration": [pay_block(facts)],
            "PublicationStartDate": f"{facts['opened']}T00:00:00.0000",
            "ApplicationCloseDate": f"{facts['closed']}T23:59:59.9970",
            "UserArea": {
                "Details": {
                    "LowGrade": facts["low_grade"],
                    "HighGrade": facts["high_grade"],
                    "JobSummary": f"{facts['organization']} is hiring: {facts['title']}.",
                    "MajorDuties": " ".join(duty_list) if number % 3 == 0 else duty_list,
                    "RemoteIndicator": facts["is_remote"],
                    "TeleworkEligible": facts["is_remote"] or number % 2 == 0,
                }
            },
        },
    }


def historic_record(facts: dict[str, Any], today: date) -> dict[str, Any]:
    """One row of `/HistoricJoa`."""
    is_closed = facts["closed"] < today.isoformat()
    return {
        "usajobsControlNumber": facts["id"],
        "hiringAgencyName": facts["organization"],
        "hiringDepartmentName": facts["department"],
        "appointmentType": "Permanent",
        "workSchedule": "Full-time",
        "payScale": "GS",
        "salaryType": "Per Hour" if facts["is_hourly"] else "Per Year",
        "teleworkEligible": "Y" if facts["is_remote"] else "N",
        "remoteIndicator": "Y" if facts["is_remote"] else "N",
        "securityClearance": "Not Required",
        "whoMayApply": "United States Citizens",
        "positionOpenDate": facts["opened"],
        "positionCloseDate": facts["closed"],
        "positionExpireDate": None,
        "announcementNumber": f"26-{facts['series']}-{facts['id'] % 100_000:05d}",
        "positionTitle": facts["title"],
        "minimumGrade": facts["low_grade"],
        "maximumGrade": facts["high_grade"],
        "promotionPotential": facts["high_grade"],
        "minimumSalary": facts["pay_low"],
        "maximumSalary": facts["pay_high"],
        "supervisoryStatus": "N",
        "totalOpenings": "1",
        "positionOpeningStatus": "Job closed" if is_closed else "Accepting applications",
        "HiringPaths": [{"hiringPath": "The public"}],
        "JobCategories": [{"series": facts["series"]}],
        "PositionLocations": [
            {
                "positionLocationCity": facts["city"],
                "positionLocationState": facts["state"],
                "positionLocationCountry": "United States",
            }
        ],
    }


def announcement_text(facts: dict[str, Any], today: date) -> dict[str, Any]:
    """One row of `/HistoricJoa/AnnouncementText`; the contract names the path, its fields are assumed."""
    return {
        "usajobsControlNumber": facts["id"],
        "summary": f"{facts['organization']} is hiring: {facts['title']}.",
        "duties": " ".join(duties(facts)),
        "requirementsQualifications": qualifications(facts),
    }
