"""The gateway of demos and tests: a file with one line for each text, on the disk before the text counts as taken."""

import fcntl
import os
import threading
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from services.notify.domain.answers import Absent, Accepted, Finding, Found
from services.notify.gateways import Text
from services.notify.outbox_line import OutboxLine, whole_lines


class OutboxBusyError(Exception):
    """Another process holds the outbox."""


class OutboxGateway:
    """Appends to the outbox file.

    It holds an exclusive lock on a file beside it for as long as it lives, so nobody else, no zombie either, can be
    writing: what is not in the file was surely not sent.
    """

    def __init__(self, path: Path) -> None:
        """Take the outbox, made if it isn't there, and cut off a line torn by a crash. Raises OutboxBusyError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise OutboxBusyError from None
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._cut_torn_line()

    @classmethod
    def wait_for(cls, path: Path, stopping: threading.Event, seconds: float) -> Self:
        """Take the outbox as soon as its holder lets go. Raises OutboxBusyError after that long, or when told to stop."""
        for _ in range(int(seconds / 0.2)):
            try:
                return cls(path)
            except OutboxBusyError:
                if stopping.wait(0.2):
                    raise
        return cls(path)

    def send(self, text: Text) -> Accepted:
        """Append the text. Raises OSError where the disk does not take it; the next start removes what is left of it."""
        line = OutboxLine(
            key=text.key, to=text.to, template=text.template, text=text.text, visit=text.visit, ticket=text.ticket, at=text.at
        )
        offset = os.fstat(self._file).st_size
        rest = memoryview(line.encode())
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fsync(self._file)
        return Accepted(f"outbox-{offset}")

    def find(self, key: str) -> Finding:
        """Read the whole file; nothing remembers its keys, for this is asked only after a crash."""
        with self._path.open("rb") as file:
            for offset, line in whole_lines(file):
                if key.encode() in line and _key(line) == key:
                    return Found(f"outbox-{offset}")
        return Absent.NOT_FOUND

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._file)
        os.close(self._lock)

    def _cut_torn_line(self) -> None:
        with self._path.open("rb") as file:
            for _ in whole_lines(file):
                pass
            end = file.tell()
        if end < os.fstat(self._file).st_size:
            os.ftruncate(self._file, end)
        os.fsync(self._file)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # a new file lasts only with its name
        finally:
            os.close(folder)


def _key(line: bytes) -> str | None:
    try:
        return OutboxLine.model_validate_json(line).key
    except ValidationError:
        return None
