"""``config/readers.yaml``: how sure a reader must be before it answers."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_typed

Share = Annotated[float, Field(ge=0, le=1)]


class LanguageShares(Frozen):
    """A share for each language that titles are matched in."""

    de: Share
    en: Share
    fr: Share
    nl: Share
    sv: Share

    def of(self, language: str) -> float:
        """The share of a language, ISO 639-1.

        Raises:
            AttributeError: titles in that language are not matched.
        """
        return float(getattr(self, language))


class TitleKnobs(Frozen):
    """Of titles; see the file."""

    lowest_group_confidence: LanguageShares
    lowest_confidence: Share


class LanguageKnobs(Frozen):
    """Of languages; see the file."""

    lowest_confidence: Share


class PayKnobs(Frozen):
    """Of pay; see the file."""

    lowest_confidence_in_description: Share


class ReaderKnobs(Frozen):
    """The file, a part a reader."""

    title: TitleKnobs
    language: LanguageKnobs
    pay: PayKnobs


@lru_cache
def reader_knobs() -> ReaderKnobs:
    """The file's values, read once a process.

    Raises:
        ConfigurationError: the file is missing a value or has a wrong one.
    """
    file = PROJECT_ROOT / "config" / "readers.yaml"
    return read_typed(file, TypeAdapter(ReaderKnobs), "Mend config/readers.yaml.")
