"""Which port each part listens on, and whether it is free."""

import random
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.stack.errors import StackError
from services.stack.settings import StackSettings

HOST = "127.0.0.1"
BELOW_OUTGOING = range(20_000, 32_000)
"""Linux takes the ports of outgoing connections from 32768 on, so these are not snatched away by one."""


@dataclass(frozen=True)
class Port:
    """A port that a part listens on."""

    name: str
    default: int
    offset: int
    """Its distance from --port-base."""


def assign(wanted: Iterable[Port], settings: StackSettings) -> dict[str, int]:
    """Gives every port its number. Raises StackError for a name nobody has, or a number that two would share."""
    ports = {port.name: port for port in wanted}
    if settings.ports == "free":
        return dict(zip(ports, unused(len(ports)), strict=True))
    if unknown := sorted(set(settings.ports) - set(ports)):
        raise StackError(f"There is no port named {', '.join(unknown)}; the names are {', '.join(ports)}.")
    base = settings.port_base
    numbers = {name: port.default if base is None else base + port.offset for name, port in ports.items()}
    numbers.update(settings.ports)
    owners: dict[int, str] = {}
    for name, number in numbers.items():
        if number in owners:
            raise StackError(f"{owners[number]} and {name} would both have port {number}. {_advice(name)}")
        owners[number] = name
    return numbers


def unused(count: int) -> list[int]:
    """That many different ports nobody listens on now."""
    found = (number for number in random.sample(BELOW_OUTGOING, len(BELOW_OUTGOING)) if is_free(number))
    return [next(found) for _ in range(count)]


def is_free(number: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, number))
        except OSError:
            return False
        return True


def refuse_taken(numbers: Mapping[str, int]) -> None:
    """Raises StackError naming every port that another program holds, and who wants it."""
    taken = [(name, number) for name, number in numbers.items() if not is_free(number)]
    if taken:
        lines = [f"Port {number} is taken by another program, and {name} wants it." for name, number in taken]
        raise StackError("\n".join([*lines, _advice(taken[0][0])]))


def _advice(name: str) -> str:
    return f"Choose another with --port {name}=NUMBER, or move all of them with --port-base NUMBER."
