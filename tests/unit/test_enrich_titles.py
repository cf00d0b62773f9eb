"""Titles: cleaned, matched to occupations, and ranked by seniority."""

import pytest

from cvplus.enrich.seniority import SENIORITIES, rank_of_title, seniority_of
from cvplus.enrich.titles import LOWEST_SCORE, TitleMatcher, load_title_matcher, normalized_title, plain_title

KNOWN = [
    ("15-1252", "Software Developers"),
    ("15-1252", "Software Engineer"),
    ("15-1252", "Software Architect"),
    ("17-2072", "Electronics Engineer"),
    ("17-2072", "Engineer"),
    ("15-1253", "Software Engineer"),
    ("15-1253", "Quality Analyst"),
    ("29-1141", "Registered Nurse"),
]


@pytest.mark.parametrize(
    ("title", "normalized"),
    [
        ("Senior Data Engineer (m/w/d)", "data engineer"),
        ("Senior Data Engineer - Berlin", "data engineer"),
        ("Data Engineer m/w/d in Hamburg", "data engineer"),
        ("Staff+ Software Engineer, GRC Platform", "software engineer"),
        ("Director, Software Engineering", "software engineering director"),
        ("IT Specialist (APPSW), GG-2210-14", "it specialist"),
        ("C++ Developer II", "c++ developer"),
        ("Chief of Staff", "chief of staff"),
        ("Senior", "senior"),
        ("", ""),
    ],
)
def test_a_title_loses_what_is_not_the_job(title: str, normalized: str) -> None:
    assert normalized_title(title) == normalized


def test_plain_titles_keep_the_level() -> None:
    assert plain_title("Senior Node.js Entwickler*in (m/w/d)") == "senior node.js entwickler"


def test_known_titles_match_exactly_and_near_ones_by_likeness() -> None:
    matcher = TitleMatcher(KNOWN)
    exact, level, near, nothing = matcher.match(
        ["Registered Nurse", "Senior Registered Nurse (f/m/d)", "Registered Nurses", "Zookeeper"]
    )
    assert (exact.occupation_id, exact.score) == ("29-1141", 1.0)
    assert (level.occupation_id, level.score) == ("29-1141", 1.0)
    assert near.occupation_id == "29-1141"
    assert LOWEST_SCORE <= near.score < 1.0
    assert nothing.occupation_id is None
    assert nothing.score < LOWEST_SCORE


def test_of_occupations_that_share_a_title_the_closer_one_is_taken() -> None:
    (match,) = TitleMatcher(KNOWN).match(["Software Engineer"])
    assert match.occupation_id == "15-1252"


def test_matching_is_in_order_and_the_same_one_by_one() -> None:
    matcher = TitleMatcher(KNOWN)
    titles = ["Zookeeper", "Engineer", "Zookeeper", "Nurse, Registered", ""]
    assert matcher.match(titles) == [matcher.match([title])[0] for title in titles]


@pytest.mark.parametrize(
    ("title", "occupation"),
    [
        ("Senior Software Engineer, Growth", "15-1252"),
        ("Data Scientist", "15-2051"),
        ("Registered Nurse - ICU", "29-1141"),
        ("Marketing Manager (m/w/d)", "11-2021"),
        ("Accountant II", "13-2011"),
    ],
)
def test_the_shipped_titles_know_common_jobs(title: str, occupation: str) -> None:
    (match,) = load_title_matcher().match([title])
    assert match.occupation_id == occupation


@pytest.mark.parametrize(
    ("title", "seniority"),
    [
        ("Software Engineering Intern", "intern"),
        ("Werkstudent (m/w/d)", "intern"),
        ("Apprentice Electrician", "intern"),
        ("Junior Developer", "junior"),
        ("Graduate Engineer", "junior"),
        ("Software Engineer I", "junior"),
        ("Software Engineer", "mid"),
        ("Product Manager", "mid"),
        ("Executive Assistant", "mid"),
        ("Staff Nurse", "mid"),
        ("Account Executive", "mid"),
        ("Solutions Architect", "mid"),
        ("Lead Generation Specialist", "mid"),
        ("", "mid"),
        ("Sr. Developer", "senior"),
        ("Senior Product Manager", "senior"),
        ("Engineer III", "senior"),
        ("Tech Lead", "lead"),
        ("Staff Software Engineer", "lead"),
        ("Principal Scientist", "lead"),
        ("Engineering Manager", "manager"),
        ("Head of Sales", "manager"),
        ("Supervisory IT Specialist", "manager"),
        ("VP of Sales", "executive"),
        ("CTO", "executive"),
        ("Chief Technology Officer", "executive"),
        ("Executive Director", "executive"),
    ],
)
def test_seniority_of_titles(title: str, seniority: str) -> None:
    assert seniority_of(title) == seniority
    assert SENIORITIES[rank_of_title(title)] == seniority


@pytest.mark.parametrize(
    ("grade", "plan", "seniority"),
    [
        ("05", "GS", "junior"),
        ("12", "GS", "mid"),
        ("13", "GS", "senior"),
        ("15", "GS", "manager"),
        ("00", "ES", "executive"),
        ("09", "NA", "mid"),
        (None, "GS", "mid"),
        ("00", "GS", "mid"),
        ("x", "GS", "mid"),
    ],
)
def test_a_federal_grade_speaks_where_the_title_does_not(
    grade: str | None, plan: str, seniority: str
) -> None:
    assert seniority_of("IT Specialist", grade, plan) == seniority
    assert seniority_of("Lead IT Specialist", grade, plan) == "lead"
