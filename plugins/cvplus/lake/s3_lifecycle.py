"""The lifecycle rules of the lake's bucket: written from the configuration, other people's left alone."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cvplus.errors import ConfigurationError, LakeFailure
from cvplus.lake.lifecycle import Lifecycle, LifecycleRule
from cvplus.lake.s3 import s3_client
from cvplus.lake.s3_errors import code_of, explain

# A server's answers to rules that it does not understand, above all to storage classes that it does not have.
_NOT_UNDERSTOOD = (
    "InvalidStorageClass",
    "MalformedXML",
    "InvalidRequest",
    "InvalidArgument",
    "NotImplemented",
)
_SMALLEST = "TransitionDefaultMinimumObjectSize"


@dataclass(frozen=True)
class LifecycleChange:
    """Ids of the bucket's rules by what became of them; ``foreign`` ones are not the lake's."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    foreign: tuple[str, ...]

    @property
    def is_change(self) -> bool:
        """Whether the bucket had to be written."""
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        parts = {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "not ours": self.foreign,
        }
        return "; ".join(f"{name}: {', '.join(ids)}" for name, ids in parts.items() if ids)


def apply_lifecycle(
    bucket: str, prefix: str, lifecycle: Lifecycle, *, is_dry_run: bool = False
) -> LifecycleChange:
    """Make the bucket's rules for the lake below ``prefix`` those of the configuration.

    A rule is the lake's when its id begins with ``cvplus:`` and the prefix; all others are written back as
    they were. Nothing is written when nothing differs, nor in a dry run.

    Raises:
        ConfigurationError: the server does not know a storage class or a kind of rule.
        LakeFailure: the bucket is missing, refuses the key or does not answer.
    """
    client = s3_client()
    root = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    wanted = {rule["ID"]: rule for rule in _rules(root, lifecycle)}
    with_ours = f"cvplus:{root}:"
    try:
        there, options = _rules_there(client, bucket)
        ours = {rule["ID"]: rule for rule in there if rule.get("ID", "").startswith(with_ours)}
        foreign = [rule for rule in there if rule.get("ID") not in ours]
        change = LifecycleChange(
            added=tuple(sorted(wanted.keys() - ours.keys())),
            changed=tuple(sorted(id for id in wanted.keys() & ours.keys() if ours[id] != wanted[id])),
            removed=tuple(sorted(ours.keys() - wanted.keys())),
            unchanged=tuple(sorted(id for id in wanted.keys() & ours.keys() if ours[id] == wanted[id])),
            foreign=tuple(rule.get("ID", "(without id)") for rule in foreign),
        )
        if change.is_change and not is_dry_run:
            client.put_bucket_lifecycle_configuration(
                Bucket=bucket, LifecycleConfiguration={"Rules": [*foreign, *wanted.values()]}, **options
            )
    except (BotoCoreError, ClientError) as error:
        cause, remedy = explain(error, f"s3://{bucket}")
        if isinstance(error, ClientError) and code_of(error) in _NOT_UNDERSTOOD:
            raise ConfigurationError(
                cause=f"{cause} The server does not take the rules of config/lifecycle.yaml.",
                remedy="Name storage classes that it has, or take colder and archive out; see docs/lake.md.",
            ) from error
        raise LakeFailure(cause=cause, remedy=remedy) from error
    return change


def _rules_there(client: Any, bucket: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The bucket's rules, and the setting beside them that a write would otherwise set back."""
    try:
        answer = client.get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError as error:
        if code_of(error) != "NoSuchLifecycleConfiguration":
            raise
        return [], {}
    return answer["Rules"], {_SMALLEST: answer[_SMALLEST]} if _SMALLEST in answer else {}


def _rules(root: str, lifecycle: Lifecycle) -> list[dict[str, Any]]:
    """The configuration in S3's words."""
    uploads = {
        "ID": f"cvplus:{root}:uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": root},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": lifecycle.abort_uploads_after_days},
    }
    return [uploads, *(_rule(root, rule) for rule in lifecycle.rules)]


def _rule(root: str, rule: LifecycleRule) -> dict[str, Any]:
    translated: dict[str, Any] = {
        "ID": f"cvplus:{root}:rule:{rule.id}",
        "Status": "Enabled",
        "Filter": {"Prefix": f"{root}{rule.folder}/" if rule.folder else root},
    }
    steps = [step for step in (rule.colder, rule.archive) if step is not None]
    if steps:
        translated["Transitions"] = [
            {"Days": step.after_days, "StorageClass": step.storage_class} for step in steps
        ]
    if rule.expire:
        translated["Expiration"] = {"Days": rule.expire.after_days}
    return translated
