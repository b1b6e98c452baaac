"""Who has access, as access.v1 says: tokens, users, paired screens and pairings."""

import asyncio
from collections import OrderedDict
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from schemas.access import Access, Pairing, Screen, Token, User
from schemas.topics import ACCESS
from services.runtime import auth
from services.runtime.auth import Principal
from services.runtime.clock import Clock
from services.runtime.kafka import ACK_SECONDS, TopicTable
from services.runtime.settings import ServiceSettings

Record = TypeVar("Record", Token, User, Pairing, Screen)

_ACCESS: TypeAdapter[Access] = TypeAdapter(Access)
_REMEMBERED = 256
_LOOK_SECONDS = 0.005


class AccessBook:
    """The last record of every subject. A thread fills it; anyone may read it."""

    def __init__(self, settings: ServiceSettings, clock: Clock) -> None:
        self._records: dict[str, Access] = {}
        self._replaced: OrderedDict[int, Access | None] = OrderedDict()
        self._applied = -1
        self._clock = clock
        self.unreadable = 0
        self.table = TopicTable(settings, ACCESS, self._apply)

    def _apply(self, key: str, value: bytes | None) -> None:
        if self.table.offset <= self._applied:
            return  # read again after an outage: what it says may be over, and nobody is to have back what was taken away
        self._replaced[self.table.offset] = self._records.get(key)
        if len(self._replaced) > _REMEMBERED:
            self._replaced.popitem(last=False)
        self._take(key, value)
        self._applied = self.table.offset

    def _take(self, key: str, value: bytes | None) -> None:
        if value is None:
            self._records.pop(key, None)
            return
        try:
            self._records[key] = _ACCESS.validate_json(value)
        except ValidationError:
            self.unreadable += 1

    def verify(self, text: str) -> Principal | None:
        """Say who bears this token, or None: unknown, revoked, expired or malformed."""
        subject = auth.token_subject(text)
        token = self.one(Token, subject) if subject else None
        if token is None or not auth.is_secret_of(text, token.hash) or token.revoked_at:
            return None
        if token.expires_at and token.expires_at <= self._clock.now():
            return None
        return Principal(token.subject, token.role, token.sites)

    def one(self, kind: type[Record], subject: str) -> Record | None:
        """The record of a subject, revoked ones too."""
        found = self._records.get(subject)
        return found if isinstance(found, kind) else None

    def all(self, kind: type[Record]) -> list[Record]:
        """Every record of this kind by subject, revoked ones too."""
        records = dict(self._records)
        return [found for subject in sorted(records) if isinstance(found := records[subject], kind)]

    def is_user(self, subject: str) -> bool:
        """Whether somebody who works here goes by this."""
        user = self.one(User, subject)
        return user is not None and user.revoked_at is None

    async def replaced_by(self, offset: int) -> Access | None:
        """Wait until the record at this offset is in the book, and return what was in force just before it.

        Raises TimeoutError when the book doesn't get so far in the time that an acknowledgement may take.
        """
        async with asyncio.timeout(ACK_SECONDS):
            while self._applied < offset:  # noqa: ASYNC110  # a thread fills the book
                await asyncio.sleep(_LOOK_SECONDS)
        return self._replaced.get(offset)
