"""The outbox file: one JSON object a line for each text that would have been sent."""

import json
from pathlib import Path

from services.simulator.domain.texts import Text


def size(path: Path) -> int:
    """How many bytes it has."""
    return path.stat().st_size if path.exists() else 0


def read(path: Path, begin: int, site: str) -> list[Text]:
    """The site's texts after the first `begin` bytes. A last line without its end is still being written."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(begin)
        lines = file.read().split(b"\n")[:-1]
    entries = [json.loads(line) for line in lines if line]
    return [Text(entry["key"], entry["visit"], entry["template"]) for entry in entries if entry["key"].startswith(f"{site}/")]
