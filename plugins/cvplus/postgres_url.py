"""URLs of Postgres servers: what they say, and that nothing travels in clear to one on another machine."""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

SCHEMES = ("postgresql", "postgres")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What libpq makes of these is encrypted or refused; the others fall back to a plain connection.
ENCRYPTED = ("require", "verify-ca", "verify-full")
OLDEST_TLS = "TLSv1.3"


def is_postgres(url: str) -> bool:
    """Whether a URL leads to Postgres, by whatever driver."""
    return url.partition("://")[0].partition("+")[0] in SCHEMES


def without_driver(url: str) -> str:
    """The URL as libpq reads it; SQLAlchemy's names a driver (``postgresql+psycopg2://``)."""
    return f"postgresql://{url.partition('://')[2]}"


def with_driver(url: str, driver: str) -> str:
    """The URL as SQLAlchemy reads it."""
    return f"postgresql+{driver}://{url.partition('://')[2]}"


def parameters(url: str) -> dict[str, str]:
    """What a URL says, by libpq's names of parameters.

    Raises:
        ValueError: libpq cannot read it. The message quotes nothing of it, for a part may be of the password.
    """
    try:
        told = {name: str(value) for name, value in conninfo_to_dict(without_driver(url)).items()}
        if not all(port.isdigit() for port in told.get("port", "0").split(",") if port):
            raise ProgrammingError
    except ProgrammingError:
        raise ValueError(
            "is no URL that Postgres reads; write @ : / ? # in a password as %40 %3A %2F %3F %23"
        ) from None
    return told


def is_on_this_machine(url: str) -> bool:
    """Whether a server is reached through loopback or a socket, as far as its name tells."""
    told = parameters(url)
    hosts = (told.get("host") or told.get("hostaddr") or "").split(",")
    return all(host in LOOPBACK or host.startswith("/") or not host for host in hosts)


def guarded(url: str) -> str:
    """The URL with TLS 1.3 asked for where it leads to another machine, the driver kept.

    Raises:
        ValueError: libpq cannot read it, or it asks for a connection that may be plain or of older TLS.
    """
    told = parameters(url)
    if is_on_this_machine(url):
        return url
    wanted = []
    if "sslmode" not in told:
        wanted.append(f"sslmode={ENCRYPTED[0]}")
    elif told["sslmode"] not in ENCRYPTED:
        raise ValueError(f"leads to another machine, so its sslmode must be one of {', '.join(ENCRYPTED)}")
    if "ssl_min_protocol_version" not in told:
        wanted.append(f"ssl_min_protocol_version={OLDEST_TLS}")
    elif told["ssl_min_protocol_version"] != OLDEST_TLS:
        raise ValueError(f"leads to another machine, so its ssl_min_protocol_version must be {OLDEST_TLS}")
    return "&".join([url, *wanted]) if "?" in url else f"{url}?{'&'.join(wanted)}" if wanted else url
