"""The vocabulary of skills: one slug a skill, however it is written, and the family it belongs to."""

import csv
import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

REFERENCE = PROJECT_ROOT / "reference" / "technology_skills.csv.gz"
WORDS_FILE = Path(__file__).with_name("vocabulary.yaml")
TOKEN = re.compile(r"(?:[^\W_]|[+#.])+")
OTHER_FAMILY = "other"
_LONGEST_SLUG = 80
# A technology used in this many occupations is widely known even if O*NET doesn't mark it as hot.
_WIDELY_KNOWN = 5


class WordLists(Frozen):
    """``vocabulary.yaml``: what the reference lacks, and what running text must be read with care for."""

    more_skills: dict[str, list[str]]
    more_names: dict[str, list[str]]
    soft_skills: list[str]
    ordinary_words: Annotated[list[str], Field(min_length=1)]
    never_alone: list[str]
    not_demands: list[str]


@dataclass(frozen=True, slots=True)
class SkillName:
    """A way of writing a skill, and how well known the skill is by it."""

    name: str
    slug: str
    is_widely_known: bool


def skill_key(name: str) -> str:
    """The name in lower case, ``+ # .`` kept, one hyphen between words: ``CI/CD`` is ``ci-cd``."""
    tokens = (token.rstrip(".") for token in TOKEN.findall(name.lower()))
    return "-".join(token for token in tokens if token)[:_LONGEST_SLUG].rstrip("-")


class SkillVocabulary:
    """Names of skills to slugs, and slugs to families."""

    def __init__(self, names: list[SkillName], families: dict[str, str], words: WordLists) -> None:
        self.names = names
        self.words = words
        self._families = families
        self._soft = {skill_key(name) for name in words.soft_skills}
        self._slugs: dict[str, str] = {}
        for entry in names:
            self._slugs.setdefault(skill_key(entry.name), entry.slug)

    def canonical(self, name: str) -> str:
        """The slug of a skill by any of its names; a name that is not known is its own slug (maybe empty)."""
        key = skill_key(name)
        return self._slugs.get(key, key)

    def known(self, name: str) -> str | None:
        """The slug of a skill by any of its names; ``None`` for a name that is not in the vocabulary."""
        return self._slugs.get(skill_key(name))

    def family(self, slug: str) -> str:
        """The category of a technology in the reference; ``other`` for what it does not hold."""
        return self._families.get(slug, OTHER_FAMILY)

    def is_soft(self, name: str) -> bool:
        """Whether the name is of a soft skill."""
        return skill_key(name) in self._soft


@lru_cache
def load_vocabulary(reference: Path = REFERENCE, words_file: Path = WORDS_FILE) -> SkillVocabulary:
    """Read the vocabulary from the reference and the word lists.

    Names of the reference come first, so another name never takes a skill's own name away.

    Raises:
        ConfigurationError: a file is missing or not what it should be.
    """
    try:
        words = WordLists.model_validate(read_yaml(words_file))
        with gzip.open(reference, "rt", encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        own, other, families = _reference_names(rows)
    except (OSError, KeyError, ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(
            cause=f"The vocabulary of skills cannot be read: {error!r}.",
            remedy=f"Restore {reference.name} and {words_file.name} from the repository.",
        ) from error
    for slug, names in words.more_skills.items():
        other += [SkillName(name, slug, True) for name in (slug, *names)]
    for slug, names in words.more_names.items():
        other += [SkillName(name, slug, True) for name in names]
    return SkillVocabulary(own + other, families, words)


def _reference_names(
    rows: list[dict[str, str]],
) -> tuple[list[SkillName], list[SkillName], dict[str, str]]:
    """Own names, other names and families of the technologies in the reference."""
    occupations: dict[str, int] = {}
    for row in rows:
        occupations[row["slug"]] = occupations.get(row["slug"], 0) + 1
    own: dict[str, SkillName] = {}
    other: dict[tuple[str, str], SkillName] = {}
    families: dict[str, str] = {}
    for row in rows:
        slug = row["slug"]
        is_known = row["is_hot"] == "1" or occupations[slug] >= _WIDELY_KNOWN
        own.setdefault(slug, SkillName(row["name"], slug, is_known))
        families.setdefault(slug, row["category"])
        for name in filter(None, row["other_names"].split("|")):
            other.setdefault((slug, name), SkillName(name, slug, is_known))
    return list(own.values()), list(other.values()), families
