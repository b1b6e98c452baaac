"""The records of a clinic that could not be used, as its administrators may see them and try them again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from kafka.errors import KafkaError
from pydantic import BaseModel, Field

from schemas.dead_letters import DeadLetterReason
from schemas.envelope import UtcTime
from services.checkin.answers import not_recorded
from services.checkin.domain.set_aside import kind_of
from services.checkin.security import Asker
from services.runtime.clock import Clock
from services.runtime.dead_letters.advice import ADVICE
from services.runtime.dead_letters.box import Entry
from services.runtime.dead_letters.fates import End, Fate, Fates
from services.runtime.dead_letters.newest import Newest, newest
from services.runtime.dead_letters.resending import resend
from services.runtime.dead_letters.unsealing import Opener, SealedError, Unsealed
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook
from services.runtime.settings import ServiceSettings

LIMIT = 200
READ_SECONDS = 10.0
"""What was found by then is the answer, which says that it is not complete."""
READERS = 2


class SetAside(BaseModel):
    """A record that could not be used. Nothing of what it says is here but its kind."""

    letter: Annotated[str, Field(pattern=r"^[0-9]+-[0-9]+$")]
    """Partition and offset of the record on visits.v1."""
    site: str | None
    """None: it names no clinic that is here."""
    kind: str | None
    reason: DeadLetterReason
    means: str
    remedy: str
    set_aside_at: UtcTime
    retried_at: UtcTime | None
    may_be_retried: bool


class SetAsideList(BaseModel):
    """Newest first. `complete` is false where there are more, or where reading took too long."""

    records: list[SetAside]
    complete: bool


class Became(StrEnum):
    """What became of a record that was tried again."""

    APPLIED = "applied"
    REFUSED = "refused"
    SET_ASIDE_AGAIN = "set-aside-again"
    READ = "read"
    """Flow has read it and did not set it aside; its outcome is no longer kept."""
    UNKNOWN = "unknown"
    """Nothing was heard of it yet."""


_BECAME = {
    End.APPLIED: Became.APPLIED, End.REFUSED: Became.REFUSED, End.DEAD_AGAIN: Became.SET_ASIDE_AGAIN, End.READ: Became.READ,
    End.UNKNOWN: Became.UNKNOWN,
}  # fmt: skip


class Retried(BaseModel):
    """How it went, and why; `letter` is where the record stands now."""

    letter: str
    became: Became
    reason: str | None


@dataclass(frozen=True)
class SetAsideDesk:
    """Reads and retries, off the event loop. Methods raise Problem."""

    settings: ServiceSettings
    sites: SiteBook
    clock: Clock
    readers: asyncio.Semaphore
    retrying: asyncio.Lock
    """One at a time: each retry begins a producer and a consumer of its own."""

    @classmethod
    def of(cls, settings: ServiceSettings, sites: SiteBook, clock: Clock) -> "SetAsideDesk":
        """Make the desk."""
        return cls(settings, sites, clock, asyncio.Semaphore(READERS), asyncio.Lock())

    async def all(self, asker: Asker) -> SetAsideList:
        """List what is within the asker's reach. Raises Problem 503."""
        opener = Opener(self.settings)
        found = await self._newest(self._reach(asker, opener), LIMIT)
        return SetAsideList(records=[self._shown(entry, opener) for entry in found.entries], complete=found.complete)

    async def retry(self, asker: Asker, letter: str) -> Retried:
        """Put one on the log again, where flow decides it anew. Raises Problem 404, 409 or 503."""
        opener = Opener(self.settings)
        within, name = self._reach(asker, opener), letter.replace("-", "/")
        found = await self._newest(lambda entry: entry.id == name and within(entry), 1)
        if not found.entries:
            raise Problem(404, "unknown-letter", "No such record", "No such record was set aside at this clinic.")
        entry = found.entries[0]
        record = _opened(opener, entry)
        try:
            async with self.retrying:
                return await asyncio.to_thread(self._retry, entry, record)
        except KafkaError:
            raise not_recorded() from None

    def _reach(self, asker: Asker, opener: Opener) -> Callable[[Entry], bool]:
        """Those of the asker's clinic; who reaches every clinic has those of no clinic, too."""

        def within(entry: Entry) -> bool:
            site = opener.site(entry)
            return site == asker.site or (not asker.principal.sites and self._known(site) is None)

        return within

    def _known(self, site: str | None) -> str | None:
        """Give the site if it is there; what a key says otherwise could be anything."""
        return site if site is not None and self.sites.get(site) is not None else None

    async def _newest(self, wanted: Callable[[Entry], bool], limit: int) -> Newest:
        try:
            async with self.readers:
                return await asyncio.to_thread(newest, self.settings, self.clock, wanted, limit, READ_SECONDS)
        except KafkaError:
            raise Problem(
                503,
                "set-aside-away",
                "This can't be shown right now",
                "What was set aside can't be read at the moment. Nothing is lost. Please try again in a moment.",
                headers={"Retry-After": "5"},
            ) from None

    def _shown(self, entry: Entry, opener: Opener) -> SetAside:
        means, remedy = ADVICE[entry.letter.reason]
        return SetAside(
            letter=entry.id.replace("/", "-"),
            site=self._known(opener.site(entry)),
            kind=_kind(opener, entry),
            reason=entry.letter.reason,
            means=means,
            remedy=remedy,
            set_aside_at=entry.letter.recorded_at,
            retried_at=entry.retries[-1].retried_at if entry.retries else None,
            may_be_retried=entry.letter.reason is not DeadLetterReason.EMPTY,
        )

    def _retry(self, entry: Entry, record: Unsealed) -> Retried:
        with Fates(self.settings) as fates:
            sent, _left = resend(self.settings, [(entry, record)])
            if not sent:
                raise KafkaError("it was not taken")
            fate: Fate = fates.wait(sent)[sent[0]]
        return Retried(letter=sent[0].id.replace("/", "-"), became=_BECAME[fate.end], reason=fate.reason)


def _kind(opener: Opener, entry: Entry) -> str | None:
    try:
        return kind_of(opener.open(entry.letter).value)
    except SealedError:
        return None


def _opened(opener: Opener, entry: Entry) -> Unsealed:
    if entry.letter.reason is DeadLetterReason.EMPTY:
        raise Problem(409, "nothing-to-retry", "There is nothing in it", "This record is empty: there is nothing to try again.")
    try:
        return opener.open(entry.letter)
    except SealedError:
        raise Problem(
            409,
            "sealed",
            "This record can't be opened here",
            "The key that opens it is not here. Please ask whoever runs the system to put it into the secrets folder.",
        ) from None
