"""The lake's lifecycle: cold storage and archive on S3, an account of what is old on a folder."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cvplus.lake.lifecycle import Lifecycle, load_lifecycle
from cvplus.lake.store import Lake, open_lake
from cvplus.operations.runs import RunAccount
from cvplus.settings import load_settings

_MEBIBYTE = 1 << 20


def archive_lake(account: RunAccount, *, is_dry_run: bool = False) -> str:
    """Apply ``config/lifecycle.yaml`` to the lake.

    On S3 the bucket's own rules do the work, day after day; they are written when they differ. A folder has
    no colder class, and a file that moved would not be where ``ops.batches`` says: nothing is moved, and the
    report says what is old enough. Running it again changes nothing.

    Args:
        account: takes the number of rules written, or of batches old enough.
        is_dry_run: only say what would change.

    Returns:
        The report, for people.

    Raises:
        ConfigurationError: the file is wrong, or the server does not take its rules.
        LakeFailure: the lake is away.
    """
    lifecycle = load_lifecycle()
    url = load_settings().resolved_lake_url
    parts = urlsplit(url)
    if parts.scheme != "s3":
        return _report_age(account, open_lake(url), url, lifecycle)
    from cvplus.lake.s3_lifecycle import apply_lifecycle  # boto3 takes half a second to import

    change = apply_lifecycle(parts.netloc, parts.path, lifecycle, is_dry_run=is_dry_run)
    account.rows = len(change.added) + len(change.changed) + len(change.removed)
    return f"Rules of {url}{' (dry run)' if is_dry_run else ''}: {change}."


def _report_age(account: RunAccount, lake: Lake, url: str, lifecycle: Lifecycle) -> str:
    days = [rule.archive.after_days for rule in lifecycle.rules if rule.archive]
    if not days:
        return f"{url} is a folder and no rule archives: nothing to report."
    limit = datetime.now(UTC) - timedelta(days=min(days))
    # A window ends before it is fetched, so what is older than the limit lies in the days before it.
    size = 0
    for manifest in lake.manifests(last_day=limit.date()):
        if manifest.fetched_at < limit:
            account.rows += 1
            size += manifest.bytes
    return (
        f"{url} is a folder: its files are compressed and stay where they are. {account.rows} batches "
        f"({size / _MEBIBYTE:,.1f} MiB) are older than {min(days)} days."
    )
