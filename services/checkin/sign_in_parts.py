"""What belongs to people's access, put together from the service's parts."""

from dataclasses import dataclass
from typing import Self

from services.checkin.devices import Devices
from services.checkin.oidc_routes import OidcDesk
from services.checkin.parts import Parts
from services.checkin.session_desk import SessionDesk
from services.checkin.sessions import Sessions
from services.checkin.sign_in.errand import Errands
from services.checkin.sign_in.invitation import InvitationSignIn
from services.checkin.sign_in.oidc import KEY_FILE as OIDC_KEY
from services.checkin.sign_in.oidc import OidcSignIn
from services.checkin.sign_in.pin import PinSignIn
from services.checkin.user_desk import UserDesk
from services.runtime import secret
from services.runtime.users import Users


@dataclass(frozen=True)
class SignInParts:
    """Sessions, the ways to sign in, and who manages users."""

    sessions: Sessions
    by_link: InvitationSignIn
    by_pin: PinSignIn
    desk: SessionDesk
    user_desk: UserDesk
    oidc: OidcDesk | None

    @classmethod
    def build(cls, parts: Parts) -> Self:
        """Make them. They connect to nothing by themselves."""
        access, clock, watchers = parts.access, parts.clock, parts.watchers
        users = Users(access, parts.access_log)
        sessions = Sessions(parts.session_key, access, parts.sites, clock)
        by_pin = PinSignIn(access, users, parts.pins, clock, watchers)
        desk = SessionDesk(
            sessions=sessions, devices=Devices(parts.session_key, access), users=users, pins=parts.pins, pin_sign_in=by_pin,
            watchers=watchers, clock=clock, address=parts.settings.checkin_url, offers_oidc=parts.provider is not None,
        )  # fmt: skip
        oidc = None
        if parts.provider is not None:
            sign_in = OidcSignIn(parts.provider, secret.load(parts.settings, OIDC_KEY), access, users)
            oidc = OidcDesk(sign_in, Errands(parts.session_key), desk)
        return cls(
            sessions=sessions,
            by_link=InvitationSignIn(access, users, clock),
            by_pin=by_pin,
            desk=desk,
            user_desk=UserDesk(access, parts.sites, users, clock, watchers),
            oidc=oidc,
        )
