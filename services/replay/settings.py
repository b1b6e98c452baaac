"""What replay is told by its environment."""

from pydantic import SecretStr

from services.runtime.settings import ServiceSettings


class ReplaySettings(ServiceSettings):
    """Where the front desk's API is, and who asks."""

    checkin_url: str = "http://127.0.0.1:8080"
    token: SecretStr
