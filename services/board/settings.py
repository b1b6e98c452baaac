"""What the board is told by its environment, beyond what every service is."""

from typing import Annotated

from pydantic import Field

from services.runtime.live.settings import LiveSettings


class BoardSettings(LiveSettings):
    """Settings of the board."""

    port: int = Field(default=8081, ge=0, le=65535)
    checkin_url: Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$")] = "http://127.0.0.1:8080"
    """Where patients' phones reach checkin: their page sends the form of self check-in there."""
