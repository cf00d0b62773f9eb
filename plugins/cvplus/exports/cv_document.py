"""A parsed CV as typed parts. Reading it never fails: what does not fit is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cvplus.exports.cv_dates import Dates, Span, read_dates
from cvplus.exports.json_resume import from_json_resume, is_json_resume, parted_skills

_MOST_ENTRIES = 500
_NAME_PART = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of experience; the months of ``dates`` are as in ``cv_dates``, both counted."""

    title: str
    company: str
    location: str
    description: str
    dates: Dates

    @property
    def first(self) -> int | None:
        """The first month."""
        return self.dates.first

    @property
    def is_told(self) -> bool:
        """Whether anything stands in the entry."""
        dates = self.dates.first is not None or self.dates.last is not None
        return dates or any((self.title, self.company, self.location, self.description))

    def span(self, as_of: int) -> Span | None:
        """The months worked up to ``as_of``; ``None`` when the dates are unknown or make no sense."""
        last = as_of if self.dates.is_open else self.dates.last
        if self.first is None or last is None or self.first > min(last, as_of):
            return None
        return Span(self.first, min(last, as_of) + 1)


@dataclass(frozen=True, slots=True)
class Study:
    """One entry of education."""

    degree: str
    field: str
    institution: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class CvDocument:
    """The parts of a CV that are measured; every one may be empty.

    ``wanted_title`` is the job title under which it presents its owner (JSON Resume's ``label``).
    """

    name: str = ""
    wanted_title: str = ""
    summary: str = ""
    jobs: tuple[Job, ...] = ()
    studies: tuple[Study, ...] = ()
    technical_skills: tuple[str, ...] = ()
    soft_skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    certifications: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    volunteering: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    formatting: Mapping[str, Any] = field(default_factory=dict)

    def told_jobs(self) -> list[Job]:
        """The jobs of which anything is told: an empty entry of a form is none."""
        return [job for job in self.jobs if job.is_told]

    def jobs_in_time(self) -> list[Job]:
        """The jobs with a known start, oldest first."""
        return sorted((job for job in self.jobs if job.first is not None), key=_begin_and_end)

    def jobs_newest_first(self) -> list[Job]:
        """Every job: those with a known start from the newest on, then the others as the CV has them."""
        return self.jobs_in_time()[::-1] + [job for job in self.jobs if job.first is None]


def read_document(document: Any, language: str | None = None) -> CvDocument:
    """Read a document of the contract's shape, or of JSON Resume's.

    ``language`` is the ISO 639-1 code of what it is written in, if that is known: it tells the order of
    03/04/2020.
    """
    if not isinstance(document, dict):
        return CvDocument()
    if is_json_resume(document):
        document = from_json_resume(document)
    skills = _skills(document)
    return CvDocument(
        name=_text(_part(document, "personal").get("name")),
        wanted_title=_text(document.get("wanted_title")),
        summary=_text(document.get("summary")),
        jobs=tuple(_job(entry, language) for entry in _entries(document, "experience")),
        studies=tuple(_study(entry, language) for entry in _entries(document, "education")),
        technical_skills=_names(skills.get("technical")),
        soft_skills=_names(skills.get("soft")),
        languages=_names(skills.get("languages")) or _names(document.get("languages")),
        certifications=_names(document.get("certifications")),
        awards=_names(document.get("awards")),
        volunteering=_names(document.get("volunteering")),
        sections=_names(document.get("sections")),
        formatting=_part(document, "formatting"),
    )


def name_parts(document: Any) -> frozenset[str]:
    """The parts of the name that a CV tells, in lower case; none when there is no document."""
    if not isinstance(document, dict):
        return frozenset()
    told = _part(document, "personal") or _part(document, "basics")
    return frozenset(part for part in _NAME_PART.findall(_text(told.get("name")).casefold()) if len(part) > 1)


def _job(entry: dict[str, Any], language: str | None) -> Job:
    return Job(
        title=_text(entry.get("title")),
        company=_text(entry.get("company")),
        location=_text(entry.get("location")),
        description=_text(entry.get("description")),
        dates=read_dates(entry.get("startDate"), entry.get("endDate"), language),
    )


def _study(entry: dict[str, Any], language: str | None) -> Study:
    dates = read_dates(entry.get("startDate"), entry.get("endDate"), language)
    return Study(
        degree=_text(entry.get("degree")),
        field=_text(entry.get("field")),
        institution=_text(entry.get("institution")),
        first=dates.first,
        last=dates.last,
    )


def _begin_and_end(job: Job) -> tuple[int, int]:
    far = 1 << 30
    return (job.first or 0, far if job.dates.is_open else job.dates.last or far)


def _skills(document: dict[str, Any]) -> dict[str, Any]:
    """The skills by kind; of a list the vocabulary tells which is which."""
    given = document.get("skills")
    if not isinstance(given, str | list):
        return _part(document, "skills")
    technical, soft = parted_skills(given)
    return {"technical": technical, "soft": soft}


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _entries(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = document.get(name)
    return (
        [entry for entry in value[:_MOST_ENTRIES] if isinstance(entry, dict)]
        if isinstance(value, list)
        else []
    )


def _text(value: Any) -> str:
    """Text as it is, numbers as text, lists of text as lines; anything else is no text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(item.strip() for item in value if isinstance(item, str))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _names(value: Any) -> tuple[str, ...]:
    """Names of a list whose items are texts, or objects that have a name, a title or a language."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return ()
    names = []
    for item in value[:_MOST_ENTRIES]:
        if isinstance(item, dict):
            item = next(
                (item[key] for key in ("name", "title", "language", "organization") if item.get(key)), ""
            )
        if name := _text(item):
            names.append(name)
    return tuple(names)
