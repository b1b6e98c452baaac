"""Who may do what: every route of checkin and of board, and who may use it. Nothing else in the program says so.

A table's key is a method and a path as the route declares it. That somebody's role may use a route at a site does not say that they
reach the site: a token or a user may be for some sites only.
"""

from collections.abc import Mapping
from enum import Enum

from schemas.access import Role


class Anyone(Enum):
    """Who may use a route that asks for no particular role."""

    PUBLIC = "public"
    """Whoever can reach the service. Where a secret is needed, it is in what they send, and the route itself asks for it."""
    SIGNED_IN = "signed in"
    """Every user with an open session, and every token."""


Who = frozenset[Role] | Anyone
"""Who may use a route: these roles, or anyone."""
Table = Mapping[tuple[str, str], Who]
"""The routes of a service."""

_ADMINS = frozenset({Role.ADMIN})
_DESK = frozenset({Role.DESK, Role.ADMIN})
_FLOOR = frozenset({Role.DESK, Role.CLINICAL, Role.ADMIN})
_AUDITORS = frozenset({Role.AUDITOR, Role.ADMIN})
_FEEDS = frozenset({Role.INTEGRATION, Role.ADMIN})
_READERS = frozenset({Role.DESK, Role.CLINICAL, Role.MANAGER, Role.INTEGRATION, Role.ADMIN})
_LOOKERS = frozenset({Role.DISPLAY, Role.DESK, Role.ADMIN})

_HEALTH: Table = {
    ("GET", "/healthz"): Anyone.PUBLIC,
    ("GET", "/readyz"): Anyone.PUBLIC,
    ("GET", "/metrics"): Anyone.PUBLIC,
}

CHECKIN: Table = {
    **_HEALTH,
    ("GET", "/openapi.json"): Anyone.PUBLIC,
    ("GET", "/docs"): Anyone.PUBLIC,
    ("GET", "/docs/assets/{path}"): Anyone.PUBLIC,
    # people at a browser
    ("GET", "/v1/session"): Anyone.PUBLIC,
    ("POST", "/v1/session/link"): Anyone.PUBLIC,
    ("POST", "/v1/session/unlock"): Anyone.PUBLIC,
    ("POST", "/v1/session/lock"): Anyone.PUBLIC,
    ("DELETE", "/v1/session"): Anyone.PUBLIC,
    ("POST", "/v1/session/pin"): Anyone.SIGNED_IN,
    ("POST", "/v1/session/touch"): Anyone.SIGNED_IN,
    ("GET", "/v1/session/oidc/start"): Anyone.PUBLIC,
    ("GET", "/v1/session/oidc/callback"): Anyone.PUBLIC,
    # who they are
    ("GET", "/v1/users"): _ADMINS,
    ("POST", "/v1/users"): _ADMINS,
    ("PUT", "/v1/users/{user}"): _ADMINS,
    ("POST", "/v1/users/{user}/invite"): _ADMINS,
    ("POST", "/v1/users/{user}/revoke"): _ADMINS,
    # what is so
    ("GET", "/v1/sites"): _READERS | {Role.AUDITOR},
    ("GET", "/v1/sites/{site}/profile"): _READERS,
    ("GET", "/v1/sites/{site}/visits"): _READERS,
    ("GET", "/v1/sites/{site}/visits/{visit}"): _READERS,
    ("GET", "/v1/sites/{site}/rooms"): _READERS,
    ("GET", "/v1/sites/{site}/desk/events"): _FLOOR,
    ("GET", "/v1/sites/{site}/visits/{visit}/history"): _FLOOR,
    ("GET", "/v1/sites/{site}/visits/{visit}/qr.svg"): _DESK,
    ("GET", "/v1/sites/{site}/outcomes/{event}"): _READERS,
    # the book
    ("GET", "/v1/sites/{site}/book"): _FLOOR,
    ("GET", "/v1/sites/{site}/book/free"): _FLOOR,
    ("GET", "/v1/sites/{site}/book/missing"): _FLOOR,
    ("GET", "/v1/sites/{site}/book.csv"): _DESK,
    ("GET", "/v1/sites/{site}/book.ics"): _DESK,
    ("POST", "/v1/sites/{site}/book/import"): _DESK,
    # the clinic itself
    ("PUT", "/v1/sites/{site}/profile"): _ADMINS,
    ("POST", "/v1/sites/{site}/events:batch"): _FEEDS,
    # pages: shells that say nothing of any clinic
    ("GET", "/"): Anyone.PUBLIC,
    ("GET", "/sign-in"): Anyone.PUBLIC,
    ("GET", "/desk/{site}"): Anyone.PUBLIC,
    ("GET", "/book/{site}"): Anyone.PUBLIC,
    ("GET", "/corridor/{site}"): Anyone.PUBLIC,
    ("GET", "/admin/{site}"): Anyone.PUBLIC,
    ("GET", "/static/{version}/{name:path}"): Anyone.PUBLIC,
    # who the patients are
    ("POST", "/v1/sites/{site}/people"): _DESK,
    ("PUT", "/v1/sites/{site}/people/{person}"): _DESK,
    ("GET", "/v1/sites/{site}/people/{person}"): _DESK,
    ("POST", "/v1/sites/{site}/people/names"): _FLOOR,
    ("POST", "/v1/sites/{site}/people/search"): _DESK,
    ("POST", "/v1/sites/{site}/people/{person}/merge"): _DESK,
    ("POST", "/v1/sites/{site}/people/{person}/unmerge"): _DESK,
    # who did or looked at what
    ("GET", "/v1/sites/{site}/audit"): _AUDITORS,
    ("GET", "/v1/sites/{site}/audit/actors"): _AUDITORS,
    ("GET", "/v1/sites/{site}/audit/tickets/{ticket}"): _AUDITORS,
    # what could not be used
    ("GET", "/v1/sites/{site}/set-aside"): _ADMINS,
    ("POST", "/v1/sites/{site}/set-aside/{letter}/retry"): _ADMINS,
    # what the billing system was told
    ("GET", "/v1/sites/{site}/deliveries"): _ADMINS,
    ("POST", "/v1/sites/{site}/deliveries/{visit}/retry"): _ADMINS,
    # wall displays
    ("GET", "/v1/sites/{site}/screens"): _DESK,
    ("POST", "/v1/sites/{site}/screens"): _DESK,
    ("POST", "/v1/sites/{site}/screens/{screen}/revoke"): _DESK,
    # visits, step by step
    ("POST", "/v1/sites/{site}/visits"): _DESK,
    ("POST", "/v1/sites/{site}/check-ins"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/check-in"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/identify"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/call"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/recall"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/room"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/move"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/provider-seen"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/left-room"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/check-out"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/left"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/no-show"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/cancel"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/reschedule"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/priority"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/assign"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/checklist"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/disposition"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/follow-up"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/refer"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/complete"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/confirm"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/delay"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/still-here"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/concern"): _DESK,
    ("POST", "/v1/sites/{site}/concerns"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/undo"): _FLOOR,
    ("POST", "/v1/sites/{site}/visits/{visit}/correct"): _DESK,
    ("POST", "/v1/sites/{site}/visits/{visit}/merge"): _DESK,
    # self check-in: the token of the patient's link, and their date of birth, are what is asked for
    ("POST", "/v1/phone/{site}/{token}/check-in"): Anyone.PUBLIC,
    # rooms, providers, supplies, alerts
    ("POST", "/v1/sites/{site}/rooms/{room}/status"): _FLOOR,
    ("POST", "/v1/sites/{site}/rooms/{room}/undo"): _FLOOR,
    ("POST", "/v1/sites/{site}/providers/{provider}/status"): _FLOOR,
    ("POST", "/v1/sites/{site}/providers/{provider}/absences"): _DESK,
    ("POST", "/v1/sites/{site}/providers/{provider}/absences/undo"): _DESK,
    ("GET", "/v1/sites/{site}/providers/{provider}/absences/proposal"): _DESK,
    ("POST", "/v1/sites/{site}/providers/{provider}/absences/plan"): _DESK,
    ("POST", "/v1/sites/{site}/providers/{provider}/absences/undo-plan"): _DESK,
    ("POST", "/v1/sites/{site}/supplies/{supply}/level"): _FLOOR,
    ("POST", "/v1/sites/{site}/alerts/acknowledge"): _FLOOR,
}
"""The API of the desk, the rooms and the feeds."""

BY_ITSELF = frozenset({"/v1/sites/{site}/people/names"})
"""What a page asks for without anybody's doing: it does not show that somebody is there, and keeps no session open."""

BOARD: Table = {
    **_HEALTH,
    ("GET", "/openapi.json"): Anyone.PUBLIC,
    ("GET", "/"): Anyone.PUBLIC,
    ("GET", "/wall"): Anyone.PUBLIC,
    ("GET", "/wall/{site}"): Anyone.PUBLIC,
    ("GET", "/static/{version}/{name:path}"): Anyone.PUBLIC,
    ("POST", "/v1/screens/session"): Anyone.PUBLIC,
    ("POST", "/v1/screens/pairing"): Anyone.PUBLIC,
    ("POST", "/v1/sites/{site}/wall/sound"): _LOOKERS,
    ("GET", "/v1/sites/{site}/wall"): _LOOKERS,
    ("GET", "/v1/sites/{site}/wall/events"): _LOOKERS,
    # a patient's own link: its token is the secret
    ("GET", "/v/{site}/{token}"): Anyone.PUBLIC,
    ("GET", "/v/{nowhere:path}"): Anyone.PUBLIC,
    ("GET", "/v1/phone/{site}/{token}/events"): Anyone.PUBLIC,
}
"""The walls, and the patients' phones."""


def roles(table: Table, method: str, path: str) -> frozenset[Role]:
    """Who may use this route; every role where it asks for none in particular. Raises KeyError where no such route is declared."""
    who = table[method, path]
    return frozenset(Role) if isinstance(who, Anyone) else who
