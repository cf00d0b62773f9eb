"""YAML files, read by libyaml: the same documents as PyYAML's own reader gives, in a tenth of the time."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from cvplus.errors import ConfigurationError

T = TypeVar("T")


def read_yaml(file: Path) -> Any:
    """What a file holds: plain values, lists and mappings, or ``None`` when it is empty.

    Raises:
        yaml.YAMLError: it is not YAML; the message says where.
    """
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def read_typed(file: Path, kind: TypeAdapter[T], remedy: str) -> T:
    """What a file holds, checked: an error names every field that is wrong.

    Raises:
        ConfigurationError: it is not YAML, or not of that kind.
    """
    try:
        return kind.validate_python(read_yaml(file))
    except yaml.YAMLError as error:
        raise ConfigurationError(cause=f"{file.name} is not YAML: {error}.", remedy=remedy) from error
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        cause = f"{file.name} has {len(faults)} wrong fields: {'; '.join(faults)}."
        raise ConfigurationError(cause=cause, remedy=remedy) from error
