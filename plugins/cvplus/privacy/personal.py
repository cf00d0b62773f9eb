"""What counts as personal wherever it turns up, by the rules in ``config/privacy.yaml``."""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import PositiveInt, ValidationError, field_validator

from cvplus.errors import ConfigurationError
from cvplus.privacy.recognise.finder import find_personal
from cvplus.privacy.recognise.spans import Span, without_overlaps
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

CONFIG = PROJECT_ROOT / "config" / "privacy.yaml"
_SEPARATORS = re.compile(r"[\s_\-]+")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
_DEEPEST = 20
_NAME_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NOT_DIGIT = re.compile(r"\D")
# A code as programs write them: lower case words, joined; or a few capitals.
CODE = re.compile(r"[a-z][a-z0-9]{0,31}(?:[_.:/-][a-z0-9]{1,32}){0,7}|[A-Z][A-Z0-9_-]{0,3}")
# An id: letters and digits in one word, with a digit in it.
MIXED_ID = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z][0-9A-Za-z_.:|~+/=-]{0,199}")
INSTANT = re.compile(
    r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?"
)
NUMBER = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,12})?")
FIELD_NAME = re.compile(r"_?[a-z][A-Za-z0-9_.:-]{0,63}")
# Letters and up to eight digits, also after the name of a source (`usajobs:700000001`), or a UUID.
COMMON_ID = re.compile(
    r"(?:([a-z][a-z0-9_]{0,30}):)?(?:([A-Za-z]{1,12})[_-]?[0-9]{1,8}(?:-(?:[0-9]{1,7}|[a-z]{1,8}))?|(?<=:)[1-9][0-9]{0,9})"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
LONGEST_REMEMBERED = 100
REMEMBERED = 1 << 14
# Nine digits are the shortest numbers that states and networks give to people.
LEAST_DIGITS_OF_A_PERSON = 9
# Seconds, milliseconds and microseconds since 1970, of the years 2010 to 2040.
EPOCHS = tuple((1_262_304_000 * unit, 2_208_988_800 * unit) for unit in (1, 10**3, 10**6))
ANNOUNCED_KINDS = frozenset(
    {"phone", "birth", "passport", "identity_card", "driving_licence", "national_id", "bank_account", "plate"}
)


class PersonalRules(Frozen):
    """The file: field names, announcing words and patterns of personal data, and limits of what passes."""

    personal_field_names: frozenset[str]
    personal_field_words: frozenset[str]
    time_field_words: frozenset[str]
    announcing_words: dict[str, list[str]]
    phone_regions: list[str]
    personal_patterns: dict[str, str]
    longest_token: PositiveInt
    earliest_year: PositiveInt
    longest_line_bytes: PositiveInt

    @field_validator("personal_patterns")
    @classmethod
    def _compile(cls, patterns: dict[str, str]) -> dict[str, str]:
        for name, pattern in patterns.items():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"the pattern {name} is not a regular expression: {error}") from error
        return patterns

    @field_validator("announcing_words")
    @classmethod
    def _kinds_are_known(cls, words: dict[str, list[str]]) -> dict[str, list[str]]:
        if unknown := words.keys() - ANNOUNCED_KINDS:
            raise ValueError(f"no words can announce {sorted(unknown)}; use {sorted(ANNOUNCED_KINDS)}")
        return words

    @cached_property
    def _kind_of_word(self) -> dict[str, str]:
        return {word.lower(): kind for kind, words in self.announcing_words.items() for word in words}

    @cached_property
    def _own_patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        return [(name, re.compile(pattern)) for name, pattern in self.personal_patterns.items()]

    def is_personal_field(self, name: str) -> bool:
        """Whether values under this field name are personal, however it is spelled."""
        return self._is_personal_field(name)

    @cached_property
    def _is_personal_field(self) -> Callable[[str], bool]:
        def is_personal(name: str) -> bool:
            if _SEPARATORS.sub("", name).lower() in self.personal_field_names:
                return True
            return not self.personal_field_words.isdisjoint(words_of(name))

        return lru_cache(REMEMBERED)(is_personal)

    def find(self, text: str, person: frozenset[str] = frozenset()) -> list[Span]:
        """Where the text holds something personal; ``person`` are the parts of the subject's own name."""
        if self._is_common_id(text):
            return []
        # Titles, skills, names of firms and fields come again and again; a long text comes once.
        if len(text) <= LONGEST_REMEMBERED and not person:
            return list(self._find_again(text))
        return self._find(text, person)

    @cached_property
    def _find_again(self) -> Callable[[str], list[Span]]:
        return lru_cache(REMEMBERED)(self._find)

    def _find(self, text: str, person: frozenset[str] = frozenset()) -> list[Span]:
        spans = find_personal(text, self._kind_of_word, self.phone_regions, person)
        for kind, pattern in self._own_patterns:
            spans += [Span(*match.span(), kind) for match in pattern.finditer(text)]
        return without_overlaps(spans) if self._own_patterns else spans

    def _is_common_id(self, text: str) -> bool:
        """Whether text is an id of a form that no person's number has, which most ids are."""
        match = COMMON_ID.fullmatch(text)
        if match is None or self._own_patterns:
            return False
        return not any(word and word.lower() in self._kind_of_word for word in match.groups())

    def redact(self, text: str, person: frozenset[str] = frozenset()) -> str:
        """The text with what is personal replaced by its kind: ``[email]``, ``[national_id]``."""
        spans = self.find(text, person)
        if not spans:
            return text
        parts: list[str] = []
        position = 0
        for start, end, kind in spans:
            parts += (text[position:start], f"[{kind}]")
            position = end
        return "".join((*parts, text[position:]))

    def is_plain(self, text: str) -> bool:
        """Whether text is a token (a code, an id, a number, an instant) and not what a person typed."""
        return is_token(text, self.longest_token) and not self.find(text)

    def is_code(self, text: str) -> bool:
        """Whether text is written as programs write codes, and is nobody's address or number."""
        return CODE.fullmatch(text) is not None and self.is_plain(text)

    def is_plain_value(self, name: str, value: str) -> bool:
        """Whether a text under a field of free form is a code, an id, an instant or a number of nobody's."""
        if INSTANT.fullmatch(value):
            return int(value[:4]) >= self.earliest_year
        if NUMBER.fullmatch(value):
            digits = len(_NOT_DIGIT.sub("", value))
            return digits < LEAST_DIGITS_OF_A_PERSON or is_id_field(name)
        return (CODE.fullmatch(value) or MIXED_ID.fullmatch(value)) is not None and self.is_plain(value)

    def is_plain_number(self, name: str, value: int | float) -> bool:
        """Whether a number under a field of free form can be nobody's: it is small, an instant or an id."""
        if isinstance(value, float) and not value.is_integer():
            return True
        if abs(value) < 10 ** (LEAST_DIGITS_OF_A_PERSON - 1) or is_id_field(name):
            return True
        is_instant = any(first <= value <= last for first, last in EPOCHS)
        return is_instant and not self.time_field_words.isdisjoint(words_of(name))

    def sift(self, value: Any, name: str = "", depth: int = 0) -> tuple[Any, Any]:
        """Part a JSON value under a field's name: what may stay in the warehouse, what goes to the vault.

        Either part is ``None`` when it is empty. Objects and lists keep their form in both parts.
        """
        if isinstance(value, str):
            return (value, None) if self.is_plain_value(name, value) else (None, value)
        if isinstance(value, bool):
            return value, None
        if isinstance(value, int | float):
            return (value, None) if self.is_plain_number(name, value) else (None, value)
        if depth > _DEEPEST:
            return None, value
        if isinstance(value, dict):
            return self._sift_object(value, depth)
        if isinstance(value, list):
            if _is_place(value):
                return [], value
            parts = [self.sift(item, name, depth + 1) for item in value]
            removed_items = [goes for _, goes in parts if goes is not None]
            return [stays for stays, _ in parts if stays is not None], removed_items or None
        return value, None

    def _sift_object(self, value: dict[str, Any], depth: int) -> tuple[Any, Any]:
        kept, removed = {}, {}
        for name, item in value.items():
            if self.is_personal_field(name) or not self.is_plain_name(name):
                removed[name] = item
                continue
            stays, goes = self.sift(item, name, depth + 1)
            if stays is not None:
                kept[name] = stays
            if goes is not None:
                removed[name] = goes
        return kept, removed or None

    def is_plain_name(self, name: str) -> bool:
        """Whether the name of a field is one that a programmer gave, and not a person's words."""
        return FIELD_NAME.fullmatch(name) is not None and self.is_plain(name)


def is_token(text: str, longest: int) -> bool:
    """Whether text is one word of at most so many characters."""
    return len(text) <= longest and not any(character.isspace() for character in text)


def words_of(name: str) -> list[str]:
    """The words of a field's name in lower case: ``userEMail_address`` is user, e, mail, address."""
    return [word.lower() for word in _NAME_WORD.findall(name)]


def is_id_field(name: str) -> bool:
    """Whether a field's name says that it holds an id (of a posting, of a record)."""
    words = words_of(name)
    return bool(words) and words[-1] in ("id", "ids", "key", "keys")


def _is_place(items: list[Any]) -> bool:
    """Whether two numbers are a latitude and a longitude, to some ten metres."""
    return (
        len(items) in (2, 3)
        and all(isinstance(item, float) for item in items[:2])
        and all(abs(item) <= 180 and round(item, 3) != item for item in items[:2])
    )


def shape_of(text: str, longest: int = 300) -> str:
    """The text with letters as ``x`` and digits as ``0``: where it breaks can be seen, nothing else."""
    return _LETTERS.sub("x", _DIGIT.sub("0", text[:longest])) + ("…" if len(text) > longest else "")


@lru_cache
def load_personal_rules(path: Path = CONFIG) -> PersonalRules:
    """Read and check the rules.

    Raises:
        ConfigurationError: naming the entry that is wrong.
    """
    try:
        return PersonalRules.model_validate(read_yaml(path))
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(
            cause=f"{path.name} is not valid: {error}.",
            remedy="Correct the entry named; see docs/privacy.md.",
        ) from error
