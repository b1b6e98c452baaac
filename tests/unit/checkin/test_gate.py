"""Whether a stream that was let in may go on."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials

from schemas.access import Access, Role, Token, User
from schemas.sites import PublishedProfile
from services.checkin.domain.session import By
from services.checkin.happenings import Watchers
from services.checkin.security import Gate
from services.checkin.sessions import COOKIE, Sessions
from services.runtime import auth
from services.runtime.access_book import AccessBook
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook
from services.runtime.settings import ServiceSettings
from tests.builders import a_profile

ROSA = User(subject="user:rosa", name="Rosa Test (invented)", role=Role.DESK, sites=("demo",))


class Desk:
    """A gate at nine in the morning, with the records that the test says."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        clock = Clock(real=lambda: datetime.timestamp(self.now))
        self.access, sites = AccessBook(ServiceSettings(), clock), SiteBook(ServiceSettings())
        for site in ("demo", "other"):
            profile = PublishedProfile(profile=a_profile(site, sessions={"lock_after_minutes": 10}), source_offset=0)
            sites._apply(site, profile.model_dump_json().encode())
        for book in (self.access, sites):
            book.table._caught_up.set()
        self.sessions = Sessions(bytes(32), self.access, sites, clock)
        self.gate = Gate(self.access, sites, self.sessions, Watchers(), None)
        self.says(ROSA)

    def says(self, record: Access) -> None:
        self.access.table.offset += 1
        self.access._apply(record.subject, record.model_dump_json().encode())

    def request(self, path: str = "/v1/sites/{site}/visits", **headers: str) -> Request:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": raw, "route": SimpleNamespace(path=path)}
        return Request(scope | {"server": ("127.0.0.1", 80), "scheme": "http", "query_string": b""})

    def signed_in(self) -> Request:
        """Rosa's request for a stream, a moment after she signed in."""
        first = self.request()
        self.sessions.begin(first, ROSA, By.PIN)
        header: str = first.scope["state"]["cookies"][COOKIE]
        return self.request(cookie=header.partition(";")[0])


def with_token(desk: Desk, role: Role = Role.DESK) -> tuple[Request, Token]:
    text, token = auth.issue("front", role, ("demo",), desk.now, desk.now + timedelta(hours=1))
    desk.says(token)
    return desk.request(authorization=f"Bearer {text}"), token


def test_a_stream_of_a_session_ends_when_the_session_is_to_be_locked() -> None:
    desk = Desk()
    stream = desk.signed_in()
    principal = asyncio.run(desk.gate.principal(stream, None))
    assert (principal.actor, principal.name, principal.until) == (ROSA.subject, ROSA.name, desk.now + timedelta(minutes=10))
    assert principal.session
    desk.now += timedelta(minutes=9)
    assert desk.gate.still_admits(stream, "demo")
    desk.now += timedelta(minutes=1)
    assert not desk.gate.still_admits(stream, "demo")


@pytest.mark.parametrize("end", ["lock", "end"])
def test_a_stream_ends_when_the_screen_is_locked_or_left_in_any_tab(end: str) -> None:
    desk = Desk()
    stream = desk.signed_in()
    getattr(desk.sessions, end)(desk.request(cookie=stream.headers["cookie"]))
    assert not desk.gate.still_admits(stream, "demo")


@pytest.mark.parametrize(
    "change", [{"revoked_at": True}, {"locked_at": True}, {"sites": ("other",)}, {"role": Role.AUDITOR}], ids=str
)
def test_a_stream_ends_when_its_user_may_no_longer_see_it(change: dict[str, Any]) -> None:
    desk = Desk()
    stream = desk.signed_in()
    assert desk.gate.still_admits(stream, "demo")
    desk.says(ROSA.model_copy(update={name: desk.now if value is True else value for name, value in change.items()}))
    assert not desk.gate.still_admits(stream, "demo")


def test_a_stream_of_a_token_ends_when_the_token_does() -> None:
    desk = Desk()
    stream, token = with_token(desk)
    assert desk.gate.still_admits(stream, "demo")
    assert not desk.gate.still_admits(stream, "other")
    desk.now += timedelta(hours=1)
    assert not desk.gate.still_admits(stream, "demo")
    desk.now -= timedelta(minutes=1)
    desk.says(token.model_copy(update={"revoked_at": desk.now}))
    assert not desk.gate.still_admits(stream, "demo")


def test_a_route_that_nobody_declared_lets_nobody_in() -> None:
    desk = Desk()
    _, text = with_token(desk, Role.ADMIN)[0].headers["authorization"].split()
    credentials = HTTPAuthorizationCredentials(scheme="Bearer", credentials=text)
    with pytest.raises(KeyError):
        asyncio.run(desk.gate.principal(desk.request("/v1/undeclared"), credentials))


def test_until_access_and_sites_were_read_nobody_is_turned_away_for_good() -> None:
    desk = Desk()
    desk.access.table._caught_up.clear()
    with pytest.raises(Problem) as refused:
        asyncio.run(desk.gate.principal(desk.request(), None))
    assert refused.value.status == 503
