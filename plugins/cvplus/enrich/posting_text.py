"""What enrichment reads of a posting, whoever published it: the paths that the source's declaration names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cvplus.sources.declaration import PostingFields
from cvplus.sources.entities import resolve_entities
from cvplus.sources.registry import load_sources

_BREAK = re.compile(r"<\s*(?:br|/?p|/?li|/?ul|/?ol|/?div|/?h[1-6]|/?tr)\b[^>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,2000}>")

# Jobs that people entered themselves come with the product exports, which declare no providers' fields.
_PRODUCT_JOB = PostingFields(
    title="title",
    texts=["description"],
    requirements="requirements",
    remote="remote",
    places=["location"],
    country="country",
)


@dataclass(frozen=True, slots=True)
class PostingText:
    """The title, the text in lines without markup, and the list of requirements of a posting.

    ``place``: the places that it names, ``|`` between them. ``country``: ISO 3166-1 alpha-2, where the record
    has a field for it. ``pay``: a text about pay alone.
    """

    title: str
    text: str = ""
    requirements: tuple[str, ...] = ()
    grade: str | None = None
    pay_plan: str | None = None
    is_remote: bool = False
    place: str = ""
    country: str | None = None
    pay: str = ""


@dataclass(frozen=True)
class PostingShape:
    """Where postings of one shape lie, and how they are read.

    A statement about pay that comes with a title is a posting of which nothing but the title is read.
    """

    source: str
    resource: str
    read: Callable[[dict[str, Any]], PostingText]

    @property
    def table(self) -> str:
        """The raw table."""
        return f"{self.source}__{self.resource}"


@cache
def posting_shapes() -> tuple[PostingShape, ...]:
    """The product's jobs, then every resource whose declaration says what to read of its postings.

    Raises:
        ConfigurationError: a declaration is wrong.
    """
    declared = (
        PostingShape(source.source, resource.name, reader_of(resource.posting))
        for source in load_sources().values()
        for resource in source.resources
        if resource.posting is not None
    )
    return (PostingShape("product", "jobs", reader_of(_PRODUCT_JOB)), *declared)


def reader_of(fields: PostingFields) -> Callable[[dict[str, Any]], PostingText]:
    """A function that reads a record by the declared paths; what is missing, or of another type, is empty."""

    def read(record: dict[str, Any]) -> PostingText:
        texts = (_text(value) for path in fields.texts for value in values_at(record, path))
        return PostingText(
            title=_first_text(record, fields.title) or "",
            text="\n".join(plain_text(text) for text in texts if text),
            requirements=tuple(
                item for value in _all_at(record, fields.requirements) for item in _texts(value)
            ),
            grade=_first_text(record, fields.grade),
            pay_plan=_first_text(record, fields.pay_plan),
            is_remote=any(_means_remote(value) for value in _all_at(record, fields.remote)),
            place=" | ".join(dict.fromkeys(_places(record, fields.places))),
            country=_country_code(_first_text(record, fields.country)),
            pay=plain_text(_first_text(record, fields.pay) or ""),
        )

    return read


def values_at(record: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path: a number picks from a list, ``[]`` after a name takes all its items.

    ``[kind=town]`` takes those items whose field ``kind`` is ``town``.
    """
    step, _, rest = path.partition(".")
    name, takes_some, condition = step.partition("[")
    value = _step(record, name) if name else record
    if value is None:
        return
    for item in _items(value, condition.removesuffix("]")) if takes_some else (value,):
        if rest:
            yield from values_at(item, rest)
        elif item is not None:
            yield item


def plain_text(markup: str) -> str:
    """Text without HTML: blocks on lines of their own, entities resolved, also those escaped twice."""
    text = resolve_entities(markup)
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", text))
    return resolve_entities(text)


def _items(value: Any, condition: str) -> Iterator[Any]:
    field, _, wanted = condition.partition("=")
    for item in value if isinstance(value, list) else ():
        if not condition or (isinstance(item, dict) and item.get(field) == wanted):
            yield item


def _places(record: dict[str, Any], paths: list[str]) -> Iterator[str]:
    """The text of each place; of parts that are joined, those that are told."""
    for path in paths:
        parts = [[_text(value) for value in values_at(record, part)] for part in path.split(" + ")]
        if len(parts) == 1:
            yield from (plain_text(text) for text in parts[0] if text)
        elif told := [texts[0] for texts in parts if texts and texts[0]]:
            yield plain_text(", ".join(told))


def _country_code(text: str | None) -> str | None:
    return text.upper() if text is not None and len(text) == 2 and text.isalpha() else None


def _step(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return None


def _all_at(record: dict[str, Any], path: str | None) -> Iterator[Any]:
    return values_at(record, path) if path is not None else iter(())


def _first_text(record: dict[str, Any], path: str | None) -> str | None:
    return next((text for value in _all_at(record, path) if (text := _text(value))), None)


def _means_remote(value: Any) -> bool:
    """Whether a flag, or a word that providers use for one, says that the work is remote."""
    if isinstance(value, str):
        return value.strip().lower() in ("remote", "fully_remote", "fully remote", "true", "yes")
    return value is True


def _text(value: Any) -> str:
    """Text as it is, a list of texts as lines (USAJOBS gives duties as either), a number as text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(_texts(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or the one text."""
    items = value if isinstance(value, list) else [value]
    return tuple(item.strip() for item in items if isinstance(item, str))
