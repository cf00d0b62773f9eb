"""The vocabulary of a source's declaration (``config/sources/<source>.yaml``).

Where dlt's ``rest_api`` has a word, it is that word (``client.base_url``, ``auth``, ``paginator``,
``endpoint`` with ``path``, ``method``, ``params``, ``json``, ``data_selector``); dlt gets it as it stands.
"""

import re
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt, StringConstraints, field_validator, model_validator

from cvplus.resources import Domain, Frozen, Name, Resource
from cvplus.sources.endpoint import BaseUrl, DottedName, Endpoint, check_paginator
from cvplus.sources.placeholders import CREDENTIALS, FETCH, WINDOW, check_placeholders, names_in
from cvplus.values.spans import load_spans

Kind = Literal["posting", "pay", "company", "skill", "reference"]
Sentence = Annotated[str, StringConstraints(pattern=r"[.]$", strip_whitespace=True, min_length=10)]
Need = Annotated[str, StringConstraints(pattern=r"^(login|password|host|extra\.[a-z][a-z0-9_]*)$")]

Limit = Literal["requests_per_second", "per_minute", "per_hour", "per_day", "per_week", "per_month"]


class QuotaHeaders(Frozen):
    """Headers in which the provider says what is left of the quota and when it is whole again.

    ``reset_is``: whether that is an instant (epoch seconds) or a wait (seconds).
    """

    remaining: str
    reset: str
    reset_is: Literal["epoch", "seconds"]


class Quota(Frozen):
    """What the provider allows, as documented; our own limiter stays below it, whatever runs beside.

    ``credits_per_month``: of which a call takes ``credits_per_call``.
    ``resets``: how the day is counted: from midnight UTC, or as the 24 hours before each call.
    ``headers``: what the provider says of the quota. ``throttled_statuses``: what it answers when the quota
    is spent; with ``headers`` only while they say that nothing is left. ``throttled_text``: regular
    expression that the body of such an answer matches, where the headers are silent; its group, if it has
    one, is the seconds to wait. A 429 that neither explains is tried again, as it may pass.
    ``backoff_field``: dotted path, in an answer, of the seconds to wait before the next call.
    ``without_key``: the limits that are others when the connection has no key.
    ``pool``: sources that name the same one call with one account, and share its limits.
    """

    requests_per_second: PositiveFloat = 1.0
    per_minute: PositiveInt | None = None
    per_hour: PositiveInt | None = None
    per_day: PositiveInt | None = None
    per_week: PositiveInt | None = None
    per_month: PositiveInt | None = None
    credits_per_month: PositiveInt | None = None
    credits_per_call: PositiveInt = 1
    resets: Literal["rolling", "utc_day"] = "rolling"
    headers: QuotaHeaders | None = None
    throttled_statuses: list[Annotated[int, Field(ge=400, le=599)]] = Field(default_factory=list)
    throttled_text: re.Pattern[str] | None = None
    backoff_field: str | None = None
    without_key: dict[Limit, PositiveFloat] = Field(default_factory=dict)
    pool: Name | None = None

    @model_validator(mode="after")
    def _each_limit_binds(self) -> "Quota":
        self.held(has_key=False)
        for (short, less), (long, more) in pairwise(self.limits().items()):
            if not (less < more or short == 1) or more > less * long / short:
                raise ValueError(f"{less:g} in {short} s and {more:g} in {long} s do not bind one another")
        return self

    def held(self, has_key: bool) -> "Quota":
        """What is to be held with or without a key."""
        if has_key or not self.without_key:
            return self
        return Quota.model_validate({**self.model_dump(), **self.without_key, "without_key": {}})

    def limits(self) -> dict[int, float]:
        """The documented limits: seconds of the window -> calls in it; a month has at most 31 days."""
        months = [self.per_month, self.credits_per_month and self.credits_per_month // self.credits_per_call]
        limits = {
            1: self.requests_per_second,
            60: self.per_minute,
            3_600: self.per_hour,
            86_400: self.per_day,
            604_800: self.per_week,
            2_678_400: min(filter(None, months), default=None),
        }
        return {seconds: limit for seconds, limit in limits.items() if limit is not None}


class Cost(Frozen):
    """What the provider charges for a call; where it charges by the record, the price of a full page.

    ``only``: regular expression that a call which costs matches, written ``POST /path?query``; empty: all do.
    """

    per_call: PositiveFloat
    only: re.Pattern[str] = re.compile("")
    currency: Literal["USD"] = "USD"


class Client(Frozen):
    """An HTTP API. ``{login}`` and ``{password}`` in headers, params and auth are the connection's.

    ``params``: sent with every request.
    ``auth``: dlt's authentication by its type, or the dotted name of a class of our own; left out when the
    connection has no key.
    """

    kind: Literal["rest"]
    base_url: BaseUrl
    headers: dict[str, str] = Field(default_factory=dict)
    params: dict[str, str] = Field(default_factory=dict)
    auth: dict[str, Any] | None = None
    paginator: dict[str, Any] = Field(default_factory=lambda: {"type": "single_page"})

    @field_validator("headers", "params", "auth")
    @classmethod
    def _known_placeholders(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        check_placeholders(value, CREDENTIALS)
        return value

    @field_validator("paginator")
    @classmethod
    def _known_paginator(cls, value: dict[str, Any]) -> dict[str, Any]:
        check_paginator(value)
        return value


class PackageClient(Frozen):
    """Data that a Python package carries. ``reader(params, cache_folder)`` gives pages of records."""

    kind: Literal["package"]
    package: str
    reader: DottedName


class PayRanges(Frozen):
    """A list of ranges of pay, whose titles say for what and for which period each is: ``Zone 1, per hour``.

    ``path`` leads to the ranges; the others are paths within one. Amounts are divided by ``unit``.
    """

    path: str
    title: str
    low: str
    high: str
    currency: str
    unit: PositiveInt = 1


class PostingFields(Frozen):
    """What enrichment reads of a posting: dotted paths into the record; a number picks from a list.

    ``texts`` are joined, in order; ``[]`` after a name takes every item of a list, ``[kind=town]`` those
    whose field ``kind`` is ``town``. ``places`` are texts that name a place each; paths joined by `` + ``
    are parts of one. ``country`` is a code that the record tells beside them. ``pay`` is a text that tells
    nothing but pay; ``pay_ranges`` stand for such texts. ``company`` are paths to the name of who hires, of
    which the first that is told counts.
    """

    title: str
    company: list[str] = Field(default_factory=list)
    texts: list[str] = Field(default_factory=list)
    places: list[str] = Field(default_factory=list)
    country: str | None = None
    pay: str | None = None
    pay_ranges: PayRanges | None = None
    requirements: str | None = None
    grade: str | None = None
    pay_plan: str | None = None


class CompanyFields(Frozen):
    """What enrichment reads of a company, by paths as those of :class:`PostingFields`.

    ``name`` are paths of which the first that is told counts; ``places`` tell where it sits, the seat first.
    """

    name: Annotated[list[str], Field(min_length=1)]
    places: list[str] = Field(default_factory=list)


class ProviderResource(Resource):
    """A resource and how to fetch it.

    ``needs``: parts of the connection without which this resource is off, while others of the source go on.
    ``overlap_hours``: how far before the window's start the provider is asked, for records that its
    filter's grain or a late update would hide; the load finds the repeats.
    ``add_fields``: fields that each record gets, with placeholders of the window, the fetch and the walk.
    ``drop_fields``: dotted paths that never land; ``mask_fields``: texts that land without contact data.
    ``maps_to``: what of the market the records tell; ``posting`` or ``company``: what enrichment reads of
    them.
    ``gives``: what a record is, in a sentence; ``fields``: what fields mean whose names do not say it.
    ``sample``: the least a record looks like, for the manual and the tests.
    """

    endpoint: Endpoint
    needs: list[Need] = Field(default_factory=list)
    overlap_hours: float = Field(default=0.0, ge=0.0)
    add_fields: dict[str, str] = Field(default_factory=dict)
    drop_fields: list[str] = Field(default_factory=list)
    mask_fields: list[str] = Field(default_factory=list)
    maps_to: Kind
    posting: PostingFields | None = None
    company: CompanyFields | None = None
    gives: Sentence
    fields: dict[str, str] = Field(default_factory=dict)
    sample: dict[str, Any]

    @model_validator(mode="after")
    def _known_placeholders(self) -> "ProviderResource":
        walk = self.endpoint.repeated_names
        check_placeholders(self.add_fields, WINDOW | FETCH | walk)
        check_placeholders(self.endpoint.path, WINDOW | CREDENTIALS | walk | {"page"})
        check_placeholders(self.endpoint.params, WINDOW | walk)
        check_placeholders(self.endpoint.body, WINDOW | walk | {"login"})
        check_placeholders(self.endpoint.headers, CREDENTIALS)
        return self

    @model_validator(mode="after")
    def _a_posting_says_what_to_read(self) -> "ProviderResource":
        if self.maps_to == "posting" and self.posting is None:
            raise ValueError("posting: a resource that maps to postings says it")
        if self.maps_to not in ("posting", "pay") and self.posting is not None:
            raise ValueError("posting: only a resource that maps to postings, or to pay by title, says it")
        return self

    @model_validator(mode="after")
    def _published_needs_a_path(self) -> "ProviderResource":
        if (self.known_at.rule == "published") != (self.known_at.path is not None):
            raise ValueError("known_at: the rule `published` needs a path, and no other rule takes one")
        return self

    @model_validator(mode="after")
    def _spans_are_known(self) -> "ProviderResource":
        for name in self.spans.values():
            load_spans().named(name)
        return self

    @property
    def known_at_rule(self) -> str:
        """The rule as manifests and ``ops.batches`` show it: ``published updated_at +24h``."""
        rule = self.known_at
        return f"published {rule.path} +{rule.lag_hours:g}h" if rule.rule == "published" else rule.rule

    @property
    def part(self) -> list[str]:
        """Those paths of the key that say which walk gave a record of a snapshot (the ``board``).

        Empty where the key does not tell one walk from another: what is gone, only the whole shows then.
        """
        walk = self.endpoint.repeated_names if self.is_snapshot else frozenset()
        named = {path: frozenset(names_in(self.add_fields.get(path))) & walk for path in self.key}
        told = frozenset().union(*named.values())
        return [path for path, names in named.items() if names] if told == walk else []


class SourceDeclaration(Frozen):
    """A source: who it is, how to reach it, what it allows and which resources it has.

    ``access``, ``limits``, ``retention``, ``terms``, ``traps``: for the manual, in full sentences: what a
    user must sign or get and what comes without it, what the provider allows, how long what may be kept.
    ``needs``: parts of the connection without which the source is off.
    ``lists``: what a person chooses (boards, titles, countries); the connection's ``extra`` overrides a list.
    ``fresh_hours``: an answer younger than this is taken from the cache instead of asked for again.
    ``time_to_live_hours``: a cached answer younger than this stands in, marked stale, while the
    provider is down; older ones are removed.
    ``answer_check``: called with every answer before anything else looks at it; raises plant errors.
    """

    source: Name
    title: str
    domain: Domain
    client: Annotated[Client | PackageClient, Field(discriminator="kind")]
    needs: list[Need] = Field(default_factory=list)
    lists: dict[Name, list[Any]] = Field(default_factory=dict)
    quota: Quota = Quota()
    cost: Cost | None = None
    fresh_hours: float = Field(default=4.0, ge=0.0)
    time_to_live_hours: float = Field(default=72.0, gt=0.0)
    access: Sentence
    limits: Sentence
    retention: Sentence
    terms: Sentence
    traps: Sentence | None = None
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

    @model_validator(mode="after")
    def _what_walks_come_from_exists(self) -> "SourceDeclaration":
        for resource in self.resources:
            endpoint = resource.endpoint
            for chosen in endpoint.for_each.values():
                wanted = chosen if isinstance(chosen, str) else chosen.list
                if wanted not in self.lists:
                    raise ValueError(f"{resource.name}: for_each names a list {wanted} that lists has not")
            if endpoint.parent is not None and endpoint.parent.resource not in self.resource_names():
                raise ValueError(f"{resource.name}: its parent {endpoint.parent.resource} is not declared")
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
