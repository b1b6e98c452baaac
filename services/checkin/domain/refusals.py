"""What the desk reads when flow says no: a plain sentence for each reason there is."""

from typing import NamedTuple

from schemas.dead_letters import DeadLetterReason
from schemas.outcomes import Refusal


class Sentence(NamedTuple):
    """A headline, and what it means and what to do. `{holder}` stands for who holds what was asked for."""

    title: str
    detail: str


REFUSALS: dict[Refusal, Sentence] = {
    Refusal.UNKNOWN_VISIT: Sentence("No such visit", "There is no such visit at this clinic. Please look the patient up again."),
    Refusal.UNKNOWN_ROOM: Sentence("No such room", "This clinic has no such room. Please choose one of its rooms."),
    Refusal.UNKNOWN_EVENT: Sentence("No such step", "This visit has no such step, so there is nothing to change."),
    Refusal.ALREADY_BOOKED: Sentence("Already booked", "This visit is in the book already."),
    Refusal.ALREADY_CHECKED_IN: Sentence("Already checked in", "This patient has been checked in already."),
    Refusal.NOT_CHECKED_IN: Sentence("Not checked in", "This patient hasn't been checked in yet. Please check them in first."),
    Refusal.NOT_EXPECTED: Sentence("Not expected any more", "This patient has arrived already, or the visit is over."),
    Refusal.NOT_CALLED: Sentence("Not called", "This patient hasn't been called yet. Please call them first."),
    Refusal.NOT_IN_ROOM: Sentence("Not in a room", "This patient isn't in a room."),
    Refusal.ALREADY_IN_ROOM: Sentence("Already in a room", "This patient is in a room already. To change rooms, move them."),
    Refusal.ALREADY_SEEN: Sentence("Already seen", "The provider has begun with this patient already."),
    Refusal.ALREADY_ENDED: Sentence("The visit is over", "This visit is over. If that is a mistake, undo the step that ended it."),
    Refusal.ALREADY_UNDONE: Sentence("Already undone", "This step was undone already."),
    Refusal.ALREADY_MERGED: Sentence("Already one visit", "These two are one visit already."),
    Refusal.ROOM_HELD: Sentence(
        "The room is taken", "{holder} has this room. Please choose another one, or say when they left if they were forgotten."
    ),
    Refusal.ROOM_OUT_OF_SERVICE: Sentence("The room is out of service", "This room can't be used now. Please choose another one."),
    Refusal.SLOT_HELD: Sentence("The time is taken", "{holder} has this time. Please choose another one."),
    Refusal.PROVIDER_AWAY: Sentence(
        "The provider is away", "The provider isn't there at this time. Please choose another time or another provider."
    ),
    Refusal.OUTSIDE_HOURS: Sentence(
        "Outside the hours", "This doesn't fit into the hours of the clinic or the provider. Please choose another time."
    ),
    Refusal.ROOM_UNFIT: Sentence("The room won't do", "This room doesn't have what the visit needs. Please choose another one."),
    Refusal.ROOM_NEEDED: Sentence("A room is needed", "A visit of this kind is booked together with a room. Please choose one."),
    Refusal.CHECKLIST_MISSING: Sentence(
        "Something is missing", "The checklist asks for something first. Please see to it, or give a reason to go on without it."
    ),
    Refusal.NOT_ENDED: Sentence("Not over yet", "This visit isn't over yet. Please check the patient out first."),
    Refusal.KEY_REUSED: Sentence(
        "This key was used before", "The Idempotency-Key was used for something else. Please use a new key for each new command."
    ),
}

DEAD_LETTERS: dict[DeadLetterReason, Sentence] = {
    DeadLetterReason.EMPTY: Sentence("Nothing in it", "There was nothing in what was sent. It was set aside."),
    DeadLetterReason.NOT_JSON: Sentence("Not readable", "What was sent can't be read. It was set aside."),
    DeadLetterReason.INVALID: Sentence("Not usable", "Something in what was sent can't be right. It was set aside."),
    DeadLetterReason.NEWER_VERSION: Sentence("Too new", "A part of the system is too old for this. It was set aside until then."),
    DeadLetterReason.WRONG_SITE: Sentence("Wrong clinic", "What was sent is for another clinic. It was set aside."),
    DeadLetterReason.UNKNOWN_SITE: Sentence("Unknown clinic", "This clinic hasn't been set up. What was sent was set aside."),
    DeadLetterReason.TIME_IN_FUTURE: Sentence("A time in the future", "It was recorded in the future. Please check the clock."),
    DeadLetterReason.VISIT_CLOSED: Sentence("Too long ago", "This visit was closed too long ago to be changed. It was set aside."),
    DeadLetterReason.UNFOLDABLE: Sentence("Not usable", "The system could not use this. It was set aside."),
}  # fmt: skip

OTHERWISE = Sentence("That can't be done now", "This can't be done now. Please look at the visit again.")
"""For a reason that a newer release knows."""

_SENTENCES: dict[str, Sentence] = {str(reason): sentence for reason, sentence in (*REFUSALS.items(), *DEAD_LETTERS.items())}


def sentence(reason: str | None, held_by: str | None = None) -> Sentence:
    """Give the words for a reason. `held_by` is the ticket of who holds what was asked for, where that is known."""
    found = _SENTENCES.get(reason or "", OTHERWISE)
    return Sentence(found.title, found.detail.replace("{holder}", f"Patient {held_by}" if held_by else "Another patient"))
