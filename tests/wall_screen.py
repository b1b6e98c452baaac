"""A screen before a wall, as any client of the board would write one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

WHOLE = ("site", "area", "messages", "sound", "silent", "queues", "estimates", "rooms")


@dataclass(frozen=True)
class Event:
    """One event as a screen receives it."""

    name: str
    id: str | None
    data: Any


class Screen:
    """A screen as any client would write one: it keeps the wall by snapshot and changes."""

    def __init__(self, lines: Iterator[str], last_id: str | None = None) -> None:
        self._lines = lines
        self.seen: list[Event] = []
        self.wall: dict[str, Any] = {}
        self.id = last_id

    def next(self) -> Event:
        """Wait for the next event, and take it in."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line and "data" in fields:
                break
            name, _, value = line.partition(": ")
            fields[name] = value
        else:
            raise EOFError("the stream has ended")
        event = Event(fields["event"], fields.get("id"), json.loads(fields["data"]))
        self.seen.append(event)
        self._take(event)
        return event

    def until(self, wanted: str) -> Event:
        """Wait for the next event of that name."""
        while (event := self.next()).name != wanted:
            pass
        return event

    def watch_on(self) -> None:
        """Watch until the stream ends, which raises."""
        while True:
            self.next()

    def past(self, version: str) -> Self:
        """Wait until the board has taken in a version of the site."""
        while self.next().data["time"]["version"] != version:
            pass
        return self

    def _take(self, event: Event) -> None:
        if event.name == "snapshot":
            self.wall = event.data["wall"]
        elif event.name == "change":
            assert event.data["before"] == self.id
            self.wall = after(self.wall, event.data["change"]) if self.wall else {}
        self.id = event.id or self.id


class PhoneScreen(Screen):
    """A patient's phone: an event that says something says all of it."""

    def _take(self, event: Event) -> None:
        self.id = event.id or self.id


def after(wall: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The wall after a change, as services/board/domain/wall_change.py says that a screen works it out."""
    wall = {**wall, **{part: change[part] for part in WHOLE if part in change}}
    wall |= {part: _spliced(wall[part], change[part]) for part in ("calling", "recent") if part in change}
    splices = change.get("waiting", {})
    queues = {letter: wall["waiting"].get(letter, []) for letter in wall["queues"]}
    wall["waiting"] = {letter: _spliced(queue, splices.get(letter)) for letter, queue in queues.items()}
    return wall


def _spliced(old: list[Any], splice: dict[str, Any] | None) -> list[Any]:
    if splice is None:
        return old
    return [*old[: splice["at"]], *splice["insert"], *old[splice["at"] + splice["remove"] :]]


def tickets(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The tickets of a list, in order."""
    return [entry["ticket"] for entry in entries]
