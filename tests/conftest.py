"""Real parts for the tests, started by the launcher itself: once for each test process that asks, a board for each module."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from kafka.net.inet import KafkaNetSocket

# A slow machine is no fault of the code; nothing in the tests is timed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("patient"), max_examples=10_000, print_blob=True)
settings.load_profile(os.environ.get("CLINICFLOW_TEST_PROFILE", "patient"))

# A shell that runs the tests in the background has them ignore Ctrl-C; what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


class KafkaPythonSocket(socket.socket):
    """By its name, pyproject.toml knows the sockets that kafka-python leaves to the garbage collector.

    It does so where a connection is refused, and where a client is closed that still has something to send. Any other socket
    that a test leaves open fails the test that runs when it is collected.
    """


KafkaNetSocket.socket = staticmethod(KafkaPythonSocket)

if TYPE_CHECKING:
    from services.stack.stack import Stack
    from tests.board_parts import Board


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real Kafka without any topics answers."""
    with _only("kafka", tmp_path_factory) as stack:
        yield stack.around.kafka_bootstrap


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real, empty Redis answers."""
    with _only("redis", tmp_path_factory) as stack:
        yield stack.around.redis_url


def _only(part: str, folders: pytest.TempPathFactory) -> AbstractContextManager["Stack"]:
    # Imported here: the tests that need neither should not pay for it.
    from services.stack.settings import StackSettings
    from services.stack.stack import Stack

    settings = StackSettings(data=folders.mktemp(part) / "data", ports="free", show_logs=False)
    return Stack(settings, parts=[part])


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stack"]:
    """The whole stack, once for each test process that asks. Whoever stops a part starts it again."""
    from services.stack.settings import StackSettings
    from services.stack.stack import Stack

    settings = StackSettings(data=tmp_path_factory.mktemp("stack") / "data", ports="free", show_logs=False)
    with Stack(settings) as whole:
        yield whole


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Board"]:
    """A board on a Kafka and a Redis of its own."""
    from tests.board_parts import a_board

    with a_board(tmp_path_factory.mktemp("board")) as running:
        yield running


@pytest.fixture(scope="module")
def display(board: "Board") -> str:
    """The token of a display of the clinic `maple`."""
    from schemas.access import Role

    return board.token(Role.DISPLAY, "maple")
