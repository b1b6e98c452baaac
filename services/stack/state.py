"""The state file of a running stack, for whoever asks from outside: what runs, since when, on which ports."""

from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.stack.folder import is_in_use
from services.stack.keeper import State

STATE_FILE = "stack.json"


class PartState(BaseModel):
    """What is known of one part."""

    model_config = ConfigDict(frozen=True)

    state: State
    pid: int | None
    ports: dict[str, int]
    started_at: AwareDatetime | None
    starts_in_a_row: int


class StackState(BaseModel):
    """What is known of a stack that runs."""

    model_config = ConfigDict(frozen=True)

    launcher: int
    """Its process."""
    started_at: AwareDatetime
    speed: float
    namespace: str
    environment: dict[str, str]
    """What a command of ours that is to work on this stack needs in its environment."""
    complete: bool
    """Whether every part of it was started at least once."""
    parts: dict[str, PartState]

    @property
    def ports(self) -> dict[str, int]:
        """All ports by name."""
        return {name: number for part in self.parts.values() for name, number in part.ports.items()}


def write(data: Path, state: StackState) -> None:
    """Put the state where `read` finds it, whole or not at all."""
    beside = data / f"{STATE_FILE}.new"
    beside.write_text(state.model_dump_json(indent=2) + "\n", encoding="utf-8")
    beside.replace(data / STATE_FILE)


def read(data: Path) -> StackState | None:
    """The stack that runs on this folder now; None when none does."""
    if not is_in_use(data):
        return None
    try:
        return StackState.model_validate_json((data / STATE_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):  # it has only just begun
        return None
