"""What checkin is told by its environment."""

from typing import Annotated

from pydantic import Field

from services.runtime.kafka import ACK_SECONDS
from services.runtime.settings import ServiceSettings

Patience = Annotated[float, Field(gt=0, le=60)]


class CheckinSettings(ServiceSettings):
    """All waits are real seconds, however fast the clock runs."""

    port: int = Field(default=8080, ge=0, le=65535)
    ack_seconds: Annotated[float, Field(ge=1, le=60)] = ACK_SECONDS
    """How long a command waits for the broker before it is answered 503."""
    outcome_seconds: Patience = 2.0
    """How long a recorded command waits for flow's outcome before it is answered 202."""
    batch_outcome_seconds: Patience = 10.0
    """The same for a batch that asks to wait."""
