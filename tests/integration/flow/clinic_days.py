"""Made-up days at clinics, from a seed: valid events as desks and feeds would send them, without an end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from schemas import rooms, visits
from schemas.codec import SiteEvent
from schemas.envelope import Intent
from schemas.sites import Limits, Room, SiteClock, SiteProfile, SiteProfileChanged
from services.runtime.clock import Clock

FIRST_DAY = datetime(2025, 3, 3, 12, tzinfo=UTC)
STEPS: tuple[type[Any], ...] = (
    visits.PatientCheckedIn, visits.PatientCalled, visits.PatientRoomed, visits.ProviderSeen, visits.PatientLeftRoom,
    visits.PatientCheckedOut,
)  # fmt: skip
ROOMS = tuple(Room(id=f"r{number}", name=f"Room {number}") for number in range(1, 7))


class Clinic:
    """One clinic: its profile first, then whatever happens there. One that lives now takes its times from the wall."""

    def __init__(self, name: str, seed: int, site_clock: SiteClock = SiteClock.LOG) -> None:
        self.name = name
        self._random = Random(f"{name}/{seed}")  # a made-up day, no secret
        self._site_clock = site_clock
        self._wall = Clock()
        self._moment = FIRST_DAY + timedelta(minutes=self._random.randrange(600))
        self._here: dict[str, list[str]] = {}
        """The visits going on, and the events of each."""
        self._visits = 0

    def events(self) -> Iterator[SiteEvent]:
        """Yield events for ever: steps in order mostly; some repeated, some undone, some that a desk must be refused."""
        yield self._event(SiteProfileChanged, self.name, self._profile())
        before: SiteEvent | None = None
        while True:
            chance = self._random.random()
            if before is not None and chance < 0.04:
                yield before
            elif chance < 0.07:
                yield self._room_status()
            else:
                before = self._next_step(chance)
                yield before

    def _profile(self) -> SiteProfile:
        return SiteProfile(
            site=self.name, name=f"Clinic {self.name}", timezone="America/New_York", clock=self._site_clock, rooms=ROOMS,
            limits=Limits(waiting_warning=5, waiting_critical=10), retention_hours=2,
        )  # fmt: skip

    def _next_step(self, chance: float) -> SiteEvent:
        if len(self._here) < 3 or (chance < 0.25 and len(self._here) < 12):
            self._visits += 1
            visit = f"{self.name}-v{self._visits}"
            self._here[visit] = []
        else:
            visit = self._random.choice(list(self._here))
        done = self._here[visit]
        if done and chance > 0.97:
            return self._undo(visit, done[-1])
        kind = STEPS[min(len(done), len(STEPS) - 1)]
        event: SiteEvent = self._event(kind, visit, self._details(kind))
        done.append(event.id)
        if len(done) >= len(STEPS):
            del self._here[visit]
        return event

    def _details(self, kind: type[Any]) -> Any:
        if kind is visits.PatientCalled:
            return visits.Call(room=self._random.choice(ROOMS).id)
        if kind is visits.PatientRoomed:
            return visits.Rooming(room=self._random.choice(ROOMS).id)
        if kind is visits.PatientCheckedIn:
            return visits.CheckIn(priority=self._random.choice((3, 5, 5, 5)), queue="A")
        return None

    def _undo(self, visit: str, event: str) -> SiteEvent:
        undone: SiteEvent = self._event(visits.StepUndone, visit, visits.Undo(undoes=event))
        return undone

    def _room_status(self) -> SiteEvent:
        room = self._random.choice(ROOMS).id
        status = self._random.choice((rooms.RoomStatus.READY, rooms.RoomStatus.CLEANING))
        event: SiteEvent = self._event(rooms.RoomStatusChanged, room, rooms.RoomState(room=room, status=status))
        return event

    def _event(self, kind: type[Any], subject: str, data: Any = None) -> Any:
        self._moment += timedelta(seconds=self._random.randrange(1, 90))
        moment = self._moment if self._site_clock is SiteClock.LOG else self._wall.now()
        envelope: dict[str, Any] = {
            "id": str(UUID(int=self._random.getrandbits(128))), "source": "/checkin/desk", "subject": subject, "time": moment,
            "recordedtime": moment, "site": self.name, "actor": "desk-1", "fingerprint": f"{self._random.getrandbits(64):016x}",
            "intent": self._random.choice((Intent.COMMAND, Intent.REPORT)),
        }  # fmt: skip
        return kind(**envelope) if data is None else kind(**envelope, data=data)
