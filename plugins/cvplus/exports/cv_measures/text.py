"""Measures of a CV's text and form."""

import re
from collections.abc import Iterator

from cvplus.exports.cv_document import CvDocument

_WORD = re.compile(r"\w+(?:['’.+#/-]+\w+)*[+#]*")
_STATEMENT_END = re.compile(r"[\n•;]+|(?<=[.!?])\s+")
# A quantity: percent, money, a factor, a large or grouped number, or a counted thing ("a team of 12", "6
# people").
_QUANTITY = re.compile(
    r"\d\s*%|\bper\s?cent\b|[$€£]\s*\d|\d\s*(?:USD|EUR|GBP|k\b|m\b|bn\b|million|billion|thousand)"
    r"|\b\d+(?:\.\d+)?x\b|\b\d{1,3}(?:[,.]\d{3})+\b|\bteam of \d+"
    r"|\b\d+(?:[.,]\d+)?\+?[ -](?:[a-z]+-)?(?:people|person|engineers?|users?|customers?|clients?|employees?"
    r"|reports|members|projects?|teams?|hours?|days?|weeks?|months?|countries|sites|stores|patients?|students?"
    r"|accounts?|points?|tickets?|services?|products?)\b",
    re.IGNORECASE,
)


def all_text(cv: CvDocument) -> Iterator[str]:
    """Every text of the CV but the personal part and the headings."""
    yield cv.summary
    for job in cv.jobs:
        yield from (job.title, job.company, job.location, job.description)
    for study in cv.studies:
        yield from (study.degree, study.field, study.institution)
    for names in (
        cv.technical_skills,
        cv.soft_skills,
        cv.languages,
        cv.certifications,
        cv.awards,
        cv.volunteering,
    ):
        yield from names


def word_count(cv: CvDocument) -> int:
    """Words of all text but the personal part. A word is a run of letters and digits; "node.js" is one."""
    return sum(len(_WORD.findall(text)) for text in all_text(cv))


def sections_count(cv: CvDocument) -> int:
    """Distinct headings. A CV without a list of headings has as many as it has parts that are not empty."""
    if cv.sections:
        return len({heading.casefold() for heading in cv.sections})
    parts = (
        cv.summary,
        cv.jobs,
        cv.studies,
        cv.technical_skills or cv.soft_skills,
        cv.languages,
        cv.certifications,
        cv.awards,
        cv.volunteering,
    )
    return sum(1 for part in parts if part)


def formatting_score(cv: CvDocument) -> float | None:
    """How easily people and applicant tracking systems read the form, 0-1; ``None`` when the form is unknown.

    The mean of the checks whose fact is known: one or two pages (three half), one column, at most two fonts
    (three half), no tables, 5-40 bullets (some other number half, none nothing), one date format. They are
    what recruiters' style guides and parsers of CVs agree on; a photo is left out, since regions differ on
    it.
    """
    facts = cv.formatting
    scores = []
    if (pages := _count(facts.get("pages"))) is not None:
        scores.append(1.0 if pages in (1, 2) else 0.5 if pages == 3 else 0.0)
    if (columns := _count(facts.get("columns"))) is not None:
        scores.append(1.0 if columns <= 1 else 0.0)
    if (fonts := _count(facts.get("fontCount"))) is not None:
        scores.append(1.0 if fonts <= 2 else 0.5 if fonts == 3 else 0.0)
    if (bullets := _count(facts.get("bulletCount"))) is not None:
        scores.append(1.0 if 5 <= bullets <= 40 else 0.5 if bullets > 0 else 0.0)
    if isinstance(facts.get("hasTables"), bool):
        scores.append(0.0 if facts["hasTables"] else 1.0)
    if isinstance(facts.get("dateFormat"), str):
        scores.append(0.0 if facts["dateFormat"].casefold() in ("", "mixed", "inconsistent") else 1.0)
    return sum(scores) / len(scores) if scores else None


def quantified_achievements_count(cv: CvDocument) -> int:
    """Statements (sentences, bullets) of the summary and of the jobs' descriptions that hold a quantity.

    A quantity is a percentage, an amount of money, a factor ("3x"), a large number or a number of counted
    things. A bare year is none.
    """
    statements = (
        statement
        for text in (cv.summary, *(job.description for job in cv.jobs))
        for statement in _STATEMENT_END.split(text)
    )
    return sum(1 for statement in statements if _QUANTITY.search(statement))


def _count(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        return None
    return value
