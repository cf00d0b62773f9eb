"""The vocabulary of a source's declaration (``config/sources/<source>.yaml``).

Where dlt's ``rest_api`` has a word, it is that word (``client.base_url``, ``auth``, ``paginator``,
``endpoint`` with ``path``, ``method``, ``params``, ``json``, ``data_selector``); dlt gets it as it stands.
"""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, StringConstraints, field_validator, model_validator

from cvplus.resources import Domain, Frozen, Name, Resource
from cvplus.sources.placeholders import CREDENTIALS, FETCH, WINDOW, check_placeholders

DottedName = Annotated[str, StringConstraints(pattern=r"^cvplus\.sources\.oddities\.[a-z_]+\.[A-Za-z_]+$")]
Paginators = Literal["single_page", "page_number", "offset", "cursor", "json_link", "header_link"]


class Quota(Frozen):
    """What the provider allows; our own limiter stays below it, whatever runs beside."""

    requests_per_second: PositiveFloat = 1.0
    per_minute: PositiveInt | None = None
    per_day: PositiveInt | None = None

    @model_validator(mode="after")
    def _each_limit_binds(self) -> "Quota":
        limits = [(self.requests_per_second, 1), (self.per_minute, 60), (self.per_day, 86_400)]
        given = [(limit, seconds) for limit, seconds in limits if limit is not None]
        for (less, short), (more, long) in pairwise(given):
            if not less < more <= less * long / short:
                raise ValueError(f"{less:g} in {short} s and {more:g} in {long} s do not bind one another")
        return self


class Client(Frozen):
    """An HTTP API. ``headers`` may hold ``{login}`` and ``{password}`` of the connection.

    ``auth``: dlt's authentication, with the same placeholders; left out when the connection has no key.
    """

    kind: Literal["rest"]
    base_url: Annotated[str, StringConstraints(pattern=r"^https://[^?#]+[^/?#]$")]
    headers: dict[str, str] = Field(default_factory=dict)
    auth: dict[str, str] | None = None
    paginator: dict[str, Any] = Field(default_factory=lambda: {"type": "single_page"})

    @field_validator("headers", "auth")
    @classmethod
    def _known_placeholders(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        check_placeholders(value, CREDENTIALS)
        return value


class PackageClient(Frozen):
    """Data that a Python package carries. ``reader(params, cache_folder)`` gives pages of records."""

    kind: Literal["package"]
    package: str
    reader: DottedName


class Slices(Frozen):
    """How to read a result that the provider caps: one walk for each of ``values`` of ``param``.

    Done only when the answer's total reaches ``at_total``.
    """

    at_total: PositiveInt
    param: str
    values: DottedName | list[str]


class Endpoint(Frozen):
    """One call and its paging.

    ``total_selector``: JSONPath of the number of records in the whole result, checked at the end.
    ``newest_first``: dotted path of the instant by which the provider sorts; the walk ends after a page on
    which every record is older than the window's start, less the overlap.
    ``page_limit``: pages after which the walk stops and the batch is marked partial.
    """

    path: str = ""
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, Any] = Field(default_factory=dict)
    body: dict[str, Any] | None = Field(default=None, alias="json")
    data_selector: str = "$"
    paginator: dict[str, Any] | None = None
    total_selector: str | None = None
    newest_first: str | None = None
    page_limit: PositiveInt = 1000
    page_limit_without_key: PositiveInt | None = None
    slices: Slices | None = None

    @field_validator("params", "body")
    @classmethod
    def _known_placeholders(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        check_placeholders(value, WINDOW)
        return value

    @field_validator("paginator")
    @classmethod
    def _known_paginator(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        allowed = Paginators.__args__  # type: ignore[attr-defined]
        if value is not None and value.get("type") not in allowed:
            raise ValueError(f"type must be one of {', '.join(allowed)}")
        return value


class ProviderResource(Resource):
    """A resource and how to fetch it.

    ``overlap_hours``: how far before the window's start the provider is asked, for records that its
    filter's grain or a late update would hide; the load finds the repeats.
    ``add_fields``: fields that each record gets, with placeholders of the window and of the fetch.
    ``sample``: the least a record looks like, for the manual and the tests.
    """

    endpoint: Endpoint
    overlap_hours: float = Field(default=0.0, ge=0.0)
    add_fields: dict[str, str] = Field(default_factory=dict)
    sample: dict[str, Any]

    @field_validator("add_fields")
    @classmethod
    def _known_placeholders(cls, value: dict[str, str]) -> dict[str, str]:
        check_placeholders(value, WINDOW | FETCH)
        return value

    @model_validator(mode="after")
    def _published_needs_a_path(self) -> "ProviderResource":
        if (self.known_at.rule == "published") != (self.known_at.path is not None):
            raise ValueError("known_at: the rule `published` needs a path, and no other rule takes one")
        return self

    @property
    def known_at_rule(self) -> str:
        """The rule as manifests and ``ops.batches`` show it: ``published updated_at +24h``."""
        rule = self.known_at
        return f"published {rule.path} +{rule.lag_hours:g}h" if rule.rule == "published" else rule.rule


class SourceDeclaration(Frozen):
    """A source: who it is, how to reach it, what it allows and which resources it has.

    ``needs``: parts of the connection without which the source is off.
    ``fresh_hours``: an answer younger than this is taken from the cache instead of asked for again.
    ``time_to_live_hours``: a cached answer younger than this stands in, marked stale, while the
    provider is down; older ones are removed.
    ``answer_check``: called with every answer before anything else looks at it; raises plant errors.
    """

    source: Name
    title: str
    domain: Domain
    client: Annotated[Client | PackageClient, Field(discriminator="kind")]
    needs: list[Literal["login", "password"]] = Field(default_factory=list)
    quota: Quota = Quota()
    fresh_hours: float = Field(default=6.0, ge=0.0)
    time_to_live_hours: float = Field(default=72.0, gt=0.0)
    retention: str
    terms: str
    answer_check: DottedName | None = None
    resources: Annotated[list[ProviderResource], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _hand_down(cls, data: Any) -> Any:
        """Resources belong to this source and its domain without saying so."""
        if isinstance(data, dict) and isinstance(data.get("resources"), list):
            shared = {key: data[key] for key in ("source", "domain") if key in data}
            resources = [{**shared, **item} if isinstance(item, dict) else item for item in data["resources"]]
            return {**data, "resources": resources}
        return data

    @model_validator(mode="after")
    def _each_resource_once(self) -> "SourceDeclaration":
        names = self.resource_names()
        if len(set(names)) < len(names):
            raise ValueError("resources: a name is declared twice")
        return self

    def resource_names(self) -> list[str]:
        """Names of the resources, in the order in which they are read."""
        return [resource.name for resource in self.resources]

    def resource(self, name: str) -> ProviderResource:
        """One resource by its name.

        Raises:
            KeyError: the source declares no such resource.
        """
        return {resource.name: resource for resource in self.resources}[name]
