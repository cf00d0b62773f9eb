"""JSON Resume documents are measured as the contract's own form is."""

import json
from pathlib import Path
from typing import Any

import pytest

from cvplus.exports.cv_document import read_document
from cvplus.exports.cv_record import measured_cv
from cvplus.exports.json_resume import from_json_resume, is_json_resume

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "cvs"
RESUME: dict[str, Any] = {
    "basics": {
        "name": "Lena Vasquez",
        "email": "lena@example.org",
        "summary": "Staff engineer.",
        "location": {"city": "Berlin"},
    },
    "work": [
        {
            "name": "Acme",
            "position": "Staff Engineer",
            "startDate": "2020-02-01",
            "summary": "Led storage.",
            "highlights": ["Cut latency by 40%"],
        },
        {"company": "Old Co", "position": "Engineer", "startDate": "2015-06", "endDate": "2020-01"},
    ],
    "education": [
        {"institution": "UT", "area": "Computer Science", "studyType": "Ph.D.", "endDate": "2011-06-01"}
    ],
    "skills": [{"name": "Languages", "keywords": ["Go", "Rust"]}, {"name": "Teamwork"}],
    "languages": [{"language": "English", "fluency": "Native"}],
    "certificates": [{"name": "AWS Architect"}],
    "volunteer": [{"organization": "Food bank", "position": "Helper"}],
}


def test_every_part_finds_its_place() -> None:
    document = from_json_resume(RESUME)
    assert document["personal"]["email"] == "lena@example.org"
    assert document["experience"][0] == {
        "title": "Staff Engineer",
        "company": "Acme",
        "location": "",
        "startDate": "2020-02-01",
        "endDate": None,
        "description": "Led storage.\nCut latency by 40%",
    }
    assert document["experience"][1]["company"] == "Old Co"
    assert document["education"][0]["degree"] == "Ph.D."
    assert document["skills"] == {"technical": ["Go", "Rust"], "soft": ["Teamwork"], "languages": ["English"]}
    assert document["volunteering"] == ["Helper at Food bank"]
    assert document["sections"] == [
        "summary",
        "work",
        "volunteer",
        "education",
        "certificates",
        "skills",
        "languages",
    ]


def test_a_resume_is_measured() -> None:
    measures = measured_cv({"document": RESUME, "updatedAt": "2021-01-31T00:00:00Z"})["measures"]
    assert measures["total_experience"] == pytest.approx(68 / 12, abs=1e-6)
    assert measures["job_changes"] == 1
    assert measures["education_level"] == 8
    assert measures["quantified_achievements_count"] == 1
    assert measures["last_title"] == "Staff Engineer"


@pytest.mark.parametrize(
    "resume", [{"basics": None}, {"work": "text"}, {"basics": {"name": 3}, "skills": [1, {}]}]
)
def test_a_resume_of_other_types_is_read_without_failing(resume: dict[str, Any]) -> None:
    assert is_json_resume(resume)
    assert read_document(resume).jobs == ()


@pytest.mark.parametrize(
    "document",
    [
        {"skills": ["Go", {"name": "Languages", "keywords": "Rust, Teamwork"}]},
        {"skills": "Go, Rust; Teamwork"},
        {"skills": [{"name": "Go"}, {"keywords": ["Rust", "Teamwork", 3]}]},
        {"skills": {"name": "All", "keywords": "Go • Rust • Teamwork"}, "work": []},
        {"personal": {"name": "X"}, "skills": ["Go", "Rust", "Teamwork"]},
    ],
)
def test_skills_are_read_however_they_are_listed(document: dict[str, Any]) -> None:
    skills = measured_cv({"document": document, "updatedAt": "2021-01-31T00:00:00Z"})["skills"]
    assert set(skills["technical"]) == {"go", "rust-programming-language"}
    assert skills["soft"] == ["teamwork"]


@pytest.mark.parametrize(
    "languages", [["English", "German"], "English, German", [{"language": "English"}, {"name": "German"}]]
)
def test_languages_are_read_however_they_are_listed(languages: Any) -> None:
    assert from_json_resume({"languages": languages})["skills"]["languages"] == ["English", "German"]
    assert len(read_document({"languages": languages}).languages) == 2


def test_a_resume_needs_neither_basics_nor_work() -> None:
    resume = {"education": [{"studyType": "Ph.D.", "area": "Physics"}], "certificates": ["AWS Architect"]}
    document = read_document(resume)
    assert document.studies[0].degree == "Ph.D."
    assert document.certifications == ("AWS Architect",)


@pytest.mark.parametrize(
    "document",
    [
        {"personal": {}, "skills": {"technical": ["Go"]}, "education": [{"degree": "BSc"}]},
        {"experience": [], "awards": ["Best"], "languages": ["English"]},
        {"summary": "A text."},
        {},
    ],
)
def test_the_contracts_own_form_is_no_json_resume(document: dict[str, Any]) -> None:
    assert not is_json_resume(document)


def test_a_lone_job_is_a_list_of_one() -> None:
    document = read_document({"work": {"position": "Engineer", "startDate": "2019"}})
    assert [job.title for job in document.jobs] == ["Engineer"]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not beside this checkout")
def test_the_projects_own_samples_are_measured() -> None:
    found = {}
    for path in sorted(SAMPLES.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            sample = json.loads(line)
            record = {"document": sample["resume"], "updatedAt": "2026-01-15T00:00:00Z"}
            found[sample["file"]] = measured_cv(record)
    vasquez = found["senior-engineer.resume.json"]
    assert vasquez["measures"]["education_level"] == 8
    assert vasquez["measures"]["job_changes"] == 2
    assert vasquez["measures"]["total_experience"] == pytest.approx(14.5, abs=0.1)
    assert {"go", "rust-programming-language", "apache-kafka"} <= set(vasquez["skills"]["technical"])
    fullstacker = found["jane-fullstacker.json"]
    assert fullstacker["titles"][-1] == "Intern"
    assert fullstacker["measures"]["career_progression"] > 0
    assert len(found) == 7
