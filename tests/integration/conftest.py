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


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole stack, once for each test process that asks. Whoever stops a part starts it again."""
    settings = StackSettings(data=tmp_path_factory.mktemp("stack") / "data", ports="free", show_logs=False)
    with Stack(settings) as whole:
        yield whole
