"""What this machine knows without asking a server: processes, open circuits, spent quotas, workers."""

import configparser
import os
from datetime import UTC, datetime

from cvplus.runtime.services import dead_services, running_services, service_log
from cvplus.settings import PROJECT_ROOT, Settings
from cvplus.sources.circuit import open_circuits
from cvplus.sources.quota import told_pauses
from cvplus.status.facts import Hold, MachineFacts, Service


def read_machine(settings: Settings, now: datetime, airflow_url: str | None = None) -> MachineFacts:
    """Read the facts of this home; a service is listed when the last start has started it here."""
    return MachineFacts(
        services=_services(settings), holds=_holds(settings, now), workers=_workers(), airflow_url=airflow_url
    )


def _services(settings: Settings) -> tuple[Service, ...]:
    names = [(name, True) for name in running_services(settings.home)]
    names += [(name, False) for name in dead_services(settings.home)]
    return tuple(Service(name, is_up, str(service_log(settings.home, name))) for name, is_up in names)


def _holds(settings: Settings, now: datetime) -> tuple[Hold, ...]:
    folder = settings.home / "cache"
    ends = [("circuit", source, until) for source, until in open_circuits(folder).items()]
    ends += [("quota", source, until) for source, until in told_pauses(folder).items()]
    lasting = [(kind, source, until) for kind, source, until in ends if until > now.timestamp()]
    pools = _pools() if lasting else {}
    return tuple(
        Hold(member, kind, datetime.fromtimestamp(until, UTC))
        for kind, source, until in lasting
        for member in pools.get(source, [source])
    )


def _pools() -> dict[str, list[str]]:
    """The sources that share one quota, by its name."""
    from cvplus.sources.registry import load_sources

    pools: dict[str, list[str]] = {}
    for source, declaration in load_sources().items():
        if declaration.quota.pool is not None:
            pools.setdefault(declaration.quota.pool, []).append(source)
    return pools


def _workers() -> int | None:
    """How many tasks Airflow runs at the same time here (``core.parallelism``)."""
    told = os.environ.get("AIRFLOW__CORE__PARALLELISM")
    if told is None:
        config = configparser.ConfigParser(interpolation=None)
        config.read(PROJECT_ROOT / "airflow.cfg")
        told = config.get("core", "parallelism", fallback="")
    return int(told) if told.isdigit() else None
