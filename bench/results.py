"""bench/results.json: a flat object of the last figures, with the machine they came from."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).with_name("results.json")


def write(**figures: float | bool) -> None:
    """Put figures beside those that are there."""
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    known |= figures | {"machine": machine, "measured_on": datetime.now(UTC).date().isoformat()}
    FILE.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
