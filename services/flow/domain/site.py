"""One site: its visits, rooms, providers, queues and tickets, as of a prefix of its partition's log.

All of it is a function of the log. Places, holders of rooms and standing alerts follow from the facts (I1); only who holds what
first, and the numbers of tickets, follow from the order of the log (I8). Events change it in folding.py, time in passing.py,
and settling.py works out what follows.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.alerts import RetractionReason
from schemas.opening_hours import OpeningHours
from schemas.outcomes import OutcomeStatus
from schemas.sites import SiteClock, SiteProfile
from schemas.summaries import Stage
from services.flow.domain.absences import Absences
from services.flow.domain.acknowledged import Acknowledged
from services.flow.domain.alarms import Alarms
from services.flow.domain.alerting import Standing, arrival, of_arrival
from services.flow.domain.book import Book
from services.flow.domain.decisions import Decision
from services.flow.domain.facts import HOUR_MS, MINUTE_MS, Fact
from services.flow.domain.modifiers import undone
from services.flow.domain.pace import Paces
from services.flow.domain.providers import Providers
from services.flow.domain.queues import Queues
from services.flow.domain.rooms import Rooms
from services.flow.domain.silence import Silence
from services.flow.domain.supplies import Supplies
from services.flow.domain.tickets import Tickets
from services.flow.domain.timeline import IN_CLINIC, NOTHING, View
from services.flow.domain.visit import Visit, join
from services.flow.domain.waits import Waits, wait


class Outlook(NamedTuple):
    """What a fact would make of the visits that it touches: where the facts put each, and which goes on as which."""

    changes: list[tuple[Visit, View]]
    ends: Mapping[str, str]
    """Empty where the visit was never merged with another."""


class Site:
    """The state of one site. Only what `snapshot` names is kept; the rest is worked out again from it."""

    def __init__(self, profile: SiteProfile, profile_offset: int) -> None:
        self.id = profile.site
        self.clock: int | None = None
        """The site's clock in ms (I6); None until its first visit event, and then nothing fires."""
        self.visits: dict[str, Visit] = {}
        self.together: dict[str, tuple[str, ...]] = {}
        """Visits that a merge ever named together, by each of them (merging.py)."""
        self.decisions: dict[str, Decision] = {}
        self.other_events: dict[str, None] = {}
        """Events that belong to no visit of the state, in the order in which they came; their decisions go by age."""
        self.rooms = Rooms()
        self.providers = Providers()
        self.absences = Absences()
        self.supplies = Supplies()
        self.tickets = Tickets()
        self.silence = Silence()
        self.applied = 0
        """Distinct events applied, ever."""
        self.swept = 0
        """Up to which moment (ms) what belongs to no visit was let go of."""
        self.dirty: set[str] = set()
        """Visits changed since the last snapshot."""
        self.dirty_events: set[str] = set()
        """Events that belong to no visit and whose decisions came or went since."""
        self.own_dirty = True
        """Whether anything else of the site changed since."""
        self.book = Book()
        self.queues = Queues()
        self.heads: dict[str, tuple[str, ...]] = {}
        self.waits = Waits()
        self.paces = Paces()
        self.alarms = Alarms()
        self.acknowledged = Acknowledged()
        self.take_profile(profile, profile_offset)

    def take_profile(self, profile: SiteProfile, offset: int) -> None:
        """Live by this profile, which stands at that offset."""
        self.profile, self.profile_offset = profile, offset
        self.zone = ZoneInfo(profile.timezone)
        self.hours = OpeningHours(profile.hours, self.zone)
        self.hours_of = {one.id: OpeningHours(one.hours, self.zone) if one.hours else self.hours for one in profile.providers}
        """When each provider sees patients."""
        self.visit_types = {one.code: one for one in profile.visit_types}
        self.grace = profile.closing_grace_minutes * MINUTE_MS
        self.retention = profile.retention_hours * HOUR_MS
        self.follows_log = profile.clock is SiteClock.LOG
        self.room_ids = frozenset(room.id for room in profile.rooms)
        self.rooms.cleaned = profile.rooms_are_cleaned

    @property
    def horizon(self) -> int | None:
        """Up to when (ms) what happened at the site is known: its clock, unless nothing was heard of it since (I6)."""
        return self.clock if self.silence.since is None else self.silence.since

    def at_last(self, visit: str) -> Visit | None:
        """The visit, or the one that it goes on as."""
        known = self.visits.get(visit)
        return self.visits[known.goes_on_as] if known is not None and known.goes_on_as is not None else known

    def now(self, told: View) -> tuple[View, int | None]:
        """What the facts say, as it stands at this time of the day, and when (ms) the visit is over unless something happens.

        Who is still there when the site has long closed has left at a time that nobody knows. Who was to come and has not, long
        after their time, will not; while nothing is heard of the site, nobody knows who came.
        """
        if told.stage is Stage.EXPECTED:
            missed = self.missed_at(told)
            gone = missed is not None and (self.horizon or 0) >= missed
            return (told._replace(stage=Stage.NO_SHOW, since=missed), missed) if gone else (told, missed)
        if told.stage not in IN_CLINIC:
            return told, None
        over_by = self.hours.over_by(told.last, self.grace)
        if over_by is None:
            over_by = told.last + self.profile.unclosed_after_hours * HOUR_MS
        return (_unclosed(told, over_by), over_by) if (self.clock or 0) >= over_by else (told, over_by)

    def missed_at(self, told: View) -> int | None:
        """When (ms) a patient who is expected counts as a no-show; None: never."""
        grace = self.profile.limits.no_show
        if told.stage is not Stage.EXPECTED or told.scheduled is None or not grace:
            return None
        return told.scheduled + ((told.delay or 0) + grace) * MINUTE_MS

    def keep(self, subject: Visit, new: Fact, outlook: Outlook) -> None:
        """Make a fact one of the subject's, with all that it makes of the visits that were ever merged with it."""
        subject.keep(new)
        self.dirty.add(subject.id)
        if not outlook.ends:
            self.visits[subject.id] = subject
            return
        names = tuple(sorted(outlook.ends))
        self.own_dirty = self.own_dirty or self.together.get(subject.id) != names
        self.together.update(dict.fromkeys(names, names))
        self.dirty.update(names)
        self.visits.update({visit.id: visit for visit, _ in outlook.changes})
        join([visit for visit, _ in outlook.changes], outlook.ends)

    def decided(self, event: str) -> Decision | None:
        """The answer that the event was given. One that was set aside has none: a retry is decided at its own offset (I8)."""
        known = self.decisions.get(event)
        if known is None or known.status is not OutcomeStatus.DEAD_LETTERED:
            return known
        self.forget_decision(event)
        return None

    def decide_elsewhere(self, event: str, decision: Decision) -> None:
        """Keep the answer to an event that belongs to no visit of the state, for the site's retention."""
        self.decisions[event] = decision
        self.other_events[event] = None
        self.dirty_events.add(event)

    def forget_decision(self, event: str) -> None:
        """Let go of the answer to an event that belongs to no visit."""
        del self.decisions[event]
        del self.other_events[event]
        self.dirty_events.add(event)

    def let_go(self, visit: Visit) -> None:
        """Drop a visit that is long over, with the answers to its events; what it did to its rooms is kept."""
        del self.visits[visit.id]
        self.together.pop(visit.id, None)
        self.rooms.forget(visit.id, visit.view.vacated)
        self.book.change(visit.id, ())
        self.providers.bind(visit.id, visit.view, NOTHING)
        self.waits.change(wait(visit.view), None)
        self.alarms.watch(visit.name, None)
        self.dirty.add(visit.id)
        self.own_dirty = True
        for event in (*visit.facts, *visit.refused):
            self.decisions.pop(event, None)

    @property
    def may_be_silent(self) -> bool:
        """Whether silence means anything at this site: it lives now, has hours, and is not said to be quiet at times."""
        return bool(self.profile.limits.silent and self.profile.hours) and not self.follows_log

    def hear_nothing(self) -> None:
        """See whether the site has fallen silent, or settled again."""
        if self.may_be_silent and self.clock is not None:
            self.silence.pass_to(self.clock, self.hours, self.profile.limits.silent * MINUTE_MS)

    def next_look(self) -> int | None:
        """When to see again whether the site is silent."""
        if self.clock is None or not self.may_be_silent:
            return None
        return self.silence.next(self.hours, self.profile.limits.silent * MINUTE_MS)

    def watched(self) -> list[str]:
        """The names of all visits, rooms and providers, in order."""
        names = [visit.name for visit in self.visits.values()]
        names += [f"room:{room}" for room in self.rooms.known()] + [f"provider:{name}" for name in self.providers.known()]
        names += [f"supply:{supply.id}" for supply in self.profile.supplies]
        return sorted(names)

    def tells_of(self, visit: str) -> Collection[Fact]:
        """Every fact about the visit and whatever it was ever merged with."""
        if visit in self.together:
            return [fact for name in self.together[visit] for fact in self.visits[name].facts.values()]
        known = self.visits.get(visit)
        return known.facts.values() if known is not None else ()

    def offsets_of(self, visit: Visit) -> list[int]:
        """Where the facts of the visit, and of all that go on as it, stand on the log, ascending."""
        names = self.together.get(visit.id)
        if names is None:
            return [fact.offset for fact in visit.facts.values()]  # kept in the order of the log
        merged = (self.visits[name] for name in names if name == visit.id or self.visits[name].goes_on_as == visit.id)
        return sorted(fact.offset for other in merged for fact in other.facts.values())

    def standing(self) -> dict[str, Standing]:
        """Every alert of the site that stands.

        Check-ins are not among the alarms, which are shown and saved: each who waits has one, and no screen needs it.
        """
        here = [(visit, event) for visit in self.visits.values() if (event := arrival(visit.view)) is not None]
        return self.alarms.standing | dict(of_arrival(visit.id, event, visit.view) for visit, event in here)

    def why_gone(self, visit: str | None, alert: str) -> RetractionReason:
        """Undone: a call, or the arrival behind a next-up, that no longer counts. Anything else is over."""
        known = self.visits.get(visit) if visit is not None else None
        if known is None or (known.plain and known.id not in self.together):
            return RetractionReason.OVER
        milestone = alert.rsplit("/", 1)[1]
        return RetractionReason.UNDONE if milestone in undone(self.tells_of(known.id)) else RetractionReason.OVER


def _unclosed(told: View, over_by: int) -> View:
    vacated = told.vacated
    if told.room is not None:
        vacated = (*(left for left in vacated if left[0] != told.room), (told.room, over_by))
    return told._replace(
        stage=Stage.UNCLOSED, since=over_by, call=None, called=None, called_to=None, room=None, service=None, vacated=vacated
    )
