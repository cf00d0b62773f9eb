"""What every resource declares, whoever delivers it: its identity, key and rule of knowledge.

Providers' declarations (``config/sources``) and the product exports (``config/product_exports.yaml``)
both carry these, so that the lake, the load and the gate treat all of them alike.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Domain = Literal["job_market", "salary", "skills", "companies", "reference", "product", "derived"]


class Frozen(BaseModel):
    """Base of all declarations: immutable, and an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KnownAt(Frozen):
    """When the pipeline could have used a record (see DESIGN, "The feature store").

    ``dropped``: the end (UTC) of the day in the record's ``_dropped_on`` field.
    ``published``: the instant at ``path`` in the record plus ``lag_hours``.
    ``observed``: the moment that the batch was fetched.
    """

    rule: Literal["dropped", "published", "observed"]
    path: str | None = None
    lag_hours: float = 0.0


class Resource(Frozen):
    """The part of a declaration that does not depend on how the records are fetched.

    ``key``: dotted paths into the record whose values, joined by ``|``, identify it.
    ``required``: dotted paths without which a record is rejected (the key is always required).
    ``spans``: dotted paths -> what their values can be (``config/value_spans.yaml``); ``[]`` after a name
    takes every item of a list.
    ``is_snapshot``: every fetch lists all that exists, so what is not seen any more is gone; each
    sighting is kept in ``ops.sightings``.
    ``stale_after_hours``: age of the last success at which the freshness table calls the resource stale.
    ``data_stale_after_hours``: the same for the age of what its data speak of; ``None``: as that of the last
    success.
    """

    source: Name
    name: Name
    domain: Domain
    key: Annotated[list[str], Field(min_length=1)]
    known_at: KnownAt
    required: list[str] = []
    spans: dict[str, str] = {}
    is_snapshot: bool = False
    stale_after_hours: float = 36.0
    data_stale_after_hours: float | None = None

    @property
    def table(self) -> str:
        """Name of the raw table, in schema ``raw``."""
        return f"{self.source}__{self.name}"

    @property
    def part(self) -> list[str]:
        """Those paths of the key that name the part of a snapshot to which a record belongs.

        Empty where a snapshot is read in one.
        """
        return []
