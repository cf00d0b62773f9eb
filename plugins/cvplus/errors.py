"""One message shape for everything that goes wrong and that a person will read.

Every error names where it happened (source, resource, batch, record), its cause in one sentence and
what to do next. Whether a retry can help is part of the type: the DAGs' retry policy reads it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Where:
    """The place of an error; parts that do not apply stay ``None`` and are left out of the message."""

    source: str | None = None
    resource: str | None = None
    batch_id: str | None = None
    record_key: str | None = None

    def __str__(self) -> str:
        named = {
            "source": self.source,
            "resource": self.resource,
            "batch": self.batch_id,
            "record": self.record_key,
        }
        return " ".join(f"{name}={value}" for name, value in named.items() if value is not None)


@dataclass
class PlantError(Exception):
    """Base of the plant's own errors: ``[code] where: cause Next: remedy``.

    ``code`` is stable and has a page in the manual; ``cause`` and ``remedy`` are full sentences.
    """

    cause: str
    remedy: str
    where: Where = field(default_factory=Where)

    code = "plant_error"

    def __post_init__(self) -> None:
        # What a provider said may stand in it, and what no file and no table takes in that.
        self.cause = self.cause.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
        super().__init__(self.cause, self.remedy, self.where)

    def __str__(self) -> str:
        place = str(self.where)
        return f"[{self.code}] {place + ': ' if place else ''}{self.cause} Next: {self.remedy}"


class TransientError(PlantError):
    """The outside world failed; the same call may succeed later, so a retry is worth it."""

    code = "transient_failure"


class PermanentError(PlantError):
    """The same call will fail again until a person changes something; retrying wastes time."""

    code = "permanent_failure"


class ConfigurationError(PermanentError):
    """A setting or a declaration is wrong."""

    code = "configuration_invalid"


class SourceNotConfigured(PermanentError):
    """A source that needs a key has no connection."""

    code = "source_not_configured"


class AccessRefused(PermanentError):
    """The provider refused the key (401 or 403)."""

    code = "access_refused"


class QuotaExhausted(PermanentError):
    """The provider's quota is spent until it resets."""

    code = "quota_exhausted"


class BudgetExhausted(QuotaExhausted):
    """What may be spent on the provider this month is spent."""

    code = "budget_exhausted"


class SourceUnavailable(TransientError):
    """The provider answered 5xx, throttled, timed out or cut the connection, beyond the retries."""

    code = "source_unavailable"


class MalformedAnswer(TransientError):
    """The provider answered something that is not what its contract says."""

    code = "malformed_answer"


class LakeFailure(TransientError):
    """The lake could not be read or written (full disk, missing file, wrong checksum)."""

    code = "lake_failure"


class WarehouseUnavailable(TransientError):
    """The warehouse went away."""

    code = "warehouse_unavailable"


class GateFailed(PermanentError):
    """A critical expectation failed; the batch is quarantined or the table is not published."""

    code = "gate_failed"
