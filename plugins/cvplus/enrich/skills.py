"""The vocabulary of skills: one slug a skill, however it is written, and the family it belongs to."""

import csv
import gzip
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from cvplus.enrich.skill_names import (
    parts_by_slash,
    parts_in_brackets,
    parts_of,
    plainer_keys,
    plainer_names,
    skill_key,
    squeezed,
    unknown_key,
)
from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

REFERENCE = PROJECT_ROOT / "reference" / "technology_skills.csv.gz"
MORE_NAMES = PROJECT_ROOT / "reference" / "skill_names.csv.gz"
WORDS_FILE = Path(__file__).with_name("vocabulary.yaml")
OTHER_FAMILY = "other"
# Names are short; what is longer is a sentence, whose beginning tells enough.
_LONGEST_NAME = 200
_LONGEST_ITEM = 2_000
# Shorter forms without what parts their words are too often something else.
_SHORTEST_SQUEEZED = 5
# A technology used in this many occupations is widely known even if O*NET doesn't mark it as hot.
_WIDELY_KNOWN = 5


class WordLists(Frozen):
    """``vocabulary.yaml``: what the reference lacks, and what running text must be read with care for."""

    more_skills: dict[str, list[str]]
    more_names: dict[str, list[str]]
    soft_skills: list[str]
    ordinary_words: Annotated[list[str], Field(min_length=1)]
    everyday_words: list[str]
    never_alone: list[str]
    not_demands: list[str]
    around_names: list[str]
    no_names: list[str]
    former_ids: dict[str, str]


@dataclass(frozen=True, slots=True)
class SkillName:
    """A way of writing a skill, and how well known the skill is by it."""

    name: str
    slug: str
    is_widely_known: bool


class SkillVocabulary:
    """Names of skills to ids, and ids to families.

    An id is a slug that stands in the data: another name, or a bigger vocabulary, never changes it. A skill
    that must be renamed keeps its old id as a former one, which reads as the new.
    """

    def __init__(self, names: list[SkillName], families: dict[str, str], words: WordLists) -> None:
        self.names = names
        self.words = words
        self._families = families
        self._soft = {skill_key(name) for name in words.soft_skills}
        self._around = frozenset(words.around_names)
        self._slugs: dict[str, str] = dict(words.former_ids)
        for entry in names:
            self._slugs.setdefault(skill_key(entry.slug), entry.slug)
        for entry in names:
            self._slugs.setdefault(skill_key(entry.name), entry.slug)
        ordinary = {
            skill_key(word) for word in (*words.ordinary_words, *words.everyday_words, *words.never_alone)
        }
        self._famous = {skill_key(entry.name) for entry in names if entry.is_widely_known} - ordinary
        self._no_names = {skill_key(name) for name in words.no_names}
        self._squeezed: dict[str, str] = {}
        for key, slug in self._slugs.items():
            if len(short := squeezed(key)) >= _SHORTEST_SQUEEZED:
                self._squeezed.setdefault(short, slug)

    def canonical(self, name: str) -> str:
        """The id of a skill by any way of writing it.

        A name that is not known is its own id, less brackets and versions; empty for what is no name.
        """
        return self.known(name) or self._settled(unknown_key(name))

    def known(self, name: str) -> str | None:
        """The id of a skill by any way of writing it; ``None`` for what is not in the vocabulary.

        A soft skill is known by its key.
        """
        for plainer in plainer_names(name[:_LONGEST_NAME]):
            key = skill_key(plainer)
            for candidate in (key, *plainer_keys(key, self._around)):
                slug = self._slugs.get(candidate) or self._squeezed.get(squeezed(candidate))
                if slug is not None:
                    return slug
                if candidate in self._soft:
                    return candidate
        return None

    def skills_of(self, item: str) -> list[str]:
        """The ids of the skills that a structured item names, known or not, in order, each once.

        An item that is one skill as a whole ("CI/CD") is that. One of several names parted by commas is each
        of them; parted by slashes, "and" or blanks only when each is known. In brackets only what is known
        counts.
        """
        item = item[:_LONGEST_ITEM]
        if (slug := self._slugs.get(skill_key(item))) is not None:
            return [slug]
        found: dict[str, None] = {}
        for part in parts_of(item) or [item]:
            found.update(dict.fromkeys(self._of_part(part)))
        if found:
            inside = (self.known(part) for part in parts_in_brackets(item))
            found.update(dict.fromkeys(slug for slug in inside if slug and slug not in self._soft))
        return list(found)

    def _of_part(self, part: str) -> list[str]:
        if self._slugs.get(skill_key(part)) is None:
            by_slash = [self.known(name) for name in parts_by_slash(part)]
            if len(by_slash) > 1 and all(by_slash):
                return [slug for slug in by_slash if slug]
            words = [skill_key(word) for word in part.split()]
            if len(words) > 1 and all(word in self._famous for word in words):
                return [self._slugs[word] for word in words]
        return [slug] if (slug := self.canonical(part)) else []

    def family(self, slug: str) -> str:
        """The category of a technology in the reference; ``other`` for what it does not hold."""
        return self._families.get(slug, OTHER_FAMILY)

    def is_soft(self, name: str) -> bool:
        """Whether the name is of a soft skill."""
        return skill_key(name) in self._soft

    def _settled(self, key: str) -> str:
        """A key whose plainest form is itself: cutting it again, or looking it up, changes nothing."""
        while True:
            if key in self._no_names:
                return ""
            plainer = self.known(key) or unknown_key(key)
            if plainer == key:
                return key
            key = plainer


@lru_cache
def load_vocabulary(
    reference: Path = REFERENCE, words_file: Path = WORDS_FILE, more_names: Path = MORE_NAMES
) -> SkillVocabulary:
    """Read the vocabulary from the reference, the word lists, and the names of other lists.

    Names of the reference come first, those of other lists last: a new name never takes an old one away.

    Raises:
        ConfigurationError: a file is missing or not what it should be.
    """
    try:
        words = WordLists.model_validate(read_yaml(words_file))
        own, other, families = _reference_names(_rows(reference))
        rows = _rows(more_names)
    except (OSError, KeyError, ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(
            cause=f"The vocabulary of skills cannot be read: {error!r}.",
            remedy=f"Restore {reference.name}, {words_file.name} and {more_names.name} from the repository.",
        ) from error
    for slug, names in words.more_skills.items():
        other += [SkillName(name, slug, True) for name in (slug, *names)]
    for slug, names in words.more_names.items():
        other += [SkillName(name, slug, True) for name in names]
    listed = {(slug, name) for slug, names in words.more_names.items() for name in names}
    entries = [_by_fame(entry, words, listed) for entry in own + other]
    entries += _without_vendors(entries)
    return SkillVocabulary(entries + _other_lists(entries, rows), families, words)


def _rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _other_lists(names: list[SkillName], rows: list[dict[str, str]]) -> list[SkillName]:
    """Names of other lists: of a skill that is known by one of them, or of a new one."""
    slugs: dict[str, str] = {}
    for entry in names:
        slugs.setdefault(skill_key(entry.slug), entry.slug)
        slugs.setdefault(skill_key(entry.name), entry.slug)
    found: list[SkillName] = []
    for row in rows:
        written = [row["name"], *filter(None, row["other_names"].split("|"))]
        known = [slugs[key] for name in written if (key := skill_key(name)) in slugs]
        slug = known[0] if known else skill_key(row["name"])
        if not slug:
            continue
        for name in written:
            if slugs.setdefault(skill_key(name), slug) == slug:
                found.append(SkillName(name, slug, False))
    return found


def _by_fame(entry: SkillName, words: WordLists, listed: set[tuple[str, str]]) -> SkillName:
    """A name of the reference that the word lists name too is widely known."""
    is_listed = entry.slug in words.more_skills or (entry.slug, entry.name.lower()) in listed
    return replace(entry, is_widely_known=True) if is_listed else entry


def _without_vendors(names: list[SkillName]) -> list[SkillName]:
    """Products as people call them ("LabVIEW", not "National Instruments LabVIEW").

    Only names with capitals inside, which no other word has, and which stand behind one vendor alone.
    """
    known = {skill_key(entry.name) for entry in names}
    slugs: dict[str, set[str]] = {}
    for entry in names:
        words = entry.name.split()
        is_name = len(words) > 1 and words[-1].isalpha() and words[-1][1:] != words[-1][1:].lower()
        if is_name and not words[-1].isupper() and skill_key(words[-1]) not in known:
            slugs.setdefault(words[-1], set()).add(entry.slug)
    return [SkillName(name, min(found), False) for name, found in slugs.items() if len(found) == 1]


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
