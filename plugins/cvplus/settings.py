"""The plant's settings: environment variables, all optional, checked when they are read.

The list with meanings is in the manual (``docs/settings.md``). A bad value is refused at the start
with the variable's name and what is allowed.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cvplus.embedded import embedded_url, is_embedded
from cvplus.errors import ConfigurationError

PROJECT_ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Every ``CVPLUS_*`` variable, plus the two that the mission names without a prefix."""

    model_config = SettingsConfigDict(env_prefix="CVPLUS_", extra="ignore", frozen=True)

    home: Path = Path("var")
    warehouse_url: str | None = None
    lake_url: str | None = None
    exports_url: str | None = None
    mlflow_url: str | None = None
    master_key: str | None = None
    model_key: str | None = None
    sandbox: Literal["on", "off"] | None = None
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

    @field_validator("warehouse_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must look like postgresql://user:password@host:port/database")
        if value is not None:
            from psycopg import ProgrammingError
            from psycopg.conninfo import conninfo_to_dict

            try:
                told = conninfo_to_dict(value)
                if not str(told.get("port", 0)).replace(",", "").isdigit():
                    raise ProgrammingError
            except ProgrammingError:
                # What libpq says quotes parts of the URL, and a part may be of the password.
                raise ValueError(
                    "is no URL that Postgres reads; write @ : / ? # in a password as %40 %3A %2F %3F %23"
                ) from None
        return value

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

    def warehouse_url_of(self, role: str) -> str:
        """How a role of ``config/roles.yaml`` reaches the warehouse.

        A server of one's own is reached as its URL says, whatever the role.

        Raises:
            ConfigurationError: none is set and the embedded one has not been started.
        """
        if self.warehouse_url is not None and self.has_own_warehouse:
            return self.warehouse_url
        return embedded_url(self.home, role)

    @property
    def resolved_warehouse_url(self) -> str:
        """How the plant's own tasks reach the warehouse: as the role that loads and keeps the books."""
        return self.warehouse_url_of("loader")

    @property
    def resolved_mlflow_url(self) -> str:
        """MLflow's tracking and registry store: the one set, else a database of the embedded server."""
        if self.mlflow_url:
            return self.mlflow_url
        return embedded_url(self.home, "mlflow", "mlflow").replace("postgresql", "postgresql+psycopg2", 1)


def _shown(name: str, value: str) -> str:
    """What may be told of a setting: no key, and nothing that stands before the host of a URL."""
    if name in ("master_key", "model_key"):
        return "…"
    return f"…@{value.rsplit('@', 1)[1]}" if "@" in value else value


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
            name = str(item["loc"][0])
            variable = name if name.isupper() else f"CVPLUS_{name.upper()}"
            problems.append(f"{variable}={_shown(name, str(item.get('input')))!r}: {item['msg']}.")
        raise ConfigurationError(
            cause=" ".join(problems), remedy="Correct or unset the variable; see docs/settings.md."
        ) from error
