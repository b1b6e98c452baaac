"""What notify is told by its environment."""

from pathlib import Path
from typing import Literal

from services.runtime.settings import ServiceSettings


class NotifySettings(ServiceSettings):
    """The gateway that takes the texts, and what that one needs."""

    gateway: Literal["outbox"] = "outbox"
    outbox_file: Path = Path(".clinicflow/outbox.jsonl")
