"""The event that a command becomes."""

from dataclasses import dataclass
from datetime import datetime

from schemas.codec import SITE_EVENT, SiteEvent
from schemas.envelope import Intent
from services.checkin.domain.bodies import Datable, Exact, Freeing, SayNoMore
from services.checkin.domain.commands import CHECK_OUT, About, Command
from services.checkin.domain.identity import event_id, fingerprint, new_visit_id

SOURCE = "/clinicflow/checkin"

_RENAMED = {
    ("undo", "event"): "undoes",
    ("undo-room-status", "event"): "undoes",
    ("undo-absence", "event"): "undoes",
    ("correct", "event"): "corrects",
}
"""By command and field of its body, the field of the event's data where that is called otherwise."""
_DATED = {"happened_at", "forgotten"}
"""Fields of a body that say when, or of whom else; they are no part of the event's data."""


@dataclass(frozen=True)
class Asked:
    """Who asked for something, where, under which key, and when that was."""

    site: str
    key: str
    actor: str
    now: datetime


def events_of(command: Command, asked: Asked, thing: str | None, body: Exact) -> list[SiteEvent]:
    """Make the command's event, last, and before it that of a forgotten patient who has left, if the body speaks of one."""
    event = event_of(command, asked, thing, body)
    forgotten = body.forgotten if isinstance(body, Freeing) else None
    if forgotten is None:
        return [event]
    aside = Asked(asked.site, f"{asked.key}/forgotten", asked.actor, asked.now)
    return [event_of(CHECK_OUT, aside, forgotten.visit, SayNoMore(happened_at=forgotten.left_at)), event]


def event_of(command: Command, asked: Asked, thing: str | None, body: Exact) -> SiteEvent:
    """Make the command's event. `thing` is the id in the address: the visit, room, provider or supply it is about.

    With `happened_at` it is a report of then, without it a command of now. A correction, an undo and a merge carry `now`:
    the time of the event they name is known to flow, not here.
    """
    event = event_id(asked.site, asked.key)
    subject = _subject(command, asked.site, event, thing)
    happened_at = body.happened_at if isinstance(body, Datable) else None
    return SITE_EVENT.validate_python(
        {
            "id": event,
            "source": SOURCE,
            "type": command.event_type,
            "subject": subject,
            "time": happened_at or asked.now,
            "recordedtime": asked.now,
            "site": asked.site,
            "actor": asked.actor,
            "intent": Intent.REPORT if happened_at else Intent.COMMAND,
            "fingerprint": fingerprint(
                command.event_type, subject, body.model_dump(mode="json", exclude_unset=True, exclude_none=True)
            ),
            "data": _data(command, asked.site, thing, body),
        },
        extra="forbid",
    )


def about(command: Command, thing: str | None) -> dict[str, str]:
    """Name the id in the address as the command's event does."""
    return {command.about.value: thing} if thing is not None else {}


def _subject(command: Command, site: str, event: str, thing: str | None) -> str:
    if command.about is About.NEW_VISIT:
        return new_visit_id(event)
    return thing or site


def _data(command: Command, site: str, thing: str | None, body: Exact) -> dict[str, object]:
    said = body.model_dump(exclude_unset=True, exclude=_DATED if isinstance(body, Datable) else None)
    data: dict[str, object] = {_RENAMED.get((command.name, name), name): value for name, value in said.items()}
    if command.about in {About.ROOM, About.PROVIDER, About.SUPPLY}:
        data[command.about.value] = thing
    if command.event_type == "clinicflow.site.profile-changed.v1":
        data["site"] = site
    return data
