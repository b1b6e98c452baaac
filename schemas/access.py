"""`clinicflow.access.v1`: who may do what where. It holds hashes, never a secret."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.envelope import Frozen, Language, SiteId, ThingId, UtcTime


class Role(StrEnum):
    """What a token, a user or a screen is for."""

    DESK = "desk"
    CLINICAL = "clinical"
    MANAGER = "manager"
    AUDITOR = "auditor"
    DISPLAY = "display"
    INTEGRATION = "integration"
    ADMIN = "admin"


Subject = Annotated[str, Field(pattern=r"^(token|user|screen|pairing):[a-z0-9][a-z0-9-]{0,39}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of 256 random bits, or HMAC-SHA-256."""


class Token(Frozen):
    """A bearer token: 256 random bits, kept as their SHA-256. An empty `sites` means every site."""

    type: Literal["clinicflow.access.token.v1"] = "clinicflow.access.token.v1"
    subject: Subject
    role: Role
    sites: tuple[SiteId, ...] = ()
    hash: Hash
    issued_at: UtcTime
    expires_at: UtcTime | None = None
    revoked_at: UtcTime | None = None


class Invitation(Frozen):
    """A link by which somebody signs in on one more device, once: 256 random bits, kept as their SHA-256."""

    hash: Hash
    expires_at: UtcTime


class User(Frozen):
    """A member of staff. An empty `sites` means every site."""

    type: Literal["clinicflow.access.user.v1"] = "clinicflow.access.user.v1"
    subject: Subject
    name: Annotated[str, Field(min_length=1, max_length=120)]
    role: Role
    sites: tuple[SiteId, ...] = ()
    language: Language | None = None
    invitation: Invitation | None = None
    """Open until it is used."""
    pin_hash: Annotated[str, Field(max_length=200)] | None = None
    """A salted slow hash, peppered with a key that is not on the log."""
    identity: Hash | None = None
    """HMAC of issuer and subject at the clinic's identity provider, where they sign in there."""
    locked_at: UtcTime | None = None
    """After too many wrong PINs: only a new invitation opens again."""
    revoked_at: UtcTime | None = None


class Pairing(Frozen):
    """Somebody at the desk said of which wall the display that shows this code is. The board takes it up, and away."""

    type: Literal["clinicflow.access.pairing.v1"] = "clinicflow.access.pairing.v1"
    subject: Subject
    """`pairing:` and the code in small letters."""
    site: SiteId
    area: ThingId | None = None
    name: Annotated[str, Field(min_length=1, max_length=60)]
    approved_by: Subject
    approved_at: UtcTime


class Screen(Frozen):
    """A paired wall display: its credential reads one site's wall and nothing else, until it is revoked."""

    type: Literal["clinicflow.access.screen.v1"] = "clinicflow.access.screen.v1"
    subject: Subject
    site: SiteId
    area: ThingId | None = None
    """The waiting area that it stands in; none: the whole site."""
    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """What the desk calls it."""
    hash: Hash
    paired_at: UtcTime
    revoked_at: UtcTime | None = None


Access = Annotated[Token | User | Pairing | Screen, Field(discriminator="type")]
"""One record of access.v1; the last one per subject is in force."""
