"""A browser's errand to the identity provider: what it takes along, and must bring back.

It comes back from another site, so the cookies of its session and of its device don't come along then. What is needed of them is in
the errand's own cookie, which is sealed, is sent on the way back (SameSite=Lax), is good for ten minutes and for one return.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from pydantic import ValidationError
from starlette.requests import HTTPConnection

from schemas.access import Subject
from schemas.envelope import Frozen, UtcTime
from services.checkin.cookies import set_cookie
from services.checkin.devices import Device
from services.checkin.sign_in.provider import Challenge
from services.runtime.sealed_cookie import SealedCookie
from services.runtime.secret import Sealer

COOKIE = "clinicflow_oidc"
PATH = "/v1/session/oidc"
_VALID = timedelta(minutes=10)


class Errand(Frozen):
    """What the browser keeps while it is away. `link_to`: who is to be known at the provider as whoever comes back."""

    state: str
    nonce: str
    verifier: str
    began_at: UtcTime
    device: Device
    link_to: Subject | None = None

    @property
    def challenge(self) -> Challenge:
        """What the provider was given of it."""
        return Challenge(self.state, self.nonce, self.verifier)


class Errands:
    """Sends browsers out, and looks at what they bring back."""

    def __init__(self, key: bytes) -> None:
        self._cookie = SealedCookie(
            COOKIE, Sealer(key, "1"), b"checkin-oidc", int(_VALID.total_seconds()), path=PATH, same_site="lax"
        )

    def begin(self, request: HTTPConnection, device: Device, link_to: str | None, now: datetime) -> Errand:
        """Make up what it takes along."""
        errand = Errand(
            state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48), began_at=now,
            device=device, link_to=link_to,
        )  # fmt: skip
        set_cookie(request, COOKIE, self._cookie.header(request, errand.model_dump_json().encode()))
        return errand

    def end(self, request: HTTPConnection, state: str, now: datetime) -> Errand | None:
        """Take it back, whatever comes of it; None where this browser was not sent out with this state, or too long ago."""
        content = self._cookie.read(request)
        set_cookie(request, COOKIE, self._cookie.header(request, b""))
        try:
            errand = Errand.model_validate_json(content) if content else None
        except ValidationError:
            return None
        if errand is None or not hmac.compare_digest(errand.state.encode(), state.encode()):
            return None
        return errand if errand.began_at <= now < errand.began_at + _VALID else None
