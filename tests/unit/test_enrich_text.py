"""What is found in postings' texts: skills, years, education, remote work."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvplus.enrich.evaluation import compare_with_labels
from cvplus.enrich.markup import plain_text
from cvplus.enrich.posting_text import PostingText, posting_shapes, reader_of
from cvplus.enrich.readers.answer import Text
from cvplus.enrich.readers.registry import read_texts
from cvplus.enrich.shapes import values_at
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.skills import load_vocabulary, skill_key
from cvplus.sources.declaration import PostingFields

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
LABELS = REAL / "postings" / "posting_text_skill_labels.jsonl"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Apache Airflow", "apache-airflow"),
        ("airflow", "apache-airflow"),
        ("C++", "c++"),
        ("c#", "c#"),
        ("Node.js", "node.js"),
        ("NodeJS", "node.js"),
        ("CI/CD", "ci-cd"),
        ("Excel", "microsoft-excel"),
        ("K8s", "kubernetes"),
        (".NET", "microsoft-.net-framework"),
        ("Wine Tasting", "wine-tasting"),
        ("Über  Kunst", "über-kunst"),
        ("…", ""),
    ],
)
def test_a_skill_has_one_slug_however_it_is_written(name: str, slug: str) -> None:
    assert load_vocabulary().canonical(name) == slug


@settings(deadline=None)
@given(st.text(max_size=100))
def test_a_slug_is_its_own_slug(name: str) -> None:
    slug = load_vocabulary().canonical(name)
    assert skill_key(slug) == slug
    assert load_vocabulary().canonical(slug) == slug


def required(text: str, *items: str) -> list[str]:
    return load_matcher().find(text, items).required


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("You know Python, Go and R.", ["python", "go", "r"]),
        ("You go and excel at access to spring water; we act fast.", []),
        ("Our go-to-market team", []),
        ("Experience with Apache Spark/Kafka, node.js", ["apache-spark", "apache-kafka", "node.js"]),
        ("POSTGRES and k8s", ["postgresql", "kubernetes"]),
        ("Follow us on LinkedIn", []),
        ("machine learning in c++", ["machine-learning", "c++"]),
        ("The Impact Team", []),
    ],
)
def test_skills_in_running_text(text: str, slugs: list[str]) -> None:
    assert required(text) == slugs


def test_cues_part_preferred_from_required() -> None:
    text = "You need SQL.\nNice to have:\n- Python\n- Docker\nDuties:\n- Tableau\nTypeScript is a plus."
    found = load_matcher().find(text, ["Java", "Preferred: Go", "Preferred: Minitab", "SQL"])
    assert found.required == ["java", "sql", "tableau"]
    assert found.preferred == ["go", "minitab", "python", "docker", "typescript"]


def test_an_item_that_is_a_rare_skill_is_found_whole() -> None:
    assert required("", "100 Plus Hatch Pattern Library") == ["100-plus-hatch-pattern-library"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("5+ years of experience", 5),
        ("3-5 years' experience in sales", 3),
        ("at least two (2) years of work", 2),
        ("10 years background; 2 years experience in Go", 10),
        ("mindestens 3 Jahre Erfahrung", 3),
        ("Experience: minimum of 4 years", 4),
        ("We are 25 years old", None),
        ("a 99 years experience", None),
        ("", None),
    ],
)
def test_years_of_experience(text: str, years: int | None) -> None:
    (answer,) = read_texts("demands", [Text(text)])
    assert (None if answer.value is None else answer.value.years) == years


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Bachelor's or Master's degree in CS", 6),
        ("Master's degree in Law", 7),
        ("High school diploma or GED", 3),
        ("PhD degree required", 8),
        ("Doctoral degree in Physics", 8),
        ("Associate degree", 5),
        ("Manage master data", None),
        ("You have BS in your attitude", None),
        ("Abgeschlossenes Studium der Informatik", 6),
        ("Vocational certificate", None),
        ("", None),
    ],
)
def test_education_asked_for(text: str, level: int | None) -> None:
    (answer,) = read_texts("demands", [Text(text)])
    assert (None if answer.value is None else answer.value.education) == level


def test_markup_becomes_lines() -> None:
    assert plain_text("<p>We&#8217;re</p><ul><li>Go &amp; R</li></ul>").split() == ["We’re", "Go", "&", "R"]
    assert plain_text("&lt;p&gt;A &amp;amp; B&lt;/p&gt;").split() == ["A", "&", "B"]


def test_every_shape_of_record_is_read() -> None:
    shapes = {(shape.source, shape.resource): shape.read for shape in posting_shapes()}
    product, arbeitnow = shapes["product", "jobs"], shapes["arbeitnow", "jobs"]
    search, historic = shapes["usajobs", "search"], shapes["usajobs", "historic_announcements"]
    assert product(
        {"title": "Cook", "description": "x", "requirements": ["Knives", 3], "location": "Bath"}
    ) == PostingText("Cook", "x", ("Knives",), place="Bath")
    descriptor = {
        "PositionTitle": "IT Specialist",
        "JobGrade": [{"Code": "GS"}],
        "QualificationSummary": "SQL",
        "UserArea": {"Details": {"HighGrade": "13", "JobSummary": "Sum", "MajorDuties": ["One", "Two"]}},
    }
    assert search({"MatchedObjectId": "1", "MatchedObjectDescriptor": descriptor}) == PostingText(
        "IT Specialist", "Sum\nOne\nTwo\nSQL", grade="13", pay_plan="GS"
    )
    assert historic({"positionTitle": "Clerk", "maximumGrade": "09", "payScale": "GS"}) == PostingText(
        "Clerk", grade="09", pay_plan="GS"
    )
    assert arbeitnow({"title": "Koch", "description": "<b>Hi</b>", "remote": False}).text.strip() == "Hi"
    for read in shapes.values():
        assert read({}).title == ""


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("a.b", [1]),
        ("list.1.name", ["two"]),
        ("list[].name", ["one", "two"]),
        ("list.9.name", []),
        ("list.name", []),
        ("nested[].items[].t", ["x", "y", "z"]),
        ("words[]", ["p", "q"]),
        ("list[name=two].name", ["two"]),
        ("list[name=three].name", []),
        ("words[name=p]", []),
        ("a[].b", []),
        ("missing.b[].c", []),
    ],
)
def test_a_path_picks_and_spreads(path: str, values: list[object]) -> None:
    record = {
        "a": {"b": 1},
        "list": [{"name": "one"}, {"name": "two"}, None, {"other": 0}],
        "nested": [{"items": [{"t": "x"}]}, {"items": [{"t": "y"}, {"t": "z"}]}],
        "words": ["p", None, "q"],
    }
    assert list(values_at(record, path)) == values


def test_a_declaration_says_what_is_read() -> None:
    read = reader_of(
        PostingFields(
            title="job.name",
            texts=["job.intro", "job.lists[].content"],
            requirements="job.tags[].label",
        )
    )
    job = {
        "name": "Koch",
        "intro": "<p>A</p>",
        "lists": [{"content": "<li>B</li>"}, {"content": 7}, "no object"],
        "tags": [{"label": "Python"}, {"label": None}],
    }
    posting = read({"job": job})
    assert posting.text.split() == ["A", "B", "7"]
    assert (posting.title, posting.requirements) == ("Koch", ("Python",))


def test_places_are_told_each_by_itself_and_parts_together() -> None:
    read = reader_of(
        PostingFields(
            title="title",
            places=["city + state + land", "offices[].name", "nowhere"],
            country="code",
            pay="pay",
        )
    )
    job = {
        "title": "Koch",
        "city": "Austin",
        "state": "TX",
        "offices": [{"name": "Köln"}, {"name": "Austin, TX"}],
    }
    posting = read({**job, "code": "us", "pay": "&pound;30k"})
    assert (posting.place, posting.country, posting.pay) == ("Austin, TX | Köln", "US", ("£30k",))
    posting = read({"title": "Koch", "code": "USA", "city": 7, "land": "Japan"})
    assert (posting.place, posting.country, posting.pay) == ("7, Japan", None, ())


@pytest.mark.skipif(not LABELS.exists(), reason="the labelled postings are not beside this checkout")
def test_skills_of_labelled_postings_are_found() -> None:
    agreement = compare_with_labels(json.loads(line) for line in LABELS.read_text().splitlines())
    assert agreement.precision >= 0.85
    assert agreement.recall >= 0.85
