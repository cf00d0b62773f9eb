"""How well skills are found in postings' text, against labelled postings.

    python -m cvplus.enrich.evaluation <labels.jsonl> ...

Each line of a file is ``{"title", "text"}`` and the names of skills as ``required`` and ``preferred``, or as
``expected`` where the labellers had a closed list.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvplus.enrich.markup import plain_text
from cvplus.enrich.readers.answer import as_written
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.skills import load_vocabulary
from cvplus.evaluation.figures import f1_estimate


@dataclass(frozen=True)
class Agreement:
    """Skills found and expected, counted over all postings; ``counts``: right, found and expected of each."""

    right: int
    found: int
    expected: int
    missed: tuple[tuple[str, str], ...]
    extra: tuple[tuple[str, str], ...]
    counts: tuple[tuple[int, int, int], ...]

    @property
    def precision(self) -> float:
        """Share of what was found that was expected."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was expected that was found."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return f1_of(self.right, self.found, self.expected)


def compare_with_labels(postings: Iterable[dict[str, Any]]) -> Agreement:
    """Count agreement on the skills that the labels use at all.

    The labellers had a closed list of skills; what they never label cannot count as wrong.
    """
    matcher, vocabulary = load_matcher(), load_vocabulary()
    pairs = []
    for posting in postings:
        skills = matcher.find(plain_text(posting["text"]))
        expected = {vocabulary.canonical(name) for name in posting["expected"]}
        pairs.append((posting["title"], {*skills.required, *skills.preferred}, expected))
    labels = set().union(*(expected for *_, expected in pairs))
    counts: list[tuple[int, int, int]] = []
    missed, extra = [], []
    for title, got, expected in pairs:
        got &= labels
        counts.append((len(got & expected), len(got), len(expected)))
        missed += [(slug, title) for slug in sorted(expected - got)]
        extra += [(slug, title) for slug in sorted(got - expected)]
    right, found, wanted = (sum(column) for column in zip(*counts, strict=True))
    return Agreement(right, found, wanted, tuple(missed), tuple(extra), tuple(counts))


@dataclass(frozen=True)
class LanguageAgreement:
    """Agreement on the postings of one language, with the 95 % interval of F1 by resampling the postings.

    ``part_right`` is the share of the rightly found skills that are also rightly required or preferred.
    """

    language: str
    postings: int
    agreement: Agreement
    f1_low: float
    f1_high: float
    part_right: float


def f1_of(right: int, found: int, expected: int) -> float:
    """F1 of counts; 1 when nothing was expected and nothing found."""
    return 2 * right / (found + expected) if found + expected else 1.0


def read_labels(files: Iterable[Path]) -> list[dict[str, Any]]:
    """The labelled postings of some files."""
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def agreement_by_language(postings: Sequence[dict[str, Any]]) -> list[LanguageAgreement]:
    """Agreement with labels that are complete: what is found and not labelled is wrong.

    Of each posting ``language``, ``text``, ``required`` and ``preferred``. Required and preferred are one set
    for precision and recall.
    """
    by_language: dict[str, list[dict[str, Any]]] = {}
    for posting in postings:
        by_language.setdefault(posting["language"], []).append(posting)
    return [_agreement_of(language, of_one) for language, of_one in by_language.items()]


def _agreement_of(language: str, postings: Sequence[dict[str, Any]]) -> LanguageAgreement:
    matcher, vocabulary = load_matcher(), load_vocabulary()
    counts: list[tuple[int, int, int]] = []
    missed: list[tuple[str, str]] = []
    extra: list[tuple[str, str]] = []
    in_part = 0
    for posting in postings:
        found = matcher.find(as_written(posting["text"]))
        required = {vocabulary.canonical(name) for name in posting["required"]}
        preferred = {vocabulary.canonical(name) for name in posting["preferred"]} - required
        got, wanted = {*found.required, *found.preferred}, required | preferred
        in_part += len(required & set(found.required)) + len(preferred & set(found.preferred))
        counts.append((len(got & wanted), len(got), len(wanted)))
        missed += [(slug, posting["id"]) for slug in sorted(wanted - got)]
        extra += [(slug, posting["id"]) for slug in sorted(got - wanted)]
    right, all_found, all_wanted = (sum(column) for column in zip(*counts, strict=True))
    f1 = f1_estimate(counts)
    agreement = Agreement(right, all_found, all_wanted, tuple(missed), tuple(extra), tuple(counts))
    part_right = in_part / right if right else 1.0
    return LanguageAgreement(language, len(postings), agreement, f1.low, f1.high, part_right)


def main() -> None:
    """Print how well labelled postings are read, by language, and every disagreement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path, nargs="+")
    parser.add_argument("--split", help="only postings of this split: tuning or final")
    parser.add_argument("--quiet", action="store_true", help="leave the disagreements out")
    told = parser.parse_args()
    postings = [one for one in read_labels(told.labels) if told.split in (None, one.get("split"))]
    closed = [one for one in postings if "expected" in one]
    lines: list[str] = []
    if closed:
        agreement = compare_with_labels(closed)
        lines.append(f"closed list: {len(closed)} postings, {_figures(agreement)}")
        lines += () if told.quiet else _disagreements(agreement)
    for one in agreement_by_language([one for one in postings if "expected" not in one]):
        interval = f"{one.f1_low:.2f}-{one.f1_high:.2f}"
        lines.append(
            f"{one.language}: {one.postings} postings, {_figures(one.agreement)}, "
            f"95 % of F1 {interval}, required or preferred right {one.part_right:.2f}"
        )
        lines += () if told.quiet else _disagreements(one.agreement)
    sys.stdout.write("\n".join(lines) + "\n")


def _figures(agreement: Agreement) -> str:
    return (
        f"F1 {agreement.f1:.2f}, "
        f"precision {agreement.precision:.2f} ({agreement.right} of {agreement.found}), "
        f"recall {agreement.recall:.2f} ({agreement.right} of {agreement.expected})"
    )


def _disagreements(agreement: Agreement) -> list[str]:
    return [
        *(f"  missed  {slug}: {where}" for slug, where in agreement.missed),
        *(f"  extra   {slug}: {where}" for slug, where in agreement.extra),
    ]


if __name__ == "__main__":
    main()
