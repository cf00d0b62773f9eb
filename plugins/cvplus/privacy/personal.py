"""What counts as personal wherever it turns up, by the rules in ``config/privacy.yaml``."""

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import PositiveInt, ValidationError, field_validator

from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

CONFIG = PROJECT_ROOT / "config" / "privacy.yaml"
_SEPARATORS = re.compile(r"[\s_\-]+")
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
_DEEPEST = 20


class PersonalRules(Frozen):
    """The file: field names and patterns that mark personal data, and the limits of what passes."""

    personal_field_names: frozenset[str]
    personal_patterns: dict[str, str]
    longest_token: PositiveInt
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

    @cached_property
    def _contact(self) -> re.Pattern[str]:
        return re.compile(
            "|".join(f"(?P<{name}>{pattern})" for name, pattern in self.personal_patterns.items())
        )

    def is_personal_field(self, name: str) -> bool:
        """Whether values under this field name are personal, however it is spelled."""
        return _SEPARATORS.sub("", name).lower() in self.personal_field_names

    def redact(self, text: str) -> str:
        """The text with contact data replaced by its kind: ``[email]``, ``[phone]``."""
        return self._contact.sub(lambda match: f"[{match.lastgroup}]", text)

    def is_plain(self, text: str) -> bool:
        """Whether text is a token (a code, an id, a number, an instant) and not what a person typed."""
        return (
            len(text) <= self.longest_token
            and not any(character.isspace() for character in text)
            and self._contact.search(text) is None
        )

    def sift(self, value: Any, depth: int = 0) -> tuple[Any, Any]:
        """Part a JSON value into what may stay in the warehouse and what goes to the vault.

        Either part is ``None`` when it is empty. Objects and lists keep their form in both parts.
        """
        if isinstance(value, str):
            return (value, None) if self.is_plain(value) else (None, value)
        if depth > _DEEPEST:
            return None, value
        if isinstance(value, dict):
            kept, removed = {}, {}
            for name, item in value.items():
                if self.is_personal_field(name) or not self.is_plain(name):
                    removed[name] = item
                    continue
                stays, goes = self.sift(item, depth + 1)
                if stays is not None:
                    kept[name] = stays
                if goes is not None:
                    removed[name] = goes
            return kept, removed or None
        if isinstance(value, list):
            parts = [self.sift(item, depth + 1) for item in value]
            removed_items = [goes for _, goes in parts if goes is not None]
            return [stays for stays, _ in parts if stays is not None], removed_items or None
        return value, None


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
