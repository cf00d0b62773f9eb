"""Ports of this checkout's servers: found free once, written down, used again at the next start."""

import json
import os
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path

from cvplus.errors import ConfigurationError
from cvplus.runtime.postgres import free_port

# Each server that lives as long as the plant, and the service that listens there.
SERVICES = {
    "postgres": "postgres",
    "airflow": "airflow_api_server",
    "sandbox": "sandbox",
    "mlflow": "mlflow",
}
SERVERS = (*SERVICES, "docs")
LOOPBACK = "127.0.0.1"


def load_ports(home: Path) -> dict[str, int]:
    """Ports by server, from ``<home>/ports.json``; free ones are chosen for servers without one.

    ``CVPLUS_PORT_<SERVER>`` wins over the file.

    Raises:
        ConfigurationError: when such a variable is not a port number.
    """
    ports = written_ports(home) or {}
    for server in SERVERS:
        told = told_port(server)
        if told is not None:
            ports[server] = told
        while server not in ports or list(ports.values()).count(ports[server]) > 1:
            ports[server] = free_port()
    if written_ports(home) != ports:
        home.mkdir(parents=True, exist_ok=True)
        # Whoever reads meanwhile finds the old file or the new one, never half of one.
        whole = ports_file(home).with_suffix(f".{os.getpid()}")
        whole.write_text(json.dumps(ports, indent=2) + "\n")
        whole.replace(ports_file(home))
    return ports


def listen_address() -> str:
    """Where Airflow, MLflow and the sandbox listen: on loopback, unless ``CVPLUS_LISTEN`` says otherwise.

    A container says 0.0.0.0, since what comes from its neighbours does not come from its own loopback.

    Raises:
        ConfigurationError: when the variable is no IPv4 address.
    """
    told = os.environ.get("CVPLUS_LISTEN", LOOPBACK)
    try:
        return str(IPv4Address(told))
    except ValueError as error:
        raise ConfigurationError(
            cause=f"CVPLUS_LISTEN={told!r} is no IPv4 address.",
            remedy="Use 127.0.0.1 (this machine alone), or 0.0.0.0 in a container.",
        ) from error


def ports_file(home: Path) -> Path:
    """Where the ports are written down."""
    return home / "ports.json"


def written_ports(home: Path) -> dict[str, int] | None:
    """The ports that are written down; ``None`` when there are none, or the file is damaged."""
    try:
        told = json.loads(ports_file(home).read_text())
        return {server: int(told[server]) for server in SERVERS if server in told}
    except (FileNotFoundError, ValueError, TypeError):
        return None


def told_port(server: str) -> int | None:
    """The port that a variable sets for a server.

    Raises:
        ConfigurationError: when it is not a port number.
    """
    variable = f"CVPLUS_PORT_{server.upper()}"
    told = os.environ.get(variable)
    if told is None:
        return None
    if not told.isdigit() or not 0 < int(told) < 65536:
        raise ConfigurationError(
            cause=f"{variable}={told!r} is not a port.", remedy="Use a number from 1 to 65535."
        )
    return int(told)


def forget_taken_ports(home: Path, running: Iterable[str]) -> bool:
    """Forget the ports of servers that are down and whose port another program has taken meanwhile.

    Args:
        home: of the plant.
        running: the services that run.

    Returns:
        Whether any port will be another one; what runs knows the old ones.

    Raises:
        ConfigurationError: such a port was set by a variable.
    """
    ports = written_ports(home)
    if ports is None:
        return ports_file(home).exists()
    down = [server for server, service in SERVICES.items() if server in ports and service not in set(running)]
    taken = [server for server in down if not _is_free(ports[server])]
    for server in taken:
        if told_port(server) is not None:
            raise ConfigurationError(
                cause=f"Port {ports[server]} (CVPLUS_PORT_{server.upper()}) is held by another program.",
                remedy="Stop that program, set another port, or unset the variable.",
            )
    if taken:
        left = {server: port for server, port in ports.items() if server not in taken}
        ports_file(home).write_text(json.dumps(left))
    return bool(taken)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a connection that was closed a moment ago is no server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
