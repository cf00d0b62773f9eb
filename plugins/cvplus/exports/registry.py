"""The declarations of the exported entities, read from ``config/product_exports.yaml``."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from cvplus.errors import ConfigurationError, Where
from cvplus.resources import Frozen, KnownAt, Name, Resource
from cvplus.settings import PROJECT_ROOT
from cvplus.values.spans import load_spans
from cvplus.yaml_files import read_yaml

CONFIG = PROJECT_ROOT / "config" / "product_exports.yaml"
SOURCE = "product"
DROPPED_ON = "_dropped_on"
SUBJECT = "subject_id"
# Of a record in raw: the fields that are not as they came, with the reason.
SET_ASIDE = "_set_aside"

FieldKind = Literal[
    "subject", "id", "token", "code", "enum", "label", "text", "free_text", "instant", "date",
    "number", "integer",
    "boolean", "list", "object", "document",
]  # fmt: skip


Vocabulary = Literal["countries", "currencies", "languages"]


class FieldRule(Frozen):
    """How one field's value is checked, and where it goes (the kinds are explained in the file)."""

    kind: FieldKind = Field(alias="is")
    required: bool = False
    values: tuple[str, ...] = ()
    span: Name | None = None
    of: Vocabulary | None = None
    default: str | None = None

    @model_validator(mode="after")
    def _lists_are_where_they_count(self) -> Self:
        if self.kind != "code" and (self.kind == "enum") != bool(self.values):
            raise ValueError("values are given for an enum or a code, and only for them")
        if self.of is not None and self.kind not in ("code", "token"):
            raise ValueError("of is given for a code or a token, and only for them")
        return self

    @model_validator(mode="after")
    def _what_is_measured_has_a_span(self) -> Self:
        if (self.kind in ("instant", "date", "number", "integer")) != (self.span is not None):
            raise ValueError("a span is given for an instant, a date and a number, and only for them")
        if self.span is not None and load_spans().named(self.span).kind != self.kind:
            raise ValueError(f"the span {self.span} is of no {self.kind}")
        return self


class Entity(Frozen):
    """One exported entity: its key in raw and the rules of its fields."""

    name: Name
    key: Annotated[list[str], Field(min_length=1)]
    fields: dict[str, FieldRule]
    stale_after_hours: float = 36.0

    @model_validator(mode="after")
    def _key_is_there(self) -> Self:
        present = {
            name
            for name, rule in self.raw_fields.items()
            if rule.required or rule.default is not None or rule.kind == "subject"
        }
        if missing := [part for part in self.key if part not in present]:
            raise ValueError(f"key parts {missing} are not required fields of the record in raw")
        return self

    @property
    def subject_field(self) -> str | None:
        """Name of the field that holds the user id; ``None`` for entities about no person."""
        return next((name for name, rule in self.fields.items() if rule.kind == "subject"), None)

    @property
    def raw_fields(self) -> dict[str, FieldRule]:
        """The fields of the record as it is in raw: the subject renamed, what goes to the vault left out."""
        return {
            SUBJECT if rule.kind == "subject" else name: rule
            for name, rule in self.fields.items()
            if rule.kind not in ("free_text", "document")
        }

    @property
    def resource(self) -> Resource:
        """The entity as lake, load and gate know it."""
        return Resource(
            source=SOURCE,
            name=self.name,
            domain="product",
            key=self.key,
            known_at=KnownAt(rule="dropped", path=DROPPED_ON),
            required=[name for name, rule in self.raw_fields.items() if rule.required],
            stale_after_hours=self.stale_after_hours,
        )


class ProductExports(Frozen):
    """The whole file."""

    max_rejected_share: float = Field(ge=0, le=1)
    first_day: date = date(2000, 1, 1)
    entities: list[Entity]


@lru_cache
def load_exports(path: Path = CONFIG) -> ProductExports:
    """Read and check the declarations.

    Raises:
        ConfigurationError: naming the entry that is wrong.
    """
    try:
        return ProductExports.model_validate(read_yaml(path))
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(
            cause=f"{path.name} is not a valid declaration: {error}.",
            remedy="Correct the entry named; docs/product_exports.md explains each setting.",
            where=Where(source=SOURCE),
        ) from error


def load_entities(path: Path = CONFIG) -> dict[str, Entity]:
    """The declared entities by name, in the order of the file."""
    return {entity.name: entity for entity in load_exports(path).entities}


def find_entity(name: str) -> Entity:
    """One entity by its name.

    Raises:
        ConfigurationError: there is none of that name.
    """
    entities = load_entities()
    if name not in entities:
        raise ConfigurationError(
            cause=f"The product exports no entity {name!r}.",
            remedy=f"Use one of {', '.join(entities)}, or declare it in config/product_exports.yaml.",
            where=Where(source=SOURCE, resource=name),
        )
    return entities[name]


def product_resources() -> list[Resource]:
    """The entities as resources, for the schema, the load and the gate."""
    return [entity.resource for entity in load_entities().values()]
