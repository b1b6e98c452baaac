"""What notify is told by its environment."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from services.runtime.settings import ServiceSettings


class NotifySettings(ServiceSettings):
    """The gateway that takes the texts, and what that one needs."""

    gateway: Literal["outbox"] = "outbox"
    outbox_file: Path = Path(".clinicflow/outbox.jsonl")
    public_url: Annotated[str, Field(pattern=r"^https?://[!-~]+$")] | None = None
    """The board's address as patients reach it; None: they can't, and texts go without a link."""
