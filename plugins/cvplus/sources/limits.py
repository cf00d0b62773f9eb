"""What an answer of a provider may take at most (``config/answers.yaml``)."""

from pathlib import Path

import yaml
from pydantic import Field, PositiveFloat, PositiveInt, ValidationError

from cvplus.errors import ConfigurationError
from cvplus.resources import Frozen, Name
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

CONFIG = PROJECT_ROOT / "config" / "answers.yaml"
_MEGABYTE = 1 << 20


class AnswerLimits(Frozen):
    """Bounds of one answer; the comments in the file say what each means."""

    answer_seconds: PositiveFloat = 120.0
    answer_megabytes: PositiveFloat = 32.0
    answer_values: PositiveInt = 1_500_000
    larger_megabytes: dict[Name, PositiveFloat] = Field(default_factory=dict)

    def of(self, source: str) -> "AnswerLimits":
        """The bounds that hold for a source."""
        megabytes = self.larger_megabytes.get(source, self.answer_megabytes)
        return self.model_copy(update={"answer_megabytes": megabytes})

    @property
    def answer_bytes(self) -> int:
        """Bytes of an answer, packed or unpacked."""
        return int(self.answer_megabytes * _MEGABYTE)


def load_limits(path: Path = CONFIG) -> AnswerLimits:
    """Read the bounds.

    Raises:
        ConfigurationError: naming the wrong field.
    """
    try:
        return AnswerLimits.model_validate(read_yaml(path))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigurationError(
            cause=f"{path.name} is wrong: {' '.join(str(error).split())[:300]}.",
            remedy=f"Correct config/{path.name}; the comments in it say what each field means.",
        ) from error
