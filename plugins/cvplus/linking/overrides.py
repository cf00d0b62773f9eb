"""``config/linking/company_overrides.yaml``: what people know of companies and no record tells."""

from functools import cache
from hashlib import md5, sha256
from itertools import combinations
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from cvplus.errors import ConfigurationError
from cvplus.linking.config import CONFIG_FOLDER
from cvplus.yaml_files import read_typed

FILE = CONFIG_FOLDER / "company_overrides.yaml"
RecordName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+:.+$")]


class Override(BaseModel):
    """Records that are one thing, or that are not, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    records: tuple[RecordName, ...] = Field(min_length=2)
    reason: str = Field(min_length=10)


class Overrides(BaseModel):
    """All of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    join: tuple[Override, ...] = ()
    split: tuple[Override, ...] = ()

    @property
    def version(self) -> str:
        """A digest: records that were linked under other overrides are linked again."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:8]

    @property
    def names(self) -> set[str]:
        """Every record that is named."""
        return {name for override in (*self.join, *self.split) for name in override.records}

    def joined(self) -> list[set[str]]:
        """Groups of records that are one thing, joins that share a record taken together."""
        groups: list[set[str]] = []
        for override in self.join:
            group = set(override.records)
            apart = [other for other in groups if not other & group]
            groups = [*apart, group.union(*(other for other in groups if other & group))]
        return groups

    def kept_apart(self) -> set[frozenset[str]]:
        """Pairs of records that are never one thing."""
        return {frozenset(pair) for one in self.split for pair in combinations(one.records, 2)}


def record_id(name: str) -> str:
    """The warehouse's id of a record (`company_record_id` in ``dbt_project/macros/companies.sql``)."""
    source, _, source_company_id = name.partition(":")
    return md5(f"{source}|{source_company_id}".encode(), usedforsecurity=False).hexdigest()


@cache
def load_overrides(file: Path = FILE) -> Overrides:
    """The overrides.

    Raises:
        ConfigurationError: the file is wrong, or keeps apart what it joins, by however many steps.
    """
    remedy = f"Mend config/linking/{file.name}."
    overrides = read_typed(file, TypeAdapter(Overrides), remedy)
    for group in overrides.joined():
        for pair in overrides.kept_apart():
            if pair <= group:
                raise ConfigurationError(
                    cause=f"{file.name} joins {' and '.join(sorted(pair))}, and keeps them apart.",
                    remedy=remedy,
                )
    return overrides
