"""Which of a batch's rejects are kept: enough of each reason to see what is wrong, and never a flood."""

from collections import Counter

from cvplus.intake import RejectLimits, load_intake_limits


class RejectSample:
    """Counts all rejects of a batch by reason, and says of each whether it is kept.

    Kept are the first of each reason, up to the limits (``config/intake.yaml``): a batch that is read again
    keeps the same.
    """

    def __init__(self, limits: RejectLimits | None = None) -> None:
        self._limits = limits or load_intake_limits().rejects
        self._kept_bytes = 0
        self.counts: Counter[str] = Counter()

    def takes(self, reason_code: str, size: int) -> bool:
        """Count a reject of ``size`` bytes; returns whether it is kept."""
        self.counts[reason_code] += 1
        position = self.counts[reason_code]
        is_too_much = self._kept_bytes + size > self._limits.kept_bytes
        if position > self._limits.kept_per_reason or (is_too_much and position > 1):
            return False
        self._kept_bytes += size
        return True
