"""The credentials of paired displays: each reads one site's wall and nothing else, anywhere."""

import re
import secrets
from datetime import datetime

from schemas.access import Pairing, Role, Screen
from services.runtime.access_book import AccessBook
from services.runtime.auth import Principal, hash_of, is_secret_of

_FORM = re.compile(r"cf-screen_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


def new_secret() -> str:
    """Make a display's credential; it is worth nothing until the display is paired."""
    return f"cf-screen_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def subject_of(text: str) -> str | None:
    """Whose credential this is by its form; None where it is none."""
    form = _FORM.fullmatch(text)
    return f"screen:{form[1]}" if form else None


def screen_of(secret: str, pairing: Pairing, now: datetime) -> Screen:
    """Make the record of a display that somebody has approved."""
    subject = subject_of(secret)
    assert subject is not None
    return Screen(
        subject=subject, site=pairing.site, area=pairing.area, name=pairing.name, hash=hash_of(secret), paired_at=now
    )  # fmt: skip


def paired(book: AccessBook, secret: str) -> Screen | None:
    """Return what stands of a display on access.v1; None: not paired, revoked, or not its credential."""
    subject = subject_of(secret)
    screen = book.one(Screen, subject) if subject else None
    return screen if screen is not None and screen.revoked_at is None and is_secret_of(secret, screen.hash) else None


def verify(book: AccessBook, secret: str) -> Principal | None:
    """Say which display bears this credential; None: unknown, revoked or malformed."""
    screen = paired(book, secret)
    return Principal(screen.subject, Role.DISPLAY, (screen.site,)) if screen is not None else None
