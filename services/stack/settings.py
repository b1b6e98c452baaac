"""The settings of the local stack: from CLINICFLOW_STACK_… in the environment, or from the command line."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[2]
"""The folder the project was cloned into."""


class StackSettings(BaseSettings):
    """How one local stack runs; every field has a default that works."""

    model_config = SettingsConfigDict(env_prefix="CLINICFLOW_STACK_", env_nested_delimiter="__", extra="forbid")

    data: Path = PROJECT / ".clinicflow"
    """Everything the stack writes: Kafka's log, the services' folders, logs, secrets."""
    tools: Path = PROJECT / ".tools"
    """Where deploy/setup.sh puts Kafka's jars."""
    ports: Literal["free"] | dict[str, Annotated[int, Field(ge=1, le=65535)]] = {}
    """By port name; what is not named keeps its default. `free` picks unused ones, for tests."""
    port_base: Annotated[int, Field(ge=1024, le=65000)] | None = None
    """Puts all ports at fixed distances above this one."""
    speed: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    """How many times faster than real time the one clock of all services runs."""
    start_at: AwareDatetime | None = None
    """Where the clock starts on a fresh data folder; real time if not given."""
    fresh: bool = False
    """Empty the data folder first."""
    namespace: str = "clinicflow"
    """What the names of topics, groups and Redis keys begin with."""
    show_logs: bool = True
    """Show what the parts write on the console too, not only in their log files."""
