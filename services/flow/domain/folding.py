"""Takes one event into its site: decides on it, keeps what it says, and lets everything follow (DESIGN I1, I5, I8)."""

from collections.abc import Collection

from schemas.codec import SiteEvent
from schemas.dead_letters import DeadLetterReason
from schemas.envelope import Intent
from schemas.outcomes import OutcomeStatus, Refusal
from schemas.rooms import (
    AlertAcknowledged,
    ProviderAbsenceUndone,
    ProviderAbsent,
    ProviderStatusChanged,
    RoomStatusChanged,
    RoomStatusUndone,
    SupplyLevelChanged,
)
from schemas.sites import SiteProfileChanged
from services.flow.domain import decisions
from services.flow.domain.alerting import SITE
from services.flow.domain.claims import Refused, booking_refused, checklist_refused, claim_refused
from services.flow.domain.decisions import Decision, elsewhere
from services.flow.domain.effects import Answer, Dead, Effects
from services.flow.domain.facts import Fact, fact, ms
from services.flow.domain.merging import MERGED, views_together
from services.flow.domain.modifiers import MODIFIERS, undone
from services.flow.domain.passing import forget_old
from services.flow.domain.providers import ProviderFact
from services.flow.domain.settling import resettle, settle
from services.flow.domain.site import Outlook, Site
from services.flow.domain.supplies import Level
from services.flow.domain.timeline import NOTHING
from services.flow.domain.visit import Visit
from services.flow.domain.watching import Cause, look_at

_VISIT_EVENT = "clinicflow.visit."


def fold(site: Site, event: SiteEvent, cause: Cause, effects: Effects) -> None:
    """Take one event in, recorded at `cause.at`. The deadlines up to then have passed before (passing.advance)."""
    _hear(site, cause, effects)
    known = site.decided(event.id)
    if known is not None:
        _answer_again(site, event, known, effects)
    elif event.type.startswith(_VISIT_EVENT):
        _fold_visit(site, event, cause, effects)
    else:
        _fold_other(site, event, cause, effects)


def _hear(site: Site, cause: Cause, effects: Effects) -> None:
    ended = site.silence.hear(cause.at)
    if site.clock is not None and (ended or (site.may_be_silent and not site.alarms.watches(SITE))):
        look_at(site, SITE, cause, effects)


def _answer_again(site: Site, event: SiteEvent, known: Decision, effects: Effects) -> None:
    effects.repeated += 1
    site.own_dirty = True  # the clock went on
    if known.fingerprint == event.fingerprint:
        effects.answers.append(Answer(site.id, event.id, known))
        return
    reused = known._replace(fingerprint=event.fingerprint, status=OutcomeStatus.REFUSED, reason=Refusal.KEY_REUSED)
    effects.answers.append(Answer(site.id, event.id, reused, kept=False))


def _fold_visit(site: Site, event: SiteEvent, cause: Cause, effects: Effects) -> None:
    new = fact(event, cause.at, cause.offset)
    subject = site.visits.get(event.subject)
    if subject is None and new.at < new.recorded - site.retention:
        effects.dead.append(Dead(cause.offset, DeadLetterReason.VISIT_CLOSED))
        closed = elsewhere(
            event.fingerprint, OutcomeStatus.DEAD_LETTERED, DeadLetterReason.VISIT_CLOSED, new.recorded, event.subject
        )
        site.decide_elsewhere(event.id, closed)
        effects.answers.append(Answer(site.id, event.id, closed))
        return
    beginning = subject is None
    subject = subject or Visit(event.subject)
    outlook = _outlook(site, subject, new)
    if event.intent is Intent.COMMAND:
        refused = _refusal(site, subject, new, outlook)
        if refused is not None:
            _refuse(site, event, None if beginning else subject, refused, effects)
            return
    site.keep(subject, new, outlook)
    for visit, told in outlook.changes:
        if visit.ticket is None and told.checked_in is not None:
            visit.own_ticket = site.tickets.give(told.queue, told.checked_in, site.zone)
    settle(site, outlook.changes, cause, effects)
    now = site.at_last(subject.id) or subject
    decision = Decision(event.fingerprint, OutcomeStatus.APPLIED, None, now.id, now.ticket, now.view.stage, now.view.room,
                        None, None, new.recorded)  # fmt: skip
    site.decisions[event.id] = decision
    site.applied += 1
    effects.applied += 1
    effects.answers.append(Answer(site.id, event.id, decision))


def _outlook(site: Site, subject: Visit, new: Fact) -> Outlook:
    names = set(site.together.get(subject.id, ()))
    if new.kind == MERGED and new.data["into"] != subject.id:
        into = new.data["into"]
        names |= {subject.id, *site.together.get(into, (into,))}
    if not names:
        return Outlook([(subject, subject.view_with(new))], {})
    visits = {name: subject if name == subject.id else site.visits.get(name) or Visit(name) for name in sorted(names)}
    facts = {name: [*visit.facts.values()] for name, visit in visits.items()}
    facts[subject.id].append(new)
    ends, views = views_together(facts)
    return Outlook([(visit, views[name]) for name, visit in visits.items()], ends)


def _refusal(site: Site, subject: Visit, new: Fact, outlook: Outlook) -> Refused | None:
    before = (site.at_last(subject.id) or subject).told
    if subject.facts and new.kind in MODIFIERS:
        reason = _unfit_modifier(new, site.tells_of(subject.id))
    elif new.kind == MERGED and before.stage is not None:
        reason = _unfit_merge(site, subject.id, new.data["into"])
    else:
        reason = decisions.refusal(new.kind, before)
    if reason is not None:
        return Refused(reason, None)
    told = next(told for visit, told in outlook.changes if visit.id == (subject.goes_on_as or subject.id))
    return (
        checklist_refused(site, before, new, told)
        or claim_refused(site, outlook.changes)
        or booking_refused(site, outlook.changes, new.recorded)
    )


def _unfit_modifier(new: Fact, facts: Collection[Fact]) -> Refusal | None:
    named = new.data["undoes" if new.kind == "step-undone" else "corrects"]
    if all(named != fact.id for fact in facts):
        return Refusal.UNKNOWN_EVENT
    return Refusal.ALREADY_UNDONE if named in undone(facts) else None


def _unfit_merge(site: Site, visit: str, into: str) -> Refusal | None:
    other = site.at_last(into)
    if other is None or other.told.stage is None:
        return Refusal.UNKNOWN_VISIT
    return Refusal.ALREADY_MERGED if other is site.at_last(visit) else None


def _refuse(site: Site, event: SiteEvent, visit: Visit | None, refused: Refused, effects: Effects) -> None:
    now, ticket = (visit.view, visit.ticket) if visit else (NOTHING, None)
    held_by, holder = (refused.holder.ticket, refused.holder.id) if refused.holder else (None, None)
    decision = Decision(event.fingerprint, OutcomeStatus.REFUSED, refused.reason, event.subject, ticket, now.stage, now.room,
                        held_by, holder, ms(event.recordedtime))  # fmt: skip
    if visit is None:
        site.decide_elsewhere(event.id, decision)
    else:
        visit.refuse(event.id)
        site.dirty.add(visit.id)
        site.decisions[event.id] = decision
    effects.answers.append(Answer(site.id, event.id, decision))


def _fold_other(site: Site, event: SiteEvent, cause: Cause, effects: Effects) -> None:
    if site.clock is not None:
        forget_old(site, site.clock - site.retention)
    reason: Refusal | None = None
    if isinstance(event, SiteProfileChanged):
        _change_profile(site, event, cause, effects)
    elif isinstance(event, RoomStatusChanged | RoomStatusUndone):
        reason = _note_room(site, event, cause, effects)
    elif isinstance(event, ProviderStatusChanged):
        word = ProviderFact(ms(event.time), event.id, event.data.status, event.data.delayed_minutes)
        site.providers.note(event.data.provider, word)
        effects.change(site.id, f"provider:{event.data.provider}")
        look_at(site, f"provider:{event.data.provider}", cause, effects)
    elif isinstance(event, ProviderAbsent | ProviderAbsenceUndone):
        reason = _note_absence(site, event, cause, effects)
    elif isinstance(event, SupplyLevelChanged):
        _note_supply(site, event, cause, effects)
    elif isinstance(event, AlertAcknowledged):
        _note_acknowledgement(site, event, cause, effects)
    status = OutcomeStatus.APPLIED if reason is None else OutcomeStatus.REFUSED
    site.applied += reason is None
    effects.applied += reason is None
    decision = elsewhere(event.fingerprint, status, reason, cause.at)
    site.decide_elsewhere(event.id, decision)
    effects.answers.append(Answer(site.id, event.id, decision))


def _note_room(site: Site, event: RoomStatusChanged | RoomStatusUndone, cause: Cause, effects: Effects) -> Refusal | None:
    room, command = event.data.room, event.intent is Intent.COMMAND
    if command and room not in site.room_ids:
        return Refusal.UNKNOWN_ROOM
    if isinstance(event, RoomStatusUndone):
        new = _undo(event, cause)
        unfit = _unfit_modifier(new, site.rooms.facts.get(room, {}).values()) if command else None
        if unfit is not None:
            return unfit
    else:
        new = Fact(event.id, "status-changed", ms(event.time), cause.at, {"status": event.data.status}, cause.offset)
    site.rooms.note(room, new)
    effects.change(site.id, f"room:{room}")
    look_at(site, f"room:{room}", cause, effects)
    return None


def _undo(event: RoomStatusUndone | ProviderAbsenceUndone, cause: Cause) -> Fact:
    return Fact(event.id, "step-undone", ms(event.time), cause.at, {"undoes": event.data.undoes}, cause.offset)


def _note_absence(site: Site, event: ProviderAbsent | ProviderAbsenceUndone, cause: Cause, effects: Effects) -> Refusal | None:
    provider = event.data.provider
    if isinstance(event, ProviderAbsenceUndone):
        new = _undo(event, cause)
        unfit = _unfit_modifier(new, site.absences.facts.get(provider, {}).values())
        if unfit is not None and event.intent is Intent.COMMAND:
            return unfit
    else:
        said = {"from_at": ms(event.data.from_at), "until_at": ms(event.data.until_at), "reason": event.data.reason}
        new = Fact(event.id, "absent", ms(event.time), cause.at, said, cause.offset)
    site.absences.note(provider, new)
    effects.change(site.id, f"provider:{provider}")
    return None


def _note_supply(site: Site, event: SupplyLevelChanged, cause: Cause, effects: Effects) -> None:
    supply = event.data.supply
    site.supplies.note(supply, event.data.room or "", Level(ms(event.time), event.id, event.data.level))
    effects.change(site.id, f"supply:{supply}")
    look_at(site, f"supply:{supply}", cause, effects)


def _note_acknowledgement(site: Site, event: AlertAcknowledged, cause: Cause, effects: Effects) -> None:
    alert = event.data.alert
    if site.acknowledged.note(alert, ms(event.time), cause.at) and alert in site.alarms.standing:
        effects.change(site.id, f"alert:{alert}")


def _change_profile(site: Site, event: SiteProfileChanged, cause: Cause, effects: Effects) -> None:
    rooms = site.room_ids
    site.take_profile(event.data, cause.offset)
    effects.profiles[site.id] = cause.offset
    effects.change(site.id, "profile")
    for room in rooms | site.room_ids:
        effects.change(site.id, f"room:{room}")
    resettle(site, cause, effects)
    look_at(site, SITE, cause, effects)
