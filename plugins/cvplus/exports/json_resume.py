"""JSON Resume documents (jsonresume.org, schema 1.0.0 and older keys) in the export contract's shape."""

import re
from typing import Any

from cvplus.enrich.skills import load_vocabulary

_BETWEEN_NAMES = re.compile(r"[,;|•·、\n]")
# Sections of JSON Resume that a reader of the CV sees as headings, in the order that themes print them.
_SECTIONS = (
    "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages",
    "interests", "references", "projects",
)  # fmt: skip


# Sections that the contract's form lacks under these names, and what JSON Resume alone calls so in a section
# that both have.
_OWN_SECTIONS = ("volunteer", "certificates", "publications", "languages", "interests", "references")
_CONTRACTS_SECTIONS = ("personal", "experience", "certifications", "volunteering", "formatting")
_OWN_NAMES_OF_STUDIES = ("studyType", "area")


def is_json_resume(document: dict[str, Any]) -> bool:
    """Whether a document is in JSON Resume's shape, of which every section may be missing.

    ``basics`` or ``work`` tell it, and so does any other section that the contract's form lacks, a list of
    skills, or a study with ``studyType``, unless a section of the contract's own is there.
    """
    if "basics" in document or "work" in document:
        return True
    if any(name in document for name in _CONTRACTS_SECTIONS):
        return False
    studies = _entries(document, "education")
    return (
        any(name in document for name in _OWN_SECTIONS)
        or isinstance(document.get("skills"), str | list)
        or any(name in study for study in studies for name in _OWN_NAMES_OF_STUDIES)
    )


def from_json_resume(resume: dict[str, Any]) -> dict[str, Any]:
    """Map a resume to the contract's document. Parts of another type than the schema's are left out."""
    given = resume.get("basics")
    basics: dict[str, Any] = given if isinstance(given, dict) else {}
    technical, soft = parted_skills(resume.get("skills"))
    volunteering = _plain_items(resume, "volunteer") + [
        " at ".join(part for part in (_text(entry, "position"), _text(entry, "organization")) if part)
        for entry in _entries(resume, "volunteer")
    ]
    return {
        "personal": {
            "name": basics.get("name"),
            "email": basics.get("email"),
            "phone": basics.get("phone"),
            "address": basics.get("location"),
            "links": [basics.get("url") or basics.get("website"), basics.get("profiles")],
            "photo": basics.get("image") or basics.get("picture"),
        },
        "wanted_title": basics.get("label"),
        "summary": _lines(basics.get("label"), basics.get("summary")),
        "experience": [_job(entry) for entry in _entries(resume, "work")],
        "education": [_study(entry) for entry in _entries(resume, "education")],
        "skills": {
            "technical": technical,
            "soft": soft,
            "languages": _named(resume, "languages", "language", "name"),
        },
        "certifications": _named(resume, "certificates", "name", "title"),
        "awards": _named(resume, "awards", "title", "name"),
        "volunteering": volunteering,
        "sections": (["summary"] if basics.get("summary") else [])
        + [name for name in _SECTIONS if resume.get(name)],
        "formatting": {},
    }


def _job(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _text(entry, "position"),
        "company": _text(entry, "name", "company"),
        "location": _text(entry, "location"),
        "startDate": entry.get("startDate"),
        "endDate": entry.get("endDate"),
        "description": _lines(entry.get("description"), entry.get("summary"), entry.get("highlights")),
    }


def _study(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "degree": _text(entry, "studyType"),
        "field": _text(entry, "area"),
        "institution": _text(entry, "institution"),
        "startDate": entry.get("startDate"),
        "endDate": entry.get("endDate"),
    }


def parted_skills(given: Any) -> tuple[list[str], list[str]]:
    """Technical and soft skills of a list, or of one text that names several.

    An item is a name, or a group of names: its ``keywords``, one text or a list; it is its own name where it
    has none.
    """
    vocabulary = load_vocabulary()
    technical: list[str] = []
    soft: list[str] = []
    for item in _items(given):
        if isinstance(item, dict):
            names = _names_in(item.get("keywords")) or [_text(item, "name", "skill")]
        else:
            names = [item.strip()] if isinstance(item, str) else []
        for name in filter(None, names):
            (soft if vocabulary.is_soft(name) else technical).append(name)
    return technical, soft


def _items(given: Any) -> list[Any]:
    """The items of skills given as a text, a list, a group, or groups by name."""
    if isinstance(given, str):
        return _names_in(given)
    if isinstance(given, dict) and not ("keywords" in given or "name" in given):
        groups = [group for name, group in given.items() if name != "languages"]
        return [item for group in groups for item in _names_in(group)]
    return given if isinstance(given, list) else [given]


def _names_in(value: Any) -> list[str]:
    """Names of a list, or of one text that parts them by commas, semicolons, bars, bullets or lines."""
    parts = _BETWEEN_NAMES.split(value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        return []
    return [part.strip() for part in parts if isinstance(part, str) and part.strip()]


def _named(resume: dict[str, Any], section: str, *names: str) -> list[str]:
    """What the items of a section are called, be they texts or objects, or the section one text."""
    return _plain_items(resume, section) + [_text(entry, *names) for entry in _entries(resume, section)]


def _plain_items(resume: dict[str, Any], section: str) -> list[str]:
    """The items of a section that are texts."""
    return _names_in(resume.get(section))


def _entries(resume: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The items of a section that are objects; a lone object is a section of one."""
    value = resume.get(name)
    if isinstance(value, dict):
        return [value]
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(entry: dict[str, Any], *names: str) -> str:
    """The first of these fields that holds text (older schemas used other names for the same thing)."""
    return next((entry[name].strip() for name in names if isinstance(entry.get(name), str)), "")


def _lines(*parts: Any) -> str:
    lines: list[str] = []
    for part in parts:
        if isinstance(part, str) and part.strip():
            lines.append(part.strip())
        elif isinstance(part, list):
            lines.extend(item.strip() for item in part if isinstance(item, str) and item.strip())
    return "\n".join(lines)
