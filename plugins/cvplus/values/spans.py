"""What a value can be, by the kind of fact that it tells: the spans of ``config/value_spans.yaml``."""

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PositiveInt, TypeAdapter, model_validator

from cvplus.instants import MILLISECONDS_FROM, iso_instant
from cvplus.resources import Frozen, Name
from cvplus.settings import PROJECT_ROOT
from cvplus.values.rejected_fields import Fault
from cvplus.yaml_files import read_typed

CONFIG = PROJECT_ROOT / "config" / "value_spans.yaml"

_NUMBER = re.compile(r"\s*[-+]?(?:\d{1,18}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,3})?\s*", re.ASCII)
_GROUPED = re.compile(r"\s*-?\d{1,3}(?:,\d{3}){1,5}(?:\.\d{0,30})?\s*", re.ASCII)
_EPOCH = re.compile(r"-?\d{9,14}(?:\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_LONGEST_INSTANT = 40
_SECONDS_A_DAY = 86_400.0


class InstantSpan(Frozen):
    """Facts that happen: instants, days and years. Without a zone UTC is meant."""

    kind: Literal["instant", "date", "year"] = Field(alias="is")
    earliest: date
    days_ahead: float = Field(ge=0)

    def fault(self, value: Any, known: datetime) -> Fault | None:
        """What is wrong with a value that was known at an instant; ``None`` when nothing is."""
        seconds = _READERS[self.kind](value)
        if seconds is None:
            return _UNREADABLE[self.kind]
        earliest, latest = self.limits(known)
        return None if earliest <= seconds <= latest else self._outside

    def limits(self, known: datetime) -> tuple[float, float]:
        """The first and the last instant of what was known at an instant, as epoch seconds."""
        return self._from, known.timestamp() + self.days_ahead * _SECONDS_A_DAY

    @cached_property
    def _from(self) -> float:
        return datetime.combine(self.earliest, time(), UTC).timestamp()

    @cached_property
    def _outside(self) -> Fault:
        ahead = timedelta(days=self.days_ahead)
        return Fault(
            "instant_outside",
            f"lies before {self.earliest} or more than {ahead.days} days after it became known.",
        )


class NumberSpan(Frozen):
    """Quantities. A text that is a number is one; a truth value is none."""

    kind: Literal["number", "integer"] = Field(alias="is")
    minimum: float
    maximum: float
    is_grouped: bool = False

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not -math.inf < self.minimum < self.maximum < math.inf:
            raise ValueError("minimum and maximum are finite, and the minimum is the smaller")
        return self

    def fault(self, value: Any, known: datetime) -> Fault | None:
        """What is wrong with a value; ``None`` when nothing is."""
        number = self._read(value)
        if number is None:
            return Fault("type_wrong", "must be a number.")
        if not math.isfinite(number):
            return Fault("number_not_finite", "is infinite or no number.")
        if number < self.minimum:
            return Fault("value_not_allowed", f"is below {self.minimum:g}.")
        if number > self.maximum:
            return Fault("value_not_allowed", f"is above {self.maximum:g}.")
        if self.kind == "integer" and number != int(number):
            return Fault("type_wrong", "must be a whole number.")
        return None

    def _read(self, value: Any) -> float | None:
        if isinstance(value, bool):
            return None
        if isinstance(value, int):
            return float(value) if value.bit_length() < 1_000 else math.inf
        if isinstance(value, float):
            return value
        if not isinstance(value, str):
            return None
        if self.is_grouped and _GROUPED.fullmatch(value):
            return float(value.replace(",", ""))
        return float(value) if _NUMBER.fullmatch(value) else _not_finite(value)


Span = Annotated[InstantSpan | NumberSpan, Field(discriminator="kind")]


class ValueSpans(Frozen):
    """The whole file."""

    spans: dict[Name, Span]
    absent: frozenset[str]
    deepest: PositiveInt = Field(le=200)
    most_rows_a_batch: PositiveInt

    def named(self, name: str) -> InstantSpan | NumberSpan:
        """A span by its name.

        Raises:
            ValueError: there is none of that name.
        """
        if name not in self.spans:
            raise ValueError(
                f"no span is called {name!r}; config/value_spans.yaml has {', '.join(self.spans)}"
            )
        return self.spans[name]


@lru_cache
def load_spans(path: Path = CONFIG) -> ValueSpans:
    """Read and check the spans.

    Raises:
        ConfigurationError: naming the entry that is wrong.
    """
    remedy = f"Correct config/{path.name}; its head says what each setting means."
    return read_typed(path, TypeAdapter(ValueSpans), remedy)


def _not_finite(text: str) -> float | None:
    """Infinity or NaN for a text that names one, or a number beyond any float; ``None`` for another text."""
    if len(text) > 400 or not text.isascii():
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isfinite(number) else number


# A batch tells few days and instants, many times over.
@lru_cache(maxsize=50_000)
def _seconds_of_text(text: str) -> float | None:
    if _EPOCH.fullmatch(text):
        return _seconds_of_number(float(text))
    try:
        moment = iso_instant(text)
    except ValueError:
        return None
    if moment.year <= 1 or moment.year >= 9999:
        # An offset may lead beyond what a datetime holds; which side it lies on is certain.
        return math.inf if moment.year > 1 else -math.inf
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _seconds_of_number(number: float) -> float:
    return number / 1000 if abs(number) >= MILLISECONDS_FROM else number


def instant_seconds(value: Any) -> float | None:
    """Epoch seconds of an instant, possibly infinite; ``None`` for what is no instant."""
    if isinstance(value, str):
        return _seconds_of_text(value.strip()) if len(value) <= _LONGEST_INSTANT else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and value.bit_length() > 900:
        return math.inf if value > 0 else -math.inf
    return None if value != value else _seconds_of_number(value)


def _date_seconds(value: Any) -> float | None:
    """Epoch seconds of the first day named by ten characters (what follows, as a time, is not read)."""
    if not isinstance(value, str) or len(value) > _LONGEST_INSTANT or not _DAY.match(value.strip()):
        return None
    return _seconds_of_text(value.strip()[:10])


def _year_seconds(value: Any) -> float | None:
    text = str(value) if isinstance(value, int) and value.bit_length() < 32 else value
    if not isinstance(text, str) or not _YEAR.fullmatch(text.strip()):
        return None
    return _seconds_of_text(f"{text.strip()}-01-01")


_READERS = {"instant": instant_seconds, "date": _date_seconds, "year": _year_seconds}
_UNREADABLE = {
    "instant": Fault("instant_invalid", "is no instant (ISO 8601, or seconds since 1970)."),
    "date": Fault("instant_invalid", "is not a date of the form YYYY-MM-DD."),
    "year": Fault("instant_invalid", "is not a year of the form YYYY."),
}
