"""What an answer of a provider may take at most (``config/answers.yaml``)."""

from pathlib import Path

from pydantic import Field, PositiveFloat, PositiveInt, TypeAdapter

from cvplus.resources import Frozen, Name
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_typed

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
    remedy = f"Correct config/{path.name}; the comments in it say what each field means."
    return read_typed(path, TypeAdapter(AnswerLimits), remedy)
