"""The kinds of records that are linked: what puts two side by side, and what keeps them apart."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cvplus.enrich.resources import COMPANY_RECORD_LINKS, POSTING_LINKS
from cvplus.linking.config import load_rules
from cvplus.linking.overrides import Overrides, load_overrides
from cvplus.resources import Resource


@dataclass(frozen=True, slots=True)
class Telling:
    """What clustering needs to know of a record, beside the pairs that it is in."""

    record_id: str
    telling_hash: str
    known_at: datetime
    source: str
    is_employers_own: bool = False
    posted_at: datetime | None = None
    closed_at: datetime | None = None
    closing_known_at: datetime | None = None
    domain: str | None = None
    is_of_register: bool = False


@dataclass(frozen=True)
class LinkKind:
    """One kind of records.

    ``tellings``: a dbt model, a row a record, with the id column ``<of>_id``, ``telling_hash`` and what the
    comparisons of ``config/linking/<rules>.yaml`` read. ``blocks``: its columns; records that share a value
    of one are compared. ``narrower``: SQL that cuts a block that is too large. ``nearby``: a further
    condition of SQL on two records, ``l`` and ``r``, that are compared. ``pair_known_at``: SQL on the two,
    since when their pair could be known. ``excludes``: whether two records cannot be of one thing, as far as
    was known then; ``clustered_by``: the columns that it reads. ``overrides``: what people say instead.
    """

    of: str
    rules: str
    resource: Resource
    tellings: str
    blocks: tuple[str, ...]
    narrower: str
    nearby: str
    pair_known_at: str
    excludes: Callable[[Telling, Telling, datetime], bool]
    clustered_by: tuple[str, ...]
    overrides: Callable[[], Overrides] = Overrides

    @property
    def version(self) -> str:
        """A digest of the rules and overrides: what was linked under others is linked again.

        Raises:
            ConfigurationError: ``config/linking`` is wrong.
        """
        return f"{load_rules(self.rules).version}.{self.overrides().version}"

    @property
    def id_column(self) -> str:
        """The record's id, which is also the id of its thing where it was the first of it."""
        return f"{self.of}_id"


def are_two_openings(one: Telling, other: Telling, known_at: datetime) -> bool:
    """Whether an employer's own board lists both at once: an opening has one id there.

    A listing that was closed when the other was posted does not count, once its closing is known.
    """
    if one.source != other.source or not one.is_employers_own:
        return False
    earlier, later = sorted((one, other), key=lambda telling: telling.posted_at or telling.known_at)
    closed_at, posted_at = earlier.closed_at, later.posted_at or later.known_at
    is_closed = earlier.closing_known_at is not None and earlier.closing_known_at <= known_at
    return not (is_closed and closed_at is not None and closed_at <= posted_at + timedelta(days=1))


def are_two_companies(one: Telling, other: Telling, known_at: datetime) -> bool:
    """Whether two records name different websites, or are two entries of one register."""
    are_two_entries = one.is_of_register and one.source == other.source and one.record_id != other.record_id
    have_two_websites = one.domain is not None and other.domain is not None and one.domain != other.domain
    return are_two_entries or have_two_websites


POSTINGS = LinkKind(
    of="posting",
    rules="jobs",
    resource=POSTING_LINKS,
    tellings="intermediate.int_posting_tellings",
    blocks=("block_name", "block_occupation", "block_place"),
    narrower="concat_ws('|', city, company_key, floor(posted_day / 30))",
    nearby="abs(l.posted_day - r.posted_day) <= {most_days_apart}",
    # Where one was posted when the other had closed, that closing is part of the evidence.
    pair_known_at="""
        greatest(
            l.known_at,
            r.known_at,
            case when r.posted_day >= l.closed_day - 1 then l.closing_known_at end,
            case when l.posted_day >= r.closed_day - 1 then r.closing_known_at end
        )
    """,
    excludes=are_two_openings,
    clustered_by=(
        "record_id",
        "telling_hash",
        "known_at",
        "source",
        "is_employers_own",
        "posted_at",
        "closed_at",
        "closing_known_at",
    ),
)

COMPANY_RECORDS = LinkKind(
    of="company_record",
    rules="companies",
    resource=COMPANY_RECORD_LINKS,
    tellings="intermediate.int_company_tellings",
    blocks=("block_domain", "block_name", "block_start"),
    narrower="concat_ws('|', country, city)",
    nearby="true",
    pair_known_at="greatest(l.known_at, r.known_at)",
    excludes=are_two_companies,
    clustered_by=("record_id", "telling_hash", "known_at", "source", "domain", "is_of_register"),
    overrides=load_overrides,
)

LINK_KINDS = (COMPANY_RECORDS, POSTINGS)


def linking_version() -> str:
    """The rules and overrides of everything that is linked, each with its digest."""
    return " ".join(f"{kind.of}:{kind.version}" for kind in LINK_KINDS)
