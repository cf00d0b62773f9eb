"""What the warehouse keeps of a CV: its measures, skills, titles and spans of time, and none of its text."""

from collections.abc import Iterable
from typing import Any

from cvplus.enrich.education import isced_level
from cvplus.enrich.skills import load_vocabulary
from cvplus.exports.cv_dates import month_of_instant, month_text
from cvplus.exports.cv_document import CvDocument, read_document
from cvplus.exports.cv_measures import career, education, skills, text
from cvplus.privacy.personal import load_personal_rules

LONGEST_NAME = 120
MOST_WORDS_OF_SKILL = 8
# No title, skill or field of study has as many digits as a date or a person's number.
MOST_DIGITS_OF_NAME = 6
_DECIMALS = 6


def measured_cv(record: dict[str, Any]) -> dict[str, Any]:
    """Measures, skills, titles, the wanted title, experience and education of an exported CV.

    The record has been checked: ``document`` is an object and ``updatedAt`` an instant with an offset.
    """
    cv = read_document(record["document"], record.get("language"))
    as_of = month_of_instant(record["updatedAt"])
    industry = record.get("targetIndustry")
    vocabulary = load_vocabulary()
    technical, soft, languages = (
        skills.canonical_skills(_clean(names, cv, MOST_WORDS_OF_SKILL), vocabulary)
        for names in (cv.technical_skills, cv.soft_skills, cv.languages)
    )
    jobs = cv.jobs_newest_first()
    titles = _clean([job.title for job in jobs if job.title], cv)
    measures = {
        "word_count": text.word_count(cv),
        "sections_count": text.sections_count(cv),
        "formatting_score": text.formatting_score(cv),
        "total_experience": career.total_experience(cv, as_of),
        "career_read_share": career.career_read_share(cv),
        "job_changes": career.job_changes(cv),
        "average_tenure": career.average_tenure(cv, as_of),
        "career_progression": career.career_progression(cv),
        "technical_skills_count": len(technical),
        "soft_skills_count": len(soft),
        "skill_diversity": skills.skill_diversity(technical, vocabulary),
        "education_level": education.education_level(cv),
        "relevant_education": education.relevant_education(cv, industry, as_of),
        "longest_gap_months": career.longest_gap_months(cv, as_of),
        "months_since_last_job": career.months_since_last_job(cv, as_of),
        "languages_count": len(languages),
        "certifications_count": len(set(cv.certifications)),
        "volunteering_count": len(cv.volunteering),
        "quantified_achievements_count": text.quantified_achievements_count(cv),
        "last_title": titles[0] if titles else None,
    }
    return {
        "measures": {name: _rounded(value) for name, value in measures.items()},
        "skills": {"technical": technical, "soft": soft, "languages": languages},
        "titles": titles,
        "wanted_title": next(iter(_clean([cv.wanted_title], cv)), None),
        "experience": [
            {
                "title": next(iter(_clean([job.title], cv)), None),
                "start_month": month_text(job.first),
                "end_month": None if job.dates.is_open else month_text(job.dates.last),
            }
            for job in jobs
        ],
        "education": [
            {"level": isced_level(study.degree), "field": next(iter(_clean([study.field], cv)), None)}
            for study in cv.studies
        ],
    }


def _clean(names: Iterable[str], cv: CvDocument, most_words: int | None = None) -> list[str]:
    """The names without those that hold something personal or the person's own name; long ones are cut.

    Names of more than ``most_words`` words are sentences and are left out.

    One part of a name alone is left: people called Cook or Baker may be cooks and bakers.
    """
    rules = load_personal_rules()
    person = set(cv.name.casefold().replace("-", " ").split())
    return [
        name[:LONGEST_NAME]
        for name in names
        if name
        and (most_words is None or len(name.split()) <= most_words)
        and sum(map(str.isdigit, name)) <= MOST_DIGITS_OF_NAME
        and not rules.find(name)
        and len(person & set(name.casefold().replace("-", " ").split())) < 2
    ]


def _rounded(value: Any) -> Any:
    return round(value, _DECIMALS) if isinstance(value, float) else value
