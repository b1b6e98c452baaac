"""One site: its visits, rooms, queues and tickets, and how a record changes them.

Everything here is a function of the log. `fold` takes one event, `advance` lets time pass; both say what came of it in
`Effects`. Places, holders of rooms and standing alerts follow from the facts (I1); only who holds what first, and the
numbers of tickets, follow from the order of the log (I8).
"""

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.alerts import AlertKind, RetractionReason
from schemas.codec import SiteEvent
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import Intent
from schemas.outcomes import OutcomeStatus, Refusal
from schemas.rooms import ProviderStatusChanged, RoomStatus, RoomStatusChanged
from schemas.sites import SiteClock, SiteProfile, SiteProfileChanged
from services.flow.domain import alerting, decisions
from services.flow.domain.decisions import Decision
from services.flow.domain.effects import Answer, Dead, Effects, Raised, Retracted, Standing, Summarized
from services.flow.domain.facts import Fact, fact, ms
from services.flow.domain.queues import Queues, place
from services.flow.domain.rooms import RoomFact, Rooms
from services.flow.domain.tickets import Tickets
from services.flow.domain.timeline import NOTHING, View, undone, view
from services.flow.domain.visit import Visit

_HOUR = 3_600_000
_VISIT_EVENT = "clinicflow.visit."
_NOBODY: frozenset[str] = frozenset()
_CLAIMING = frozenset({"step-undone", "step-corrected"})


class ProviderFact(NamedTuple):
    """The last word on a provider: the latest by (time in ms, event id)."""

    at: int
    event: str
    status: str
    delayed_minutes: int


class Cause(NamedTuple):
    """The record (by offset) that brings something about, or stands next when time does; and the moment (ms) it was known."""

    offset: int
    at: int


class Site:
    """The state of one site, as of a prefix of its partition's log."""

    def __init__(self, profile: SiteProfile, profile_offset: int) -> None:
        self.id = profile.site
        self.clock: int | None = None
        """The site's clock in ms (I6); None until its first visit event, and then nothing fires."""
        self.visits: dict[str, Visit] = {}
        self.decisions: dict[str, Decision] = {}
        self.other_events: list[str] = []
        """Events that belong to no visit of the state; their decisions go by age."""
        self.rooms = Rooms()
        self.providers: dict[str, ProviderFact] = {}
        self.tickets = Tickets()
        self.queues = Queues()
        self.applied = 0
        """Distinct events applied, ever."""
        self.dirty: set[str] = set()
        """Visits changed since the last snapshot."""
        self.own_dirty = True
        """Whether anything else of the site changed since."""
        self._heads: dict[str, tuple[str, ...]] = {}
        self._deadlines: list[tuple[int, str]] = []
        self.swept = 0
        """Up to which moment (ms) what belongs to no visit was let go of."""
        self._take_profile(profile, profile_offset)

    def _take_profile(self, profile: SiteProfile, offset: int) -> None:
        self.profile, self.profile_offset = profile, offset
        self.zone = ZoneInfo(profile.timezone)
        self.retention = profile.retention_hours * _HOUR
        self.follows_log = profile.clock is SiteClock.LOG
        self._room_ids = {room.id for room in profile.rooms}

    # -- folding ---------------------------------------------------------------------------------------------------

    def fold(self, event: SiteEvent, offset: int, effects: Effects) -> None:
        """Take one event in. The deadlines up to its recorded time have passed before (see `advance`)."""
        known = self._known(event.id)
        if known is not None:
            self._answer_again(event, known, effects)
        elif event.type.startswith(_VISIT_EVENT):
            self._fold_visit(event, offset, effects)
        else:
            self._fold_other(event, offset, effects)

    def _known(self, event: str) -> Decision | None:
        """The event's decision. One that was set aside is none: a retry is decided at its own offset (I8)."""
        known = self.decisions.get(event)
        if known is None or known.status is not OutcomeStatus.DEAD_LETTERED:
            return known
        del self.decisions[event]
        self.other_events.remove(event)
        self.own_dirty = True
        return None

    def _answer_again(self, event: SiteEvent, known: Decision, effects: Effects) -> None:
        effects.repeated += 1
        self.own_dirty = True  # the clock went on
        if known.fingerprint == event.fingerprint:
            effects.answers.append(Answer(self.id, event.id, known))
            return
        reused = known._replace(fingerprint=event.fingerprint, status=OutcomeStatus.REFUSED, reason=Refusal.KEY_REUSED)
        effects.answers.append(Answer(self.id, event.id, reused, kept=False))

    def _fold_visit(self, event: SiteEvent, offset: int, effects: Effects) -> None:
        new = fact(event)
        visit = self.visits.get(event.subject)
        if visit is None and new.at < new.recorded - self.retention:
            effects.dead.append(Dead(offset, DeadLetterReason.VISIT_CLOSED))
            decision = Decision(event.fingerprint, OutcomeStatus.DEAD_LETTERED, DeadLetterReason.VISIT_CLOSED, event.subject,
                                None, None, None, None, new.recorded)  # fmt: skip
            self._decide_elsewhere(event.id, decision, effects)
            return
        beginning = visit is None
        visit = visit or Visit(event.subject)
        after = visit.view_with(new)
        if event.intent is Intent.COMMAND:
            refused = self._refusal(new, visit, after)
            if refused is not None:
                self._refuse(event, new, None if beginning else visit, refused, effects)
                return
        if beginning:
            self.visits[visit.id] = visit
        visit.keep(new)
        self.dirty.add(visit.id)
        if visit.ticket is None and after.checked_in is not None:
            visit.ticket = self.tickets.give(after.queue, after.checked_in, self.zone)
        self._settle(visit, after, offset, new, effects)
        decision = Decision(event.fingerprint, OutcomeStatus.APPLIED, None, visit.id, visit.ticket, after.stage, after.room,
                            None, new.recorded)  # fmt: skip
        self.decisions[event.id] = decision
        self.applied += 1
        effects.applied += 1
        effects.answers.append(Answer(self.id, event.id, decision))

    def _refusal(self, new: Fact, visit: Visit, after: View) -> tuple[Refusal, str | None] | None:
        changes = visit.facts and new.kind in _CLAIMING
        reason = _unfit_modifier(new, visit) if changes else decisions.refusal(new.kind, visit.view)
        return (reason, None) if reason is not None else self._claim_refused(visit.id, visit.view, after)

    def _claim_refused(self, visit: str, before: View, after: View) -> tuple[Refusal, str | None] | None:
        room = after.room
        if room is None or room == before.room:
            return None
        if room not in self._room_ids:
            return Refusal.UNKNOWN_ROOM, None
        holders = [holder for holder in self.rooms.held_by(room) if holder != visit]
        if holders:
            return Refusal.ROOM_HELD, self.visits[holders[0]].ticket
        if self.rooms.status(room) is RoomStatus.OUT_OF_SERVICE:
            return Refusal.ROOM_OUT_OF_SERVICE, None
        return None

    def _refuse(
        self, event: SiteEvent, new: Fact, visit: Visit | None, refused: tuple[Refusal, str | None], effects: Effects
    ) -> None:
        reason, held_by = refused
        now = visit.view if visit else NOTHING
        decision = Decision(event.fingerprint, OutcomeStatus.REFUSED, reason, event.subject, visit.ticket if visit else None,
                            now.stage, now.room, held_by, new.recorded)  # fmt: skip
        if visit is None:
            self._decide_elsewhere(event.id, decision, effects)
            return
        visit.refuse(event.id)
        self.dirty.add(visit.id)
        self.decisions[event.id] = decision
        effects.answers.append(Answer(self.id, event.id, decision))

    def _decide_elsewhere(self, event: str, decision: Decision, effects: Effects) -> None:
        self.decisions[event] = decision
        self.other_events.append(event)
        self.own_dirty = True
        effects.answers.append(Answer(self.id, event, decision))

    def _fold_other(self, event: SiteEvent, offset: int, effects: Effects) -> None:
        recorded = ms(event.recordedtime)
        reason: Refusal | None = None
        if isinstance(event, SiteProfileChanged):
            self._change_profile(event, offset, effects)
        elif isinstance(event, RoomStatusChanged):
            if event.intent is Intent.COMMAND and event.data.room not in self._room_ids:
                reason = Refusal.UNKNOWN_ROOM
            else:
                self.rooms.note(event.data.room, RoomFact(ms(event.time), event.id, event.data.status))
                effects.change(self.id, f"room:{event.data.room}")
        elif isinstance(event, ProviderStatusChanged):
            self._note_provider(event)
        status = OutcomeStatus.APPLIED if reason is None else OutcomeStatus.REFUSED
        self.applied += reason is None
        effects.applied += reason is None
        self._decide_elsewhere(
            event.id, Decision(event.fingerprint, status, reason, None, None, None, None, None, recorded), effects
        )

    def _note_provider(self, event: ProviderStatusChanged) -> None:
        word = ProviderFact(ms(event.time), event.id, event.data.status, event.data.delayed_minutes)
        self.providers[event.data.provider] = max(word, self.providers.get(event.data.provider, word))

    def _change_profile(self, event: SiteProfileChanged, offset: int, effects: Effects) -> None:
        rooms = self._room_ids
        self._take_profile(event.data, offset)
        effects.profiles[self.id] = offset
        effects.change(self.id, "profile")
        for room in rooms | self._room_ids:
            effects.change(self.id, f"room:{room}")
        for letter in self.queues.letters():
            self._behead(letter)
        for visit in self.visits.values():
            self._watch(visit)
        self._realert(self.visits.values(), Cause(offset, ms(event.recordedtime)), effects)

    # -- what follows from the facts --------------------------------------------------------------------------------

    def _settle(self, visit: Visit, after: View, offset: int, new: Fact, effects: Effects) -> None:
        before, was_ended = visit.view, visit.ended
        visit.view = after
        effects.change(self.id, f"visit:{visit.id}")
        touched = {visit.id}
        if before.room != after.room:
            touched.update(self._change_room(visit.id, before.room, after.room, effects))
        touched.update(self._requeue(visit, before.queue))
        if (was_ended or visit.ended) and before != after:
            effects.summaries.append(Summarized(self.id, visit.id, visit.ticket, after, offset))
        self._watch(visit)
        self._realert([self.visits[name] for name in sorted(touched)], Cause(offset, new.recorded), effects)

    def _change_room(self, visit: str, old: str | None, new: str | None, effects: Effects) -> set[str]:
        touched: set[str] = set()
        if old is not None:
            self.rooms.release(old, visit)
            touched.update(self.rooms.held_by(old))
            effects.change(self.id, f"room:{old}")
        if new is not None:
            self.rooms.hold(new, visit)
            touched.update(self.rooms.held_by(new))
            effects.change(self.id, f"room:{new}")
        return touched

    def _requeue(self, visit: Visit, old_letter: str) -> set[str] | frozenset[str]:
        """Put the visit where it belongs; returns whoever came to the head of a queue, or no longer stands there."""
        old_place, new_place, letter = visit.place, place(visit.id, visit.view), visit.view.queue
        if new_place == old_place and letter == old_letter:
            return _NOBODY
        heads = self.profile.next_up
        visit.place = new_place
        touched = set(_NOBODY)
        if old_place is not None and self.queues.leave(old_letter, old_place) < heads:
            touched |= self._behead(old_letter)
        if new_place is not None and self.queues.join(letter, new_place) < heads:
            touched |= self._behead(letter)
        return touched

    def _behead(self, letter: str) -> set[str]:
        old, new = self._heads.get(letter, ()), self.queues.head(letter, self.profile.next_up)
        self._heads[letter] = new
        return set(old) ^ set(new)

    def _watch(self, visit: Visit) -> None:
        """Note when time alone will change something about the visit."""
        visit.deadlines = alerting.deadlines(visit.view, self.profile.limits)
        self._watch_next(visit)

    def _watch_next(self, visit: Visit) -> None:
        now, over = self.clock or 0, visit.over_at()
        watched = None if over is None else over + self.retention + 1
        for _, deadline in visit.deadlines:
            if deadline > now and (watched is None or deadline < watched):
                watched = deadline
        if watched is not None and watched != visit.watched:
            heappush(self._deadlines, (watched, visit.id))
        visit.watched = watched

    def _standing(self, visit: Visit) -> dict[str, Standing]:
        clock, deadlines, view = self.clock, visit.deadlines, visit.view
        if clock is None:
            return {}
        next_up = visit.place is not None and visit.id in self._heads.get(view.queue, ())
        clash = view.room is not None and self.rooms.crowded(view.room)
        if not (next_up or clash or view.call or (deadlines and deadlines[0][1] <= clock)):
            return {}
        return alerting.standing(visit.id, view, deadlines, clock, next_up=next_up, clash=clash)

    def _realert(self, visits: Iterable[Visit], cause: Cause, effects: Effects) -> None:
        for visit in visits:
            new = self._standing(visit)
            if new != visit.alerts:
                self._tell(visit, new, cause, effects)

    def _tell(self, visit: Visit, new: dict[str, Standing], cause: Cause, effects: Effects) -> None:
        old, visit.alerts = visit.alerts, new
        self.own_dirty = True
        view = visit.view
        for name in sorted(new.keys() - old.keys()):
            alert = new[name]
            time = max(cause.at, alert.since) if alert.kind is AlertKind.NEXT_UP else alert.since
            effects.alerts.append(Raised(self.id, name, alert, time, view.person, visit.ticket, view.language, cause.offset))
            effects.change(self.id, f"alert:{name}")
        for name in sorted(old.keys() - new.keys()):
            why = self.why_gone(visit.id, name)
            gone = Retracted(self.id, name, old[name], view.person, visit.ticket, view.language, why, cause.offset)
            effects.alerts.append(gone)
            effects.change(self.id, f"alert:{name}")
        for name in new.keys() & old.keys():
            if new[name] != old[name]:
                effects.change(self.id, f"alert:{name}")

    def why_gone(self, visit: str, alert: str) -> RetractionReason:
        """Undone: a call, or the arrival behind a next-up, that no longer counts. Anything else is over."""
        known = self.visits.get(visit)
        if known is None or known.plain:
            return RetractionReason.OVER
        milestone = alert.rsplit("/", 1)[1]
        return RetractionReason.UNDONE if milestone in undone(known.facts.values()) else RetractionReason.OVER

    # -- time --------------------------------------------------------------------------------------------------------

    def advance(self, to: int, offset: int, effects: Effects) -> None:
        """Let the site's clock go on to `to` (ms), never back; deadlines on the way pass one by one, each at its own time."""
        while self._deadlines and self._deadlines[0][0] <= to:
            deadline, name = heappop(self._deadlines)
            visit = self.visits.get(name)
            if visit is None or visit.watched != deadline:
                continue  # it was watched for something that has changed since
            self.clock = max(self.clock or 0, deadline)
            over = visit.over_at()
            if over is not None and over + self.retention < deadline:
                self._forget(visit, offset, effects)
            else:
                self._realert([visit], Cause(offset, deadline), effects)
                self._watch_next(visit)
        self.clock = max(self.clock or 0, to)

    def tick(self, now: int, offset: int, effects: Effects) -> None:
        """Follow the wall clock, where flow has caught up and the site has had a visit event and lives now (I6)."""
        if self.clock is not None and not self.follows_log:
            self.advance(now, offset, effects)

    def _forget(self, visit: Visit, offset: int, effects: Effects) -> None:
        for name, alert in sorted(visit.alerts.items()):
            gone = Retracted(
                self.id, name, alert, visit.view.person, visit.ticket, visit.view.language, RetractionReason.OVER, offset
            )
            effects.alerts.append(gone)
            effects.change(self.id, f"alert:{name}")
        self.own_dirty = self.own_dirty or bool(visit.alerts)
        del self.visits[visit.id]
        self.dirty.add(visit.id)
        for event in (*visit.facts, *visit.refused):
            self.decisions.pop(event, None)
        effects.change(self.id, f"visit:{visit.id}")
        self._forget_old((self.clock or 0) - self.retention)

    def _forget_old(self, moment: int) -> None:
        """Let go of what belongs to no visit and is older than the moment; looked at once an hour of the site's clock."""
        if moment < self.swept + _HOUR:
            return
        self.swept = moment
        kept = [event for event in self.other_events if self.decisions[event].recorded >= moment]
        for event in set(self.other_events) - set(kept):
            del self.decisions[event]
        self.own_dirty = self.own_dirty or len(kept) != len(self.other_events)
        self.other_events = kept
        self.tickets.forget_before(moment, self.zone)

    # -- after loading -----------------------------------------------------------------------------------------------

    def rebuild(self, standing: dict[str, Standing]) -> None:
        """Work out all that follows from the facts, silently. `standing` are the alerts that had been raised."""
        self.rooms = _with_facts_of(self.rooms)
        self.queues, self._heads, self._deadlines = Queues(), {}, []
        for visit in self.visits.values():
            visit.view = view(visit.facts.values())
            if visit.view.room is not None:
                self.rooms.hold(visit.view.room, visit.id)
            visit.place = place(visit.id, visit.view)
            if visit.place is not None:
                self.queues.join(visit.view.queue, visit.place)
            self._watch(visit)
        for letter in self.queues.letters():
            self._heads[letter] = self.queues.head(letter, self.profile.next_up)
        for name, alert in standing.items():
            self.visits[alert.visit].alerts[name] = alert
        self.dirty.clear()
        self.own_dirty = False

    def standing(self) -> dict[str, Standing]:
        """Every alert of the site that stands."""
        return {name: alert for visit in self.visits.values() for name, alert in visit.alerts.items()}


def _unfit_modifier(new: Fact, visit: Visit) -> Refusal | None:
    named = new.data["undoes" if new.kind == "step-undone" else "corrects"]
    if named not in visit.facts:
        return Refusal.UNKNOWN_EVENT
    return Refusal.ALREADY_UNDONE if named in undone(visit.facts.values()) else None


def _with_facts_of(rooms: Rooms) -> Rooms:
    fresh = Rooms()
    fresh.facts = rooms.facts
    return fresh
