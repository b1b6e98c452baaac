"""A clinic's front desk in tests: it talks to a running stack through its public API, as any client would."""

import subprocess
import sys
import uuid
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from services.cli.operator import operator_token
from services.stack.stack import Stack
from tests.waiting import wait_until
from tests.wall_screen import Screen

PROFILE = {
    "name": "Invented clinic",
    "timezone": "America/New_York",
    "rooms": [{"id": f"r{number}", "name": f"Room {number}"} for number in (1, 2, 3)],
    "providers": [{"id": "dr-test", "name": "Dr Test (invented)"}],
}


class FrontDesk:
    """One site of a running stack. Every command carries a key; the same key is the same command."""

    def __init__(self, stack: Stack, site: str) -> None:
        self.stack, self.site = stack, site
        self.profile: Mapping[str, Any] = {}
        self.token = operator_token(stack)
        self.client = httpx.Client(base_url=stack.around.url("checkin"), headers=self._headers(), timeout=20)
        weakref.finalize(self, self.client.close)  # once no test holds it any more

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def open(self, **profile: Any) -> "FrontDesk":
        """Make the site, and wait until every service knows it."""
        self.profile = PROFILE | profile
        answer = self.send("PUT", "profile", self.profile)
        assert answer.status_code in {201, 202}, answer.text
        wait_until(lambda: self.client.get(f"/v1/sites/{self.site}/profile").status_code == httpx.codes.OK)
        return self

    def send(self, method: str, path: str, body: object, key: str | None = None) -> httpx.Response:
        """Send one request of the site."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.client.request(method, f"/v1/sites/{self.site}/{path}", json=body, headers=headers)

    def walk_in(self, key: str | None = None, **said: Any) -> httpx.Response:
        """Check somebody in who has no booking."""
        return self.send("POST", "check-ins", said, key)

    def step(self, visit: str, action: str, key: str | None = None, **said: Any) -> httpx.Response:
        """Send one command about a visit."""
        return self.send("POST", f"visits/{visit}/{action}", said, key)

    def outcome(self, kept: httpx.Response) -> dict[str, Any]:
        """Wait for the result of a command that was kept."""
        found: list[dict[str, Any]] = []

        def known() -> bool:
            answer = self.client.get(kept.json()["result"])
            if answer.status_code == httpx.codes.OK:
                found.append(answer.json())
            return bool(found)

        wait_until(known)
        return found[0]

    def visits(self) -> dict[str, dict[str, Any]]:
        """The live visits, by id."""
        answer = self.client.get(f"/v1/sites/{self.site}/visits")
        assert answer.status_code == httpx.codes.OK, answer.text
        return {visit["visit"]: visit for visit in answer.json()["visits"]}

    @contextmanager
    def wall(self) -> Iterator[Screen]:
        """Watch the site's wall."""
        address = f"{self.stack.around.url('board')}/v1/sites/{self.site}/wall/events"
        with httpx.stream("GET", address, headers=self._headers(), timeout=20) as response:
            assert response.status_code == httpx.codes.OK
            yield Screen(response.iter_lines())


def clinicflow(stack: Stack, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of ours on a stack's data, to its end."""
    operator_token(stack)
    command = [sys.executable, "-m", "services.cli", *map(str, words), "--data", str(stack.folder.path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
