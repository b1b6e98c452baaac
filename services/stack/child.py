"""One child process: started in a group of its own, tied to the launcher, its output read line by line."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from services.stack.settings import PROJECT

TETHER = Path(__file__).with_name("tether.py")
Lines = Callable[[str], None]


class Child:
    """A process that was started and is read.

    It must be started by a thread that lives at least as long as the process does: the kernel ties them (tether.py).
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], line: Lines, result: Lines | None = None) -> None:
        """Start `command` in the project's folder, `environment` on top of ours.

        `line` gets each line it writes; with `result` given, what it writes to stdout goes there instead.
        Raises OSError when no process can be made.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *command],
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if result else subprocess.STDOUT,
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self.pid = self._process.pid
        self.code = 0
        """Its exit code once it has ended, negative for a signal."""
        self.ended = threading.Event()
        """Set once the process is gone, was waited for, and all it wrote was read."""
        readers = [_reader(self._process.stdout, result or line)]
        if result:
            readers.append(_reader(self._process.stderr, line))
        threading.Thread(target=self._see_it_end, args=(readers,), name="await-end", daemon=True).start()

    def wait(self) -> int:
        """Blocks until it has ended; its exit code."""
        self.ended.wait()
        return self.code

    def _see_it_end(self, readers: list[threading.Thread]) -> None:
        self.code = self._process.wait()
        self.signal(signal.SIGKILL)  # whatever it started itself and left behind
        for reader in readers:
            reader.join(timeout=2)
        self.ended.set()

    def signal(self, number: signal.Signals) -> None:
        """Signal the whole group; does nothing when it is gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def how_it_ended(code: int) -> str:
    """An exit code in words."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _reader(stream: IO[str] | None, line: Lines) -> threading.Thread:
    def read() -> None:
        if stream is None:
            return
        with stream:
            for text in stream:
                line(text.rstrip("\n"))

    thread = threading.Thread(target=read, name="read-output", daemon=True)
    thread.start()
    return thread
