"""The vocabulary of an endpoint: one call of a provider, how often it is made, and how its pages go on.

Where dlt's ``rest_api`` has a word it is that word (``path``, ``method``, ``params``, ``json``,
``data_selector``, ``paginator``); dlt gets it as it stands. The other words say what dlt has none for.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PositiveFloat, PositiveInt, StringConstraints, field_validator, model_validator

from cvplus.resources import Frozen, Name
from cvplus.sources.placeholders import check_placeholders

DottedName = Annotated[str, StringConstraints(pattern=r"^cvplus\.sources\.oddities\.[a-z_]+\.[A-Za-z_]+$")]
BaseUrl = Annotated[str, StringConstraints(pattern=r"^https://[^?#]+[^/?#]$")]
Paginators = Literal[
    "single_page", "page_number", "page_in_path", "offset", "cursor", "json_link", "header_link"
]
Format = Literal["json", "csv", "json_lines"]


class Slices(Frozen):
    """How to read a result that the provider caps: one walk for each of ``values`` of ``param``.

    Done only when the answer's total reaches ``at_total``.
    """

    at_total: PositiveInt
    param: str
    values: DottedName | list[str]


class Chosen(Frozen):
    """A list from which the walks come, so many of its items a walk.

    ``each``: what an item becomes in a batch; ``{item[..]}`` picks from it, ``{number}`` is its place in it.
    """

    list: Name
    batch: PositiveInt
    each: dict[str, Any] | None = None

    @field_validator("each")
    @classmethod
    def _known_placeholders(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        check_placeholders(value, frozenset({"item", "number"}))
        return value


class Parent(Frozen):
    """One walk for each record of another resource of the source, or for so many of them at a time.

    ``fields``: placeholder name -> dotted path into the parent's record. With ``batch`` a placeholder is
    the values joined by commas, and ``{parents}`` the list of objects with these fields.
    """

    resource: Name
    fields: Annotated[dict[Name, str], Field(min_length=1)]
    batch: PositiveInt = 1


class Poll(Frozen):
    """The answer is a ticket: the record is what stands at ``link`` (JSONPath) once that answers 200.

    A ticket stays in the cache while it is fresh, whatever becomes of its report: asking again may cost.
    ``keep``: fields of the ticket that the record gets.
    ``give_up_seconds``: after these the report is taken for not to be had this time.
    """

    link: str
    keep: list[str] = Field(default_factory=list)
    wait_seconds: PositiveFloat = 2.0
    give_up_seconds: PositiveFloat = 60.0


class Endpoint(Frozen):
    """One call, its repetitions and its paging.

    ``base_url``: another host of the same provider.
    ``headers``: sent with this call only: a key that other hosts of the provider are not to see.
    ``format``: what the answer is; ``records`` names a function that reads it where no format says it.
    ``is_single``: the whole answer is one record.
    ``total_selector``: JSONPath of the number of records in the whole result, checked at the end.
    ``newest_first``: dotted path of the instant by which the provider sorts; the walk ends after a page on
    which every record is older than the window's start, less the overlap.
    ``page_limit``: pages after which a walk stops and the batch is marked partial.
    ``incomplete_selector``: JSONPath of a flag by which the provider says that an answer is not whole.
    ``halve_at``: a window whose total reaches this is read as two halves.
    ``for_each``: placeholder name -> list of the source; one walk for each combination of their items.
    """

    base_url: BaseUrl | None = None
    path: str = ""
    method: Literal["GET", "POST"] = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    params: dict[str, Any] = Field(default_factory=dict)
    body: dict[str, Any] | str | None = Field(default=None, alias="json")
    format: Format = "json"
    data_selector: str = "$"
    records: DottedName | None = None
    is_single: bool = False
    paginator: dict[str, Any] | None = None
    total_selector: str | None = None
    incomplete_selector: str | None = None
    newest_first: str | None = None
    page_limit: PositiveInt = 1000
    page_limit_without_key: PositiveInt | None = None
    slices: Slices | None = None
    halve_at: PositiveInt | None = None
    for_each: dict[Name, Name | Chosen] = Field(default_factory=dict)
    parent: Parent | None = None
    poll: Poll | None = None

    @field_validator("paginator")
    @classmethod
    def _known_paginator(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        check_paginator(value)
        return value

    @model_validator(mode="after")
    def _one_way_to_read(self) -> "Endpoint":
        ways = [self.records is not None, self.is_single, self.format != "json", self.data_selector != "$"]
        if sum(ways) > 1:
            raise ValueError("say one of records, is_single, format and data_selector")
        if self.halve_at is not None and self.total_selector is None:
            raise ValueError("halve_at needs a total_selector")
        return self

    @property
    def repeated_names(self) -> frozenset[str]:
        """Placeholders that stand for what a walk is for."""
        if self.parent is None:
            return frozenset(self.for_each)
        batch = {"parents"} if self.parent.batch > 1 else set()
        return frozenset({*self.for_each, *self.parent.fields, *batch})


def check_paginator(value: dict[str, Any] | None) -> None:
    """Refuse (``ValueError``) a type of paging that is not known."""
    if value is not None and value.get("type") not in get_args(Paginators):
        raise ValueError(f"type must be one of {', '.join(get_args(Paginators))}")
