"""Bearer tokens: issued once, kept as hashes on access.v1, checked against a table that follows it."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from schemas.access import Access, Role, Token
from schemas.topics import ACCESS
from services.runtime.kafka import TopicTable
from services.runtime.settings import ServiceSettings

if TYPE_CHECKING:
    from services.runtime.clock import Clock

_ACCESS: TypeAdapter[Access] = TypeAdapter(Access)
_FORM = re.compile(r"^cf_([a-z0-9][a-z0-9-]{0,39})_([A-Za-z0-9_-]{43})$")


@dataclass(frozen=True)
class Principal:
    """Who asks: the actor of events, and what it may."""

    actor: str
    role: Role
    sites: tuple[str, ...]

    def may_reach(self, site: str) -> bool:
        """Whether the site is within reach; no sites listed means all."""
        return not self.sites or site in self.sites


def issue(name: str, role: Role, sites: tuple[str, ...], now: datetime, expires_at: datetime | None = None) -> tuple[str, Token]:
    """Make a token: the secret, shown once, and the record to publish. `name` may be 40 of a-z, 0-9 and hyphen."""
    secret = secrets.token_urlsafe(32)
    text = f"cf_{name}_{secret}"
    record = Token(subject=f"token:{name}", role=role, sites=sites, hash=_hash(text), issued_at=now, expires_at=expires_at)
    return text, record


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class TokenBook:
    """All tokens in force, as access.v1 says."""

    def __init__(self, settings: ServiceSettings, clock: "Clock") -> None:
        self._tokens: dict[str, Token] = {}
        self._clock = clock
        self.unreadable = 0
        self.table = TopicTable(settings, ACCESS, self._apply)

    def _apply(self, key: str, value: bytes | None) -> None:
        if value is None:
            self._tokens.pop(key, None)
            return
        try:
            record = _ACCESS.validate_json(value)
        except ValidationError:
            self.unreadable += 1
            return
        if isinstance(record, Token):
            self._tokens[key] = record

    def verify(self, text: str) -> Principal | None:
        """Say who bears this token, or None: unknown, revoked, expired or malformed."""
        form = _FORM.match(text)
        token = self._tokens.get(f"token:{form[1]}") if form else None
        if token is None or not secrets.compare_digest(token.hash, _hash(text)) or token.revoked_at:
            return None
        if token.expires_at and token.expires_at <= self._clock.now():
            return None
        return Principal(token.subject, token.role, token.sites)
