"""What a service with screens is told by its environment about them."""

from typing import Annotated

from pydantic import Field

from services.runtime.settings import ServiceSettings


class LiveSettings(ServiceSettings):
    """Settings of screens."""

    live_forget_seconds: Annotated[float, Field(gt=0)] = 60.0
    """A view that nobody has watched for so long is dropped from memory."""
    live_queue: Annotated[int, Field(ge=4)] = 256
    """So many changes may wait for one screen; one more, and it is disconnected (it comes back for a snapshot)."""
    live_send_seconds: Annotated[float, Field(gt=0)] = 10.0
    """A screen that takes nothing for so long is disconnected."""
