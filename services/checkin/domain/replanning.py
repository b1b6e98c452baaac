"""What could become of the visits of a provider who is away: somebody else at the same time, the next free time, or nothing.

It is a proposal: somebody looks it through, and flow decides.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.live import LiveVisit
from schemas.sites import SiteProfile
from schemas.summaries import Stage
from services.checkin.domain.day_book import Days, Span, minutes_of, span_of
from services.checkin.domain.free_slots import Free, Occupied, Wanted, free_slots

_DAYS_AHEAD = 28


class Proposal(NamedTuple):
    """A visit of the absence, and the time that was found for it; None: there is none within four weeks."""

    visit: LiveVisit
    free: Free | None


def concerned(visits: Iterable[LiveVisit], profile: SiteProfile, provider: str, away: Span) -> list[LiveVisit]:
    """List the visits to come that the absence hits, in their order."""
    hit = [
        visit
        for visit in visits
        if visit.stage is Stage.EXPECTED and visit.scheduled_ms is not None and visit.booked_provider == provider
        and span_of(visit, profile).meets(away)
    ]  # fmt: skip
    return sorted(hit, key=lambda visit: (visit.scheduled_ms or 0, visit.visit))


def proposals(profile: SiteProfile, hit: Iterable[LiveVisit], occupied: Occupied, now_ms: int) -> Iterator[Proposal]:
    """Propose for each visit in turn; what one was given is offered to no other. `occupied`: without these visits."""
    for visit in hit:
        free = _found(profile, visit, occupied, now_ms)
        if free is not None:
            span = span_of(visit.model_copy(update={"scheduled_ms": free.start}), profile)
            occupied.take(free, span)
        yield Proposal(visit, free)


def _found(profile: SiteProfile, visit: LiveVisit, occupied: Occupied, now_ms: int) -> Free | None:
    scheduled, zone = visit.scheduled_ms or now_ms, ZoneInfo(profile.timezone)
    first = datetime.fromtimestamp(scheduled / 1000, UTC).astimezone(zone).date()
    kind = next((kind for kind in profile.visit_types if kind.code == visit.visit_type), None)
    wanted = Wanted(
        Days(first, _DAYS_AHEAD, zone), max(scheduled, now_ms), minutes_of(visit, profile), visit.buffer_before or 0,
        visit.buffer_after or 0, kind, None, visit.booked_room, profile.slot_minutes,
    )  # fmt: skip
    return next(free_slots(profile, occupied, wanted), None)
