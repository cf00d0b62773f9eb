"""What enrichment reads of a posting, whoever published it: one reader for each shape of record."""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_BREAK = re.compile(r"<\s*(?:br|/?p|/?li|/?ul|/?ol|/?div|/?h[1-6]|/?tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class PostingText:
    """The title, the text in lines without markup, and the list of requirements of a posting."""

    title: str
    text: str = ""
    requirements: tuple[str, ...] = ()
    grade: str | None = None
    pay_plan: str | None = None
    is_remote: bool = False


def plain_text(markup: str) -> str:
    """Text without HTML: blocks on lines of their own, entities resolved, also those escaped twice."""
    text = html.unescape(markup)
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", text))
    return html.unescape(text)


def _product_job(record: dict[str, Any]) -> PostingText:
    return PostingText(
        title=_text(record.get("title")),
        text=plain_text(_text(record.get("description"))),
        requirements=_texts(record.get("requirements")),
        is_remote=record.get("remote") is True,
    )


def _usajobs_search(record: dict[str, Any]) -> PostingText:
    descriptor = _object(record.get("MatchedObjectDescriptor"))
    details = _object(_object(descriptor.get("UserArea")).get("Details"))
    parts = (
        details.get("JobSummary"),
        details.get("MajorDuties"),
        descriptor.get("QualificationSummary"),
        details.get("Requirements"),
        details.get("Education"),
    )
    grades = descriptor.get("JobGrade")
    plan = _object(grades[0]).get("Code") if isinstance(grades, list) and grades else None
    return PostingText(
        title=_text(descriptor.get("PositionTitle")),
        text="\n".join(plain_text(_text(part)) for part in parts if part),
        grade=_text(details.get("HighGrade")) or None,
        pay_plan=_text(plan) or None,
        is_remote=details.get("RemoteIndicator") is True,
    )


def _usajobs_historic(record: dict[str, Any]) -> PostingText:
    return PostingText(
        title=_text(record.get("positionTitle")),
        grade=_text(record.get("maximumGrade")) or None,
        pay_plan=_text(record.get("payScale")) or None,
    )


def _arbeitnow_job(record: dict[str, Any]) -> PostingText:
    return PostingText(
        title=_text(record.get("title")),
        text=plain_text(_text(record.get("description"))),
        is_remote=record.get("remote") is True,
    )


@dataclass(frozen=True)
class PostingShape:
    """Where postings of one shape lie, and how they are read."""

    source: str
    resource: str
    read: Callable[[dict[str, Any]], PostingText]

    @property
    def table(self) -> str:
        """The raw table."""
        return f"{self.source}__{self.resource}"


POSTING_SHAPES = (
    PostingShape("product", "jobs", _product_job),
    PostingShape("usajobs", "search", _usajobs_search),
    PostingShape("usajobs", "historic_announcements", _usajobs_historic),
    PostingShape("arbeitnow", "jobs", _arbeitnow_job),
)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """Text as it is, a list of texts as lines (USAJOBS gives duties as either), a number as text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(_texts(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _texts(value: Iterable[Any] | None) -> tuple[str, ...]:
    return tuple(item.strip() for item in value if isinstance(item, str)) if isinstance(value, list) else ()
