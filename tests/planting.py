"""Plants names and telephone numbers wherever a person could type one or a system could send one, on a whole running stack.

Each place has a name of its own, so that whatever is found says where it came from; the number is the same everywhere.
All are invented.
"""

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, product
from pathlib import Path
from typing import Any

import httpx

from schemas.partitioning import partition_of
from schemas.topics import VISITS
from services.checkin.domain.commands import CHANGE_PROFILE, COMMANDS, About, Command
from services.runtime import kafka
from services.runtime.phone_link import KEY, PhoneLinks
from services.runtime.settings import ServiceSettings
from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk, clinicflow
from tests.planted import Marks
from tests.waiting import wait_until

PHONE = "+1 555 010 0173"
DIGITS = "5550100173"
OTHER_PHONE = "+1 555 010 0199"
NUMBERS = (DIGITS, PHONE, "555-010-0173", "(555) 010-0173", "555 010 0173")
BORN = "1931-08-17"
DIAGNOSIS, PROCEDURE = "Q8Z.XQ7K", "Q7319-ZQ"
"""Codes that a bill could be made of, as far as anybody can tell by their form."""
CLINIC = "Quillfeather Clinic (invented)"
"""What may be read everywhere: if it isn't found there, nothing would be."""
PROFILE: dict[str, Any] = {
    "name": CLINIC, "queues": {"A": "Waiting"}, "checklist": [{"id": "consent", "name": "Consent"}],
    "areas": [{"id": "front", "name": "Front"}], "service_points": [{"id": "lab", "name": "Laboratory"}],
    "wall_messages": [{"en": "Welcome to the Quillfeather Clinic"}], "languages": ["en", "es", "ar"], "codes": ["blood-test"],
}  # fmt: skip
REPLAY_MAP = """
case_ids_name_nobody = false
[columns]
case = "Case"
activity = "What"
time = "When"
[time]
zone = "America/New_York"
[activities]
"Arrived" = "checked-in"
"Roomed" = "roomed"
"Ran off" = "left"
[fields]
room = "Room"
provider = "Doctor"
visit_type = "Kind"
reason = "Why"
[site]
name = "Quillfeather log (invented)"
timezone = "America/New_York"
"""


@dataclass
class Planted:
    """What was planted where, and the answers in which it came back."""

    run: str = field(default_factory=lambda: f"zqplanted{uuid.uuid4().hex[:8]}")
    names: dict[str, str] = field(default_factory=dict)
    """By name, the place where it was planted."""
    echoes: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    """By place, how it was answered."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def name(self, place: str) -> str:
        """Make the name for one place. It fits wherever an id or a code fits."""
        name = f"{self.run}-{next(self._numbers):04}"
        self.names[name] = place
        return name

    @property
    def marks(self) -> "Traced":
        """What must be found nowhere."""
        return Traced(self)

    def heard(self, place: str, answer: httpx.Response) -> httpx.Response:
        """Take in an answer; an error, and an address to go on to, must not repeat what was sent."""
        self.statuses[place] = answer.status_code
        said = answer.content + repr(answer.headers.raw).encode()
        if answer.status_code >= 300 and self.marks.stand_in(said):
            self.echoes.append(f"answer {answer.status_code} to {place}")
        return answer


class Traced(Marks):
    """The marks of what was planted, which remember from which place those came that were found."""

    def __init__(self, planted: Planted, *, with_number: bool = True) -> None:
        super().__init__(planted.run, *((*NUMBERS, BORN, DIAGNOSIS, PROCEDURE) if with_number else ()))
        self._planted = planted
        self.found_from: set[str] = set()

    def stand_in(self, raw: bytes) -> bool:
        """Whether any of them does."""
        found = super().stand_in(raw)
        if found:
            names = {match.decode() for match in re.findall(self._planted.run.encode() + rb"-[0-9]{4}", raw.lower())}
            self.found_from |= {self._planted.names.get(name, name) for name in names} or {
                "a number, a date of birth, a code for billing, or a coded name"
            }
        return found


@dataclass(frozen=True)
class Clinic:
    """A clinic on a whole running stack, with a patient whose name is planted, and who may look at what."""

    stack: Stack
    desk: FrontDesk
    planted: Planted
    person: str
    visit: str
    display: str
    """The token of a wall display."""

    @property
    def link(self) -> str:
        """The path of the patient's own page, on the board."""
        links = PhoneLinks((self.stack.folder.path / "secrets" / KEY).read_bytes())
        return links.path(self.desk.site, self.visit)


def open_clinic(stack: Stack, site: str) -> Clinic:
    """Set the clinic up, with one patient who is known and booked for now."""
    desk, planted = FrontDesk(stack, site).open(**PROFILE), Planted()
    said = {
        "name": planted.name("the name of a patient"), "phone": PHONE, "payer": planted.name("a payer"),
        "member_number": planted.name("a member number"), "born": BORN,
    }  # fmt: skip
    person = desk.send("POST", "people", said).json()["person"]
    booked = desk.send("POST", "visits", {"person": person, "scheduled_at": datetime.now(UTC).isoformat()}).json()["visit"]
    note = {"notes": {booked: f"{planted.name('a note about a visit')} {PHONE}"}}
    assert desk.send("PUT", f"people/{person}", note).status_code == 200
    token = clinicflow(stack, "token", "issue", f"wall-{site}", "--role", "display", "--site", site)
    assert token.returncode == 0, token.stderr
    clinic = Clinic(stack, desk, planted, person, booked, token.stdout.strip())
    board, seen = stack.around.url("board"), {"authorization": f"Bearer {clinic.display}"}
    wait_until(lambda: httpx.get(f"{board}/v1/sites/{site}/wall", headers=seen).status_code == 200)
    wait_until(lambda: httpx.get(f"{board}{clinic.link}").status_code == 200)
    return clinic


def plant(clinic: Clinic, folder: Path) -> None:
    """Plant everywhere, and wait until the stack is through with it. `folder`: where files for a replay may be written."""
    plant_people(clinic)
    plant_commands(clinic)
    plant_batches(clinic)
    plant_in_addresses(clinic)
    plant_at_sign_in(clinic)
    plant_at_the_board(clinic)
    plant_on_the_phone(clinic)
    plant_in_csv(clinic, folder)
    plant_in_the_record(clinic)
    plant_in_searches(clinic)
    plant_in_files(clinic)
    settle(clinic)


def settle(clinic: Clinic) -> None:
    """Wait until all that was sent so far has become of it what it can: one more step of the clinic has its outcome."""
    wait_until(lambda: clinic.desk.walk_in().status_code == 201)


def ask(clinic: Clinic, place: str, method: str, path: str, **sent: Any) -> httpx.Response:
    """Send one request to the desk's API, with all its rights."""
    headers = {"Idempotency-Key": uuid.uuid4().hex, **sent.pop("headers", {})}
    return clinic.planted.heard(place, clinic.desk.client.request(method, path, headers=headers, **sent))


def typed(clinic: Clinic, place: str) -> list[str]:
    """What somebody might type there: a name as a code or an id is written, one as people write it, and a number."""
    return [clinic.planted.name(place), f"{clinic.planted.name(place).title()} {PHONE}", DIGITS]


# --- people -------------------------------------------------------------------------------------------------------


def plant_people(clinic: Clinic) -> None:
    """Plant in the details of patients, right and wrong."""
    root = f"/v1/sites/{clinic.desk.site}/people"
    for name in ("name", "phone", "language", "born", "payer", "member_number", "notes", "identifiers", "codes", "new", "unknown"):
        for text in typed(clinic, f"the field {name} of a patient"):
            ask(clinic, f"the field {name} of a patient", "POST", root, json={"name": text, name: text})
            ask(clinic, f"the field {name} of a patient, too long", "POST", root, json={"name": text, name: text * 99})
            for value in (text, {text: text}, {clinic.visit: text}):
                ask(clinic, f"a changed {name}", "PUT", f"{root}/{clinic.person}", json={name: value})
    for text in typed(clinic, "an id of a patient"):
        ask(clinic, "an id of a patient in an address", "GET", f"{root}/{text}")
        ask(clinic, "an id of a patient who is changed", "PUT", f"{root}/{text}", json={"name": text})
        ask(clinic, "ids of patients whose names are asked for", "POST", f"{root}/names", json={"people": [text]})
    assert ask(clinic, "the name restored", "PUT", f"{root}/{clinic.person}", json={"born": BORN}).status_code == 200


# --- commands -----------------------------------------------------------------------------------------------------


def plant_commands(clinic: Clinic) -> None:
    """Plant in each field of each command, in fields that no command has, in keys, headers and bodies that nobody can read."""
    arrived = clinic.desk.walk_in().json()
    for command in COMMANDS:
        path = command.path.format(site=clinic.desk.site, **dict.fromkeys(("visit",), arrived["visit"]), room="r1", provider="dr-test", supply="blood-test")  # fmt: skip
        right = _right(command, arrived)
        for name, value in _wrong_fields(clinic, command, right):
            ask(clinic, f"{command.name}: {name}", "POST", path, json={**right, name: value})
        _plant_around(clinic, command, path, right)
    ask(clinic, "a body that is too large", "POST", f"/v1/sites/{clinic.desk.site}/check-ins", content=(DIGITS * 650_000).encode())
    profile = {**PROFILE, "timezone": "America/New_York"}
    path = CHANGE_PROFILE.path.format(site=clinic.desk.site)
    for text in typed(clinic, "a profile"):
        for name in ("timezone", "clock", "site", "languages", "phone_region", text):
            ask(clinic, f"a profile's {name if name != text else 'unknown field'}", "PUT", path, json={**profile, name: text})
        if text.isascii():
            ask(clinic, "If-Match of a profile", "PUT", path, json={**profile, "next_up": 3}, headers={"If-Match": text})


def _wrong_fields(clinic: Clinic, command: Command, right: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in (*command.body.model_fields, "note"):
        for text in typed(clinic, f"{command.name}: {name}"):
            yield name, text
        yield name, {text: text}
        if name == "forgotten":
            yield name, {"visit": clinic.planted.name(f"{command.name}: forgotten.visit"), "left_at": "2026-03-02T09:00:00Z"}
    yield clinic.planted.name(f"{command.name}: the name of a field"), right


def _plant_around(clinic: Clinic, command: Command, path: str, right: Mapping[str, Any]) -> None:
    place = command.name
    name, spoken, number = typed(clinic, f"{place}: an address, a key or a header")
    for text in (name, number) if command.about not in {About.NEW_VISIT, About.SITE} else ():
        spoilt = command.path.format(site=clinic.desk.site, visit=text, room=text, provider=text, supply=text)
        ask(clinic, f"{place}: the id in the address", "POST", spoilt, json=right)
    ask(clinic, f"{place}: the clinic in the address", "POST", path.replace(clinic.desk.site, name), json=right)
    ask(clinic, f"{place}: a query", "POST", path, params={"name": spoken, spoken: spoken}, json={**right, "unknown": spoken})
    ask(clinic, f"{place}: the key", "POST", path, json=right, headers={"Idempotency-Key": name})
    ask(clinic, f"{place}: no key", "POST", path, json=right, headers={"Idempotency-Key": spoken})
    ask(clinic, f"{place}: a header", "POST", path, json=[spoken], headers={"If-Match": spoken, "X-Name": spoken})
    ask(clinic, f"{place}: no JSON", "POST", path, content=f'{{"person": "{spoken}'.encode())
    ask(clinic, f"{place}: no UTF-8", "POST", path, content=spoken.encode() + b"\xff")


def _right(command: Command, arrived: Mapping[str, str]) -> dict[str, Any]:
    """What the command needs to be taken, were it not for what is planted in it."""
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    event = {"event": arrived["event"]}
    bodies: dict[str, dict[str, Any]] = {
        "book": {"scheduled_at": soon}, "reschedule": {"scheduled_at": soon}, "move": {"service": "lab"}, "priority": {"priority": 4},
        "checklist": {"item": "consent", "state": "requested"}, "disposition": {"disposition": "blood-test"},
        "refer": {"referral": arrived["visit"], "state": "sent"}, "confirm": {"channel": "desk"},
        "delay": {"channel": "desk", "minutes": 5}, "concern": {"concern": arrived["visit"], "state": "open"},
        "undo": event, "correct": {**event, "happened_at": "2026-03-02T09:00:00Z"}, "merge": {"into": arrived["visit"]},
        "room-status": {"status": "ready"}, "undo-room-status": event, "provider-status": {"status": "in"},
        "supply-level": {"level": 3}, "acknowledge": {"alert": f"wait-warning/{arrived['visit']}/1790000000000"},
    }  # fmt: skip
    return bodies.get(command.name, {})


def plant_batches(clinic: Clinic) -> None:
    """Plant in what feeds send."""
    path, now = f"/v1/sites/{clinic.desk.site}/events:batch", datetime.now(UTC).isoformat()
    fields = {
        "booked": ("person", "provider", "room", "visit_type", "override"), "checked-in": ("person", "provider", "visit_type", "language"),
        "roomed": ("room", "provider"), "moved": ("room", "service"), "left": ("reason",), "step-undone": ("undoes", "reason"),
        "step-corrected": ("corrects", "reason"), "visit.merged": ("into",), "room.status-changed": ("room", "reason"),
        "supply.level-changed": ("supply", "room"), "alert.acknowledged": ("alert",), "referred": ("referral",),
        "concern-recorded": ("concern",), "completed": ("reference",), "checklist-item-changed": ("item", "reference", "override"),
    }  # fmt: skip
    needed = {"scheduled_at": now, "status": "ready", "level": 1, "state": "sent", "happened_at": now}
    items: list[Any] = []
    for kind, names in fields.items():
        for name in (*names, "unknown"):
            fact = {"type": kind, "visit": f"v-{uuid.uuid4().hex}", "time": now, "data": needed}
            wanted = [field for field in needed if field in _fields_of(kind)]
            for text in typed(clinic, f"a batch's {kind}: {name}"):
                items += [{**fact, "data": {**{field: needed[field] for field in wanted}, name: text}}]
    for text in typed(clinic, "a batch's item"):
        fact = {"type": "checked-in", "visit": f"v-{uuid.uuid4().hex}", "time": now}
        items += [{**fact, name: text} for name in ("type", "visit", "time", "key", "recorded_at", "data", text)] + [text]
        ask(clinic, "a batch that is no list", "POST", path, json={"events": text})
        ask(clinic, "an unknown field of a batch", "POST", path, json={"events": [], text: text}, params={"wait": text})
        ask(clinic, "a batch that is no JSON", "POST", path, content=f'{{"events": ["{text}"'.encode())
    ask(clinic, "a batch", "POST", path, json={"events": items}, params={"wait": "true"}, timeout=60)


def _fields_of(kind: str) -> frozenset[str]:
    needs = {
        "booked": {"scheduled_at"}, "room.status-changed": {"status"}, "supply.level-changed": {"level"}, "referred": {"state"},
        "step-corrected": {"happened_at"},
    }  # fmt: skip
    return frozenset(needs.get(kind, ()))


# --- what is written down of a visit ---------------------------------------------------------------------------------


def plant_in_the_record(clinic: Clinic) -> None:
    """Write down a complaint with its answer, a policy's number, where somebody is sent and what is billed; the log names where."""
    root, visit = f"/v1/sites/{clinic.desk.site}", clinic.desk.walk_in(person=clinic.person).json()["visit"]
    ids = {kind: str(uuid.uuid4()) for kind in ("policy", "referral", "complaint", "codes")}
    notes = {ids[kind]: f"{clinic.planted.name(kind)} {PHONE} {BORN}" for kind in ("policy", "referral", "complaint")}
    notes[f"{ids['complaint']}-answer"] = clinic.planted.name("the answer to a complaint")
    codes = {ids["codes"]: {"diagnoses": [DIAGNOSIS], "procedures": [PROCEDURE]}}
    assert ask(clinic, "notes", "PUT", f"{root}/people/{clinic.person}", json={"notes": notes, "codes": codes}).status_code == 200
    steps: list[tuple[str, dict[str, Any]]] = [
        ("checklist", {"item": "consent", "state": "done", "reference": ids["policy"]}),
        ("refer", {"referral": ids["referral"], "state": "sent"}),
        ("concern", {"concern": ids["complaint"], "state": "answered", "channel": "desk"}),
        ("check-out", {}), ("complete", {"reference": ids["codes"]}),
    ]  # fmt: skip
    for step, body in steps:
        answer = ask(clinic, f"{step}, right", "POST", f"{root}/visits/{visit}/{step}", json=body)
        assert answer.status_code == 201, (step, answer.text)
    for text in (*typed(clinic, "a code for billing"), f"{DIAGNOSIS}-9", f"{PROCEDURE}9"):
        wrong = {ids["codes"]: {"diagnoses": [text], "procedures": [text]}}
        assert ask(clinic, "a wrong code", "PUT", f"{root}/people/{clinic.person}", json={"codes": wrong}).status_code == 422


def plant_in_searches(clinic: Clinic) -> None:
    """Look for patients by all that is known of them, have two made one and two again, and do both wrong."""
    root = f"/v1/sites/{clinic.desk.site}/people"
    name = clinic.planted.name("somebody who is there twice")
    said = {"name": name, "born": BORN, "phone": PHONE}
    one = ask(clinic, "a patient", "POST", root, json=said).json()["person"]
    doubled = clinic.desk.send("POST", "people", said)
    assert (doubled.status_code, doubled.json()["matches"][0]["born"]) == (409, BORN), "whom it could be is said to the desk"
    other = ask(clinic, "another of that name", "POST", root, json={**said, "new": True}).json()["person"]
    for text in (name, BORN, PHONE, DIGITS[-4:], *typed(clinic, "a search")):
        ask(clinic, "a search", "POST", f"{root}/search", json={"text": text})
        ask(clinic, "a search with more in it", "POST", f"{root}/search", json={"text": text, text: text})
    for text in typed(clinic, "two who are one"):
        ask(clinic, "two who are one, wrong", "POST", f"{root}/{other}/merge", json={"into": text, "take": [text]})
        ask(clinic, "two who are two, wrong", "POST", f"{root}/{text}/unmerge", json={"into": one})
    assert ask(clinic, "two who are one", "POST", f"{root}/{other}/merge", json={"into": one, "take": ["name"]}).status_code == 200
    assert ask(clinic, "two who are two", "POST", f"{root}/{other}/unmerge", json={"into": one}).status_code == 200


def plant_in_files(clinic: Clinic) -> None:
    """Plant in each cell of a table that the book is taken in from, and in each line of a calendar; right and wrong."""
    path, day = f"/v1/sites/{clinic.desk.site}/book/import", (datetime.now(UTC) + timedelta(days=30)).date()
    right = {
        "name": clinic.planted.name("a row's patient"), "date": str(day), "time": "09:00", "phone": PHONE, "born": BORN, "language": "en",
        "payer": clinic.planted.name("a row's payer"), "member_number": clinic.planted.name("a row's member number"), "visit_type": "blood-test",
        "minutes": "15", "provider": "", "room": "",
    }  # fmt: skip
    rows = [right]
    for column in right:
        rows += [{**right, "time": f"09:{len(rows):02}", column: text} for text in typed(clinic, f"the column {column} of a book")]
    table = "\n".join([",".join(right), *(",".join(row.values()) for row in rows)])
    calendar = "\r\n".join(_calendar(clinic, day.strftime("%Y%m%d")))
    sent = {"a table": ("text/csv", table), "a calendar": ("text/calendar", calendar), "no table": ("text/csv", calendar)}
    for (place, (kind, text)), dry in product(sent.items(), ("true", "false")):
        headers = {"Content-Type": kind}
        ask(
            clinic,
            f"{place}, {dry}",
            "POST",
            path,
            params={"dry": dry, "provider": "dr-test"},
            content=text.encode(),
            headers=headers,
            timeout=60,
        )
    became = [clinic.planted.statuses[f"{place}, false"] for place in sent]
    assert became == [200, 200, 422], became


def _calendar(clinic: Clinic, day: str) -> Iterator[str]:
    lines = ["SUMMARY", "DESCRIPTION", "LOCATION", "UID", "DTSTART;TZID=America/New_York", "DTSTART;TZID={}", "RRULE", "X-NAME"]
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN")
    for line in lines:
        for text in typed(clinic, f"{line} of a calendar"):
            name, event = line.format(text.replace(" ", "")), clinic.planted.name("an event")
            said = {"UID": uuid.uuid4().hex, "SUMMARY": event, "DTSTART": f"{day}T100000", "DURATION": "PT15M"}
            said.pop(name.partition(";")[0], None)
            yield from ("BEGIN:VEVENT", *(f"{one}:{value}" for one, value in {**said, name: text}.items()), "END:VEVENT")
    yield "END:VCALENDAR"


# --- addresses, sign-in, screens ----------------------------------------------------------------------------------


def plant_in_addresses(clinic: Clinic) -> None:
    """Plant in what is asked of the audit trail, of dead letters, of displays and of addresses that don't exist."""
    root = f"/v1/sites/{clinic.desk.site}"
    for text in typed(clinic, "an address"):
        for name in ("person", "visit", "actor", "since", "until", "limit", "format", text):
            ask(clinic, f"the audit trail by {name}", "GET", f"{root}/audit", params={"format": "csv", "limit": "1", name: text})
        for path in ("audit/tickets", "visits", "outcomes", "rooms", "set-aside", "people", "screens", ""):
            ask(clinic, f"{path or 'any'}/…", "GET", f"{root}/{path}/{text}", params={text: text})
            ask(clinic, f"{path or 'any'}/…", "DELETE", f"{root}/{path}/{text}")
        for path in (f"visits/{text}/history", f"visits/{text}/qr.svg", f"set-aside/{text}/retry", f"screens/{text}/revoke"):
            ask(clinic, path.replace(text, "…"), "POST" if path.endswith(("retry", "revoke")) else "GET", f"{root}/{path}")
        ask(clinic, "the code of a display", "POST", f"{root}/screens", json={"code": text, "name": "By the door"})
        ask(clinic, "the area of a display", "POST", f"{root}/screens", json={"code": "abc234", "name": "x", "area": text})
        for page in (
            "",
            "sign-in",
            f"desk/{text}",
            f"corridor/{text}",
            f"admin/{text}",
            f"static/{text}/{text}",
            text,
            f"docs/{text}",
        ):
            ask(clinic, f"the page /{page.replace(text, '…')}", "GET", f"/{page}", params={"lang": text, text: text}, headers={"Accept-Language": "en", "Referer": text})  # fmt: skip


def plant_at_sign_in(clinic: Clinic) -> None:
    """Plant where people sign in and where staff are managed; but no staff of that name come."""
    with httpx.Client(base_url=clinic.stack.around.url("checkin"), timeout=20) as browser:
        for text in typed(clinic, "sign-in"):
            sent: list[tuple[str, dict[str, Any]]] = [
                ("link", {"link": text}), ("link", {"link": f"cf-link_{text}_{'x' * 43}"}), ("link", {text: text}),
                ("pin", {"pin": text, "old": text}), ("unlock", {"user": f"user:{text}", "pin": text}), ("unlock", {"user": text, "pin": DIGITS}),
                ("lock", {text: text}), ("touch", {text: text}),
            ]  # fmt: skip
            for path, body in sent:
                headers = {"X-CSRF-Token": text, "Cookie": f"clinicflow_session={text.replace(' ', '')}", "Origin": "null"}
                answer = browser.post(f"/v1/session/{path}", json=body, headers=headers)
                clinic.planted.heard(f"sign-in by {path}", answer)
            for path in ("start", "callback"):
                asked = {"code": text, "state": text, "error": text, "return": text, "next": text}
                clinic.planted.heard(f"OpenID {path}", browser.get(f"/v1/session/oidc/{path}", params=asked))
            clinic.planted.heard("a token", browser.get("/v1/sites", headers={"Authorization": f"Bearer {text}"}))
            clinic.planted.heard(
                "a token of ours", browser.get("/v1/sites", headers={"Authorization": f"Bearer cf_{text}_{'x' * 43}"})
            )
    for text in typed(clinic, "a user"):
        wrong = {"user": "some-user", "name": "Some User (invented)", "role": "desk", "sites": [clinic.desk.site]}
        for name in ("role", "sites", "language", text):
            ask(clinic, f"a user's {name if name != text else 'unknown field'}", "POST", "/v1/users", json={**wrong, name: text})
        ask(clinic, "a user's sites", "POST", "/v1/users", json={**wrong, "sites": [text]})
        for path in (f"{text}/invite", f"{text}/revoke"):
            ask(clinic, path.replace(text, "…"), "POST", f"/v1/users/{text.replace('/', '')}/{path.rpartition('/')[2]}")


def plant_at_the_board(clinic: Clinic) -> None:
    """Plant in what displays send and ask for."""
    site, seen = clinic.desk.site, {"authorization": f"Bearer {clinic.display}"}
    with httpx.Client(base_url=clinic.stack.around.url("board"), timeout=20) as board:

        def hear(place: str, method: str, path: str, **sent: Any) -> None:
            clinic.planted.heard(place, board.request(method, path, **sent))

        for text in typed(clinic, "the board"):
            hear("the waiting area of a wall", "GET", f"/v1/sites/{site}/wall", params={"area": text, text: text}, headers=seen)
            hear("the waiting area of a page", "GET", f"/wall/{site}", params={"area": text, "theme": "dark", text: text})
            hear("the theme of a page", "GET", "/wall", params={"theme": text, "lang": text})
            hear("the clinic of a page", "GET", f"/wall/{text}")
            for sound in ({"sound": "on", "area": text}, {"sound": text}, {"sound": "on", text: text}, text):
                hear("what a display says of its sound", "POST", f"/v1/sites/{site}/wall/sound", json=sound, headers=seen)
            hear("the key of a display", "POST", "/v1/screens/session", json={"site": site, "key": text})
            hear("the clinic of a display", "POST", "/v1/screens/session", json={"site": text, "key": clinic.display, text: text})
            hear("a display's cookie", "POST", "/v1/screens/pairing", json={text: text}, headers={"Cookie": f"clinicflow_pairing={text.replace(' ', '')}"})  # fmt: skip
            hear(
                "any address of the board",
                "GET",
                f"/{text}/{text}",
                params={text: text},
                headers={"User-Agent": text, "Referer": text},
            )


def plant_on_the_phone(clinic: Clinic) -> None:
    """Plant in a patient's link, and in what a patient types in to check in, which is wrong."""
    board, checkin, token = clinic.stack.around.url("board"), clinic.stack.around.url("checkin"), clinic.link.rpartition("/")[2]
    with httpx.Client(timeout=20) as phone:
        for text in typed(clinic, "a patient's page"):
            for path in (f"/v/{clinic.desk.site}/{text}", f"/v/{text}/{token}", f"/v/{text}/{text}/{text}"):
                clinic.planted.heard("a link", phone.get(board + path, params={text: text}))
            asked = {"lang": text, "said": text, "name": text, text: text}
            clinic.planted.heard("a query to a patient's page", phone.get(board + clinic.link, params=asked))
            clinic.planted.heard("a link's stream", phone.get(f"{board}/v1/phone/{clinic.desk.site}/{text}/events"))
            form = {"day": text, "month": text, "year": text, "lang": text, "name": text, text: text}
            for where in (f"{clinic.desk.site}/{token}", f"{clinic.desk.site}/{text}", f"{text}/{token}"):
                clinic.planted.heard("self check-in", phone.post(f"{checkin}/v1/phone/{where}/check-in", data=form))
            large = phone.post(f"{checkin}/v1/phone/{clinic.desk.site}/{token}/check-in", data={"day": text * 200})
            clinic.planted.heard("self check-in, too large", large)


# --- files and other programs -------------------------------------------------------------------------------------


def plant_in_csv(clinic: Clinic, folder: Path) -> None:
    """Plant in each cell of a log that is replayed, and in a column that the map doesn't know."""
    log, log_map = folder / "log.csv", folder / "map.toml"
    right = {
        "Case": "17",
        "What": "Arrived",
        "When": "2026-03-09 09:00:00",
        "Room": "",
        "Doctor": "",
        "Kind": "",
        "Why": "",
        "More": "",
    }
    rows = [right]
    for column in right:
        for text in typed(clinic, f"the column {column} of a CSV file"):
            for what in ("Arrived", "Roomed", "Ran off"):
                rows.append({**right, "What": what, "Case": f"{column}-{len(rows)}", column: text})
    lines = [",".join(right), *(",".join(row.values()) for row in rows)]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    log_map.write_text(REPLAY_MAP, encoding="utf-8")
    done = clinicflow(clinic.stack, "replay", log, "--map", log_map, "--site", f"{clinic.desk.site}-log", "--as-fast-as-possible")
    spoken = (done.stdout + done.stderr).encode()
    activity = {name for name, place in clinic.planted.names.items() if "column What" in place}
    others = [name for name in clinic.planted.names if name not in activity]
    clinic.planted.statuses["a CSV file"] = done.returncode
    if any(Marks(name).stand_in(spoken) for name in others):  # an activity that the map doesn't know is named to whoever replays
        clinic.planted.echoes.append("what a replay says of a CSV file")


def plant_beside(clinic: Clinic) -> Planted:
    """Put records on the log of visits as another program would: no JSON, no event, an event with more in it, a newer kind.

    They are on visits.v1 by that program's doing, and stay there as it sent them; from there nothing may go on.
    """
    planted, site = Planted(), clinic.desk.site
    settings = ServiceSettings(kafka_bootstrap=clinic.stack.around.kafka_bootstrap, namespace=clinic.stack.around.namespace)
    producer: Any = kafka.producer(settings, "tests")
    for key, value in _foreign_records(planted, site):
        headers = [("name", planted.name("a header of a record").encode())]
        where = partition_of(key, VISITS.partitions)
        producer.send(VISITS.name(settings.namespace), value, key=key, partition=where, headers=headers).get(10)
    producer.close()
    return planted


def _foreign_records(planted: Planted, site: str) -> Iterable[tuple[bytes, bytes]]:
    now = datetime.now(UTC).isoformat()
    event = {
        "specversion": "1.0", "id": str(uuid.uuid4()), "source": "/elsewhere", "type": "clinicflow.visit.checked-in.v1",
        "subject": f"v-{uuid.uuid4().hex}", "time": now, "recordedtime": now, "site": site, "actor": "token:feed", "intent": "report",
        "fingerprint": "0" * 16, "data": {},
    }  # fmt: skip
    name = planted.name
    spoilt: list[dict[str, Any]] = [
        {"type": f"clinicflow.{name('the type of a record')}.v1"}, {"data": {"queue": name("data of a record that is no event")}},
        {"name": name("an unknown field of an event")}, {"data": {"name": name("an unknown field of an event's data"), "phone": OTHER_PHONE}},
        {"subject": f"{name('the subject of a record')} !"}, {"actor": f"{name('the actor of a record')} !"},
        {"site": name("the clinic of a record")},
    ]  # fmt: skip
    for number, wrong in enumerate(spoilt):
        record = {**event, "id": str(uuid.uuid4()), "subject": f"v-{number}{uuid.uuid4().hex[1:]}", **wrong}
        yield site.encode(), json.dumps(record).encode()
    yield site.encode(), f"{name('a record that is no JSON')} {OTHER_PHONE}".encode()
    nowhere = name("the key of a record").encode()
    yield nowhere, json.dumps({**event, "site": nowhere.decode()}).encode()


def plant_while_away(clinic: Clinic, part: str) -> None:
    """Plant while a part is stopped, so that what goes wrong goes wrong with names at hand; then start it again."""
    clinic.stack.stop_part(part)
    try:
        root, text = f"/v1/sites/{clinic.desk.site}", f"{clinic.planted.name(f'while {part} is away')} {PHONE}"
        said: dict[str, dict[str, Any]] = {
            "check-ins": {},
            "people": {"name": text, "phone": PHONE},
            "people/names": {"people": [clinic.person]},
        }
        for path, body in said.items():
            ask(clinic, f"{path} without {part}", "POST", f"{root}/{path}", json=body, timeout=60)
            ask(clinic, f"a wrong field of {path} without {part}", "POST", f"{root}/{path}", json={**body, text: text}, timeout=60)
        ask(clinic, f"the audit trail without {part}", "GET", f"{root}/audit", params={"person": text}, timeout=60)
    finally:
        clinic.stack.start_part(part)
    settle(clinic)
