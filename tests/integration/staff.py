"""People at browsers, for tests of who may do what: a running checkin, one more in this process whose time the test moves, and staff."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import uvicorn

from schemas.access import Role
from schemas.sites import PublishedProfile
from schemas.topics import ACCESS, SITES
from services.checkin import app
from services.checkin.happenings import Happening
from services.checkin.parts import Parts
from services.checkin.settings import CheckinSettings
from services.runtime import auth, kafka
from services.runtime.clock import Clock, ClockAnchor
from services.runtime.lasting import Lasting
from services.stack.ports import HOST, unused
from services.stack.stack import Stack
from tests.builders import a_profile
from tests.waiting import wait_until

SITE, OTHER = "riverside", "hillside"
LOCK_MINUTES = {SITE: 10, OTHER: 3}
PIN = "493817"
_numbers = count(1)


class Browser:
    """Somebody's browser: it keeps cookies, and its page sends the CSRF token along as ours do."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20)

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/v1/session").json()
        return found

    @property
    def state(self) -> str:
        return str(self.look()["state"])

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """What a page of ours sends."""
        token = self.look()["csrf"]
        return self.http.request(method, path, json=body, headers=({"X-CSRF-Token": token} if token else {}) | headers)

    def follow(self, link: str) -> httpx.Response:
        return self.send("POST", "/v1/session/link", {"link": link.partition("#link=")[2] or link})

    def choose(self, pin: str, old: str | None = None) -> httpx.Response:
        return self.send("POST", "/v1/session/pin", {"pin": pin, "old": old})

    def unlock(self, user: str, pin: str) -> httpx.Response:
        return self.send("POST", "/v1/session/unlock", {"user": f"user:{user}", "pin": pin})

    def does(self) -> httpx.Response:
        """Something that changes something, if it were right."""
        return self.send("POST", f"/v1/sites/{SITE}/check-ins")

    def reads(self) -> int:
        return self.http.get("/v1/sites").status_code


class Clinic:
    """An installation with two clinics, whose administrator has a token."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.url = stack, stack.around.url("checkin")
        self.settings = CheckinSettings(
            environment="local", kafka_bootstrap=stack.around.kafka_bootstrap, redis_url=stack.around.redis_url,
            namespace=stack.around.namespace, secrets_dir=stack.folder.path / "secrets", log_level="warning",
        )  # fmt: skip
        token, record = auth.issue("set-up", Role.ADMIN, (), Clock().now())
        self._browsers: list[Browser] = []
        self.admin = httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {token}"}, timeout=20)
        producer = kafka.producer(self.settings, "tests")
        for site, minutes in LOCK_MINUTES.items():
            profile = a_profile(site, sessions={"lock_after_minutes": minutes})
            said = PublishedProfile(profile=profile, source_offset=0).model_dump_json().encode()
            producer.send(SITES.name(self.settings.namespace), said, key=site.encode()).get(10)
        producer.send(ACCESS.name(self.settings.namespace), record.model_dump_json().encode(), key=record.subject.encode()).get(10)
        producer.close()
        wait_until(lambda: self.admin.get(f"/v1/sites/{OTHER}/profile").status_code == 200)

    def close(self) -> None:
        """Close every browser."""
        for browser in self._browsers:
            browser.http.close()
        self.admin.close()

    def browser(self, url: str | None = None, like: Browser | None = None) -> Browser:
        """A browser before checkin, or another service; `like`: with the cookies of another one."""
        self._browsers.append(Browser(url or self.url))
        self._browsers[-1].http.cookies.update(like.http.cookies if like else {})
        return self._browsers[-1]

    def hire(self, role: str = "desk", *sites: str, url: str | None = None) -> tuple[str, str]:
        """Somebody new: their name, and their link."""
        user = f"{role}-{next(_numbers)}"
        said = {"user": user, "name": f"{user} (invented)", "role": role, "sites": sites or (SITE,)}
        made = self.admin.post(f"{url or self.url}/v1/users", json=said)
        assert made.status_code == 201, made.text
        return user, made.json()["link"]

    def invite(self, user: str, url: str | None = None) -> str:
        made = self.admin.post(f"{url or self.url}/v1/users/{user}/invite")
        assert made.status_code == 201, made.text
        return str(made.json()["link"])

    def signed_in(
        self, role: str = "desk", *sites: str, url: str | None = None, browser: Browser | None = None
    ) -> tuple[str, Browser]:
        """Somebody new at a browser, with the usual PIN."""
        user, link = self.hire(role, *sites, url=url)
        browser = browser or self.browser(url)
        assert browser.follow(link).status_code == 200
        assert browser.choose(PIN).status_code == 200
        return user, browser


class Notes:
    """Everything that a watcher is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    async def on_event(self, kind: Happening, subject: str, actor: str) -> None:
        self.told.append((kind.value, subject, actor))

    def of(self, user: str) -> list[str]:
        return [kind for kind, subject, _ in self.told if subject == f"user:{user}"]


class MovedCheckin:
    """One more checkin, in this process. Its clinic's clock goes sixty times as fast; real time is moved by the test."""

    def __init__(self, clinic: Clinic, **settings: Any) -> None:
        self.ahead = 0.0
        started = datetime.now(UTC)
        anchor = ClockAnchor(speed=60, anchor_real=started, anchor_clock=started)
        self.clock = Clock(anchor, real=lambda: time.time() + self.ahead)
        self.port = settings.pop("port", None) or unused(1)[0]
        self.url = f"http://{HOST}:{self.port}"
        self.parts = Parts.build(clinic.settings.model_copy(update=settings), self.clock, Lasting())
        self.notes = Notes()
        self.parts.watchers.add(self.notes)
        self._server = uvicorn.Server(uvicorn.Config(app.build(self.parts), host=HOST, port=self.port, log_config=None))

    def pass_minutes(self, minutes: float) -> None:
        """Let so much real time go by."""
        self.ahead += minutes * 60

    @contextmanager
    def serving(self) -> Iterator["MovedCheckin"]:
        thread = threading.Thread(target=self._server.run)
        thread.start()
        try:
            wait_until(lambda: self._server.started and self.parts.access.table.ready and self.parts.sites.table.ready)
            yield self
        finally:
            self._server.should_exit = True
            thread.join()
