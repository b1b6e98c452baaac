"""What becomes different between two walls, in a form that any screen can apply in a few lines.

A list of tickets changes by one splice: `list[at : at + remove] = insert`. The rest is sent whole. A screen first takes what is
sent whole, then splices `calling`, `recent` and the queues named in `waiting`; a queue that is new
is an empty list before, and one that is no longer in `queues` is dropped.
"""

from collections.abc import Mapping
from typing import Final, Generic, Literal, TypedDict, TypeVar, cast

from services.board.domain.wall import Called, Rooms, SiteSign, SoundSign, TakenIn, Waiting, Wall

Entry = TypeVar("Entry", bound=Mapping[str, object])


class Splice(TypedDict, Generic[Entry]):
    """Replace `remove` entries from `at` on by those of `insert`."""

    at: int
    remove: int
    insert: list[Entry]


class WallChange(TypedDict, total=False):
    """What became different; a part that is missing stayed as it was."""

    site: SiteSign
    area: str | None
    messages: list[str]
    sound: SoundSign
    silent: bool
    queues: dict[str, str]
    estimates: dict[str, list[tuple[int, int]]]
    rooms: Rooms
    calling: Splice[Called]
    recent: Splice[TakenIn]
    waiting: dict[str, Splice[Waiting]]


WHOLE: Final[tuple[Literal["site", "area", "messages", "sound", "silent", "queues", "estimates", "rooms"], ...]] = (
    "site", "area", "messages", "sound", "silent", "queues", "estimates", "rooms",
)  # fmt: skip


def change_between(old: Wall, new: Wall) -> WallChange:
    """Return what leads from one wall to the other; empty when they are the same."""
    change = cast("WallChange", {part: new[part] for part in WHOLE if old[part] != new[part]})
    if old["calling"] != new["calling"]:
        change["calling"] = _splice(old["calling"], new["calling"])
    if old["recent"] != new["recent"]:
        change["recent"] = _splice(old["recent"], new["recent"])
    before = old["waiting"]
    waiting = {
        letter: _splice(before.get(letter, []), queue)
        for letter, queue in new["waiting"].items()
        if before.get(letter, []) != queue
    }
    if waiting:
        change["waiting"] = waiting
    return change


def _splice(old: list[Entry], new: list[Entry]) -> Splice[Entry]:
    """Find the smallest single replacement: all but the common beginning and the common end."""
    shorter = min(len(old), len(new))
    begin = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    rest = shorter - begin
    end = next((back for back in range(rest) if old[-1 - back] != new[-1 - back]), rest)
    return {"at": begin, "remove": len(old) - begin - end, "insert": new[begin : len(new) - end]}
