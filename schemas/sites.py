"""A site's own profile: its timezone, hours, rooms, providers, limits, languages and texts."""

from datetime import time
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from schemas.envelope import Code, Event, Frozen, QueueLetter, SiteId, ThingId
from schemas.languages import ScreenLanguage


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("no such timezone; use an IANA name such as America/New_York")
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _without_offset(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("give the time as the clinic's own clock shows it, without an offset: 08:00")
    return value


LocalTime = Annotated[
    time,
    AfterValidator(_without_offset),
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$"}),
]
"""What the clinic's own clock shows; JSON Schema's `time` format would ask for an offset."""
Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Label = Annotated[str, Field(min_length=1, max_length=60)]
"""What staff and patients read; of things, never of patients."""


class SiteClock(StrEnum):
    """Whether the site lives now, or in the times of the log that is replayed into it (DESIGN I6)."""

    WALL = "wall"
    LOG = "log"


class Room(Frozen):
    """A room that holds one patient."""

    id: ThingId
    name: Label
    equipment: tuple[Code, ...] = ()


class Hours(Frozen):
    """One opening in local time on one weekday (0 is Monday)."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: LocalTime
    closes: LocalTime

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes; an opening past midnight is two openings")
        return self


class Provider(Frozen):
    """Somebody who sees patients. Without hours they are there whenever the clinic is open; a break is a gap between two."""

    id: ThingId
    name: Label
    hours: tuple[Hours, ...] = ()


class VisitType(Frozen):
    """A kind of visit: how long it takes, with what is got ready before and put in order after it, and what it needs."""

    code: Code
    name: Label
    minutes: Annotated[int, Field(ge=1, le=1440)]
    buffer_before: Annotated[int, Field(ge=0, le=240)] = 0
    buffer_after: Annotated[int, Field(ge=0, le=240)] = 0
    equipment: tuple[Code, ...] = ()
    """What the room must have; where it is nothing any room will do."""
    room_is_booked: bool = False
    """Whether a room is booked together with the provider, as for a surgery; otherwise one is found on the day."""


class DispositionKind(Frozen):
    """What may happen after a visit: home, come back, to another clinic."""

    code: Code
    name: Label


class Supply(Frozen):
    """Something that is used up. At `low`, or below, staff are told."""

    id: ThingId
    name: Label
    low: Annotated[int, Field(ge=0, le=1_000_000)]


class ServicePoint(Frozen):
    """Lab, imaging, the checkout desk: where patients go besides rooms."""

    id: ThingId
    name: Label


class ChecklistEntry(Frozen):
    """Something that should be there before the patient goes in: a form, a consent, the insurance."""

    id: ThingId
    name: Label
    visit_types: tuple[Code, ...] = ()
    """Which kinds of visit it is for; where none is named, all."""
    due_days: Annotated[int, Field(ge=0, le=90)] = 0
    """So many days before the visit it should be there; 0: when the patient checks in."""
    blocks: bool = False
    """Whether the patient goes in without it only for a reason that somebody gives; otherwise it is shown as missing."""


class WaitingArea(Frozen):
    """A part of the clinic with a wall display of its own, which shows these queues; none named means all."""

    id: ThingId
    name: Label
    queues: tuple[QueueLetter, ...] = ()


class Limits(Frozen):
    """After how many minutes a stage takes too long for the staff's taste."""

    waiting_warning: Annotated[int, Field(ge=1, le=1440)] = 15
    waiting_critical: Annotated[int, Field(ge=1, le=1440)] = 30
    in_room_warning: Annotated[int, Field(ge=1, le=1440)] = 15
    in_room_critical: Annotated[int, Field(ge=1, le=1440)] = 30
    unanswered_call: Annotated[int, Field(ge=1, le=1440)] = 10
    """After so long a called patient who has not come may have left."""
    provider_late: Annotated[int, Field(ge=1, le=1440)] = 15
    """So long after the booked time of a patient who is here their provider runs late."""
    no_show: Annotated[int, Field(ge=0, le=1440)] = 60
    """So long after the booked time, and the delay that they told of, a patient who has not come counts as a no-show; 0: never."""
    turnover: Annotated[int, Field(ge=1, le=1440)] = 15
    """So long a room may be cleaned."""
    still_here: Annotated[int, Field(ge=1, le=1440)] = 180
    """After so long without a step the desk is asked whether the patient is still there."""
    silent: Annotated[int, Field(ge=0, le=1440)] = 60
    """After so long without any word, while it is open, nobody knows what happens at the clinic; 0: it may be quiet."""

    @model_validator(mode="after")
    def _warning_comes_first(self) -> Self:
        if self.waiting_warning > self.waiting_critical or self.in_room_warning > self.in_room_critical:
            raise ValueError("a warning limit must not be longer than its critical limit")
        return self


class Voice(StrEnum):
    """How a wall calls aloud: with the clips that are shipped, with the display's own voice, or not at all."""

    CLIPS = "clips"
    SPEECH = "speech"
    OFF = "off"


class Sound(Frozen):
    """What a wall lets hear when a patient is called. What is called is always shown, too."""

    voice: Voice = Voice.CLIPS
    repeat: Annotated[int, Field(ge=1, le=3)] = 1
    """So often each call is spoken."""
    quiet: tuple[Hours, ...] = ()
    """When nothing is heard, in local time."""


class SessionPolicy(Frozen):
    """When the desk's screens ask again who sits before them."""

    lock_after_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """So long without a touch of the keyboard, and the PIN is asked for."""
    sign_out_after_hours: Annotated[int, Field(ge=1, le=24)] = 12


WallMessage = dict[ScreenLanguage, Annotated[str, Field(min_length=1, max_length=160)]]
"""A line for everybody in the waiting room, by language. It names no patient."""


class SiteProfile(Frozen):
    """All that is particular to a clinic. Texts are kept by language and key."""

    site: SiteId
    name: Label
    timezone: Zone
    clock: SiteClock = SiteClock.WALL
    hours: tuple[Hours, ...] = ()
    rooms: tuple[Room, ...] = ()
    providers: tuple[Provider, ...] = ()
    service_points: tuple[ServicePoint, ...] = ()
    visit_types: tuple[VisitType, ...] = ()
    slot_minutes: Annotated[int, Field(ge=5, le=240)] = 15
    """How long a booking is that says nothing of it."""
    supplies: tuple[Supply, ...] = ()
    dispositions: tuple[DispositionKind, ...] = ()
    """Where there are any, the desk is asked at checkout for what follows."""
    queues: Annotated[dict[Annotated[str, Field(pattern=r"^[A-Z]$")], Label], Field(min_length=1)] = {"A": "Waiting"}
    limits: Limits = Limits()
    next_up: Annotated[int, Field(ge=0, le=20)] = 2
    """So many at the head of a queue are told that they are next."""
    retention_hours: Annotated[int, Field(ge=1, le=24 * 31)] = 48
    """How long a departed visit stays in the live state."""
    rooms_are_cleaned: bool = False
    """Whether a room that a patient has left must be cleaned and said to be ready; otherwise it is ready at once."""
    closing_grace_minutes: Annotated[int, Field(ge=0, le=720)] = 60
    """So long after closing a visit that is still open ends as unclosed: when the patient left is not known."""
    unclosed_after_hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24
    """The same for a clinic without opening hours: so long after the visit's last step."""
    languages: Annotated[tuple[ScreenLanguage, ...], Field(min_length=1)] = ("en",)
    texts: dict[ScreenLanguage, dict[Code, Annotated[str, Field(max_length=320)]]] = {}
    areas: tuple[WaitingArea, ...] = ()
    wall_messages: Annotated[tuple[WallMessage, ...], Field(max_length=5)] = ()
    sound: Sound = Sound()
    checklist: tuple[ChecklistEntry, ...] = ()
    codes: tuple[Code, ...] = ()
    """What a reason, a visit type, a disposition, an override or a supply may be called here, besides `schemas.reasons`."""
    sessions: SessionPolicy = SessionPolicy()
    phone_region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"
    """ISO 3166: how a telephone number without a country code is read."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for kind in ("rooms", "providers", "service_points", "checklist", "areas", "supplies", "visit_types", "dispositions"):
            ids = [getattr(thing, "id", None) or thing.code for thing in getattr(self, kind)]
            if len(ids) != len(set(ids)):
                raise ValueError(f"two {kind.replace('_', ' ')} have the same id")
        return self


class SiteProfileChanged(Event):
    """The site's profile is now this; the whole of it, so that the last one is enough."""

    type: Literal["clinicflow.site.profile-changed.v1"] = "clinicflow.site.profile-changed.v1"
    data: SiteProfile


class PublishedProfile(Frozen):
    """`clinicflow.sites.v1`: the profile in force, for the other services."""

    profile: SiteProfile
    source_offset: int
