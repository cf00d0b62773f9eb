"""All declared sources, read from ``config/sources`` and checked whole."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from cvplus.errors import ConfigurationError, Where
from cvplus.resources import Resource
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.declaration import SourceDeclaration
from cvplus.yaml_files import read_yaml

DECLARATIONS = PROJECT_ROOT / "config" / "sources"


def load_source(path: Path) -> SourceDeclaration:
    """Read one declaration.

    Raises:
        ConfigurationError: naming the file, every wrong field, and what is allowed there.
    """
    remedy = "Correct the declaration; docs/add_a_source.md explains every field."
    where = Where(source=path.stem)
    try:
        data = read_yaml(path)
        declaration = SourceDeclaration.model_validate(data)
    except yaml.YAMLError as error:
        raise ConfigurationError(
            cause=f"{path.name} is not YAML: {error}.", remedy=remedy, where=where
        ) from error
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise ConfigurationError(
            cause=f"{path.name} has {len(faults)} wrong fields: {'; '.join(faults)}.",
            remedy=remedy,
            where=where,
        ) from error
    if declaration.source != path.stem:
        raise ConfigurationError(
            cause=f"{path.name} declares the source {declaration.source!r}; file and source must agree.",
            remedy=remedy,
            where=where,
        )
    return declaration


def load_sources(folder: Path = DECLARATIONS) -> dict[str, SourceDeclaration]:
    """Every declared source by its name, in alphabetical order.

    Raises:
        ConfigurationError: a declaration is wrong.
    """
    return {path.stem: load_source(path) for path in sorted(folder.glob("*.yaml"))}


def all_resources(folder: Path = DECLARATIONS) -> list[Resource]:
    """Every resource of every declared source: one raw table each."""
    return [resource for source in load_sources(folder).values() for resource in source.resources]
