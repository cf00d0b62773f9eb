"""How a row of the callback experiment is written: a CV from what it had, a job from what the ad asked."""

from typing import Any

from sandbox.clock import Clock

AD_COLUMNS = [
    "city", "minimum", "equal", "wanted", "requirements", "reqexp", "reqcomm", "reqeduc", "reqcomp", "reqorg",
    "industry",
]  # fmt: skip
AD_TITLES = {
    "secretary": "Secretary",
    "office support": "Office Clerk",
    "retail sales": "Retail Salesperson",
    "manager": "Office Manager",
    "supervisor": "Office Supervisor",
    "other": "Customer Service Representative",
}
SALES_ADS = ("retail sales",)
AD_INDUSTRIES = {
    "business/personal services": "Business Services",
    "trade": "Retail",
    "health/education/social services": "Healthcare",
    "finance/insurance/real estate": "Finance",
    "manufacturing": "Manufacturing",
    "transport/communication": "Transportation",
}
LOCATIONS = {"chicago": "Chicago, Illinois", "boston": "Boston, Massachusetts"}
GAP_MONTHS = 9


def cv_document(row: dict[str, Any], number: int, clock: Clock, months_before_end: int) -> dict[str, Any]:
    """The CV of a row as a parsed document; months count back from the month it was saved in."""
    sections = ["Experience", "Education", "Skills"]
    technical = ["Microsoft Word", "Microsoft Excel"] if row["computer"] == "yes" else []
    if row["email"] == "yes":
        technical = [*technical, "Microsoft Outlook"]
    soft = ["Communication", "Teamwork"]
    if row["military"] == "yes":
        sections.append("Military service")
        soft.append("Leadership")
    if row["school"] == "yes":
        sections.append("Work during studies")
        soft.append("Time management")
    lists = {
        "certifications": ["Special skills"] if row["special"] == "yes" else [],
        "awards": ["Honors"] if row["honors"] == "yes" else [],
        "volunteering": ["Volunteer work"] if row["volunteer"] == "yes" else [],
    }
    sections.extend(name.capitalize() for name, entries in lists.items() if entries)
    handle = f"{row['name']}.{number}".lower()
    return {
        "personal": {
            "name": row["name"],
            "email": f"{handle}@example.org" if row["email"] == "yes" else None,
        },
        "experience": experience(row, clock, months_before_end),
        "education": [education(row, clock, months_before_end)],
        "skills": {"technical": technical, "soft": soft, "languages": ["English"]},
        **lists,
        "sections": sections,
    }


def experience(row: dict[str, Any], clock: Clock, months_before_end: int) -> list[dict[str, Any]]:
    """As many jobs as the CV had, together as long as its years; a gap after the newest when it had holes."""
    jobs = max(int(row["jobs"]), 1)
    months = max(round(float(row["experience"]) * 12), jobs)
    shares = [months // jobs + (1 if position < months % jobs else 0) for position in range(jobs)]
    title = "Sales Associate" if row["wanted"] in SALES_ADS else "Administrative Assistant"
    has_gap = row["holes"] == "yes"
    # With one job only, the gap is the time since it ended.
    until = months_before_end + (GAP_MONTHS if has_gap and jobs == 1 else 0)
    entries = []
    for position, share in enumerate(shares):
        entry = {
            "title": title,
            "location": LOCATIONS[row["city"]],
            "startDate": month_text(clock, until + share),
            "endDate": month_text(clock, until),
        }
        if until == months_before_end:
            del entry["endDate"]
        entries.append(entry)
        until += share + (GAP_MONTHS if has_gap and position == 0 else 0)
    return entries


def education(row: dict[str, Any], clock: Clock, months_before_end: int) -> dict[str, Any]:
    """College or not is all that the study says."""
    finished = months_before_end + round(float(row["experience"]) * 12) + 6
    has_college = row["college"] == "yes"
    return {
        "degree": "Bachelor of Arts" if has_college else "High school diploma",
        "field": "Liberal Arts" if has_college else None,
        "endDate": month_text(clock, finished),
    }


def month_text(clock: Clock, months_before_end: int) -> str:
    """A month as `YYYY-MM`."""
    year, month = clock.month(months_before_end)
    return f"{year}-{month:02d}"


def ad_record(row: dict[str, Any]) -> dict[str, Any]:
    """The job of an ad, without its key and times. Who placed it isn't known."""
    requirements = []
    if row["minimum"] not in ("none", "some", "0"):
        requirements.append(f"{row['minimum']}+ years of experience")
    elif row["reqexp"] == "yes" or row["minimum"] == "some":
        requirements.append("Some experience")
    if row["reqeduc"] == "yes":
        requirements.append("High school diploma")
    if row["reqcomp"] == "yes":
        requirements += ["Microsoft Word", "Microsoft Excel"]
    if row["reqcomm"] == "yes":
        requirements.append("Communication")
    if row["reqorg"] == "yes":
        requirements.append("Organization")
    description = f"We are looking for: {AD_TITLES[row['wanted']]}."
    if row["equal"] == "yes":
        description += " We are an equal opportunity employer."
    return {
        "title": AD_TITLES[row["wanted"]],
        "company": None,
        "location": LOCATIONS[row["city"]],
        "country": "US",
        "industry": AD_INDUSTRIES.get(row["industry"]),
        "description": description,
        "requirements": requirements,
        "remote": False,
    }
