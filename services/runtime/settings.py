"""What every service is told by its environment, read once at start. All names begin with CLINICFLOW_."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings that mean the same to each service; a service adds its own in its settings.py."""

    model_config = SettingsConfigDict(env_prefix="CLINICFLOW_", frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["local", "production"] = "production"
    """`local`: one broker, keys are made and kept in `secrets_dir`."""
    kafka_bootstrap: str = "127.0.0.1:19092"
    redis_url: str = "redis://127.0.0.1:16379/0"
    namespace: str = Field(default="clinicflow", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    data_dir: Path = Path(".clinicflow/data")
    secrets_dir: Path = Path(".clinicflow/secrets")
    clock_file: Path | None = None
    instance: str = "1"
    """This process among those of its service; kept over restarts."""
    starts_in_a_row: int = Field(default=1, ge=1)
    """How often the supervisor started the service without a healthy stretch between, this start counted."""
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
