"""The options that every command running a stack has, and how such a command runs it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from services.stack.errors import StackError, StartInterruptedError
from services.stack.part import Part
from services.stack.service_parts import PARTS
from services.stack.settings import StackSettings
from services.stack.signals import stopping_on_signals
from services.stack.stack import Stack

Command = TypeVar("Command", bound=Callable[..., None])

data_option = click.option("--data", type=click.Path(path_type=Path), help="The data folder [.clinicflow].")
OPTIONS = (
    click.option("--fresh", is_flag=True, default=None, help="Empty the data folder first."),
    click.option("--speed", type=float, help="How many times faster than real time the clock goes."),
    data_option,
    click.option("--port", "ports", multiple=True, metavar="NAME=NUMBER", help="The port of one part. Repeatable."),
    click.option("--port-base", type=int, help="Put all ports above this one."),
    click.option("--logs/--no-logs", "show_logs", default=None, help="Show what the parts write here too."),
)


def stack_options(command: Command) -> Command:
    """Adds the options; the command gets them as keyword arguments, for `settings_from`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def settings_from(**options: Any) -> StackSettings:
    """Settings from the options that were given, the rest from the environment. Raises ClickException for a bad one."""
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    if pairs := given.pop("ports", None):
        given["ports"] = _ports(pairs)
    try:
        return StackSettings(**given)
    except ValidationError as problem:
        lines = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in problem.errors()]
        raise click.ClickException("\n".join(lines)) from None


def _ports(pairs: tuple[str, ...]) -> dict[str, str]:
    ports = {}
    for pair in pairs:
        name, equals, number = pair.partition("=")
        if not equals:
            raise click.ClickException(f"--port wants NAME=NUMBER, such as checkin=9080, not {pair}.")
        ports[name] = number
    return ports


def run_stack(settings: StackSettings, then: Callable[[Stack], int], table: Iterable[Part] = PARTS) -> int:
    """Start the stack, do `then` with it, stop it; what `then` returned. Raises ClickException when it cannot start."""
    stack = Stack(settings, table=table)
    with stopping_on_signals(stack):
        try:
            with stack:
                return then(stack)
        except StartInterruptedError as problem:
            stack.console.say(str(problem))
            return 130
        except StackError as problem:
            raise click.ClickException(str(problem)) from None
