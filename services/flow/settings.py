"""What flow is told beyond what every service is."""

from pydantic import Field, field_validator

from services.runtime.settings import ServiceSettings


class FlowSettings(ServiceSettings):
    """Settings of one flow worker."""

    flow_faust_port: int = Field(default=8092, ge=1, le=65535)
    """Faust opens a port even with its web off; each worker needs its own."""
    flow_snapshot_seconds: float = Field(default=3.0, gt=0, le=60)
    flow_session_seconds: float = Field(default=10.0, ge=6, le=60)
    flow_batch_records: int = Field(default=5000, ge=1, le=50_000)

    flow_standby: bool = False
    """Beside a release with another format of state, which goes on serving: publish only one's own snapshots and live state.

    Once it has caught up, /readyz says so: stop the old one, then start this one again without it (DESIGN §7.8).
    """

    @field_validator("flow_session_seconds")
    @classmethod
    def _whole(cls, value: float) -> float:
        return round(value)
