"""The plant's settings: environment variables, all optional, checked when they are read.

The list with meanings is in the manual (``docs/settings.md``). A bad value is refused at the start
with the variable's name and what is allowed.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

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
        return self.lake_url or f"file://{self.home / 'lake'}"

    @property
    def resolved_exports_url(self) -> str:
        """Root of the product exports: a folder or ``s3://bucket/prefix``."""
        return self.exports_url or str(self.home / "sandbox" / "exports")

    @property
    def resolved_warehouse_url(self) -> str:
        """URL of the warehouse: the one set, else the embedded server's, once it has started."""
        if self.warehouse_url:
            return self.warehouse_url
        try:
            ports = json.loads((self.home / "ports.json").read_text())
            password = (self.home / "keys" / "postgres_password").read_text().strip()
        except FileNotFoundError as error:
            raise ConfigurationError(
                cause="No warehouse is set and the embedded one has not been started.",
                remedy="Run `make up`, or set CVPLUS_WAREHOUSE_URL=postgresql://…",
            ) from error
        return f"postgresql://postgres:{password}@127.0.0.1:{ports['postgres']}/warehouse"

    @property
    def resolved_mlflow_url(self) -> str:
        """MLflow's tracking and registry store."""
        if self.mlflow_url:
            return self.mlflow_url
        base = self.resolved_warehouse_url.rsplit("/", 1)[0]
        return base.replace("postgresql://", "postgresql+psycopg2://") + "/mlflow"


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
            problems.append(f"{variable}={item.get('input')!r}: {item['msg']}.")
        raise ConfigurationError(
            cause=" ".join(problems), remedy="Correct or unset the variable; see docs/settings.md."
        ) from error
