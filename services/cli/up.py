"""`clinicflow up`: the whole stack, empty, until Ctrl-C."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from services.cli.operator import operator_token
from services.cli.stack_options import run_stack, settings_from, stack_options
from services.stack.stack import Stack


def links(stack: Stack) -> list[str]:
    """Where a person goes from here."""
    return [
        f"  Waiting-room wall   {stack.around.url('board')}/",
        f"  Front-desk API      {stack.around.url('checkin')}/docs",
        f"  Data and logs       {stack.folder.path}",
    ]


def show_links(stack: Stack, more: Callable[[Stack], Iterable[str]] = lambda _stack: ()) -> None:
    """Print the friendly block: the stack is ready, and what to open. `more` adds lines of its own."""
    click.echo("\n".join(["", "clinicflow is ready.", "", *links(stack), *more(stack), "", "Ctrl-C stops it.", ""]))


def next_steps(_stack: Stack) -> list[str]:
    """What an empty stack is for."""
    return ["", "  Add a clinic:       clinicflow site add FILE"]


@click.command()
@stack_options
def up(**options: Any) -> None:
    """Run the whole stack on this machine, empty, until Ctrl-C."""

    def rest(stack: Stack) -> int:
        operator_token(stack)
        show_links(stack, next_steps)
        stack.wait()
        return 0

    sys.exit(run_stack(settings_from(**options), rest))
