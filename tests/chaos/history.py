"""What happened, as it happens: kept in memory for the checker and line by line in the run's folder."""

import threading
from dataclasses import asdict
from pathlib import Path

import orjson

from tests.chaos.evidence import Fault, Sent

FILE = "history.jsonl"


class History:
    """Safe from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / FILE).open("ab")
        self._lock = threading.Lock()
        self.sent: list[Sent] = []
        self.faults: list[Fault] = []

    def note(self, entry: Sent | Fault) -> None:
        """Keep a request with its answer, or a fault."""
        with self._lock:
            (self.sent if isinstance(entry, Sent) else self.faults).append(entry)  # type: ignore[arg-type] # the list of its kind
            self._file.write(orjson.dumps({type(entry).__name__.lower(): asdict(entry)}) + b"\n")
            self._file.flush()

    def close(self) -> None:
        """End the file."""
        self._file.close()
