"""One cell of the fault matrix: a source of the sandbox that misbehaves, and what comes of it.

A cell is impatient, not blind: nothing of ours waits longer than it must, a pause that a provider asks for
is short unless it is one that ends a run, lists and pages are short, and between the two runs time is let
pass (the circuit's cool-down, the quota's reset and, where a spoilt answer was taken for good, the cache's
freshness).
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from sandbox_process import PLAYED, Sandbox

from cvplus.lake.manifest import Manifest
from cvplus.lake.store import open_lake
from cvplus.resources import Resource
from cvplus.settings import PROJECT_ROOT
from cvplus.sources.credentials import Credentials
from cvplus.sources.declaration import Client, ProviderResource, Quota, SourceDeclaration
from cvplus.sources.endpoint import Endpoint
from cvplus.sources.land import land_resource
from cvplus.sources.quota import LONGEST_WAIT_SECONDS, QuotaLimiter
from cvplus.sources.registry import load_sources
from cvplus.sources.session import SessionOptions
from cvplus.warehouse.load import BatchCounts, load_batch

SOURCES = {
    name: source
    for name, source in load_sources().items()
    if name in PLAYED and isinstance(source.client, Client)
}
IMPATIENT = SessionOptions(
    retries=1, backoff_seconds=0.0, read_seconds=120, quota_wait_seconds=30, reaches_this_machine=True
)
# What a provider that is slow exceeds: its answers take longer than its reader waits.
SLOW_SECONDS, SLOW_READ_SECONDS = 0.8, 0.2
SHORT_PAUSE_SECONDS = 0.02
# Walks enough for one to fail among others, and for the rule of failures in a row.
LONGEST_LIST = 4
# How long a page may be, where the request says so: short, so that a tiny market's lists have several.
PAGE_SIZES = (
    "limit",
    "count",
    "per_page",
    "pagesize",
    "results_per_page",
    "resultsperpage",
    "hitsperpage",
    "ps",
)
LONGEST_PAGE = 25
# The faults that need an earlier page begin with the second request.
OF_LATER_PAGES = ("duplicate_page", "looping_cursor", "growing", "empty_page")

Versions = set[tuple[str, str]]


def main_resource(source: SourceDeclaration) -> ProviderResource:
    """The resource that stands for its source: the first that others are not read for."""
    parents = {resource.endpoint.parent.resource for resource in source.resources if resource.endpoint.parent}
    return next(resource for resource in source.resources if resource.name not in parents)


def impatient(declaration: SourceDeclaration) -> SourceDeclaration:
    """The declaration without its limits and long waits; how the provider shows a spent quota stays."""
    resources = [
        resource.model_copy(update={"endpoint": hurried(resource.endpoint)})
        for resource in declaration.resources
    ]
    return declaration.model_copy(update={"quota": lifted(declaration.quota), "resources": resources})


def hurried(endpoint: Endpoint) -> Endpoint:
    """The endpoint with short pages and without long waits for a report."""
    waits = {"wait_seconds": 0.02, "give_up_seconds": 3.0}
    return endpoint.model_copy(
        update={
            "params": short_pages(endpoint.params),
            "body": short_pages(endpoint.body),
            "poll": endpoint.poll and endpoint.poll.model_copy(update=waits),
        }
    )


def short_pages(asked: Any) -> Any:
    """The parameters with the length of a page cut down."""
    if not isinstance(asked, dict):
        return asked
    return {
        name: min(value, LONGEST_PAGE) if name.lower() in PAGE_SIZES and isinstance(value, int) else value
        for name, value in asked.items()
    }


def lifted(quota: Quota) -> Quota:
    """The quota without its limits."""
    limits = ("per_minute", "per_hour", "per_day", "per_week", "per_month", "credits_per_month")
    unlimited = dict.fromkeys(limits)
    return quota.model_copy(update={**unlimited, "requests_per_second": 1000.0, "without_key": {}})


def hasty(pause: Callable[[QuotaLimiter, float], None]) -> Callable[[QuotaLimiter, float], None]:
    """A limiter's pause that is short wherever a worker would sleep it out."""

    def shorter(limiter: QuotaLimiter, seconds: float) -> None:
        pause(limiter, min(seconds, SHORT_PAUSE_SECONDS) if seconds <= LONGEST_WAIT_SECONDS else seconds)

    return shorter


class Staging:
    """What the staging models make of raw, without building them."""

    def __init__(self, url: str, folder: Path) -> None:
        target = psycopg.conninfo.conninfo_to_dict(url)
        environment = {f"CVPLUS_DBT_{name.upper()}": str(target[name]) for name in target}
        models = [f"stg_{main_resource(source).table}" for source in SOURCES.values()]
        for command in (["seed"], ["compile", "--select", *models]):
            subprocess.run(
                [
                    sys.executable,
                    "-W",
                    "ignore",
                    "-m",
                    "dbt.cli.main",
                    "--quiet",
                    *command,
                    "--project-dir",
                    "dbt_project",
                ],
                env={
                    **os.environ,
                    **environment,
                    "DBT_PROFILES_DIR": str(PROJECT_ROOT / "dbt_project"),
                    "DBT_TARGET_PATH": str(folder),
                    "DBT_LOG_PATH": str(folder),
                    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
                },
                cwd=PROJECT_ROOT,
                check=True,
                capture_output=True,
            )
        compiled = (folder / "compiled").rglob("stg_*.sql")
        self._queries = {path.stem.removeprefix("stg_"): path.read_text() for path in compiled}

    def current(self, connection: psycopg.Connection, table: str) -> Versions:
        """The versions that count as current."""
        query = (
            f"select record_key, content_hash from ({self._queries[table]}) as s where known_until is null"
        )
        return set(connection.execute(query).fetchall())


class Cell:
    """One source of the sandbox, a lake, a cache and raw tables of its own."""

    def __init__(self, sandbox: Sandbox, connection: psycopg.Connection, folder: Path, source: str) -> None:
        self.sandbox, self.connection, self.folder = sandbox, connection, folder
        self.declaration = impatient(SOURCES[source])
        self.resource = main_resource(self.declaration)
        self.lake = open_lake((folder / "lake").as_uri())
        self.options = replace(IMPATIENT, cache_folder=folder / "cache")
        connection.execute(f"truncate raw.{self.resource.table}, ops.batches cascade")
        connection.commit()

    def plan(self, kind: str) -> None:
        """Let the provider misbehave from its first request on, or from its second."""
        times = LONGEST_LIST + 1 if kind == "huge_record" else 500  # five megabytes are slow to read
        fault: dict[str, Any] = {"provider": self.declaration.source, "kind": kind, "times": times}
        if kind in OF_LATER_PAGES:
            fault["after"] = 1
        if kind == "slow":
            fault["seconds"] = SLOW_SECONDS
            self.options = replace(self.options, read_seconds=SLOW_READ_SECONDS)
        if kind in ("null_key", "missing_field"):
            fault["field"] = self._field_of(kind)
        self.sandbox.ask("faults", method="DELETE")
        self.sandbox.ask("faults", [fault])

    def _field_of(self, kind: str) -> str | None:
        """The field that the provider is to spoil; ``None``: the sandbox, who knows its format, chooses."""
        resource = self.resource
        if resource.endpoint.records is not None:
            return None
        told = resource.key if kind == "null_key" else list(reversed(resource.sample))
        unkept = {*resource.add_fields, *resource.drop_fields, *(resource.key if kind != "null_key" else ())}
        return next((name for name in told if "." not in name and name not in unkept), None)

    def lift(self) -> None:
        """Let it behave again."""
        self.sandbox.ask("faults", method="DELETE")
        self.options = replace(self.options, read_seconds=IMPATIENT.read_seconds)

    def let_time_pass(self, *, is_stale: bool) -> None:
        """Until quota and circuit let calls pass, and (``is_stale``) what is cached must be asked anew."""
        for path in (self.folder / "cache").glob("*.sqlite*"):
            if is_stale or ".circuit." in path.name or ".quota." in path.name:
                path.unlink()

    def credentials(self) -> Credentials:
        """The sandbox's, with short lists."""
        told = self.sandbox.credentials(self.declaration.source)
        lists = {name: told.list_of(self.declaration, name)[:LONGEST_LIST] for name in self.declaration.lists}
        return replace(told, extra={**told.extra, **lists})

    def calls(self) -> int:
        """Requests that the provider has answered so far."""
        answered = self.sandbox.ask("counters")["requests"].get(self.declaration.source, {})
        return sum(answered.values())

    def land(self, run: str) -> Manifest:
        """Land the whole history."""
        window = self.sandbox.window
        return land_resource(
            self.declaration, self.resource.name, window, self.credentials(), self.lake, run, self.options
        )

    def load(self, manifest: Manifest) -> BatchCounts:
        """Load what was landed, and let staging see it."""
        counts = load_batch(
            self.connection, self.lake, manifest, Resource.model_validate(plain(self.resource))
        )
        self.connection.execute("update ops.batches set state = 'accepted' where state = 'loaded'")
        self.connection.commit()
        return counts

    def rejects(self) -> list[tuple[str, str]]:
        """Code and reason of every record that was refused so far."""
        query = "select distinct reason_code, reason from ops.rejected_records order by 1, 2"
        return self.connection.execute(query).fetchall()

    def versions(self) -> Versions:
        """Every version of every record in raw."""
        rows = self.connection.execute(f"select record_key, content_hash from raw.{self.resource.table}")
        return set(rows.fetchall())


def plain(resource: ProviderResource) -> dict[str, object]:
    """What the load wants to know of a resource."""
    return {name: getattr(resource, name) for name in Resource.model_fields}
