"""`clinicflow.access.v1`: who may do what where. It holds hashes, never a secret."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Frozen, SiteId, UtcTime


class Role(StrEnum):
    """What a token, a user or a screen is for."""

    DESK = "desk"
    CLINICAL = "clinical"
    MANAGER = "manager"
    AUDITOR = "auditor"
    DISPLAY = "display"
    INTEGRATION = "integration"
    ADMIN = "admin"


Subject = Annotated[str, Field(pattern=r"^(token|user|screen):[a-z0-9][a-z0-9-]{0,39}$")]


class Token(Frozen):
    """A bearer token: 256 random bits, kept as their SHA-256. An empty `sites` means every site."""

    type: Literal["clinicflow.access.token.v1"] = "clinicflow.access.token.v1"
    subject: Subject
    role: Role
    sites: tuple[SiteId, ...] = ()
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    issued_at: UtcTime
    expires_at: UtcTime | None = None
    revoked_at: UtcTime | None = None


class User(Frozen):
    """A member of staff; `pin_hash` is a salted slow hash."""

    type: Literal["clinicflow.access.user.v1"] = "clinicflow.access.user.v1"
    subject: Subject
    name: Annotated[str, Field(min_length=1, max_length=120)]
    role: Role
    sites: tuple[SiteId, ...] = ()
    pin_hash: Annotated[str, Field(max_length=200)] | None = None
    revoked_at: UtcTime | None = None


class Screen(Frozen):
    """A paired wall display: its credential reads one site's wall and nothing else."""

    type: Literal["clinicflow.access.screen.v1"] = "clinicflow.access.screen.v1"
    subject: Subject
    site: SiteId
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    paired_at: UtcTime
    revoked_at: UtcTime | None = None


Access = Annotated[Token | User | Screen, Field(discriminator="type")]
"""One record of access.v1; the last one per subject is in force."""
