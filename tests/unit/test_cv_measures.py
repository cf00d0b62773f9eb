"""Each measure of a CV on cases whose answer can be seen by eye, then all of them on anything at all."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvplus.enrich.skills import load_vocabulary
from cvplus.exports.cv_dates import month_of_instant
from cvplus.exports.cv_document import CvDocument, read_document
from cvplus.exports.cv_measures import career, education, skills, text
from cvplus.exports.cv_record import measured_cv

UPDATED_AT = "2026-06-15T12:00:00+00:00"
AS_OF = month_of_instant(UPDATED_AT)


def cv(**parts: Any) -> CvDocument:
    return read_document(parts)


def job(
    title: str, start: str | None, end: str | None = None, company: str = "", **more: Any
) -> dict[str, Any]:
    return {"title": title, "startDate": start, "endDate": end, "company": company} | more


def test_words_of_everything_but_the_personal_part_are_counted() -> None:
    document = cv(
        personal={"name": "Not Counted"},
        summary="I build node.js services.",
        experience=[job("Data Engineer", "2020", company="Acme", description="Cut cost by 40%")],
        skills={"technical": ["C++"], "soft": ["Team work"]},
    )
    assert text.word_count(document) == 4 + 2 + 1 + 4 + 1 + 2
    assert text.word_count(CvDocument()) == 0


def test_sections_are_headings_or_else_parts_that_are_not_empty() -> None:
    assert text.sections_count(cv(sections=["Skills", "SKILLS", "Work"])) == 2
    assert text.sections_count(cv(summary="x", education=[{"degree": "BSc"}])) == 2
    assert text.sections_count(CvDocument()) == 0


BEST_FORM = {
    "pages": 2,
    "columns": 1,
    "fontCount": 2,
    "bulletCount": 12,
    "hasTables": False,
    "dateFormat": "Y",
}
WORST_FORM = {
    "pages": 9,
    "columns": 3,
    "fontCount": 8,
    "bulletCount": 0,
    "hasTables": True,
    "dateFormat": "mixed",
}


@pytest.mark.parametrize(
    ("facts", "score"),
    [
        ({}, None),
        (BEST_FORM, 1.0),
        (WORST_FORM, 0.0),
        ({"pages": 3}, 0.5),
        ({"pages": "two", "hasPhoto": True}, None),
    ],
)
def test_the_form_is_scored_by_what_is_known_of_it(facts: dict[str, Any], score: float | None) -> None:
    assert text.formatting_score(cv(formatting=facts)) == score


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Cut cost by 40%.", 1),
        ("Raised $2m. Led a team of 12. Made it 3x faster", 3),
        ("Served 1,200,000 requests", 1),
        ("Managed a 5-person development team", 1),
        ("Worked there since 2015", 0),
        ("Built pipelines", 0),
    ],
)
def test_statements_with_a_quantity_are_counted(sentence: str, count: int) -> None:
    assert text.quantified_achievements_count(cv(summary=sentence)) == count


def test_overlapping_jobs_count_once_and_an_open_one_runs_to_the_update() -> None:
    document = cv(
        experience=[job("A", "2020-01", "2021-12"), job("B", "2021-01", "2022-12"), job("C", "2026-01")]
    )
    assert career.total_experience(document, AS_OF) == 3.5
    assert career.longest_gap_months(document, AS_OF) == 36
    assert career.months_since_last_job(document, AS_OF) == 0


def test_a_job_that_is_told_by_years_runs_from_middle_to_middle() -> None:
    assert career.total_experience(cv(experience=[job("A", "2015", "2017")]), AS_OF) == pytest.approx(25 / 12)


def test_the_future_and_dates_that_make_no_sense_are_not_worked() -> None:
    document = cv(
        experience=[job("A", "2026-01", "2030-12"), job("B", "2027-01"), job("C", "2020-05", "2019-01")]
    )
    assert career.total_experience(document, AS_OF) == 0.5
    assert career.months_since_last_job(cv(experience=[job("A", "2026-01", "2026-03")]), AS_OF) == 3


def test_a_job_whose_dates_cannot_be_read_is_no_time_without_work() -> None:
    unread = cv(experience=[job("A", "some day", "later"), job("B", None, "2020-01")])
    assert career.total_experience(unread, AS_OF) is None
    assert career.career_read_share(unread) == 0
    assert career.job_changes(unread) is None
    assert career.longest_gap_months(unread, AS_OF) is None


def test_no_job_at_all_is_no_experience() -> None:
    assert career.total_experience(CvDocument(), AS_OF) == 0
    assert career.career_read_share(CvDocument()) is None
    assert career.total_experience(cv(experience=[{"title": "", "startDate": ""}]), AS_OF) == 0


def test_a_career_that_is_read_in_part_says_how_much() -> None:
    partly = cv(
        experience=[
            job("C", "unknown", "unknown"),
            job("B", "2018-01", "2018-12"),
            job("A", "2015-01", "2015-12"),
        ]
    )
    assert career.total_experience(partly, AS_OF) == 2
    assert career.career_read_share(partly) == pytest.approx(2 / 3)
    # The unread job may lie in the gap, or run until now.
    assert career.longest_gap_months(partly, AS_OF) is None
    assert career.months_since_last_job(partly, AS_OF) is None
    assert career.average_tenure(partly, AS_OF) == 1


def test_a_job_without_dates_keeps_its_title() -> None:
    document = {"experience": [job("Baker", "some day"), job("Cook", "2019-01")]}
    measured = measured_cv({"document": document, "updatedAt": UPDATED_AT})
    assert measured["titles"] == ["Cook", "Baker"]
    assert [entry["start_month"] for entry in measured["experience"]] == ["2019-01", None]


def test_dates_are_read_in_the_language_of_the_cv() -> None:
    document = {"experience": [job("Bäcker", "03/04/2025", "heute")]}
    record = {"document": document, "updatedAt": UPDATED_AT, "language": "de"}
    assert measured_cv(record)["measures"]["total_experience"] == pytest.approx(15 / 12)


def test_a_new_title_with_the_same_employer_is_no_change() -> None:
    document = cv(
        experience=[
            job("Senior Engineer", "2018-01", "2019-12", "Acme"),
            job("Engineer", "2016-01", "2017-12", "ACME"),
            job("Lead", "2020-01", "2021-12", "Other"),
        ]
    )
    assert career.job_changes(document) == 1
    assert career.average_tenure(document, AS_OF) == 3.0
    assert career.job_changes(CvDocument()) == 0
    assert career.average_tenure(CvDocument(), AS_OF) is None


@pytest.mark.parametrize(
    ("titles", "progression"),
    [
        (["Intern", "CEO"], 1.0),
        (["CEO", "Intern"], -1.0),
        (["Engineer", "Engineer", "Engineer"], 0.0),
        (["Junior Engineer", "Engineer", "Senior Engineer"], pytest.approx(2 / 6)),
        (["Engineer"], None),
    ],
)
def test_progression_is_the_slope_of_seniority(titles: list[str], progression: float | None) -> None:
    jobs = [job(title, f"{2010 + year}-01", f"{2010 + year}-12") for year, title in enumerate(titles)]
    assert career.career_progression(cv(experience=jobs[::-1])) == progression


def test_skills_are_canonical_and_counted_once() -> None:
    vocabulary = load_vocabulary()
    names = ["Airflow", "Apache Airflow", "python", "Underwater Basket Weaving", "C++", "…"]
    slugs = skills.canonical_skills(names, vocabulary)
    assert slugs == ["apache-airflow", "python", "underwater-basket-weaving", "c++"]


def test_diversity_is_the_evenness_over_families() -> None:
    vocabulary = load_vocabulary()
    assert skills.skill_diversity([], vocabulary) is None
    assert skills.skill_diversity(["python"], vocabulary) == 0.0
    assert skills.skill_diversity(["something", "else"], vocabulary) == 0.0
    assert skills.skill_diversity(["python", "microsoft-excel"], vocabulary) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("degree", "level"),
    [
        ("PhD in Physics", 8),
        ("Doctorate", 8),
        ("Master of Science", 7),
        ("M.Sc.", 7),
        ("MBA", 7),
        ("Diplom-Ingenieur", 7),
        ("Bachelor of Science", 6),
        ("B.Sc. Informatik", 6),
        ("BA", 6),
        ("Associate degree", 5),
        ("Associate's", 5),
        ("Vocational certificate", 4),
        ("High school diploma", 3),
        ("GED", 3),
        ("Abitur", 3),
        ("Ausbildung", 3),
        ("Lower secondary certificate", 2),
        ("Primary school", 1),
        ("Diplôme d'ingénieur", 7),
        ("Civilingenjörsexamen", 7),
        ("HBO werktuigbouwkunde", 6),
        ("学士(工学)", 6),
        ("修士", 7),
        ("硕士研究生", 7),
        ("大专", 5),
        ("Hogwarts", None),
        ("", None),
    ],
)
def test_degrees_have_isced_levels(degree: str, level: int | None) -> None:
    assert education.education_level(cv(education=[{"degree": degree}])) == level


def test_the_highest_degree_counts() -> None:
    assert education.education_level(cv(education=[{"degree": "BSc"}, {"degree": "PhD"}])) == 8


@pytest.mark.parametrize(
    ("degree", "field", "industry", "end", "relevance"),
    [
        ("Bachelor of Science", "Computer Science", "technology", "2020", 1.0),
        ("Bachelor of Science", "Mathematics", "technology", "2020", 0.5),
        ("Bachelor of Arts", "Music", "healthcare", "2020", 0.0),
        ("Vocational certificate", "Nursing", "healthcare", "2020", pytest.approx(4 / 6)),
        ("Bachelor of Science", "Computer Science", "technology", "2029", 0.5),
        ("Bachelor of Science", "Computer Science", None, "2020", None),
        ("Bachelor of Science", "", "technology", "2020", 1.0),
        ("", "", "technology", "2020", None),
    ],
)
def test_relevance_of_education(
    degree: str, field: str, industry: str | None, end: str, relevance: float | None
) -> None:
    document = cv(education=[{"degree": degree, "field": field, "endDate": end}])
    measured = education.relevant_education(document, industry, AS_OF)
    if field == "" and degree:
        assert measured is not None
    else:
        assert measured == relevance


JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
CV_DATE = st.sampled_from(["2010", "2012-05", "2014-05-20", "2031-01", "present", "", None, "x", 2011])
JOBS = st.fixed_dictionaries(
    {"title": st.sampled_from(["Intern", "Engineer", "Senior Engineer", "CEO", ""]) | JSON_VALUE},
    optional={
        "startDate": CV_DATE,
        "endDate": CV_DATE,
        "company": st.text(max_size=3),
        "description": JSON_VALUE,
    },
)
STUDIES = st.fixed_dictionaries(
    {"degree": st.sampled_from(["BSc", "PhD", "High school"]) | JSON_VALUE},
    optional={"field": st.sampled_from(["Law", "Nursing"]) | JSON_VALUE, "endDate": CV_DATE},
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "personal": JSON_VALUE,
        "summary": JSON_VALUE,
        "experience": st.lists(JOBS, max_size=6) | JSON_VALUE,
        "education": st.lists(STUDIES, max_size=4) | JSON_VALUE,
        "skills": st.dictionaries(st.sampled_from(["technical", "soft", "languages"]), JSON_VALUE)
        | JSON_VALUE,
        "certifications": JSON_VALUE,
        "sections": JSON_VALUE,
        "formatting": st.dictionaries(
            st.sampled_from(["pages", "columns", "fontCount", "bulletCount", "hasTables", "dateFormat"]),
            JSON_VALUE,
        ),
        "work": JSON_VALUE,
        "basics": JSON_VALUE,
    },
)
UNIT = ("career_read_share", "formatting_score", "skill_diversity", "relevant_education")
NEVER_NEGATIVE = (
    "word_count",
    "sections_count",
    "total_experience",
    "job_changes",
    "average_tenure",
    "technical_skills_count",
    "soft_skills_count",
    "longest_gap_months",
    "months_since_last_job",
    "languages_count",
    "certifications_count",
    "volunteering_count",
    "quantified_achievements_count",
)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.none() | st.text(max_size=10))
def test_any_document_is_measured_within_the_ranges(document: dict[str, Any], industry: str | None) -> None:
    record = {"document": document, "updatedAt": UPDATED_AT, "targetIndustry": industry}
    measured = measured_cv(record)
    values = measured["measures"]
    assert all(values[name] is None or 0 <= values[name] <= 1 for name in UNIT)
    assert all(values[name] is None or values[name] >= 0 for name in NEVER_NEGATIVE)
    assert values["career_progression"] is None or -1 <= values["career_progression"] <= 1
    assert values["education_level"] is None or values["education_level"] in range(9)
    assert measured_cv(json.loads(json.dumps(record))) == measured
    orjson.dumps(measured)


def test_measuring_does_not_depend_on_the_day() -> None:
    document = {"experience": [job("Engineer", "2020-01")]}
    earlier = measured_cv({"document": document, "updatedAt": "2021-01-01T00:00:00Z"})
    assert earlier["measures"]["total_experience"] == pytest.approx(13 / 12)


def test_contact_data_and_the_own_name_never_stay_in_titles_and_skills() -> None:
    document = {
        "personal": {"name": "Lena Vasquez-Cook"},
        "experience": [
            job("Cook", "2020"),
            job("Assistant to Lena Vasquez", "2019"),
            job("Call 555-0100", "2018"),
        ],
        "skills": {"technical": ["Python", "lena@example.org"]},
    }
    kept = measured_cv({"document": document, "updatedAt": UPDATED_AT})
    assert kept["titles"] == ["Cook"]
    assert kept["skills"]["technical"] == ["python"]
