"""What billing is told by its environment."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.runtime.settings import ServiceSettings


class BillingSettings(ServiceSettings):
    """The billing system, and for how long it is told of changes."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    billing_url: Annotated[str, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])[^?#@\s]*$")] | None = None
    """Where it takes deliveries: https, or http on this machine; None: nothing is handed over."""
    billing_seconds: Annotated[float, Field(gt=0, le=20)] = 15.0
    """So long, in real seconds, an attempt may take in all."""
    billing_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """A visit that was completed longer ago is not handed over, nor is a change of it."""
