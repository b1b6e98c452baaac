"""What the simulator is told by its environment; the command line goes before it."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.runtime.settings import ServiceSettings


class NoTokenError(Exception):
    """There is nothing to show at the desk. The message says what to do."""


class SimulatorSettings(ServiceSettings):
    """Settings of the simulator. It knows the services only by what anybody outside can reach."""

    checkin_url: str = "http://127.0.0.1:8080"
    board_url: str = "http://127.0.0.1:8081"
    flow_url: str = "http://127.0.0.1:8082"
    outbox_file: Path = Path(".clinicflow/outbox.jsonl")
    simulator_token: SecretStr | None = None
    """A desk's token; without one the operator's is used."""
    wall_token: SecretStr | None = None
    """A display's token; without one the simulator's own is used."""
    busiest_hour: float = Field(default=64, gt=0, le=10_000)
    """Arrivals in the busiest hour."""

    @property
    def desk_token(self) -> str:
        """The token for the front desk. Raises NoTokenError."""
        if self.simulator_token is not None:
            return self.simulator_token.get_secret_value()
        operator = self.secrets_dir / "operator.token"
        if operator.exists():
            return operator.read_text(encoding="utf-8").strip()
        raise NoTokenError("There is no token: set CLINICFLOW_SIMULATOR_TOKEN, or start the stack, which makes the operator's.")

    @property
    def screen_token(self) -> str:
        """The token for the wall."""
        return self.wall_token.get_secret_value() if self.wall_token is not None else self.desk_token
