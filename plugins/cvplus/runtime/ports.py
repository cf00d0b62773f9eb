"""Ports of this checkout's servers: found free once, written down, used again at the next start."""

import json
import os
from pathlib import Path

from cvplus.errors import ConfigurationError
from cvplus.runtime.postgres import free_port

SERVERS = ("postgres", "airflow", "sandbox", "mlflow", "docs")


def load_ports(home: Path) -> dict[str, int]:
    """Ports by server, from ``<home>/ports.json``; free ones are chosen for servers without one.

    ``CVPLUS_PORT_<SERVER>`` wins over the file.

    Raises:
        ConfigurationError: when such a variable is not a port number.
    """
    file = home / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    for server in SERVERS:
        variable = f"CVPLUS_PORT_{server.upper()}"
        wanted = os.environ.get(variable)
        if wanted is not None:
            if not wanted.isdigit() or not 0 < int(wanted) < 65536:
                raise ConfigurationError(
                    cause=f"{variable}={wanted!r} is not a port.", remedy="Use a number from 1 to 65535."
                )
            ports[server] = int(wanted)
        while server not in ports or list(ports.values()).count(ports[server]) > 1:
            ports[server] = free_port()
    text = json.dumps(ports, indent=2) + "\n"
    if not file.exists() or file.read_text() != text:
        home.mkdir(parents=True, exist_ok=True)
        # Whoever reads meanwhile finds the old file or the new one, never half of one.
        whole = file.with_name(f"{file.name}.{os.getpid()}")
        whole.write_text(text)
        whole.replace(file)
    return ports
