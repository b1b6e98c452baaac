"""Secrets that open something: issued once, shown once, kept on access.v1 as hashes."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.access import Invitation, Role, Token

LINK_VALID = timedelta(hours=72)
"""So long an invitation can be used."""
_TOKEN = re.compile(r"cf_([a-z0-9][a-z0-9-]{0,39})_([A-Za-z0-9_-]{43})")
_LINK = re.compile(r"cf-link_([a-z0-9][a-z0-9-]{0,39})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Principal:
    """Who asks: the actor of events, and what it may. A user's has a name, and is of a session until a real instant."""

    actor: str
    role: Role
    sites: tuple[str, ...]
    name: str | None = None
    session: str | None = None
    """The session's id; None for a token."""
    until: datetime | None = None
    """When the session is locked unless somebody does something before, by real time; None for a token."""

    def may_reach(self, site: str) -> bool:
        """Whether the site is within reach; no sites listed means all."""
        return not self.sites or site in self.sites


def issue(name: str, role: Role, sites: tuple[str, ...], now: datetime, expires_at: datetime | None = None) -> tuple[str, Token]:
    """Make a token: the secret, shown once, and the record to publish. `name` may be 40 of a-z, 0-9 and hyphen."""
    text = f"cf_{name}_{secrets.token_urlsafe(32)}"
    record = Token(subject=f"token:{name}", role=role, sites=sites, hash=hash_of(text), issued_at=now, expires_at=expires_at)
    return text, record


def invite(user: str, now: datetime) -> tuple[str, Invitation]:
    """Make an invitation for the user of this name: the link's secret, shown once, and what is kept of it."""
    text = f"cf-link_{user}_{secrets.token_urlsafe(32)}"
    return text, Invitation(hash=hash_of(text), expires_at=now + LINK_VALID)


def sign_in_address(front_desk: str, link: str) -> str:
    """Where a browser signs in with this link. What is behind the # reaches no server and no log."""
    return f"{front_desk}/sign-in#link={link}"


def token_subject(text: str) -> str | None:
    """Whose token this is by its form; None where it is no token."""
    form = _TOKEN.fullmatch(text)
    return f"token:{form[1]}" if form else None


def link_subject(text: str) -> str | None:
    """Whose link this is by its form; None where it is no link."""
    form = _LINK.fullmatch(text)
    return f"user:{form[1]}" if form else None


def is_secret_of(text: str, kept: str) -> bool:
    """Whether this is the text whose hash is kept."""
    return secrets.compare_digest(kept, hash_of(text))


def hash_of(text: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(text.encode()).hexdigest()
