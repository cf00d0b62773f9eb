"""How a good answer is made a bad one: in its bytes, in its envelope, in its records.

What needs records is told where they lie: a dotted path, "" for an answer that is a list itself, "." for one
that is a record itself. An answer without records, or neither of JSON nor CSV, stays as it is.
"""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

Headers = list[tuple[bytes, bytes]]
HUGE_TEXT_BYTES = 5 * 1024 * 1024
HOSTILE_TEXTS = (
    "nul \x00 byte",
    "lone surrogate \ud83d",
    "right to left \u202egnp.exe",
    "'); drop table raw.batches; --",
    '<script>alert("x")</script>&amp;lt;',
    "emoji 👩🏽‍💻 and e\u0301",
    "{{ ds }} {% raw %} ${HOME} {0} %s",
    "line\u2028separator\r\n\ttab",
    "long " * 4_000,
)
INSTANT = re.compile(r"^\d{4}-\d\d-\d\d(?=$|[T ]\d\d:)")
TIME_NAME = re.compile(r"date|time|_at$|At$|created|updated|published|epoch", re.IGNORECASE)
KEY_NAMES = ("id", "uuid", "slug", "objectID", "key")


@dataclass(frozen=True)
class Answer:
    """An answer as it would have gone out."""

    status: int
    headers: Headers
    body: bytes

    def with_body(self, body: bytes, content_type: str | None = None) -> "Answer":
        """The same answer with another body, no longer compressed."""
        dropped = {b"content-encoding", b"content-length"} | ({b"content-type"} if content_type else set())
        kept = [(name, value) for name, value in self.headers if name not in dropped]
        kept.append((b"content-length", str(len(body)).encode()))
        if content_type:
            kept.append((b"content-type", content_type.encode()))
        return replace(self, headers=kept, body=body)

    def text(self) -> bytes:
        """The body, unpacked."""
        return gzip.decompress(self.body) if (b"content-encoding", b"gzip") in self.headers else self.body

    def content(self) -> Any:
        """The body as JSON or the rows of a CSV file, or None when it is neither."""
        try:
            return orjson.loads(self.text())
        except orjson.JSONDecodeError:
            return self._rows() or None

    def with_content(self, content: Any, encoding: str = "utf-8") -> "Answer":
        """The same answer saying something else in the format that it has; what can't be encoded is ``?``."""
        if not self._rows():
            # Not orjson: it refuses to write half a surrogate pair, which is just what is wanted.
            text = json.dumps(content, ensure_ascii=encoding == "utf-8")
            return self.with_body(text.encode(encoding, "replace"))
        rows = [row if isinstance(row, dict) else {} for row in content]
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]) if rows else [], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return self.with_body(file.getvalue().encode(encoding, "replace"))

    def _rows(self) -> list[dict[str, str]]:
        """The rows of a CSV file; none where it is something else."""
        if not self.text()[:1].isalpha():
            return []
        return list(csv.DictReader(io.StringIO(self.text().decode(errors="replace"), newline="")))


def records_at(content: Any, path: str) -> list[Any]:
    """The list of records in an answer; empty when there is none at that path."""
    if path == "." and isinstance(content, dict):
        return [content]
    for name in filter(None, path.split(".")):
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, list) else []


def with_records(content: Any, path: str, records: list[Any]) -> Any:
    """The answer with other records."""
    if path == ".":
        return records[0] if records else {}
    name, _, rest = path.partition(".")
    return {**content, name: with_records(content[name], rest, records)} if name else records


def key_of(record: dict[str, Any]) -> str:
    """The field that looks like a record's key."""
    ends = [name for name in record if name.lower().endswith(("id", "number", "uuid"))]
    return next((name for name in KEY_NAMES if name in record), (ends or list(record))[0])


def without_field(record: dict[str, Any], name: str | None) -> dict[str, Any]:
    """A record that lacks a field, its last one if none is named."""
    return {kept: value for kept, value in record.items() if kept != (name or list(record)[-1])}


def with_new_field(record: dict[str, Any], name: str | None) -> dict[str, Any]:
    """A record with a field that nobody announced."""
    return record | {name or "unannounced": {"of": ["a", 1]}}


def with_changed_type(record: dict[str, Any], name: str | None) -> dict[str, Any]:
    """A record whose first field beside its key is text where it was none, an object where it was text."""
    key = key_of(record)
    changed = name or next((other for other in record if other != key), key)
    value = record.get(changed)
    return record | {changed: {"value": value} if isinstance(value, str) else str(value)}


def with_null_key(record: dict[str, Any], name: str | None) -> dict[str, Any]:
    """A record that doesn't say which one it is."""
    return record | {name or key_of(record): None}


def longest_text(record: dict[str, Any]) -> str:
    """The field with the longest text; the key when there is no text."""
    texts = {name: len(value) for name, value in record.items() if isinstance(value, str)}
    return max(texts, key=lambda name: texts[name]) if texts else key_of(record)


def huge(record: dict[str, Any], name: str | None) -> dict[str, Any]:
    """A record of five megabytes."""
    return record | {name or longest_text(record): "lorem ipsum " * (HUGE_TEXT_BYTES // 12)}


OF_RECORDS: dict[str, Callable[[dict[str, Any], str | None], dict[str, Any]]] = {
    "missing_field": without_field,
    "new_field": with_new_field,
    "changed_type": with_changed_type,
}
OF_FIRST_RECORD = {"null_key": with_null_key, "huge_record": huge}


def with_hostile_text(records: list[Any], name: str | None) -> list[Any]:
    """Records whose text is meant to hurt, each in another way; as many as there are, from the front."""
    hurt = [
        record | {name or longest_text(record): text}
        for record, text in zip(records, HOSTILE_TEXTS, strict=False)
        if isinstance(record, dict)
    ]
    return hurt + records[len(hurt) :]


def with_changed_fields(part: Any, is_record: bool = False) -> Any:
    """An answer whose records (objects in lists) have lost their last field and gained `unannounced`."""
    if isinstance(part, list):
        return [with_changed_fields(entry, is_record=True) for entry in part]
    if not isinstance(part, dict):
        return part
    if is_record:
        return dict(list(part.items())[:-1]) | {"unannounced": 1}
    return {name: with_changed_fields(value) for name, value in part.items()}


def a_day_later(part: Any, name: str = "") -> Any:
    """An answer all of whose days and instants, epochs too, are a day later."""
    if isinstance(part, list):
        return [a_day_later(entry, name) for entry in part]
    if isinstance(part, dict):
        return {field: a_day_later(value, field) for field, value in part.items()}
    if isinstance(part, str) and INSTANT.match(part):
        return (datetime.fromisoformat(part[:10]) + timedelta(days=1)).date().isoformat() + part[10:]
    if type(part) is int and TIME_NAME.search(name):
        for unit in (1, 1_000):
            if 10**9 * unit < part < 4 * 10**9 * unit:
                return part + 86_400 * unit
    return part


def mixed_up(answer: Answer, earlier: Answer, kind: str, path: str) -> Answer:
    """An answer that doesn't fit the page before: `looping_cursor` or `growing`.

    A looping cursor leads to where this page began: envelope and headers are those of the page before. A list
    that grew at its front since the page before has every record one place later: the last one comes again.
    """
    content, before = answer.content(), earlier.content()
    records, previous = records_at(content, path), records_at(before, path)
    if not records or not previous:
        return answer
    if kind == "growing":
        shifted = [previous[-1], *records[: max(len(previous) - 1, 0)]]
        return answer.with_content(with_records(content, path, shifted))
    return earlier.with_content(with_records(before, path, records))


def spoilt(answer: Answer, kind: str, path: str, field: str | None = None) -> Answer:
    """A real answer spoilt in one of the ways that need nothing but the answer."""
    if kind == "wrong_content_type":
        return answer.with_body(answer.text(), "text/plain")
    if kind == "malformed":
        return answer.with_body(answer.text()[: max(len(answer.text()) * 2 // 3, 1)])
    content = answer.content()
    if content is None:
        return answer
    if kind == "changed_fields":
        return answer.with_content(with_changed_fields(content))
    if kind == "clock_skew":
        return answer.with_content(a_day_later(content))
    records = records_at(content, path)
    if not records:
        return answer
    if kind == "wrong_encoding":
        first = records[0] | {longest_text(records[0]): "Café Zürich, 40 000 £"}
        return answer.with_content(with_records(content, path, [first, *records[1:]]), "latin-1")
    if kind in OF_RECORDS:
        records = [OF_RECORDS[kind](record, field) for record in records]
    elif kind in OF_FIRST_RECORD:
        records = [OF_FIRST_RECORD[kind](records[0], field), *records[1:]]
    elif kind == "hostile_text":
        records = with_hostile_text(records, field)
    elif kind == "empty_page":
        records = []
    return answer.with_content(with_records(content, path, records))
