"""What checkin is told by its environment."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.runtime.kafka import ACK_SECONDS
from services.runtime.live.settings import LiveSettings

Patience = Annotated[float, Field(gt=0, le=60)]


class CheckinSettings(LiveSettings):
    """All waits are real seconds, however fast the clock runs."""

    port: int = Field(default=8080, ge=0, le=65535)
    checkin_url: str | None = None
    """Where browsers reach this service, such as https://desk.example.org; without it, where the request says it did."""
    oidc_issuer: Annotated[str, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])[^?#\s]*$")] | None = None
    """The clinic's identity provider, as its ID tokens name it; without it there is none."""
    oidc_client_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """What the provider calls us. What it must know of us: the address {checkin_url}/v1/session/oidc/callback."""
    oidc_client_secret_file: Path | None = None
    """Where the secret stands that the provider gave us; without it we are a public client."""
    ack_seconds: Annotated[float, Field(ge=1, le=60)] = ACK_SECONDS
    """How long a command waits for the broker before it is answered 503."""
    outcome_seconds: Patience = 2.0
    """How long a recorded command waits for flow's outcome before it is answered 202."""
    batch_outcome_seconds: Patience = 10.0
    """The same for a batch that asks to wait."""
    public_url: str = "http://127.0.0.1:8081"
    """The board's address as patients reach it, for the QR code of their own page."""

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError("CLINICFLOW_OIDC_ISSUER and CLINICFLOW_OIDC_CLIENT_ID belong together")
        return self
