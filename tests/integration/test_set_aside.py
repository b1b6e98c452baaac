"""What could not be used is shown to the clinic's administrators, without a word of what it says, and tried again."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codec import encode
from schemas.partitioning import partition_of
from schemas.topics import AUDIT, VISITS
from services.cli.operator import operator_token
from services.cli.whole_topic import whole_topic
from services.runtime import kafka
from services.runtime.clock import Clock as Wall
from services.runtime.settings import ServiceSettings
from services.stack.stack import Stack
from tests.builders import Clinic
from tests.integration.front_desk import FrontDesk
from tests.integration.test_checkin_api import Desk, hire, problem
from tests.waiting import wait_until

MARK = "Maria-Planted"
_sites = count(1)


class Log:
    """The log of visits, as anybody may write to it who can reach the broker."""

    def __init__(self, stack: Stack) -> None:
        self.settings = ServiceSettings(kafka_bootstrap=stack.around.kafka_bootstrap, namespace=stack.around.namespace)
        self.producer = kafka.producer(self.settings, "tests")

    def put(self, key: str, value: bytes) -> str:
        """Put a record there; returns the name under which it would be set aside."""
        where = {"key": key.encode(), "partition": partition_of(key.encode(), VISITS.partitions)}
        stood = self.producer.send(VISITS.name(self.settings.namespace), value, **where).get(10)
        return f"{stood.partition}-{stood.offset}"


@pytest.fixture(scope="module")
def log(stack: Stack) -> Iterator[Log]:
    log = Log(stack)
    yield log
    log.producer.close()


@pytest.fixture(scope="module")
def http(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.around.url("checkin"), timeout=60) as client:
        yield client


def opened(stack: Stack, site: str) -> str:
    """Set a clinic up; gives its name."""
    clinic = FrontDesk(stack, site).open()
    clinic.client.close()
    return clinic.site


@pytest.fixture
def site(stack: Stack) -> str:
    return opened(stack, f"aside-{next(_sites)}")


@pytest.fixture
def admin(stack: Stack, http: httpx.Client, site: str) -> Desk:
    """Who administers this clinic alone."""
    return hire(stack, http, f"admin-{uuid4().hex[:8]}", "--role", "admin", "--site", site).at(site)


@pytest.fixture
def operator(stack: Stack, http: httpx.Client, site: str) -> Desk:
    """Who administers every clinic, and looks at this one."""
    return Desk(http, operator_token(stack), site)


def a_walk_in(site: str) -> bytes:
    clinic = Clinic(site, opens=None).feed()
    return encode(clinic.check_in("ann", Wall().now(), id=uuid4().hex).event)[1]


def listed(desk: Desk) -> dict[str, dict[str, Any]]:
    answered = desk.get("/set-aside")
    assert answered.status_code == 200, answered.text
    return {record["letter"]: record for record in answered.json()["records"]}


def test_an_administrator_sees_why_and_when_and_what_to_do_and_nothing_that_it_says(log: Log, admin: Desk) -> None:
    said = {"type": "clinicflow.visit.roomed.v1", "subject": MARK, MARK: MARK}
    letters = [
        log.put(admin.site, json.dumps(said).encode()),
        log.put(admin.site, f"{MARK} is not JSON".encode()),
        log.put(admin.site, json.dumps({**said, "type": f"clinicflow.{MARK.lower()}.v1"}).encode()),
    ]
    wait_until(lambda: listed(admin).keys() == set(letters))
    found = [listed(admin)[letter] for letter in letters]
    assert [(one["reason"], one["kind"], one["site"]) for one in found] == [
        ("invalid", "visit.roomed", admin.site), ("not-json", None, admin.site), ("newer-version", None, admin.site),
    ]  # fmt: skip
    assert list(listed(admin)) == letters[::-1], "newest first"
    assert all(one["means"] and one["remedy"] and one["set_aside_at"] and one["may_be_retried"] for one in found)
    assert admin.get("/set-aside").json()["complete"]
    assert MARK.lower() not in admin.get("/set-aside").text.lower()


def test_each_clinic_has_its_own_and_what_is_of_none_is_for_who_reaches_all(
    stack: Stack, http: httpx.Client, log: Log, admin: Desk, operator: Desk
) -> None:
    nowhere = f"{MARK.lower()}-{uuid4().hex[:6]}"
    theirs, nobodys = log.put(admin.site, b"{}"), log.put(nowhere, a_walk_in(nowhere))
    other = operator.at(opened(stack, f"{admin.site}-other"))
    others = log.put(other.site, b"{}")
    wait_until(lambda: {theirs, nobodys} <= listed(operator).keys())
    wait_until(lambda: others in listed(other))
    assert listed(admin).keys() == {theirs}
    assert others not in listed(operator)
    assert (listed(operator)[nobodys]["reason"], listed(operator)[nobodys]["site"]) == ("unknown-site", None)
    assert MARK.lower() not in operator.get("/set-aside").text.lower()
    assert problem(admin.say(f"/set-aside/{nobodys}/retry")) == (404, "unknown-letter")
    assert problem(admin.say(f"/set-aside/{others}/retry")) == (404, "unknown-letter")


def test_what_came_too_early_is_tried_again_once_the_clinic_is_there(stack: Stack, log: Log, operator: Desk) -> None:
    early = operator.at(f"{operator.site}-new")
    letter = log.put(early.site, a_walk_in(early.site))
    wait_until(lambda: letter in listed(operator))
    opened(stack, early.site)
    wait_until(lambda: letter in listed(early))
    retried = early.say(f"/set-aside/{letter}/retry")
    assert (retried.status_code, retried.json()["became"]) == (200, "applied"), retried.text
    wait_until(lambda: listed(early)[letter]["retried_at"])
    wait_until(lambda: [visit["stage"] for visit in early.get("/visits").json()["visits"]] == ["waiting"])

    def audited() -> set[tuple[str, str]]:
        trail = [
            json.loads(record.value) for record in whole_topic(log.settings, AUDIT, "tests") if record.key == early.site.encode()
        ]
        return {(act["action"], act["outcome"]) for act in trail}

    wait_until(lambda: ("retried-set-aside", "done") in audited())


def test_what_still_can_not_be_used_comes_back_under_another_name(log: Log, admin: Desk) -> None:
    letter = log.put(admin.site, b"{}")
    wait_until(lambda: letter in listed(admin))
    retried = admin.say(f"/set-aside/{letter}/retry").json()
    assert (retried["became"], retried["reason"]) == ("set-aside-again", "invalid")
    wait_until(lambda: retried["letter"] in listed(admin))


def test_what_is_empty_is_not_tried_again(log: Log, admin: Desk) -> None:
    letter = log.put(admin.site, b"")
    wait_until(lambda: letter in listed(admin))
    assert not listed(admin)[letter]["may_be_retried"]
    assert problem(admin.say(f"/set-aside/{letter}/retry")) == (409, "nothing-to-retry")


def test_a_record_that_is_not_there_is_said_so(admin: Desk) -> None:
    assert problem(admin.say("/set-aside/0-999999/retry")) == (404, "unknown-letter")
    assert problem(admin.say("/set-aside/x/retry")) == (422, "invalid")
