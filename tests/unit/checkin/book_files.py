"""Files of bookings for tests, the clinic that they are for, and what is made of them. Everybody in them is invented."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.sites import SiteProfile
from services.checkin.domain.book_file import Entry, Flaw, Read, Unreadable
from services.checkin.domain.csv_rows import read_csv
from services.checkin.domain.row_judging import Judge
from services.checkin.importing.calendar_file import Window, read_calendar
from services.runtime.phone import e164

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
"""A Monday, nine o'clock in New York."""
NEW_YORK = ZoneInfo("America/New_York")
CLINIC = SiteProfile.model_validate(
    {
        "site": "riverside", "name": "Riverside (invented)", "timezone": "America/New_York", "phone_region": "US",
        "rooms": [{"id": "r1", "name": "Room 1"}],
        "providers": [{"id": "dr-lee", "name": "Dr. Lee (invented)"}, {"id": "dr-roy", "name": "Dr. Roy (invented)"}],
        "visit_types": [{"code": "check-up", "name": "Check-up", "minutes": 20, "buffer_after": 5}],
        "codes": ["blood-test"],
    }
)  # fmt: skip
JUDGE = Judge(CLINIC, NOW, lambda written: e164(written, "US"))
HEADER = "date,time,name,phone,born,language,payer,member_number,visit_type,minutes,provider,room"


def sheet(*lines: str, header: str = HEADER) -> bytes:
    """A CSV file with these lines below its header."""
    return "\r\n".join([header, *lines, ""]).encode()


def read(raw: bytes) -> Read:
    """What is in a CSV file whose header is right."""
    found = read_csv(raw)
    assert isinstance(found, Read), found
    return found


def refused(raw: bytes) -> Unreadable:
    """Why nothing of a CSV file can be taken."""
    found = read_csv(raw)
    assert isinstance(found, Unreadable), found
    return found


def judged(raw: bytes) -> tuple[list[Entry], list[Flaw], list[Flaw]]:
    """What becomes of the rows of a CSV file."""
    return JUDGE.all(read(raw))


def event(*lines: str, uid: str = "one", name: str = "Ann (invented)") -> list[str]:
    """An event of a calendar; nothing for what is empty."""
    return ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name}", *lines, "END:VEVENT"]


def calendar(*events: Iterable[str]) -> bytes:
    """A calendar file with these events in it."""
    inside = [line for lines in events for line in lines]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//invented//EN", *inside, "END:VCALENDAR", ""]).encode()


def events_read(raw: bytes, *, late: bool = False) -> Read:
    """What is in a calendar."""
    found = read_calendar(raw, Window(NOW, NEW_YORK, lambda: late))
    assert isinstance(found, Read), found
    return found


def times(found: Read) -> list[str]:
    """When the bookings of a calendar are, on the clinic's own clock."""
    return [draft.at.astimezone(NEW_YORK).strftime("%Y-%m-%d %H:%M") for draft in found.drafts if draft.at is not None]


def said(flaws: Iterable[Flaw]) -> list[tuple[int, str, str]]:
    """What is said of rows: which, the field, and the beginning of the reason."""
    return [(flaw.row, flaw.field, " ".join(flaw.reason.split()[:4])) for flaw in flaws]
