"""The plant's settings: environment variables, all optional, checked when they are read.

The list with meanings is in the manual (``docs/settings.md``). A bad value is refused at the start
with the variable's name and what is allowed.
"""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PositiveInt, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cvplus.embedded import embedded_url, is_embedded
from cvplus.errors import ConfigurationError
from cvplus.postgres_url import guarded, is_postgres, parameters, with_driver

PROJECT_ROOT = Path(__file__).resolve().parents[2]
# What the data of the sandbox are called.
SIMULATED = "simulated"
# As whom the plant itself works (config/roles.yaml); on a server of one's own each may have an address.
ROLES_WITH_URLS = ("owner", "loader", "transformer", "ml", "privacy", "engineer")
# An engineer, who only looks, may come in by everybody's.
_NEED_ADDRESSES = ROLES_WITH_URLS[:-1]


class Settings(BaseSettings):
    """Every ``CVPLUS_*`` variable, plus the two that the mission names without a prefix."""

    model_config = SettingsConfigDict(
        env_prefix="CVPLUS_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    home: Path = Path("var")
    warehouse_url: str | None = None
    warehouse_url_owner: str | None = None
    warehouse_url_loader: str | None = None
    warehouse_url_transformer: str | None = None
    warehouse_url_ml: str | None = None
    warehouse_url_privacy: str | None = None
    warehouse_url_engineer: str | None = None
    lake_url: str | None = None
    exports_url: str | None = None
    mlflow_url: str | None = None
    # Airflow's own variable; its task processes find a word there that is no address.
    airflow_database_url: str | None = Field(
        default=None, validation_alias="AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    )
    master_key: str | None = None
    model_key: str | None = None
    sandbox: Literal["on", "off"] | None = None
    sandbox_url: str | None = None
    sandbox_size: Literal["tiny", "small", "medium", "large"] = "small"
    sandbox_seed: int = Field(default=7, ge=0)
    sandbox_days: int = Field(default=180, ge=60, le=1460)
    training_data_size: PositiveInt = Field(default=50_000, validation_alias="TRAINING_DATA_SIZE")
    model_type: Literal["gradient_boosting"] = Field(
        default="gradient_boosting", validation_alias="MODEL_TYPE"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else PROJECT_ROOT / value

    @field_validator("warehouse_url", *(f"warehouse_url_{role}" for role in ROLES_WITH_URLS), mode="after")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not is_postgres(value):
            raise ValueError("must look like postgresql://user:password@host:port/database")
        return guarded(value)

    @field_validator("mlflow_url")
    @classmethod
    def _mlflow(cls, value: str | None) -> str | None:
        if value is None or value.startswith(("http://", "https://", "sqlite:///")):
            return value
        if not is_postgres(value):
            raise ValueError("must begin with https://, http:// or postgresql://")
        return with_driver(guarded(value), "psycopg2")

    @model_validator(mode="after")
    def _roles_of_a_warehouse(self) -> Self:
        told = [role for role in ROLES_WITH_URLS if getattr(self, f"warehouse_url_{role}") is not None]
        if told and self.warehouse_url is None:
            raise ValueError(
                f"CVPLUS_WAREHOUSE_URL_{told[0].upper()} gives a role an address of its own; "
                "set CVPLUS_WAREHOUSE_URL too"
            )
        return self

    @field_validator("lake_url")
    @classmethod
    def _lake(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("file://", "s3://")):
            raise ValueError("must begin with file:// or s3://")
        return value

    @property
    def resolved_lake_url(self) -> str:
        """Root of the lake as a URL."""
        return self.lake_url or (self.home / "lake").as_uri()

    @property
    def resolved_exports_url(self) -> str:
        """Root of the product exports: a folder or ``s3://bucket/prefix``."""
        return self.exports_url or str(self.home / "sandbox" / "exports")

    @property
    def has_own_warehouse(self) -> bool:
        """Whether the warehouse is on a server that is not the embedded one of this home."""
        return self.warehouse_url is not None and not is_embedded(self.home, self.warehouse_url)

    @property
    def has_own_roles(self) -> bool:
        """Whether each of the plant's roles is another one on the warehouse's own server, too."""
        return self.has_own_warehouse and len(self.roles_without_address) < len(_NEED_ADDRESSES)

    @property
    def roles_without_address(self) -> list[str]:
        """Roles that this process cannot work as where any role has an address of its own.

        A container is given those of the roles that its part works as; a whole plant needs all.
        """
        return [role for role in _NEED_ADDRESSES if getattr(self, f"warehouse_url_{role}") is None]

    @property
    def role_names(self) -> dict[str, str]:
        """How the warehouse's own server calls those of the plant's roles that have an address there."""
        if not self.has_own_roles:
            return {}
        told = {role: getattr(self, f"warehouse_url_{role}") for role in ROLES_WITH_URLS}
        return {role: parameters(url).get("user", role) for role, url in told.items() if url is not None}

    @property
    def has_own_mlflow(self) -> bool:
        """Whether models are kept elsewhere than in the embedded server of this home."""
        return self.mlflow_url is not None and not is_embedded(self.home, self.mlflow_url)

    @property
    def has_own_airflow_database(self) -> bool:
        """Whether Airflow keeps its books elsewhere than in the embedded server of this home."""
        url = self.airflow_database_url
        return url is not None and "://" in url and not is_embedded(self.home, url)

    @property
    def needs_embedded_postgres(self) -> bool:
        """Whether anything is left that no server of one's own keeps."""
        return not (self.has_own_warehouse and self.has_own_mlflow and self.has_own_airflow_database)

    def warehouse_url_of(self, role: str) -> str:
        """How a role of ``config/roles.yaml`` reaches the warehouse.

        A server of one's own is reached as the role's URL says, else as everybody's does; where roles have
        addresses of their own, none works under another's name.

        Raises:
            ConfigurationError: it has none, and no embedded one has been started.
        """
        if self.warehouse_url is not None and self.has_own_warehouse:
            if self.has_own_roles and role in self.roles_without_address:
                raise ConfigurationError(
                    cause=f"Roles have addresses of their own, and {role} has none here.",
                    remedy=f"Set CVPLUS_WAREHOUSE_URL_{role.upper()}, or none of them.",
                )
            told = getattr(self, f"warehouse_url_{role}", None)
            return str(told) if told is not None else self.warehouse_url
        return embedded_url(self.home, role)

    @property
    def resolved_warehouse_url(self) -> str:
        """How the plant's own tasks reach the warehouse: as the role that loads and keeps the books."""
        return self.warehouse_url_of("loader")

    @property
    def resolved_mlflow_url(self) -> str:
        """MLflow's tracking and registry store: the one set, else a database of the embedded server."""
        if self.mlflow_url is not None and self.has_own_mlflow:
            return self.mlflow_url
        return with_driver(embedded_url(self.home, "mlflow", "mlflow"), "psycopg2")

    @property
    def has_mlflow_server(self) -> bool:
        """Whether a tracking server of one's own keeps the models, their files and its pages."""
        return self.resolved_mlflow_url.startswith("http")

    @property
    def resolved_airflow_database_url(self) -> str:
        """Where Airflow keeps its books.

        Raises:
            ConfigurationError: the address that is set is not of Postgres, or not safe.
        """
        if not self.has_own_airflow_database:
            return with_driver(embedded_url(self.home, "airflow", "airflow"), "psycopg2")
        url = str(self.airflow_database_url)
        try:
            if not is_postgres(url):
                raise ValueError("must begin with postgresql+psycopg2://")
            return with_driver(guarded(url), "psycopg2")
        except ValueError as error:
            raise ConfigurationError(
                cause=f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN={_shown('', url)!r}: {error}.",
                remedy="Correct or unset the variable; see docs/own_servers.md.",
            ) from error


def _shown(name: str, value: str) -> str:
    """What may be told of a setting: no key, and nothing that stands before the host of a URL."""
    if name in ("master_key", "model_key"):
        return "…"
    return f"…@{value.rsplit('@', 1)[1].partition('?')[0]}" if "@" in value else value


def data_origin() -> str:
    """What the plant's data are, as it stands beside every metric: simulated, replayed or real."""
    return os.environ.get("CVPLUS_DATA_ORIGIN", "real")


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: naming every variable that is wrong and what is allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = []
        for item in error.errors():
            if not item["loc"]:
                problems.append(f"{item['msg'].removeprefix('Value error, ')}.")
                continue
            name = str(item["loc"][0])
            variable = name if name.isupper() else f"CVPLUS_{name.upper()}"
            problems.append(f"{variable}={_shown(name, str(item.get('input')))!r}: {item['msg']}.")
        raise ConfigurationError(
            cause=" ".join(problems), remedy="Correct or unset the variable; see docs/settings.md."
        ) from error
