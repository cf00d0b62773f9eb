"""From what readers answer to the fields of a fact."""

from collections.abc import Mapping
from typing import Any

from cvplus.enrich.readers.answer import Answer


def fields_of(names: Mapping[str, str], answer: Answer[Any]) -> dict[str, Any]:
    """Attributes of a reader's value under other names; all null when it has none."""
    return {
        told: None if answer.value is None else getattr(answer.value, name) for name, told in names.items()
    }


def unread_of(answers: Mapping[str, Answer[Any]]) -> dict[str, str]:
    """Why something was not read, by the kind of reading."""
    return {kind: answer.reason for kind, answer in answers.items() if answer.reason is not None}
