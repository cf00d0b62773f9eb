"""What a check found: all that the plant needs is there, or what is missing and who mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cvplus.errors import ConfigurationError

# The plant writes down when it came to know a thing; servers and machine have to agree about the order.
MOST_SKEW_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    ``subject`` names it, ``told`` says in a sentence what was found, ``remedy`` what to do where anything is
    missing or doubtful. What is doubtful does not keep the plant from working.
    """

    subject: str
    told: str
    remedy: str = ""
    is_missing: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should know of it although the plant works."""
        return bool(self.remedy) and not self.is_missing


def missing(subject: str, told: str, remedy: str) -> Finding:
    """A finding that keeps the plant from working."""
    return Finding(subject, told, remedy, is_missing=True)


def require_all(findings: Iterable[Finding]) -> None:
    """Make sure that nothing is missing.

    Raises:
        ConfigurationError: naming everything that is, each with its remedy.
    """
    lacking = [finding for finding in findings if finding.is_missing]
    if lacking:
        raise ConfigurationError(
            cause=" ".join(f"{finding.subject}: {finding.told}" for finding in lacking),
            remedy=" ".join(dict.fromkeys(finding.remedy for finding in lacking)),
        )


def clock_finding(subject: str, server: datetime) -> list[Finding]:
    """A finding when the server's clock, just read, is not this machine's."""
    skew = (server - datetime.now(UTC)).total_seconds()
    if abs(skew) <= MOST_SKEW_SECONDS:
        return []
    word = "ahead of" if skew > 0 else "behind"
    return [
        missing(
            subject,
            f"Its clock is {abs(skew):.0f} s {word} this machine's, and more than {MOST_SKEW_SECONDS} s "
            "mixes up what was known when.",
            "Set both clocks by the same time service.",
        )
    ]


def http_clock_finding(subject: str, date: str | None) -> list[Finding]:
    """As :func:`clock_finding`, from the ``Date`` of an HTTP answer; one without tells nothing."""
    return clock_finding(subject, parsedate_to_datetime(date)) if date else []
