"""What went wrong in a dbt run, for the person who has to mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvplus.errors import PermanentError, TransientError

NAMED_AT_MOST = 20

# What the server, its client library and the system say when the cause will pass; dbt hands on words only.
_PASSING = (
    "could not connect",
    "connection refused",
    "connection to server",
    "connection already closed",
    "connection not open",
    "server closed the connection",
    "terminating connection",
    "the database system is",
    "could not receive data from server",
    "ssl connection has been closed",
    "deadlock detected",
    "could not serialize access",
    "no space left on device",
    "could not extend file",
    "out of shared memory",
    "too many clients",
    "remaining connection slots",
)


class BuildInterrupted(TransientError):
    """The warehouse or the disk failed in the middle of a layer; a retry goes on from there."""

    code = "build_interrupted"


class ModelFailed(PermanentError):
    """A model or a test of it failed; it fails again until a person changes the model or its data."""

    code = "model_failed"


class ProjectInvalid(PermanentError):
    """dbt cannot read the project."""

    code = "project_invalid"


@dataclass(frozen=True)
class NodeFailure:
    """A node that failed: its kind, dbt's message, where its SQL lies, and what was not built below it."""

    name: str
    kind: str
    message: str
    compiled_path: str | None
    below: Sequence[str]

    def __str__(self) -> str:
        place = f" SQL: {self.compiled_path}." if self.compiled_path else ""
        return f"{self.kind} {self.name}: {' '.join(self.message.split())}.{place}{self._below()}"

    def lines(self) -> list[str]:
        """The same for a log, where a long line is cut: a line each for the message, the SQL and the rest."""
        told = [f"{self.kind} {self.name} failed: {' '.join(self.message.split())}"]
        if self.compiled_path:
            told.append(f"  its SQL: {self.compiled_path}")
        return told + ([f" {self._below()}"] if self.below else [])

    def _below(self) -> str:
        if not self.below:
            return ""
        shown = ", ".join(self.below[:NAMED_AT_MOST])
        more = f" and {len(self.below) - NAMED_AT_MOST} more" if len(self.below) > NAMED_AT_MOST else ""
        return f" Not built below it: {shown}{more}."


def is_passing(message: str) -> bool:
    """Whether a message tells of a cause that passes: a lost connection, a lock, a full disk."""
    return any(phrase in message.lower() for phrase in _PASSING)


def failure_of(layer: str, failures: Sequence[NodeFailure]) -> ModelFailed | BuildInterrupted:
    """The error that a layer's failures end in: one that will not pass decides."""
    lasting = [failure for failure in failures if not is_passing(failure.message)]
    shown = (lasting or failures)[:NAMED_AT_MOST]
    counted = "1 node" if len(failures) == 1 else f"{len(failures)} nodes"
    cause = f"Layer {layer}: {counted} failed. {' '.join(str(failure) for failure in shown)}"
    if lasting:
        return ModelFailed(
            cause=cause,
            remedy="Run the SQL that is named (`make psql < file`), mend the model or its data, then clear "
            "the task: it goes on from what failed (docs/runbooks/model_failed.md).",
        )
    return BuildInterrupted(
        cause=cause,
        remedy="Bring the warehouse back (`make up`) or free its disk; the task goes on from what failed.",
    )


def descendants(failed: str, children: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything that stands below a node, by unique id."""
    found: set[str] = set()
    waiting = [failed]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found
