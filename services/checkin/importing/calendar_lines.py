"""A calendar file (RFC 5545), taken apart line by line, so that what is wrong with one event spoils no other."""

from collections.abc import Iterator
from typing import NamedTuple

from icalendar.parser import Contentline, Contentlines

READ = frozenset(
    {"UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "STATUS"}
)  # fmt: skip
"""What is read of an event. All else in it is left where it is."""
_OFTEN = frozenset({"RDATE", "EXDATE"})
"""What may stand there more than once."""


class Said(NamedTuple):
    """One property: its parameters that matter, and its value."""

    value: str
    zone: str | None = None
    kind: str | None = None
    """The parameter VALUE: what the value is, where that isn't the usual."""
    range: str | None = None


class Event(NamedTuple):
    """An event, by its place in the file, and what it says by property. `broken`: the properties that can't be read."""

    number: int
    said: dict[str, list[Said]]
    broken: list[str]

    def one(self, name: str) -> Said | None:
        """Give a property that stands there once."""
        found = self.said.get(name)
        return found[0] if found else None


class Parts(NamedTuple):
    """The events, and the timezones that the file itself describes, as text by name."""

    events: list[Event]
    zones: dict[str, str]


def parts(text: str) -> Parts | None:
    """Take a calendar apart; None: it is none."""
    lines: list[Contentline] = [line for line in Contentlines.from_ical(text) if line]  # type: ignore[no-untyped-call]
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        return None
    found = Parts([], {})
    for kind, inside in _components(lines):
        if kind == "VEVENT":
            found.events.append(_event(len(found.events) + 1, inside))
        else:
            found.zones.update(_zone(inside))
    return found


def _components(lines: list[Contentline]) -> Iterator[tuple[str, list[Contentline]]]:
    """Yield each event and timezone with the lines in it. One that isn't ended ends where the next begins."""
    kind, inside = "", list[Contentline]()
    for line in lines:
        word = line.strip().upper()
        if word in {"BEGIN:VEVENT", "BEGIN:VTIMEZONE"}:
            if kind:
                yield kind, inside
            kind, inside = word.removeprefix("BEGIN:"), []
        elif kind and word == f"END:{kind}":
            yield kind, inside
            kind = ""
        elif kind:
            inside.append(line)
    if kind:
        yield kind, inside


def _event(number: int, lines: list[Contentline]) -> Event:
    event = Event(number, {}, [])
    for line in _own(lines):
        name = line.partition(":")[0].partition(";")[0].strip().upper()
        if name not in READ:
            continue
        said = _said(line)
        if said is None or (name in event.said and name not in _OFTEN):
            event.broken.append(name)
        else:
            event.said.setdefault(name, []).append(said)
    return event


def _own(lines: list[Contentline]) -> Iterator[Contentline]:
    """Leave out what belongs to an alarm within the event."""
    depth = 0
    for line in lines:
        word = line.upper()
        depth += word.startswith("BEGIN:") - word.startswith("END:")
        if depth <= 0 and not word.startswith("END:"):
            yield line


def _said(line: Contentline) -> Said | None:
    try:
        _, parameters, value = line.parts()
    except ValueError:  # it repeats the line, which may be about a patient
        return None
    zone, kind, range_ = (parameters.get(name) for name in ("TZID", "VALUE", "RANGE"))
    texts = [str(one) if isinstance(one, str) else None for one in (zone, kind, range_)]
    return Said(value.strip(), texts[0], texts[1] and texts[1].upper(), texts[2])


def _zone(lines: list[Contentline]) -> dict[str, str]:
    """Describe a timezone under a name of ours: the library keeps those it reads by name, and this one is of this file alone."""
    named = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith(("TZID:", "TZID;"))), None)
    if named is None:
        return {}
    others = [line for line in lines if not line.upper().startswith(("TZID:", "TZID;"))]
    return {named: "\r\n".join(["BEGIN:VTIMEZONE", "TZID:of-a-file", *others, "END:VTIMEZONE", ""])}
