"""How well titles are matched: figures with size and 95 % interval.

    python -m cvplus.enrich.occupations.evaluation <folder with pay/>

Titles of national classifications are judged by rankers that hadn't seen their part (see ``fit``), so this
fits anew: two minutes. Titles of filings for visas (H-1B) are matched by what is shipped and held against the
SOC code of the filer, at the minor group.
"""

import argparse
import csv
import gzip
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from cvplus.enrich.occupations.fit import Lesson, esco_lesson, fit
from cvplus.enrich.occupations.index import Floats, Ints
from cvplus.enrich.occupations.matching import Nearest, match_new
from cvplus.enrich.occupations.reference import esco_table
from cvplus.enrich.readers.knobs import reader_knobs
from cvplus.enrich.titles import match_titles
from cvplus.evaluation.figures import share_of

_MINOR_GROUP_LETTERS = 5
_SOC = re.compile(r"\d\d-\d{4}")
_BANDS = ((0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01))


@dataclass(frozen=True)
class Share:
    """How many of how many were right, or answered."""

    name: str
    right: int
    of: int


class Judged(Protocol):
    """Answers and whether they are right, a title each; ``occupations`` is -1 where there is none."""

    @property
    def occupations(self) -> Ints: ...
    @property
    def confidence(self) -> Floats: ...
    @property
    def group_confidence(self) -> Floats: ...
    @property
    def is_right(self) -> Ints: ...
    @property
    def is_group_right(self) -> Ints: ...


def figures_of(languages: Sequence[str], judged: Judged, lowest: float | None = None) -> list[Share]:
    """Top-1 of all, and what is answered and right at the configured confidence, a language.

    ``lowest`` stands in for the configured confidence of every language.
    """
    configured = reader_knobs().title.lowest_group_confidence
    needed = [configured.of(language) if lowest is None else lowest for language in languages]
    told = np.array(languages)
    figures = []
    is_answered = judged.group_confidence >= np.array(needed, np.float32)
    for language in [*sorted(set(languages)), "all"]:
        own = (told == language) | (language == "all")
        answered, count = own & is_answered, int(own.sum())
        right, group_right = judged.is_right, judged.is_group_right
        given = int(answered.sum())
        figures += [
            Share(f"{language} right at the occupation, nothing held back", int(right[own].sum()), count),
            Share(f"{language} right at the group, nothing held back", int(group_right[own].sum()), count),
            Share(f"{language} answered", given, count),
            Share(f"{language} answered and right at the occupation", int(right[answered].sum()), count),
            Share(f"{language} right at the group, of answers", int(group_right[answered].sum()), given),
        ]
    for low, high in _BANDS:
        band = (judged.confidence >= low) & (judged.confidence < high)
        figures.append(
            Share(
                f"right, of confidence {low} to {min(high, 1)}",
                int(judged.is_right[band].sum()),
                int(band.sum()),
            )
        )
    return figures


def printed(shares: Sequence[Share]) -> str:
    """Shares as lines: value, interval, size, name."""
    lines = []
    for one in shares:
        share = share_of(one.right, one.of)
        lines.append(f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}] of {one.of:5d}  {one.name}\n")
    return "".join(lines)


def national_figures(lesson: Lesson, judged: Judged) -> list[Share]:
    """Titles of national classifications, matched as they would be were the rankers those of ``judged``.

    So what is known by heart counts too, and the crosswalk of O*NET's own titles: all the English ones here.
    """
    table = esco_table()
    figures = []
    for language in sorted(set(lesson.languages)):
        rows = [row for row, told in enumerate(lesson.languages) if told == language]
        near = {
            lesson.titles[row]: Nearest(
                int(judged.occupations[row]),
                float(judged.confidence[row]),
                float(judged.group_confidence[row]),
            )
            for row in rows
        }
        titles = [lesson.titles[row] for row in rows]
        matches = match_new(titles, language, partial(_told, near))
        groups = [{table.isco[one] for one in lesson.right[row]} for row in rows]
        uris = [{table.uri(one) for one in lesson.right[row]} for row in rows]
        answered = [place for place, match in enumerate(matches) if match.esco_uri is not None]
        right = sum(matches[place].esco_uri in uris[place] for place in answered)
        group_right = sum(
            table.isco[table.number_of(str(matches[place].esco_uri))] in groups[place] for place in answered
        )
        figures += [
            Share(f"{language} answered", len(answered), len(rows)),
            Share(f"{language} answered and right at the occupation", right, len(rows)),
            Share(f"{language} right at the group, of answers", group_right, len(answered)),
        ]
    return figures


def _told(near: dict[str, Nearest], titles: Sequence[str], language: str) -> list[Nearest]:
    return [near[title] for title in titles]


def filing_figures(filings: Path) -> list[Share]:
    """English titles of filings for visas at the minor group of the SOC.

    ``filings`` is a table with ``JOB_TITLE`` and ``SOC_CODE``, gzip CSV.
    """
    with gzip.open(filings, "rt", encoding="utf-8", newline="") as lines:
        rows = [(row["JOB_TITLE"], row["SOC_CODE"]) for row in csv.DictReader(lines)]
    rows = [row for row in rows if _SOC.match(row[1])]
    matches = match_titles([title for title, _ in rows], ["en"] * len(rows))
    answers = [
        (match.occupation_id[:_MINOR_GROUP_LETTERS], code[:_MINOR_GROUP_LETTERS])
        for match, (_, code) in zip(matches, rows, strict=True)
        if match.occupation_id is not None
    ]
    return [
        Share("filings answered", len(answers), len(rows)),
        Share("filings right at the minor group, of answers", sum(a == b for a, b in answers), len(answers)),
    ]


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    filings = parser.parse_args().data / "pay" / "h1b_lca_fy2016_sample.csv.gz"
    sys.stdout.write(printed(filing_figures(filings)))
    lesson = esco_lesson()
    judged = fit(lesson)[1]
    sys.stdout.write("the ranker alone\n" + printed(figures_of(lesson.languages, judged)))
    sys.stdout.write("all together\n" + printed(national_figures(lesson, judged)))


if __name__ == "__main__":
    main()
