"""Where the parts' lines go: prefixed to the console, and to one log file for each part."""

import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
LOG_BYTES = 8_000_000
NAME_WIDTH = 9
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""Colours and cursor moves, which have no business in a file or in the middle of others' lines."""


class Console:
    """The person's terminal. Safe from any thread; falls silent when nobody reads it any more."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream: TextIO | None = stream or sys.stderr
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}

    def line(self, name: str, text: str) -> None:
        """Show one line under a part's name."""
        with self._lock:
            if self._stream is None:
                return
            prefix = f"{name:<{NAME_WIDTH}}|"
            if self._stream.isatty():
                colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
                prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
            try:
                self._stream.write(f"{prefix} {text}\n")
                self._stream.flush()
            except (OSError, ValueError):  # the terminal is gone; the log files remain
                self._stream = None

    def say(self, text: str) -> None:
        """Show one line of the launcher's own."""
        self.line("stack", text)


class PartLog:
    """What one part writes: all of it to its file (bounded, one older file kept), and on the console if wished."""

    def __init__(
        self,
        name: str,
        folder: Path,
        console: Console | None,
        worth_showing: Callable[[str], bool] = lambda _line: True,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._name = name
        self._console = console
        self._worth_showing = worth_showing
        self._file = RotatingFileHandler(folder / f"{name}.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
        self.last: deque[str] = deque(maxlen=12)
        """The last lines, for the message when the part cannot be started."""

    def line(self, text: str) -> None:
        text = CONTROL.sub("", text)
        self.last.append(text)
        self._file.emit(logging.makeLogRecord({"msg": text}))
        if self._console and self._worth_showing(text):
            self._console.line(self._name, text)

    def close(self) -> None:
        self._file.close()
