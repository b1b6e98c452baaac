"""The desks at work: each a thread that takes its plan's steps through the public API and notes what it is told."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import orjson

from tests.chaos.evidence import Sent
from tests.chaos.history import History
from tests.chaos.workload import Desk, Step

ANSWER_SECONDS = 8.0
"""So long a desk waits for an answer before it takes it for lost."""
INSISTS_SECONDS = 60.0
RETRY_SECONDS = 0.4


@dataclass
class Clerk:
    """Who works at one desk. `clock_off_s` is how wrong the desk's clock is; then every time is entered by it."""

    url: str
    token: str
    site: str
    plan: Desk
    history: History
    pause_s: float
    clock_off_s: float = 0.0
    _told: dict[str, str] = field(default_factory=dict)
    """The event ids told, by key."""
    _later: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def open(self) -> bool:
        """Make the clinic; whether it is there. May be asked again."""
        with self._client() as client:
            path = f"/v1/sites/{self.site}/profile"
            self._ask(client, {"method": "PUT", "url": path, "json": self.plan.profile, "key": f"open-{self.site}"})
            return client.get(path).status_code == httpx.codes.OK

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=ANSWER_SECONDS)

    def start(self) -> None:
        """Begin to work."""
        self._thread = threading.Thread(target=self._work, name=f"desk-{self.plan.name}", daemon=True)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Finish what is under way, and go."""
        self._over.set()

    def join(self, within: float) -> None:
        """Wait until gone. Raises RuntimeError where it doesn't go."""
        if self._thread is not None:
            self._thread.join(within)
            if self._thread.is_alive():
                raise RuntimeError(f"the desk {self.plan.name} does not end")

    @property
    def is_at_work(self) -> bool:
        """Whether the thread lives; one that broke is a fault of the harness."""
        return self._thread is not None and self._thread.is_alive()

    def _work(self) -> None:
        draw = Random(self.plan.name)
        with self._client() as client:
            for step in self.plan.steps():
                if self._over.wait(draw.uniform(0.5, 1.5) * self.pause_s):
                    break
                for request in self._requests(step):
                    self._insist(client, request, step.insists)
            for _, request in self._later:
                self._insist(client, request, insists=True)

    def _requests(self, step: Step) -> Iterator[dict[str, Any]]:
        due = [entry for entry in self._later if entry[0] <= time.monotonic()]
        self._later = [entry for entry in self._later if entry not in due]
        yield from (request for _, request in due)
        body = self._body(step)
        if body is None:
            return
        request = {"method": step.method, "url": f"/v1/sites/{self.site}/{step.path}", "json": body, "key": step.key}
        yield request
        if step.again:
            self._later.append((time.monotonic() + 5, request))
            yield request

    def _body(self, step: Step) -> dict[str, Any] | None:
        """What is said now; None where the step names one of which no id was ever told."""
        if step.names is not None:
            event = self._told.get(step.names)
            more = {} if step.new_time_ago_s is None else {"happened_at": self._ago(step.new_time_ago_s)}
            return None if event is None else {**step.body, "event": event, **more}
        if step.method == "PUT" or (step.ago_s is None and not self.clock_off_s):
            return step.body
        return {**step.body, "happened_at": self._ago(step.ago_s or 0.0)}

    def _ago(self, seconds: float) -> str:
        return (datetime.now(UTC) + timedelta(seconds=self.clock_off_s - seconds)).isoformat(timespec="milliseconds")

    def _insist(self, client: httpx.Client, request: dict[str, Any], insists: bool) -> None:
        until = time.monotonic() + INSISTS_SECONDS
        while not self._ask(client, request) and insists and time.monotonic() < until:
            threading.Event().wait(RETRY_SECONDS)

    def _ask(self, client: httpx.Client, request: dict[str, Any]) -> bool:
        """Send it once; whether it was told what became of it."""
        began = now_ms()
        status: int | None = None
        answer: dict[str, Any] = {}
        try:
            told = client.request(
                request["method"], request["url"], json=request["json"], headers={"Idempotency-Key": request["key"]}
            )
            status = told.status_code
            answer = told.json() if "json" in told.headers.get("content-type", "") else {}
        except httpx.TransportError:
            status = None
        said = orjson.dumps([request["method"], request["url"], request["json"]], option=orjson.OPT_SORT_KEYS).decode()
        if status is not None and status >= 500:
            status, answer = None, {"status": status, "code": answer.get("code")}
        self.history.note(Sent(self.site, request["key"], said, began, now_ms(), status, answer))
        if "event" in answer:
            self._told[request["key"]] = answer["event"]
        return status is not None


def now_ms() -> int:
    """Now, as the desks' own machine has it."""
    return int(time.time() * 1000)
