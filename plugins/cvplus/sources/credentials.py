"""What a connection gives a source. The DAG makes it from Airflow's; nothing here knows Airflow."""

from dataclasses import dataclass, field
from typing import Any

from cvplus.errors import SourceNotConfigured, Where
from cvplus.sources.declaration import Client, SourceDeclaration
from cvplus.sources.placeholders import fill, names_in


@dataclass(frozen=True)
class Credentials:
    """``base_url`` overrides the declaration's; ``password`` is the key, ``login`` the e-mail of the key."""

    base_url: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    extra: dict[str, Any] = field(default_factory=dict, repr=False)

    def facts(self) -> dict[str, str]:
        """The parts that are set, by the names of their placeholders."""
        parts = {"login": self.login, "password": self.password}
        return {name: value for name, value in parts.items() if value}


def is_configured(declaration: SourceDeclaration, credentials: Credentials) -> bool:
    """Whether the connection has all that the source cannot do without."""
    return set(declaration.needs) <= credentials.facts().keys()


def require_configured(declaration: SourceDeclaration, credentials: Credentials) -> None:
    """Refuse to go on without the parts of the connection that the source needs.

    Raises:
        SourceNotConfigured: naming what is missing.
    """
    missing = sorted(set(declaration.needs) - credentials.facts().keys())
    if missing:
        raise SourceNotConfigured(
            cause=f"The connection {declaration.source} has no {' and no '.join(missing)}.",
            remedy=f"Set the Airflow connection `{declaration.source}`; docs/sources/{declaration.source}.md "
            "says what it needs and where to get it.",
            where=Where(declaration.source),
        )


def filled_headers(client: Client, credentials: Credentials) -> dict[str, str]:
    """The client's headers; one whose part of the connection is not set is left out."""
    facts = credentials.facts()
    return {
        name: fill(value, facts)
        for name, value in client.headers.items()
        if set(names_in(value)) <= facts.keys()
    }


def filled_auth(client: Client, credentials: Credentials) -> dict[str, str] | None:
    """dlt's configuration of the authentication; ``None`` without a key."""
    facts = credentials.facts()
    if client.auth is None or not set(names_in(client.auth)) <= facts.keys():
        return None
    filled: dict[str, str] = fill(client.auth, facts)
    return filled


def secret_parameters(client: Client) -> list[str]:
    """Names of the headers and parameters that carry a part of the connection."""
    names = [name for name, value in client.headers.items() if any(names_in(value))]
    return [*names, client.auth["name"]] if client.auth and "name" in client.auth else names
