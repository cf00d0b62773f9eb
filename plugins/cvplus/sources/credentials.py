"""What a connection gives a source. The DAG makes it from Airflow's; nothing here knows Airflow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cvplus.errors import ConfigurationError, SourceNotConfigured, Where
from cvplus.sources.declaration import Client, ProviderResource, SourceDeclaration
from cvplus.sources.placeholders import fill, names_in


@dataclass(frozen=True)
class Credentials:
    """``base_url`` overrides the declaration's; ``password`` is the key, ``login`` its e-mail or id.

    ``extra``: lists of the declaration by their names, ``hosts`` (host name -> other address), consents.
    """

    base_url: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    extra: dict[str, Any] = field(default_factory=dict, repr=False)

    def facts(self) -> dict[str, str]:
        """The parts that are set, by the names of their placeholders."""
        parts = {"login": self.login, "password": self.password}
        return {name: value for name, value in parts.items() if value}

    def has(self, need: str) -> bool:
        """Whether a part that a declaration needs (``login``, ``extra.<name>``, …) is set."""
        if need.startswith("extra."):
            return bool(self.extra.get(need.removeprefix("extra.")))
        return bool(self.base_url) if need == "host" else need in self.facts()

    def address(self, url: str) -> str:
        """``url``, or where the connection says that its host is to be found instead."""
        host = urlsplit(url).netloc
        other = self.extra.get("hosts", {}).get(host)
        return url.replace(f"https://{host}", other.rstrip("/"), 1) if other else url

    def list_of(self, declaration: SourceDeclaration, name: str) -> list[Any]:
        """A list of the declaration, or the connection's own.

        Raises:
            ConfigurationError: the connection's is no list.
        """
        chosen = self.extra.get(name, declaration.lists[name])
        if not isinstance(chosen, list):
            raise ConfigurationError(
                cause=f"`{name}` in the extra of the connection {declaration.source} is no list.",
                remedy=f"Write it as a JSON list; docs/sources/{declaration.source}.md shows one.",
                where=Where(declaration.source),
            )
        return chosen


def is_configured(declaration: SourceDeclaration, credentials: Credentials) -> bool:
    """Whether the connection has all that the source cannot do without."""
    return all(credentials.has(need) for need in declaration.needs)


def configured_resources(declaration: SourceDeclaration, credentials: Credentials) -> list[str]:
    """Names of the resources that the connection has all for, in the order in which they are read."""
    if not is_configured(declaration, credentials):
        return []
    return [
        resource.name
        for resource in declaration.resources
        if all(credentials.has(need) for need in resource.needs)
    ]


def require_configured(
    declaration: SourceDeclaration, resource: ProviderResource, credentials: Credentials
) -> None:
    """Refuse to go on without the parts of the connection that the source and the resource need.

    Raises:
        SourceNotConfigured: naming what is missing.
    """
    needs = {*declaration.needs, *resource.needs}
    missing = sorted(need for need in needs if not credentials.has(need))
    if missing:
        raise SourceNotConfigured(
            cause=f"The connection {declaration.source} has no {' and no '.join(missing)}.",
            remedy=f"Set the Airflow connection `{declaration.source}`; docs/sources/{declaration.source}.md "
            "says what it needs and where to get it.",
            where=Where(declaration.source, resource.name),
        )


def filled_with(values: Mapping[str, str], credentials: Credentials) -> dict[str, str]:
    """The client's headers or parameters; one whose part of the connection is not set is left out."""
    facts = credentials.facts()
    return {
        name: fill(value, facts) for name, value in values.items() if set(names_in(value)) <= facts.keys()
    }


def filled_auth(client: Client, credentials: Credentials) -> dict[str, Any] | None:
    """dlt's configuration of the authentication; ``None`` without a key."""
    facts = credentials.facts()
    if client.auth is None or not set(names_in(client.auth)) <= facts.keys():
        return None
    filled: dict[str, Any] = fill(client.auth, facts)
    if "access_token_url" in filled:
        filled["access_token_url"] = credentials.address(filled["access_token_url"])
    return filled


def secret_parameters(client: Client, resources: Iterable[ProviderResource] = ()) -> list[str]:
    """Names of the headers and parameters that carry a part of the connection."""
    given = {**client.headers, **client.params}
    for resource in resources:
        given |= resource.endpoint.headers
    names = [name for name, value in given.items() if any(names_in(value))]
    return [*names, client.auth["name"]] if client.auth and "name" in client.auth else names
