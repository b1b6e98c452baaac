"""What the billing system is to be told next of one visit. Asked again with what became of it, it goes on from there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from schemas.deliveries import Delivery, DeliveryKind, DeliveryProblem, DeliveryState, RetryAsked

IDS = UUID("5b1d7a3e-0c94-5f6e-9a27-c3e8d41f6b05")
"""Namespace of UUIDv5; another value would make other ids of the same deliveries."""
MISSING = frozenset({DeliveryProblem.NO_PERSON, DeliveryProblem.NO_CODES, DeliveryProblem.SEALED})
"""Why there may be nothing to tell: when it is there after all, that goes on by itself."""


@dataclass(frozen=True)
class Wanted:
    """A visit whose record is complete. `content` is the hash of what there is to tell; None: `problem` says what is missing."""

    site: str
    visit: str
    completed_at: datetime
    content: str | None = None
    problem: DeliveryProblem | None = None


@dataclass(frozen=True)
class Nothing:
    """All is said, or nothing can be."""


@dataclass(frozen=True)
class Wait:
    """Something is missing, and may just be on its way by another topic."""


@dataclass(frozen=True)
class Record:
    """The ledger is to say so; nothing is sent."""

    entry: Delivery


@dataclass(frozen=True)
class Attempt:
    """It is to be sent, at its `next_attempt_at`."""

    entry: Delivery


Step = Nothing | Wait | Record | Attempt


def plan(wanted: Wanted | None, last: Delivery | None, asked: RetryAsked | None, now: datetime, *, waited: bool) -> Step:
    """Say what is next.

    `wanted` is None for a visit that is not complete, or no longer; `last` is the ledger's word on it; `asked` the last retry that
    somebody asked for. `waited`: what is missing has been for so long that nothing more is to be expected.
    """
    if wanted is None:
        return _withdrawn(last, asked, now)
    if wanted.content is None:
        return _missing(wanted, last, now, waited=waited)
    if last is None or last.content != wanted.content:
        return Attempt(_next(wanted, last, now))
    return _go_on(last, asked, now)


def _withdrawn(last: Delivery | None, asked: RetryAsked | None, now: datetime) -> Step:
    if last is None:
        return Nothing()
    if last.kind is DeliveryKind.VOIDED:
        return _go_on(last, asked, now)
    voided = _revised(last, DeliveryKind.VOIDED, None, now)
    # Where the other side surely has nothing, it knows already.
    return (
        Attempt(voided) if last.held else Record(voided.model_copy(update={"state": DeliveryState.SENT, "next_attempt_at": None}))
    )


def _missing(wanted: Wanted, last: Delivery | None, now: datetime, *, waited: bool) -> Step:
    if last is not None and last.kind is not DeliveryKind.VOIDED and last.state is not DeliveryState.PENDING:
        return Nothing()  # what was sent stands: of a person who was erased there is nothing else to say
    if not waited:
        return Wait()
    entry = last if last is not None and last.kind is not DeliveryKind.VOIDED else _next(wanted, last, now)
    return Record(entry.model_copy(update={"state": DeliveryState.FAILED, "problem": wanted.problem, "next_attempt_at": None}))


def _go_on(last: Delivery, asked: RetryAsked | None, now: datetime) -> Step:
    if last.state is DeliveryState.SENT:
        return Nothing()
    if asked is not None and asked.delivery == last.delivery and asked.id != last.retry:
        return Attempt(_anew(last, asked.id, now))
    if last.state is DeliveryState.PENDING:
        return Attempt(last)
    return Attempt(_anew(last, last.retry, now)) if last.problem in MISSING else Nothing()


def _anew(last: Delivery, retry: str | None, now: datetime) -> Delivery:
    fresh = {"state": DeliveryState.PENDING, "attempts": 0, "next_attempt_at": now, "retry": retry}
    return last.model_copy(update=fresh)


def _next(wanted: Wanted, last: Delivery | None, now: datetime) -> Delivery:
    if last is not None:
        kind = DeliveryKind.CORRECTED if last.held else DeliveryKind.COMPLETED
        changed = _revised(last, kind, wanted.content, now)
        return changed.model_copy(update={"completed_at": wanted.completed_at})
    return _first(wanted, now)


def _first(wanted: Wanted, now: datetime) -> Delivery:
    return Delivery(
        site=wanted.site,
        visit=wanted.visit,
        delivery=_id(wanted.site, wanted.visit, 1, DeliveryKind.COMPLETED, wanted.content),
        revision=1,
        kind=DeliveryKind.COMPLETED,
        state=DeliveryState.PENDING,
        content=wanted.content,
        completed_at=wanted.completed_at,
        begun_at=now,
        next_attempt_at=now,
    )


def _revised(last: Delivery, kind: DeliveryKind, content: str | None, now: datetime) -> Delivery:
    revision = last.revision + 1
    return Delivery(
        site=last.site,
        visit=last.visit,
        delivery=_id(last.site, last.visit, revision, kind, content),
        revision=revision,
        kind=kind,
        state=DeliveryState.PENDING,
        content=content,
        held=last.held,
        completed_at=last.completed_at,
        begun_at=now,
        next_attempt_at=now,
    )


def _id(site: str, visit: str, revision: int, kind: DeliveryKind, content: str | None) -> str:
    """A content that comes back after another one has another id, since the other side takes each id once."""
    return str(uuid5(IDS, f"{site}/{visit}/{revision}/{kind}/{content or ''}"))
