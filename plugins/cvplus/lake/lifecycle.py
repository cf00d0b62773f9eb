"""What becomes of the lake's files with age, as ``config/lifecycle.yaml`` says."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, PositiveInt, StringConstraints, ValidationError, model_validator

from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

CONFIG_FILE = PROJECT_ROOT / "config" / "lifecycle.yaml"
# S3 takes an object into these classes 30 days after it was written, not before.
_INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
_INFREQUENT_DAYS = 30

StorageClass = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]*$")]


class Transition(Frozen):
    """Into which storage class, how many days after the file was written."""

    after_days: PositiveInt
    storage_class: StorageClass

    @model_validator(mode="after")
    def _not_too_early(self) -> Self:
        if self.storage_class in _INFREQUENT and self.after_days < _INFREQUENT_DAYS:
            raise ValueError(
                f"{self.storage_class} takes no file younger than {_INFREQUENT_DAYS} days: raise after_days"
            )
        return self


class Expiry(Frozen):
    """When files are deleted, and why that loses nothing."""

    after_days: PositiveInt
    reason: Annotated[str, Field(min_length=20)]


class LifecycleRule(Frozen):
    """What happens to the files below ``folder`` (relative to the lake's root; empty for the whole lake)."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    folder: Annotated[str, StringConstraints(pattern=r"^([a-z0-9_]+(/[a-z0-9_]+)?)?$")] = ""
    colder: Transition | None = None
    archive: Transition | None = None
    expire: Expiry | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        steps = [step for step in (self.colder, self.archive, self.expire) if step is not None]
        if not steps:
            raise ValueError("it does nothing: give it colder, archive or expire, or remove it")
        days = [step.after_days for step in steps]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError("colder, archive and expire must follow each other: give each more days")
        if self.colder and self.archive and self.colder.storage_class in _INFREQUENT:
            stays = self.archive.after_days - self.colder.after_days
            if stays < _INFREQUENT_DAYS:
                raise ValueError(f"{self.colder.storage_class} keeps a file at least {_INFREQUENT_DAYS} days")
        if self.expire and not self.folder:
            raise ValueError("a rule of the whole lake may not expire anything: name a folder")
        return self


class Lifecycle(Frozen):
    """``config/lifecycle.yaml``."""

    abort_uploads_after_days: PositiveInt
    keep_at_least_days: PositiveInt
    rules: Annotated[list[LifecycleRule], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [rule.id for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have one id: give each its own")
        for rule in self.rules:
            if rule.expire and rule.expire.after_days < self.keep_at_least_days:
                raise ValueError(
                    f"rule {rule.id} deletes after {rule.expire.after_days} days, before keep_at_least_days "
                    f"({self.keep_at_least_days}) allows it: raise expire.after_days"
                )
        return self


def load_lifecycle(file: Path = CONFIG_FILE) -> Lifecycle:
    """Read and check the rules.

    Raises:
        ConfigurationError: naming the entry that is wrong and what is allowed.
    """
    try:
        return Lifecycle.model_validate(read_yaml(file))
    except (OSError, ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(
            cause=f"{file.name} is not valid: {_faults(error)}.",
            remedy=f"Correct config/{file.name}; docs/lake.md explains every field.",
        ) from error


def _faults(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'the file'}: {fault['msg']}"
            for fault in error.errors()
        )
    return " ".join(str(error).split())
