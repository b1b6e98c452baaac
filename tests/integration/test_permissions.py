"""Every route, asked for by every role and by nobody, at their own and at another clinic: the answer is what the one table says."""

from collections.abc import Iterator

import httpx
import pytest

from schemas.access import Role
from schemas.permissions import BOARD, CHECKIN, Anyone, Who
from schemas.topics import ACCESS
from services.runtime import auth, kafka, staff
from services.runtime.clock import Clock
from services.stack.settings import StackSettings
from services.stack.stack import Stack
from tests.integration.staff import OTHER, SITE, Clinic
from tests.waiting import wait_until

TABLES = {"checkin": CHECKIN, "board": BOARD}
ROUTES = [(service, *key) for service, table in TABLES.items() for key in table]
NAMES = ("visit", "event", "room", "provider", "supply", "user", "person", "letter", "ticket")
THINGS = {
    "path": "favicon.png", "version": "0", "name": "tokens.css", "screen": "screen:x", "token": "x" * 22, "nowhere": "x",
    **dict.fromkeys(NAMES, "x-1"),
}  # fmt: skip


class Installation:
    """A running checkin and a running board, and of every role a token for one of two clinics, and where it can be, a person."""

    def __init__(self, clinic: Clinic) -> None:
        self.services = {service: httpx.Client(base_url=clinic.stack.around.url(service), timeout=20) for service in TABLES}
        self.tokens = {role: self._issue(clinic, role) for role in Role}
        wait_until(lambda: self.by_token("board", "GET", "/v1/sites/{site}/wall", SITE, Role.DISPLAY) not in {401, 403, 404})
        wait_until(lambda: self.by_token("checkin", "GET", "/v1/sites", SITE, list(Role)[-1]) == 200)
        self.people = {role: clinic.signed_in(role, SITE)[1] for role in staff.ROLES}
        self.csrf = {role: person.look()["csrf"] for role, person in self.people.items()}

    def _issue(self, clinic: Clinic, role: Role) -> str:
        token, record = auth.issue(f"one-{role}", role, (SITE,), Clock().now())
        producer = kafka.producer(clinic.settings, "tests")
        topic = ACCESS.name(clinic.settings.namespace)
        producer.send(topic, record.model_dump_json().encode(), key=record.subject.encode()).get(10)
        producer.close()
        return token

    def by_token(self, service: str, method: str, path: str, site: str, role: Role | None) -> int:
        """What is answered to a token of this role, or to nobody; of a stream, how it begins."""
        headers = {"authorization": f"Bearer {self.tokens[role]}"} if role else {}
        with self.services[service].stream(
            method, path.replace(":path", "").format(site=site, **THINGS), headers=headers
        ) as answer:
            return answer.status_code

    def by_session(self, service: str, method: str, path: str, site: str, role: Role) -> int:
        """What is answered to a person of this role at a browser."""
        url = f"{self.services[service].base_url}{path.replace(':path', '').format(site=site, **THINGS)}"
        with self.people[role].http.stream(method, url, headers={"X-CSRF-Token": self.csrf[role]}) as answer:
            return answer.status_code


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    settings = StackSettings(data=tmp_path_factory.mktemp("permissions") / "data", ports="free", show_logs=False)
    with Stack(settings, parts=["checkin", "board"]) as stack:
        clinic = Clinic(stack)
        found = Installation(clinic)
        yield found
        for client in found.services.values():
            client.close()
        clinic.close()


def expected(who: Who, role: Role | None, *, own: bool) -> str:
    """What the table says becomes of it."""
    if who is Anyone.PUBLIC:
        return "let in"
    if role is None:
        return "401"
    return "let in" if own and (who is Anyone.SIGNED_IN or role in who) else "403"


def became(status: int) -> str:
    return str(status) if status in {401, 403} else "let in"


@pytest.mark.parametrize(("service", "method", "path"), ROUTES, ids=str)
def test_the_answer_is_what_the_table_says(installation: Installation, service: str, method: str, path: str) -> None:
    who = TABLES[service][method, path]
    for site in (SITE, OTHER) if "{site}" in path else (SITE,):
        for role in (*Role, None):
            status = installation.by_token(service, method, path, site, role)
            assert became(status) == expected(who, role, own=site == SITE), ("token", site, role, status)
        for person in staff.ROLES if who is not Anyone.PUBLIC else ():
            status = installation.by_session(service, method, path, site, person)
            wanted = "401" if service == "board" else expected(who, person, own=site == SITE)
            assert became(status) == wanted, ("session", site, person, status)


def test_every_person_is_still_signed_in_after_all_that(installation: Installation) -> None:
    assert {role: person.state for role, person in installation.people.items()} == dict.fromkeys(staff.ROLES, "open")
