"""One normal form of a skill's name for postings and CVs, and ids that outlive a growing vocabulary."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.skills import WORDS_FILE, SkillName, SkillVocabulary, load_vocabulary
from cvplus.exports.cv_measures.skills import canonical_skills
from cvplus.yaml_files import read_yaml

SPELLINGS = {
    "python": ["Python", "python3", "Python 3.11", "Python (primary)", "PYTHON", "Python - expert"],
    "postgresql": ["PostgreSQL 9.x", "PostgreSQL 14", "Postgres", "postgre sql", "PostgreSQL (10+)"],
    "react": ["React", "React JS", "React.js", "ReactJS", "React 18"],
    "html": ["HTML", "HTML5", "html 5"],
    "css": ["CSS3", "CSS"],
    "java": ["Java8", "Java 17", "Java SE 8", "Java programming"],
    "c++": ["C++", "C++17", "cpp"],
    "kubernetes": ["k8s", "Kubernetes (CKA)"],
    "aws": ["AWS", "Amazon Web Services (AWS)"],
    "machine-learning": ["Machine Learning", "机器学习", "機械学習", "maschinelles Lernen"],
    "wine-tasting": ["Wine Tasting", "wine tasting (advanced)"],
    "foodb": ["FooDB", "FooDB 3.2", "FooDB v2"],
    "iso-9001": ["ISO 9001", "ISO 9001:2015"],
    "": ["null", "None", "n/a", "…", " "],
}  # fmt: skip


CASES = [(skill, name) for skill, names in SPELLINGS.items() for name in names]


@pytest.mark.parametrize(("skill", "name"), CASES)
def test_a_skill_has_one_id_however_it_is_written(skill: str, name: str) -> None:
    assert load_vocabulary().canonical(name) == skill


@pytest.mark.parametrize(
    ("item", "skills"),
    [
        ("scikit-learn, pandas", ["scikit-learn", "pandas"]),
        ("HTML5/CSS3", ["html", "css"]),
        ("C# .NET", ["c#", "microsoft-.net-framework"]),
        ("CI/CD", ["ci-cd"]),
        ("AWS (EC2, S3)", ["aws", "amazon-elastic-compute-cloud-ec2", "amazon-simple-storage-service-s3"]),
        ("Knife skills/plating", ["knife-skills-plating"]),
        ("React or Vue", ["react", "vue.js"]),
        ("", []),
    ],
)
def test_an_item_of_several_skills_is_each_of_them(item: str, skills: list[str]) -> None:
    assert load_vocabulary().skills_of(item) == skills


@pytest.mark.parametrize(
    "name", ["Python (primary)", "React JS", "HTML5, CSS3", "Wine Tasting", "PostgreSQL 14"]
)
def test_a_posting_and_a_cv_mean_the_same_skill(name: str) -> None:
    assert load_matcher().find("", [name]).required == canonical_skills([name], load_vocabulary())


def test_a_structured_requirement_is_a_skill_known_or_not_and_a_sentence_is_read() -> None:
    items = [
        "Wine Tasting",
        "5+ years of experience with SQL",
        "Bachelor's degree",
        "Kubernetes (preferred)",
        "No PHP",
    ]
    found = load_matcher().find("", items)
    assert found.required == ["wine-tasting", "sql"]
    assert found.preferred == ["kubernetes"]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_an_id_is_its_own_id(name: str) -> None:
    vocabulary = load_vocabulary()
    assert vocabulary.canonical(vocabulary.canonical(name)) == vocabulary.canonical(name)


def grown(*names: SkillName) -> SkillVocabulary:
    known = load_vocabulary()
    families = {entry.slug: known.family(entry.slug) for entry in known.names}
    return SkillVocabulary([*known.names, *names], families, known.words)


def test_ids_survive_a_growing_vocabulary() -> None:
    known = load_vocabulary()
    more = grown(
        SkillName("Python 4", "python-4", True),
        SkillName("python", "another-python", True),
        SkillName("Wine Tasting", "wine-tasting", True),
        SkillName("Wine", "wine-tasting", True),
    )
    names = [entry.name for entry in known.names] + [entry.slug for entry in known.names]
    assert [more.canonical(name) for name in names] == [known.canonical(name) for name in names]
    assert more.canonical("Wine Tasting") == known.canonical("Wine Tasting") == "wine-tasting"


def test_a_renamed_skill_is_found_by_its_former_id() -> None:
    known = load_vocabulary()
    words = known.words.model_copy(update={"former_ids": {"rust": "rust-programming-language"}})
    renamed = SkillVocabulary([replace(entry) for entry in known.names], {}, words)
    assert renamed.canonical("rust") == "rust-programming-language"


def test_no_list_of_the_vocabulary_names_a_skill_twice() -> None:
    lines = [line.split(":")[0] for line in WORDS_FILE.read_text().splitlines() if line.startswith("  ")]
    skills = [line.strip() for line in lines if line[2:3].strip() and not line.strip().startswith("-")]
    told = read_yaml(WORDS_FILE)
    keys = [*told["more_skills"], *told["more_names"]]
    assert sorted(key for key in set(keys) if skills.count(key) > keys.count(key)) == []
