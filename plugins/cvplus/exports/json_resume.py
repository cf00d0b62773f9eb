"""JSON Resume documents (jsonresume.org, schema 1.0.0 and older keys) in the export contract's shape."""

from typing import Any

from cvplus.enrich.skills import load_vocabulary

# Sections of JSON Resume that a reader of the CV sees as headings, in the order that themes print them.
_SECTIONS = (
    "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages",
    "interests", "references", "projects",
)  # fmt: skip


def is_json_resume(document: dict[str, Any]) -> bool:
    """Whether a document is in JSON Resume's shape: it has ``basics`` or ``work``."""
    return "basics" in document or "work" in document


def from_json_resume(resume: dict[str, Any]) -> dict[str, Any]:
    """Map a resume to the contract's document. Parts of another type than the schema's are left out."""
    given = resume.get("basics")
    basics: dict[str, Any] = given if isinstance(given, dict) else {}
    technical, soft = _skills(resume)
    volunteering = [
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
        "summary": _lines(basics.get("label"), basics.get("summary")),
        "experience": [_job(entry) for entry in _entries(resume, "work")],
        "education": [_study(entry) for entry in _entries(resume, "education")],
        "skills": {
            "technical": technical,
            "soft": soft,
            "languages": [_text(entry, "language") for entry in _entries(resume, "languages")],
        },
        "certifications": [_text(entry, "name", "title") for entry in _entries(resume, "certificates")],
        "awards": [_text(entry, "title", "name") for entry in _entries(resume, "awards")],
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


def _skills(resume: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Technical and soft skills: the keywords of each group, and the group itself when it has none."""
    vocabulary = load_vocabulary()
    technical: list[str] = []
    soft: list[str] = []
    for entry in _entries(resume, "skills"):
        keywords = entry.get("keywords")
        names = [word for word in keywords if isinstance(word, str)] if isinstance(keywords, list) else []
        for name in names or [_text(entry, "name")]:
            if name.strip():
                (soft if vocabulary.is_soft(name) else technical).append(name.strip())
    return technical, soft


def _entries(resume: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = resume.get(name)
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
