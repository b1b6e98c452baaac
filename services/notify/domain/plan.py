"""What is to be done about an alert, as a function of the alert, the ledger, the site and the time.

One step at a time: the shell takes the step, which changes the ledger, and plans again until there is nothing to do. So
a crash between any two steps needs no path of its own: the same alert comes again and finds in the ledger how far it got.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from schemas.alerts import Alert, AlertRaised, AlertRetracted, RetractionReason
from schemas.notifications import Notification, TextState
from schemas.sites import SiteProfile
from services.notify.domain.ahead import Ahead
from services.notify.domain.answers import Absent, Accepted, Answer, Finding, Found, Refused
from services.notify.domain.templates import BY_ALERT, PLEASE_DISREGARD, Template, word


class Reason(StrEnum):
    """Why nothing is done, or why a text ended as it did; these stand in the ledger."""

    FOR_STAFF = "for-staff"
    OVER = "over"
    NEVER_TEXTED = "never-texted"
    DONE_BEFORE = "done-before"
    STANDS_AGAIN = "stands-again"
    UNDONE = "undone"
    TOO_LATE = "too-late"
    TIME_IN_FUTURE = "time-in-future"
    UNKNOWN_SITE = "unknown-site"
    NO_TICKET = "no-ticket"
    ANSWER_LOST = "answer-lost"


class LedgerView(Protocol):
    """The ledger as the plan sees it."""

    def get(self, key: str, /) -> Notification | None:
        """Return the last word on the text of this dedupe key."""


@dataclass(frozen=True)
class Around:
    """All that a plan depends on besides the alert."""

    ledger: LedgerView
    profile: SiteProfile | None
    """None: nobody knows the site."""
    ahead: Ahead
    """What is read of later records about the same alert."""
    now: datetime
    link: str | None = None
    """Where the patient's own page is; None: they have none."""


@dataclass(frozen=True)
class Nothing:
    """Nothing is to be done, or nothing more."""

    reason: Reason


@dataclass(frozen=True)
class Record:
    """No text: this goes into the ledger."""

    entry: Notification


@dataclass(frozen=True)
class Ask:
    """The ledger was left at `sending` by a crash: the gateway must say whether it has the text."""

    entry: Notification


@dataclass(frozen=True)
class Send:
    """A text is due. `entry` is its `sending`, to be in the ledger before the gateway is called."""

    entry: Notification
    to: str
    """The person's id, or without a person `visit:` and the visit's."""
    ticket: str
    text: str
    fact_at: datetime | None
    """When the fact behind it happened, where the alert says so."""
    due_until: datetime
    """Not to be handed over after this."""


Step = Nothing | Record | Ask | Send

_NEVER_REACHED = frozenset({TextState.FAILED, TextState.SUPPRESSED, TextState.EXPIRED})
"""The patient surely does not have it."""


def dedupe_key(alert: Alert, template: Template) -> str:
    """At most one text goes out for this (I7): site, visit, template and the milestone that ends the alert's id."""
    return f"{alert.site}/{alert.visit}/{template.name}/{alert.id.rpartition('/')[2]}"


def plan(alert: Alert, around: Around) -> Step:
    """Return the next step."""
    template = BY_ALERT.get(alert.kind)
    if template is None:
        return Nothing(Reason.FOR_STAFF)
    if isinstance(alert, AlertRaised):
        return _raised(alert, template, around)
    if alert.reason is not RetractionReason.UNDONE:
        return Nothing(Reason.OVER)
    return _undone(alert, template, around)


def _raised(alert: AlertRaised, template: Template, around: Around) -> Step:
    entry = around.ledger.get(dedupe_key(alert, template))
    if (before := _begun(alert, entry)) is not None:
        return before
    if around.ahead.ended is RetractionReason.UNDONE:
        return _end(alert, template, TextState.SUPPRESSED, Reason.UNDONE, around.now)
    if around.ahead.ended is not None:
        return _unless_known(alert, template, entry, (TextState.EXPIRED, Reason.OVER), around.now)
    return _due(alert, template, entry, alert.time, around)


def _undone(alert: AlertRetracted, template: Template, around: Around) -> Step:
    entry = around.ledger.get(dedupe_key(alert, template))
    if entry is None or entry.state in _NEVER_REACHED:
        return Nothing(Reason.NEVER_TEXTED)
    if entry.state is TextState.SENDING:
        return Ask(entry)
    if entry.state is TextState.REQUESTED:
        return _end(alert, template, TextState.SUPPRESSED, Reason.UNDONE, around.now)
    return Nothing(Reason.STANDS_AGAIN) if around.ahead.raised_again else _take_back(alert, entry, around)


def _take_back(alert: AlertRetracted, reached: Notification, around: Around) -> Step:
    """Plan the one "please disregard": the patient has the text, or may have it."""
    entry = around.ledger.get(dedupe_key(alert, PLEASE_DISREGARD))
    before = _begun(alert, entry)
    if before is None:
        return _due(alert, PLEASE_DISREGARD, entry, reached.at, around)
    if isinstance(before, Ask) or reached.state not in {TextState.SENT, TextState.DELIVERED}:
        return before  # an `unknown` stays one: the desk must see it
    return Record(reached.model_copy(update={"state": TextState.RETRACTED, "reason": Reason.UNDONE.value, "at": around.now}))


def _begun(alert: Alert, entry: Notification | None) -> Ask | Nothing | None:
    """Return what is left of a text that was begun before; None: it is to be begun.

    One that expired, or was over before it went out, begins anew where a later record raised its alert anew: next in line
    again. The same raise said again, after a crash of flow or by a worker that slept, is old news.
    """
    if entry is None or entry.state is TextState.REQUESTED:
        return None
    if entry.state is TextState.EXPIRED and not _is_old_news(alert, entry):
        return None
    return Ask(entry) if entry.state is TextState.SENDING else Nothing(Reason.DONE_BEFORE)


def _is_old_news(alert: Alert, entry: Notification) -> bool:
    return entry.source_offset is not None and alert.source_offset <= entry.source_offset


def _due(alert: Alert, template: Template, entry: Notification | None, since: datetime, around: Around) -> Step:
    """Plan a text of which nothing went out. Its time-to-live counts from `since`."""
    hindrance = _hindrance(alert, template, since, around)
    if hindrance is None:
        return _send(alert, template, since, around)
    return _unless_known(alert, template, entry, hindrance, around.now)


def _unless_known(
    alert: Alert, template: Template, entry: Notification | None, end: tuple[TextState, Reason], now: datetime
) -> Record | Nothing:
    state, reason = end
    if entry is not None and entry.state is state and entry.source_offset is None:
        return Nothing(Reason.DONE_BEFORE)  # of a release that did not note by which record
    return _end(alert, template, state, reason, now)


def _hindrance(alert: Alert, template: Template, since: datetime, around: Around) -> tuple[TextState, Reason] | None:
    if around.now - since > template.time_to_live:
        return TextState.EXPIRED, Reason.TOO_LATE
    if since - around.now > template.time_to_live:
        return TextState.SUPPRESSED, Reason.TIME_IN_FUTURE
    if around.profile is None:
        return TextState.SUPPRESSED, Reason.UNKNOWN_SITE
    if alert.ticket is None:
        return TextState.SUPPRESSED, Reason.NO_TICKET
    return None


def _send(alert: Alert, template: Template, since: datetime, around: Around) -> Send:
    assert around.profile is not None
    assert alert.ticket is not None
    room, fact_at = (alert.room, alert.time) if isinstance(alert, AlertRaised) else (None, None)
    text = word(template, around.profile, alert.language, alert.ticket, room, link=around.link)
    return Send(
        entry=_entry(alert, template, TextState.SENDING, None, around.now), to=alert.person or f"visit:{alert.visit}",
        ticket=alert.ticket, text=text, fact_at=fact_at, due_until=since + template.time_to_live,
    )  # fmt: skip


def _end(alert: Alert, template: Template, state: TextState, reason: Reason, now: datetime) -> Record:
    return Record(_entry(alert, template, state, reason, now))


def _entry(alert: Alert, template: Template, state: TextState, reason: Reason | None, now: datetime) -> Notification:
    return Notification(
        dedupe_key=dedupe_key(alert, template), state=state, site=alert.site, visit=alert.visit, template=template.name,
        alert=alert.id, source_offset=alert.source_offset, reason=reason.value if reason else None, at=now,
    )  # fmt: skip


def answered(sending: Notification, answer: Answer, now: datetime) -> Notification:
    """Return the entry after the gateway was given the text."""
    match answer:
        case Accepted(gateway_id):
            return _after(sending, TextState.SENT, now, gateway_id=gateway_id)
        case Refused(reason):
            return _after(sending, TextState.FAILED, now, reason=reason)
        case _:
            return _after(sending, TextState.UNKNOWN, now, reason=Reason.ANSWER_LOST.value)


def too_late(sending: Notification, now: datetime) -> Notification:
    """Return the entry of a text that was due when planned, and no longer when it could be handed over."""
    return _after(sending, TextState.EXPIRED, now, reason=Reason.TOO_LATE.value)


def reconciled(sending: Notification, finding: Finding, now: datetime) -> Notification:
    """Return the entry after a crash in mid-sending. `requested` means that it surely was not sent and may still be."""
    match finding:
        case Found(gateway_id):
            return _after(sending, TextState.SENT, now, gateway_id=gateway_id)
        case Absent.NOT_FOUND:
            return _after(sending, TextState.REQUESTED, now)
        case _:
            return _after(sending, TextState.UNKNOWN, now, reason=Reason.ANSWER_LOST.value)


def _after(
    entry: Notification, state: TextState, now: datetime, *, reason: str | None = None, gateway_id: str | None = None
) -> Notification:
    return entry.model_copy(update={"state": state, "reason": reason, "gateway_id": gateway_id, "at": now})
