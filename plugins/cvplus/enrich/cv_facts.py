"""The facts of a CV: the occupations of its last job and of the job that is wanted.

The warehouse has no CV's text: what is read here are the titles that were kept when it landed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cvplus.enrich.answers import fields_of, unread_of
from cvplus.enrich.readers.answer import Text
from cvplus.enrich.readers.registry import read_texts
from cvplus.enrich.shapes import RecordShape, first_text


@dataclass(frozen=True, slots=True)
class CvTitles:
    """The titles of the last and of the wanted job, and the CV's language (ISO 639-1)."""

    last: str = ""
    wanted: str = ""
    language: str | None = None


def cv_shapes() -> tuple[RecordShape[CvTitles], ...]:
    """The product's CVs."""
    return (RecordShape("product", "cvs", _titles_of),)


def cv_facts(cvs: Sequence[CvTitles]) -> list[dict[str, Any]]:
    """Facts of each CV, in order; what is not told is null, and ``unread`` says why."""
    last = read_texts("title", [Text(one.last, language=one.language) for one in cvs])
    wanted = read_texts("title", [Text(one.wanted, language=one.language) for one in cvs])
    return [
        {
            **{
                name: value
                for kind, answer in told.items()
                for name, value in {
                    **fields_of(
                        {
                            "occupation_id": f"{kind}_occupation_id",
                            "esco_uri": f"{kind}_esco_uri",
                        },
                        answer,
                    ),
                    f"{kind}_occupation_score": answer.confidence,
                }.items()
            },
            "unread": unread_of(told),
        }
        for told in ({"last": one, "wanted": other} for one, other in zip(last, wanted, strict=True))
    ]


def _titles_of(record: dict[str, Any]) -> CvTitles:
    language = first_text(record, "language")
    return CvTitles(
        first_text(record, "measures.last_title") or "",
        first_text(record, "wanted_title") or "",
        None if language is None else language[:2].lower(),
    )
