"""Titles: cleaned, matched to occupations, and ranked by seniority."""

from pathlib import Path

import pytest

from cvplus.enrich.occupations.known import known_titles
from cvplus.enrich.occupations.words import head_words, tells_trade, title_words
from cvplus.enrich.seniority import SENIORITIES, rank_of_title, seniority_of
from cvplus.enrich.titles import match_titles, normalized_title, plain_title
from cvplus.errors import ConfigurationError


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


@pytest.mark.parametrize(
    ("title", "language", "words"),
    [
        ("Koch/Köchin", "de", ("koch",)),
        ("Verwaltungsfachbeamt(er)in", "de", ("verwaltungsfachbeamt",)),
        ("Entwickler*in (m/w/d)", "de", ("entwickl",)),
        ("Psycholog(e)in", "de", ("psycholog",)),
        ("Medizinisch(er)e Masseur/in", "de", ("medizin", "masseur")),
        ("Hotelkaufmann/-frau", "de", ("hotelkaufmann",)),
        ("Bankangestellte/r (m./w.)", "de", ("bankangestellt",)),
        ("Staatlich geprüfter Techniker/Staatlich geprüfte Technikerin", "de", ("technik",)),
        ("Sattler/Sattlerin (ohne Fachrichtungen)", "de", ("sattl",)),
        ("Kinderkrankenschwester", "de", ("kinderkrankenpfleg",)),
        ("programmeur c/r", "nl", ("programmeur", "c", "r")),
        ("Ingénieur / Ingénieure logiciel H/F", "fr", ("ingenieur", "logiciel")),
        ("URGENT: Java Developer needed", "en", ("java", "developer")),
        ("Accountants", "en", ("accountant",)),
        ("Contract Manager", "en", ("contract", "manager")),
        ("Full-time", "en", ("full", "time")),
        ("!", "en", ()),
    ],
)
def test_the_words_of_a_title_tell_its_trade(title: str, language: str, words: tuple[str, ...]) -> None:
    assert title_words(title, language) == words


def test_the_first_part_that_tells_a_trade_is_the_head() -> None:
    assert head_words("URGENT: Java Developer - Berlin", "en") == ("java", "developer")
    assert head_words("Maskinoperatör, foder", "sv") == title_words("Maskinoperatör", "sv")


@pytest.mark.parametrize(
    ("title", "tells"),
    [("Koch", True), ("Talent Pool", False), ("(m/w/d)", False), ("Full-time", False), ("2026", False)],
)
def test_a_title_may_name_no_trade(title: str, tells: bool) -> None:
    assert tells_trade(title, "en") == tells


def test_matching_is_in_order_and_the_same_one_by_one_and_again() -> None:
    titles = ["Zookeeper", "Engineer", "看護師", "Zookeeper", "Nurse, Registered", "Boulanger H/F", ""]
    matches = match_titles(titles)
    assert matches == [match_titles([title])[0] for title in titles] == match_titles(titles)
    assert matches[0] == matches[3]


def test_what_is_unsure_has_no_occupation() -> None:
    (match,) = match_titles(["Zorgbelg kwaxel"], ["nl"])
    assert (match.occupation_id, match.esco_uri) == (None, None)
    assert match.confidence < 0.5


def test_a_told_language_decides_what_a_shared_word_means() -> None:
    untold, japanese, chinese = match_titles(["美容師"] * 3, [None, "ja", "zh"])
    assert (untold.occupation_id, japanese.occupation_id, chinese.occupation_id) == (
        None, "39-5012", "39-5094",
    )  # fmt: skip


def test_a_title_in_latin_letters_is_read_on_a_japanese_board() -> None:
    (match,) = match_titles(["Backend Engineer"], ["ja"])
    assert match.occupation_id == "15-1252"


def test_both_classifications_agree_on_an_official_title() -> None:
    (match,) = match_titles(["Urologists"], ["en"])
    assert match.occupation_id == "29-1229"
    assert match.esco_uri is not None
    assert match.confidence > 0.9


def test_every_known_title_finds_its_own_occupation() -> None:
    known = known_titles()
    for language, names in known.by_text.items():
        assert len(names) >= 400
        for name, meant in names.items():
            found = known.in_text(name, language)
            assert getattr(found, "soc", None) == meant.soc, name


def test_a_new_known_title_must_name_an_occupation_of_esco(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("- {esco: wizard, soc: 15-1252, en: wizard}")
    monkeypatch.setattr("cvplus.enrich.occupations.known.KNOWN_FILE", file)
    with pytest.raises(ConfigurationError, match="wizard"):
        known_titles.__wrapped__()


@pytest.mark.parametrize(
    ("title", "occupation"),
    [
        ("Senior Software Engineer, Growth", "15-1252"),
        ("Data Scientist", "15-2051"),
        ("Registered Nurse - ICU", "29-1141"),
        ("Marketing Manager (m/w/d)", "11-2021"),
        ("Accountant II", "13-2011"),
        ("Production Manager", "11-3051"),
    ],
)
def test_the_shipped_titles_know_common_jobs(title: str, occupation: str) -> None:
    (match,) = match_titles([title])
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
