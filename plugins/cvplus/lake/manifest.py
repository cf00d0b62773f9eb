"""What identifies a batch and what its manifest says."""

import hashlib
import re
from datetime import datetime
from typing import Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict

from cvplus.errors import LakeFailure, Where

MANIFEST_SUFFIX = ".manifest.json"
_ID = re.compile(r"^(?P<source>\w+)\.(?P<resource>\w+)\.(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)\.\w+$")


class Window(BaseModel):
    """A half-open interval of data, ``start <= t < end``, in UTC."""

    model_config = ConfigDict(frozen=True)

    start: AwareDatetime
    end: AwareDatetime


class BatchIdentity(BaseModel):
    """Names one batch: what was asked for, and by which run.

    The id is a function of these, so a task that was killed and runs again finds or replaces its own
    batch, while another run of the same window makes a new one.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    resource: str
    window: Window
    run_key: str
    part: str = "whole"

    @property
    def batch_id(self) -> str:
        """Stable id: source, resource, first day of the window and a digest of everything above."""
        span = f"{self.window.start.isoformat()}|{self.window.end.isoformat()}"
        text = f"{self.source}|{self.resource}|{span}|{self.run_key}|{self.part}"
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        return f"{self.source}.{self.resource}.{self.window.start:%Y%m%d}.{digest}"

    @property
    def folder(self) -> str:
        """Folder of the batch's files below the lake's root."""
        return f"{self.source}/{self.resource}/dt={self.window.end:%Y-%m-%d}"

    @property
    def data_path(self) -> str:
        """The batch's records, below the lake's root."""
        return f"{self.folder}/{self.batch_id}.jsonl.gz"

    @property
    def rejected_path(self) -> str:
        """What was rejected at reading; the file is there when there was any."""
        return f"{self.folder}/{self.batch_id}.rejected.jsonl.gz"

    @property
    def manifest_path(self) -> str:
        """The batch's manifest."""
        return f"{self.folder}/{self.batch_id}{MANIFEST_SUFFIX}"


def first_day_of(batch_id: str) -> tuple[str, str, str]:
    """Source, resource and the first day of the window (``YYYY-MM-DD``), as the batch's id tells them.

    Raises:
        LakeFailure: it is no batch id.
    """
    match = _ID.match(batch_id)
    if match is None:
        raise LakeFailure(
            cause="This is no batch id; one reads <source>.<resource>.<YYYYMMDD>.<digest>.",
            remedy="Take the id from ops.batches.",
            where=Where(batch_id=batch_id),
        )
    return match["source"], match["resource"], f"{match['year']}-{match['month']}-{match['day']}"


# How a part of a snapshot (a board) was read; stale: from the cache, because the provider was down.
PartState = Literal["whole", "partial", "stale"]


def worse(one: PartState, other: PartState) -> PartState:
    """The state that proves less."""
    return max(one, other, key=get_args(PartState).index)


class Manifest(BaseModel):
    """The account of a landed batch; written last, so a batch without one does not exist.

    ``is_canonical``: equal records are equal lines in it, so a line's bytes are the record's identity.
    ``parts``: how each part of a snapshot that is read in parts was read.
    ``rejected_by_reason``: how many were rejected at reading, also of those of which the batch keeps no more
    (batches of before have none, and keep all).
    """

    model_config = ConfigDict(frozen=True)

    batch_id: str
    source: str
    resource: str
    window: Window
    rows_read: int
    rows_rejected: int
    rejected_by_reason: dict[str, int] = {}
    bytes: int
    checksum: str
    known_at_rule: str
    fetched_at: datetime
    is_stale: bool = False
    is_partial: bool = False
    is_canonical: bool = False
    parts: dict[str, PartState] = {}
    lake_path: str
    rejected_path: str | None = None
    api_calls: int = 0
    cache_hits: int = 0
    note: str | None = None
