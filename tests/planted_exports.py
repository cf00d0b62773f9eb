"""Exported records with something planted in one place: every free place that the declarations know.

A new entity or field in ``config/product_exports.yaml`` is planted without a change here.
"""

from collections.abc import Iterator
from typing import Any

from cvplus.exports.registry import Entity, FieldRule, load_entities

FREE_KINDS = ("id", "code", "token", "label", "text", "free_text", "list", "object")
PLAIN = {
    "subject": "U-1",
    "id": "ID-1",
    "token": "USD",
    "code": "other",
    "label": "Nurse",
    "text": "Nights and days.",
    "free_text": "A text.",
    "instant": "2026-05-01T10:00:00+00:00",
    "date": "2026-05-01",
    "number": 3,
    "integer": 3,
    "boolean": True,
    "list": ["Patience"],
    "object": {"feature": "cv_editor"},
    "document": {"skills": {"technical": ["Python"]}},
}
RESUME_FIELDS = (
    "name", "position", "location", "startDate", "endDate", "summary", "institution", "area", "studyType",
    "title", "language", "organization", "reference", "url", "network", "username",
)  # fmt: skip
PUBLIC = {"countries": "DE", "currencies": "EUR", "languages": "de"}


def plain_record(entity: Entity, number: int = 0) -> dict[str, Any]:
    """A sound record of an entity with every field; ids tell the number."""
    record = {name: _plain_value(rule) for name, rule in entity.fields.items()}
    for name in entity.key:
        if name in record and entity.fields[name].kind == "id":
            record[name] = f"ID-{number}"
    if "userId" in record:
        record["userId"] = f"U-{number}"
    return record


def planted_records(entity: Entity, words: str, number: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """A record for each free place of the entity, with the words there; and the name of the place."""
    plain = plain_record(entity, number)
    for name, rule in entity.fields.items():
        if rule.kind in FREE_KINDS:
            for place, value in _forms(rule, words):
                yield f"{entity.name}.{name}{place}", plain | {name: value}
        elif rule.kind == "document":
            for place, document in planted_documents(words):
                yield f"{entity.name}.{name} {place}", plain | {name: document}
        elif rule.kind != "subject":
            yield f"{entity.name}.{name} of another type", plain | {name: words}
    for place, value in _free_forms(words):
        yield f"{entity.name}.undeclared{place}", plain | {"undeclared": value}
    yield f"{entity.name} a field's name", plain | {words: True}


def planted_documents(words: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A CV of the contract's form, and one of JSON Resume's, with the words in every place at once."""
    texts = [words, f"Python {words}"]
    yield (
        "document",
        {
            "personal": {"name": "Lena Maria Vasquez-Quist", "links": texts, words: words},
            "summary": words,
            "experience": [
                dict.fromkeys(("title", "company", "location", "startDate", "endDate", "description"), text)
                for text in texts
            ],
            "education": [
                dict.fromkeys(("degree", "field", "institution", "startDate", "endDate"), text)
                for text in texts
            ],
            "skills": {"technical": texts, "soft": texts, "languages": texts, words: texts},
            **dict.fromkeys(("certifications", "awards", "volunteering", "sections"), texts),
            "formatting": {"pages": words, words: 1, "dateFormat": words},
            words: words,
        },
    )
    entry: dict[str, Any] = dict.fromkeys(RESUME_FIELDS, words) | {"highlights": texts, "keywords": texts}
    sections = (
        "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages",
        "interests", "references", "projects",
    )  # fmt: skip
    basics = entry | {"name": "Lena Maria Vasquez-Quist", "label": words, "profiles": [entry]}
    yield "resume", {"basics": basics, **{section: [entry] for section in sections}, words: [entry]}


def all_planted(words: str, number: int = 0) -> Iterator[tuple[Entity, str, dict[str, Any]]]:
    """The planted records of all entities."""
    for entity in load_entities().values():
        for place, record in planted_records(entity, words, number):
            yield entity, place, record


def _plain_value(rule: FieldRule) -> Any:
    if rule.of is not None:
        return PUBLIC[rule.of]
    return rule.values[0] if rule.values else PLAIN[rule.kind]


def _forms(rule: FieldRule, words: str) -> Iterator[tuple[str, Any]]:
    """The words as a value of the kind, and wherever a value of the kind can hold them."""
    if rule.kind == "list":
        yield "[]", ["Patience", words, {"a": words}, [words]]
        yield " as text", f"Patience, {words}"
    elif rule.kind == "object":
        yield from _free_forms(words)
    elif rule.kind == "text":
        yield "", f"Nights and days. {words}"
        yield " in HTML", f"<p>Nights.</p><ul><li>{words}</li></ul>"
    elif rule.kind == "label":
        yield "", words
        yield " after a title", f"Nurse, {words}"
    else:
        yield "", words


def _free_forms(words: str) -> Iterator[tuple[str, Any]]:
    yield " as text", words
    yield ".value", {"feature": "cv_editor", "value": words}
    yield ".deep", {"steps": [{"value": [words]}, words]}
    yield ".name", {words: 1, "inner": {words: {"a": words}}}
    if words.isdigit():
        yield ".number", {"value": int(words), "values": [int(words)]}
