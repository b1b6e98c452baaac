"""Stacks for the integration tests: the whole one, or any parts of it."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from services.stack.part import Part
from services.stack.service_parts import PARTS
from services.stack.settings import StackSettings
from services.stack.stack import Stack


class StartStack(Protocol):
    """Starts a stack of these parts on free ports; it is stopped when the test ends."""

    def __call__(self, parts: Iterable[str] | None = None, table: Iterable[Part] = PARTS, **settings: Any) -> Stack: ...


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[StartStack]:
    with contextlib.ExitStack() as stacks:

        def start(parts: Iterable[str] | None = None, table: Iterable[Part] = PARTS, **settings: Any) -> Stack:
            given = {"data": tmp_path / "data", "ports": "free", "show_logs": False, **settings}
            return stacks.enter_context(Stack(StackSettings(**given), parts=parts, table=table))

        yield start
