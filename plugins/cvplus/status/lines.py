"""The shape of what is told: a headline, then sections of lines, each with what to do next."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "plain", "waiting", "bad"]


@dataclass(frozen=True)
class Line:
    """One thing that is told: of what, a sentence, and the command or page that comes next.

    ``dag_id``: the DAG that it is about, which has a telling of its own.
    """

    subject: str
    text: str
    next: str | None = None
    tone: Tone = "plain"
    dag_id: str | None = None


@dataclass(frozen=True)
class Section:
    """Lines under a title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Status:
    """All that is told."""

    headline: str
    sections: tuple[Section, ...]
