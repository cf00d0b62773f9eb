"""Where a provider can be: not on this machine, not at a cloud's metadata address, not in our own network.

Looked at after the name has been resolved and before a connection is opened, so that a name which leads home
is found out, too.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from urllib3.util import parse_url

from cvplus.errors import ConfigurationError, Where

# Link-local as most of them are, but for these (AWS over IPv6, Alibaba, Oracle).
METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192")))
# IPv4 addresses within IPv6 ones (RFC 6052), which lead where the IPv4 address does.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Reach:
    """What may be called besides public addresses.

    ``this_machine``: loopback and private ones, for the sandbox. ``private_hosts``: hosts whose addresses may
    be private, because a person named them in the connection (a gateway).
    """

    this_machine: bool = False
    private_hosts: frozenset[str] = frozenset()


def resolved(host: str, port: int, reach: Reach) -> list[str]:
    """The addresses of a host, in the resolver's order.

    Raises:
        ConfigurationError: one of them is none that a provider can have.
        socket.gaierror: the name cannot be resolved.
    """
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        kind = refusal(address, host, reach)
        if kind is not None:
            raise ConfigurationError(
                cause=f"{host} leads to the {kind} address {address}, where no provider is: not called.",
                remedy="Correct the address in the declaration or in the Airflow connection; if they are "
                "right, look at what resolves this name.",
            )
    return addresses


def refusal(address: str, host: str, reach: Reach) -> str | None:
    """What kind of address it is, if a provider at ``host`` cannot have it."""
    found = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if found in METADATA:
        return "metadata"
    if found.is_link_local:
        return "link-local"
    if found.is_multicast or found.is_unspecified:
        return "multicast" if found.is_multicast else "nowhere"
    if found.is_loopback:
        return None if reach.this_machine else "loopback"
    if not found.is_global:
        return None if reach.this_machine or host in reach.private_hosts else "private"
    return None


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL as the client reads it, the port also where the scheme says it.

    Raises:
        ValueError: it is no URL.
    """
    parts = parse_url(url)
    scheme = parts.scheme or ""
    return scheme, (parts.host or "").rstrip("."), parts.port or {"https": 443, "http": 80}.get(scheme)


def check_connection(source: str, base_url: str | None, hosts: Mapping[str, Any]) -> frozenset[str]:
    """The hosts that a connection names instead of the declaration's.

    Raises:
        ConfigurationError: an address of it is none that can be called.
    """
    named = {"host": base_url, **{f"hosts of the extra, {host}": url for host, url in hosts.items()}}
    found = set()
    for field, url in named.items():
        if url is None:
            continue
        try:
            scheme, host, _ = origin(str(url))
        except ValueError:
            scheme, host = "", ""
        if scheme not in ("https", "http") or not host:
            raise ConfigurationError(
                cause=f"The connection {source} ({field}) names an address that cannot be called.",
                remedy="Write it as https://host or https://host/path.",
                where=Where(source),
            )
        found.add(host)
    return frozenset(found)
