"""How well skills are found in postings' text, against labelled postings.

    python -m cvplus.enrich.evaluation <labels.jsonl>

Each line of the file is ``{"title", "text", "expected": [names of skills]}``.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvplus.enrich.posting_text import plain_text
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.skills import load_vocabulary


@dataclass(frozen=True)
class Agreement:
    """Skills found and expected, counted over all postings."""

    right: int
    found: int
    expected: int
    missed: tuple[tuple[str, str], ...]
    extra: tuple[tuple[str, str], ...]

    @property
    def precision(self) -> float:
        """Share of what was found that was expected."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was expected that was found."""
        return self.right / self.expected if self.expected else 1.0


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
    right = found = wanted = 0
    missed, extra = [], []
    for title, got, expected in pairs:
        got &= labels
        right += len(got & expected)
        found += len(got)
        wanted += len(expected)
        missed += [(slug, title) for slug in sorted(expected - got)]
        extra += [(slug, title) for slug in sorted(got - expected)]
    return Agreement(right, found, wanted, tuple(missed), tuple(extra))


def main() -> None:
    """Print precision, recall and every disagreement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    with parser.parse_args().labels.open() as lines:
        agreement = compare_with_labels(json.loads(line) for line in lines)
    lines_out = [
        f"precision {agreement.precision:.2f} ({agreement.right} of {agreement.found})",
        f"recall    {agreement.recall:.2f} ({agreement.right} of {agreement.expected})",
        *(f"missed  {slug}: {title}" for slug, title in agreement.missed),
        *(f"extra   {slug}: {title}" for slug, title in agreement.extra),
    ]
    sys.stdout.write("\n".join(lines_out) + "\n")


if __name__ == "__main__":
    main()
