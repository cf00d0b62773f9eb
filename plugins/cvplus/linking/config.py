"""``config/linking/*.yaml``: what is compared, what it weighs, and where linking stops; checked whole."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter, model_validator

from cvplus.yaml_files import read_typed

CONFIG_FOLDER = Path(__file__).resolve().parents[3] / "config" / "linking"

Probability = Annotated[float, Field(gt=0, lt=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Section):
    """One outcome of a comparison.

    ``when``: SQL (DuckDB) over the columns of two records, ``title_l`` and ``title_r``; the last level has
    none. ``matches`` and ``others``: how often it comes out of two records of one thing, and of two of
    different things (the m and u of Fellegi and Sunter, 1969). A level with neither says nothing.
    """

    name: str
    when: str | None = None
    matches: Probability | None = None
    others: Probability | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.matches is None) != (self.others is None):
            raise ValueError(f"level {self.name!r} gives one of matches and others; give both or neither")
        return self


class Comparison(_Section):
    """What is compared, the first level whose condition holds counts."""

    name: str
    levels: list[Level] = Field(min_length=2)

    @model_validator(mode="after")
    def _ends(self) -> Self:
        open_ended = [level.name for level in self.levels if level.when is None]
        if open_ended != [self.levels[-1].name]:
            raise ValueError(f"of {self.name!r} the last level, and no other, is to be without `when`")
        return self


class LinkingRules(_Section):
    """How records of one kind are linked; ``config/linking/*.yaml`` says what each number means."""

    least_probability: Probability
    prior: Probability
    most_members: PositiveInt
    most_in_a_block: PositiveInt
    most_days_apart: PositiveInt = 36_500
    comparisons: list[Comparison] = Field(min_length=1)

    @property
    def version(self) -> str:
        """A digest of the rules: what was linked by others is linked again."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]


@cache
def load_rules(kind: str) -> LinkingRules:
    """The rules of ``jobs`` or ``companies``.

    Raises:
        ConfigurationError: the file is wrong; names each field.
    """
    file = CONFIG_FOLDER / f"{kind}.yaml"
    return read_typed(file, TypeAdapter(LinkingRules), f"Mend config/linking/{file.name}.")
