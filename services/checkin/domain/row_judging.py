"""Judges the rows of a file one by one: what a good one books and for whom, or all that is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.sites import SiteProfile
from services.checkin.domain import people
from services.checkin.domain.bodies import BookVisit
from services.checkin.domain.book_file import TWICE, Draft, Entry, Flaw, Read
from services.checkin.domain.booking import NEVER, placed, shown
from services.checkin.domain.csv_rows import PERSON
from services.checkin.domain.people import AddPerson, NumberOf, Wrong

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_EARLIEST, _LATEST = 2000, 2199
_MINUTES = re.compile(r"[0-9]{1,4}")
_THINGS = {"visit_type": "visit_types", "provider": "providers", "room": "rooms"}


class _WrongError(ValueError):
    """Raised on the way to a Flaw."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True)
class Judge:
    """By what rows are judged: the clinic, when that is, and how a telephone number is read there."""

    profile: SiteProfile
    now: datetime
    number_of: NumberOf

    def all(self, read: Read) -> tuple[list[Entry], list[Flaw], list[Flaw]]:
        """Give the good rows in their order, what is wrong with the others, and what is to be said of good ones."""
        entries, flaws, notes = [], [*read.flaws], [*read.notes]
        for draft in read.drafts:
            said: list[Flaw] = []
            judged = self.row(draft, said)
            if isinstance(judged, Entry):
                entries.append(judged)
                notes += said
            else:
                flaws += judged
        return entries, sorted(flaws, key=lambda flaw: flaw.row), notes

    def row(self, draft: Draft, notes: list[Flaw]) -> Entry | list[Flaw]:
        """Judge one row, all of it: every wrong field is named. What is to be said of a good one goes to the notes."""
        fields, wrong = self._person(draft.cells)
        said: dict[str, object] = {}
        for field, read in (("when", self._when), *((name, self._thing) for name in _THINGS), ("minutes", self._minutes)):
            try:
                said |= read(field, draft, notes)
            except _WrongError as problem:
                wrong.append(Wrong(problem.field, str(problem)))
        if not wrong:
            booking = placed(BookVisit.model_validate(said), self.profile, self.now)
            if isinstance(booking, BookVisit):
                content = tuple(str(said.get(name, "")) for name in ("scheduled_at", *_THINGS, "minutes"))
                return Entry(draft.row, fields, booking, _field_of_time(draft), content, draft.series, draft.repeats)
            wrong.append(Wrong(_field_of_time(draft), booking.problem))
        at = draft.at if draft.repeats else None
        return [Flaw(draft.row, field, problem, at) for field, problem in wrong]

    def _person(self, cells: Mapping[str, str]) -> tuple[people.Fields, list[Wrong]]:
        said = {"name": "", **{name: cells[name] for name in PERSON if name in cells}}
        language = said.pop("language", "").lower()
        wrong = [] if not language or _LANGUAGE.fullmatch(language) else [Wrong("language", "is no code of a language, such as en")]
        today = self.now.astimezone(ZoneInfo(self.profile.timezone)).date()
        fields, more = people.read(AddPerson.model_validate(said), today, self.number_of)
        return (fields | {"language": language} if language and not wrong else fields), [*wrong, *more]

    def _when(self, _field: str, draft: Draft, notes: list[Flaw]) -> dict[str, object]:
        return {"scheduled_at": draft.at if draft.at is not None else self._instant(draft, notes)}

    def _instant(self, draft: Draft, notes: list[Flaw]) -> datetime:
        local, zone, field = _local(draft.cells), ZoneInfo(self.profile.timezone), _field_of_time(draft)
        often = shown(local, zone)
        if often == "never":
            raise _WrongError(field, NEVER)
        if often == "twice":
            notes.append(Flaw(draft.row, field, TWICE))
        return local.replace(tzinfo=zone).astimezone(UTC)

    def _thing(self, field: str, draft: Draft, _notes: list[Flaw]) -> dict[str, object]:
        """Read what the profile lists, by its id or code or by its name."""
        said = draft.cells.get(field)
        if said is None:
            return {}
        found = set(_meant(said, self.profile, field))
        if len(found) != 1:
            raise _WrongError(field, "is not known at this clinic; its profile lists what there is")
        return {field: found.pop()}

    def _minutes(self, field: str, draft: Draft, _notes: list[Flaw]) -> dict[str, object]:
        said = draft.cells.get(field)
        if said is None:
            return {}
        if not _MINUTES.fullmatch(said) or not 1 <= int(said) <= 1440:
            raise _WrongError(field, "is no number of minutes from 1 to 1440")
        return {field: int(said)}


def _meant(said: str, profile: SiteProfile, field: str) -> Iterator[str]:
    if field == "visit_type" and said in profile.codes:
        yield said
    for thing in getattr(profile, _THINGS[field]):
        known = thing.code if field == "visit_type" else thing.id
        if said.casefold() in {known.casefold(), thing.name.casefold()}:
            yield known


def _field_of_time(draft: Draft) -> str:
    if draft.at is not None:
        return "start"
    return "local" if "local" in draft.cells else "time"


def _local(cells: Mapping[str, str]) -> datetime:
    if "local" in cells:
        day, _, time = cells["local"].replace("T", " ").partition(" ")
        if not _DATE.fullmatch(day) or not _TIME.fullmatch(time):
            raise _WrongError("local", "is no date and time; please write it like 2026-03-02 14:30")
        return _at("local", day, "local", time)
    for field in ("date", "time"):
        if field not in cells:
            raise _WrongError(field, "is missing")
    return _at("date", cells["date"], "time", cells["time"])


def _at(of_day: str, day: str, of_time: str, time: str) -> datetime:
    on, at = _DATE.fullmatch(day), _TIME.fullmatch(time)
    try:
        midnight = datetime(*map(int, on.groups())) if on else None  # type: ignore[arg-type]  # noqa: DTZ001  # a clinic's own
    except ValueError:
        midnight = None
    if midnight is None or not _EARLIEST <= midnight.year <= _LATEST:
        raise _WrongError(of_day, "is no date; please write it like 2026-03-02")
    if at is None or int(at[1]) > 23 or int(at[2]) > 59:
        raise _WrongError(of_time, "is no time of day; please write it like 14:30")
    return midnight.replace(hour=int(at[1]), minute=int(at[2]))
