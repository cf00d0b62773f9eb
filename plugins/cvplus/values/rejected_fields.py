"""A value that was set aside, and the note of it that travels with its record from reading to the load."""

from dataclasses import dataclass
from typing import Any

# The plant's own note in a record, until the load takes it out and writes it to ops.rejected_fields.
REJECTED_FIELDS = "_rejected_fields"
LONGEST_FIELD = 200
LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line or a value is not usable: a stable code, and a sentence that never holds the value."""

    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RejectedField:
    """A field whose value was set aside. ``value`` is its text, cut; ``None`` where it must not be shown."""

    field: str
    reason_code: str
    reason: str
    value: str | None = None

    @classmethod
    def of(cls, field: str, fault: Fault, value: Any = None) -> "RejectedField":
        """The note of one value at a field's path."""
        shown = None if value is None else shown_value(value)
        named = field[:LONGEST_FIELD]
        return cls(named, fault.reason_code, f"The field {named} {fault.reason}", shown)

    def note(self) -> dict[str, str]:
        """As it lies in the record."""
        told = {"field": self.field, "reason_code": self.reason_code, "reason": self.reason}
        return told if self.value is None else {**told, "value": self.value}


def shown_value(value: Any) -> str:
    """A value as a short text: what is no text, number or truth value is named by its type."""
    if isinstance(value, str):
        return value[:LONGEST_SHOWN]
    if isinstance(value, float) or value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        # Python refuses to write integers of thousands of digits.
        return str(value) if value.bit_length() < 600 else f"an integer of {value.bit_length()} bits"
    return f"<{type(value).__name__}>"


def add_notes(record: dict[str, Any], rejected: list[RejectedField]) -> None:
    """Note in a record what was set aside of it."""
    if rejected:
        record[REJECTED_FIELDS] = [*record.get(REJECTED_FIELDS, ()), *(field.note() for field in rejected)]


def take_notes(record: dict[str, Any]) -> list[RejectedField]:
    """What is noted in a record, which loses its notes; what is not of their form is a field like any."""
    notes = record.get(REJECTED_FIELDS)
    if not isinstance(notes, list) or not all(map(_is_note, notes)):
        return []
    del record[REJECTED_FIELDS]
    return [RejectedField(**note) for note in notes]


def _is_note(note: Any) -> bool:
    return (
        isinstance(note, dict)
        and {"field", "reason_code", "reason"} <= note.keys() <= {"field", "reason_code", "reason", "value"}
        and all(isinstance(text, str) and len(text) <= 1_000 for text in note.values())
    )
