"""What the board is told by its environment, beyond what every service is."""

from typing import Annotated

from pydantic import Field

from services.runtime.settings import ServiceSettings


class BoardSettings(ServiceSettings):
    """Settings of the board."""

    port: int = Field(default=8081, ge=0, le=65535)
    board_forget_seconds: Annotated[float, Field(gt=0)] = 60.0
    """A site that nobody has watched for so long is dropped from memory."""
    board_queue: Annotated[int, Field(ge=4)] = 256
    """So many changes may wait for one screen; one more, and it is disconnected (it comes back for a snapshot)."""
    board_send_seconds: Annotated[float, Field(gt=0)] = 10.0
    """A screen that takes nothing for so long is disconnected."""
