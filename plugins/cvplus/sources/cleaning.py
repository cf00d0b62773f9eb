"""What a record loses and gains before it lands: fields never kept, contact data masked, fields added."""

from typing import Any

from cvplus.privacy.personal import load_personal_rules
from cvplus.sources.declaration import ProviderResource


def cleaned(record: dict[str, Any], resource: ProviderResource, added: dict[str, Any]) -> dict[str, Any]:
    """The record after ``added``, without ``drop_fields`` and with ``mask_fields`` redacted.

    The record itself is changed: it comes from an answer that nobody else reads. Where it has a field that
    is to be added, its own value stays.
    """
    for path in resource.drop_fields:
        for holder, name in _holders(record, path.split(".")):
            holder.pop(name, None)
    for path in resource.mask_fields:
        for holder, name in _holders(record, path.split(".")):
            if name in holder:
                holder[name] = _masked(holder[name])
    return {**added, **record}


def _masked(value: Any) -> Any:
    """A text, or a list of texts, without contact data."""
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return load_personal_rules().redact(value) if isinstance(value, str) else value


def _holders(value: Any, parts: list[str]) -> list[tuple[dict[str, Any], str]]:
    """The objects that hold the last part of a path; lists on the way stand for all their items."""
    if isinstance(value, list):
        return [holder for item in value for holder in _holders(item, parts)]
    if not isinstance(value, dict):
        return []
    if len(parts) == 1:
        return [(value, parts[0])]
    return _holders(value.get(parts[0]), parts[1:])
