"""What a part of the stack is: a command, the ports it listens on, what it needs, and how to see that it is ready."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.stack.errors import StackError
from services.stack.ports import HOST, Port


@dataclass(frozen=True)
class Surroundings:
    """What every part may know about the stack it belongs to."""

    data: Path
    tools: Path
    ports: Mapping[str, int]
    namespace: str

    @property
    def kafka_bootstrap(self) -> str:
        """Where Kafka's clients connect first."""
        return f"{HOST}:{self.ports['kafka']}"

    @property
    def redis_url(self) -> str:
        """Where Redis is."""
        return f"redis://{HOST}:{self.ports['redis']}/0"

    def url(self, part: str) -> str:
        """Where a service answers, without a slash at the end."""
        return f"http://{HOST}:{self.ports[part]}"


Run = Callable[[list[str]], int]
"""Runs a command to its end, its output in the part's log; gives its exit code."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the stack, as data."""

    name: str
    command: Callable[[Surroundings], list[str]]
    """Raises StackError when a program it needs isn't installed."""
    ready: Callable[[Surroundings], bool]
    """Asks the running part; answers within two seconds, and never raises. Not asked of a task."""
    environment: Callable[[Surroundings, int], Mapping[str, str]] = lambda _around, _starts: {}
    """What is put into its environment; the number is how many starts in a row this is."""
    prepare: Callable[[Surroundings, Run], None] = lambda _around, _run: None
    """Called before each start."""
    ports: tuple[Port, ...] = ()
    needs: tuple[str, ...] = ()
    """Parts that must be ready before this one is started."""
    is_task: bool = False
    """A task runs once, to its end, and must exit with 0."""
    worth_showing: Callable[[str], bool] = lambda _line: True
    """Which of its lines the console shows; its log file has all."""
    ready_within: float = 120
    stop_within: float = 10
    """Seconds between SIGTERM and SIGKILL."""


def select(table: Iterable[Part], names: Iterable[str] | None) -> list[Part]:
    """The named parts and what they need, in the table's order; all if None. Raises StackError for an unknown name."""
    parts = {part.name: part for part in table}
    wanted: set[str] = set()
    open_names = list(parts if names is None else names)
    while open_names:
        name = open_names.pop()
        if name not in parts:
            raise StackError(f"The stack has no part named {name}; the parts are {', '.join(parts)}.")
        if name not in wanted:
            wanted.add(name)
            open_names.extend(parts[name].needs)
    return [part for name, part in parts.items() if name in wanted]
