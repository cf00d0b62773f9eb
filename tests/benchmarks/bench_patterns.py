"""How the time to read a hostile text grows with its length, for every pattern that meets text from outside.

Each text is doubled four times. Time that grows with the length doubles, time that grows with its square
becomes fourfold; between both is the limit. Also whole readers, which use several patterns in turn.
Exits with 1 when anything grows faster.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile_texts import hostile_texts, outside_patterns

from cvplus.enrich.markup import plain_text
from cvplus.enrich.places.parts import groups_of, is_prose, labelled_lines
from cvplus.enrich.readers.answer import Text
from cvplus.enrich.readers.company import read_company
from cvplus.enrich.readers.date import read_date
from cvplus.enrich.readers.demands import demands_of
from cvplus.enrich.readers.language import read_languages
from cvplus.enrich.readers.pay import read_pay
from cvplus.enrich.readers.seniority import read_seniority
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.skills import load_vocabulary
from cvplus.enrich.titles import match_titles, normalized_title
from cvplus.enrich.workplaces import without_workplace_words, workplace_of
from cvplus.privacy.personal import load_personal_rules
from cvplus.sources.oddities.hiring_headline import parse_headline, plain_comment

HIGHEST_GROWTH = 2.5
DOUBLINGS = 4
LONGEST = 64_000
# What reads so long a text in less is not slow, and its growth cannot be told from the clock's own steps.
SHORTEST_SECONDS = 0.004
REPEATS = 3
READERS: dict[str, Callable[[str], object]] = {
    "redact": load_personal_rules().redact,
    "parse_headline": parse_headline,
    "plain_comment": plain_comment,
    "plain_text": plain_text,
    "normalized_title": normalized_title,
    "workplace_of": workplace_of,
    "without_workplace_words": without_workplace_words,
    "groups_of": groups_of,
    "is_prose": is_prose,
    "labelled_lines": labelled_lines,
    "match_titles": lambda text: match_titles([text], ["de"]),
    "read_languages": lambda text: read_languages([Text(text)]),
    "find_skills": load_matcher().find,
    "read_pay": lambda text: read_pay(Text(text)),
    "demands_of": demands_of,
    "canonical_skill": load_vocabulary().canonical,
    "skills_of": load_vocabulary().skills_of,
    # Behind their caches, which would answer the second reading.
    "read_company": read_company.__wrapped__,
    "read_date": read_date.__wrapped__,
    "read_seniority": read_seniority.__wrapped__,
}
UNITS = (
    "a",
    "$1k-2k, ",
    "5 000 € ",
    " ",
    "(",
    "<",
    "<p",
    "|",
    ", ",
    "1,",
    "$1",
    "a.",
    "+1",
    "or ",
    "Go, ",
    "A ,",
    "<a href=",
    "\n",
    "Go",
    "R ",
    "no Java ",
    "5 years ",
    "Python, ",
    "Benefits\n",
    "plus ",
    "a.b ",
    "機械学習",
    "経験3年",
    "Bachelor ",
    "not required ",
)


def seconds(read: Callable[[Any], object], text: Any) -> float:
    """The least CPU seconds of some readings."""
    taken = []
    for _ in range(REPEATS):
        began = process_time()
        read(text)
        taken.append(process_time() - began)
    return min(taken)


def growth(read: Callable[[Any], object], text_of: Callable[[int], list[Any]]) -> tuple[float, str]:
    """By how much time grows with each doubling of the slowest text, and how that text begins."""
    texts = text_of(LONGEST)
    if not texts:
        return 0.0, ""
    longest, place = max((seconds(read, text), place) for place, text in enumerate(texts))
    if longest < SHORTEST_SECONDS:
        return 0.0, ""
    shortest = seconds(read, text_of(LONGEST // 2**DOUBLINGS)[place])
    return float((longest / shortest) ** (1 / DOUBLINGS)), repr(texts[place][:30])


def main() -> int:
    """Print how each pattern and each reader grows."""
    found: dict[str, tuple[float, str]] = {}
    for name, pattern in outside_patterns().items():
        found[name] = growth(
            lambda text, find=pattern.finditer: sum(1 for _ in find(text)),
            lambda length, pattern=pattern: hostile_texts(pattern, length),
        )
    for name, reader in READERS.items():
        found[name] = growth(reader, lambda length: [unit * (length // len(unit)) for unit in UNITS])
    for name, (grown, text) in sorted(found.items(), key=lambda one: -one[1][0]):
        sys.stdout.write(f"{grown:5.2f}  {name}  {text}\n")
    is_missed = max(grown for grown, _ in found.values()) > HIGHEST_GROWTH
    sys.stdout.write(f"growth a doubling, at most {HIGHEST_GROWTH}: {'missed' if is_missed else 'held'}\n")
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
