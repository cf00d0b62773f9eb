"""Words from which free text and fake people are made. Nobody here exists; addresses are at example.org."""

from pathlib import Path

import orjson

_WORDS: dict[str, list[str]] = orjson.loads(
    (Path(__file__).resolve().parent / "data" / "words.json").read_bytes()
)

FIRST_NAMES = _WORDS["first_names"]
LAST_NAMES = _WORDS["last_names"]
SOFT_SKILLS = _WORDS["soft_skills"]
VERBS = _WORDS["verbs"]
OBJECTS = _WORDS["objects"]
ACHIEVEMENTS = _WORDS["achievements"]
CERTIFICATES = _WORDS["certificates"]
VOLUNTEERING = _WORDS["volunteering"]
INSTITUTIONS = _WORDS["institutions"]
DUTIES = _WORDS["duties"]
LANGUAGE_NAMES = {
    "en": "English",
    "fr": "French",
    "de": "German",
    "nl": "Dutch",
    "sv": "Swedish",
    "ja": "Japanese",
    "zh": "Chinese",
    "es": "Spanish",
}
DEGREES = {
    2: "Lower secondary certificate",
    3: "High school diploma",
    4: "Vocational certificate",
    5: "Associate degree",
    6: "Bachelor of Science",
    7: "Master of Science",
    8: "Doctorate",
}
DEGREE_DEMANDS = {
    2: "No formal education needed",
    3: "High school diploma",
    4: "Vocational certificate",
    5: "Associate degree",
    6: "Bachelor's degree",
    7: "Master's degree",
    8: "Doctoral degree",
}
