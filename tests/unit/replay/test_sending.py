"""Events handed to the desk: each batch until the desk has it, under the same keys."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.replay import sender as sender_module
from services.replay import target_site
from services.replay.domain.rows import Found
from services.replay.errors import UnusableError
from services.replay.replaying import Replay, Summary
from services.runtime.clock import Clock
from tests.unit.replay.log_files import LOG, a_map, found_in

PROFILE = {"site": "log", "name": "A log", "timezone": "America/New_York", "clock": "log"}


class LogDesk:
    """The desk's API at the edge: keeps events by key, and fails as it is told to."""

    def __init__(self, **profile: Any) -> None:
        self.profile: dict[str, Any] | None = {**PROFILE, **profile}
        self.events: dict[str, dict[str, Any]] = {}
        self.failures: list[httpx.Response | Exception | str] = []
        self.statuses: dict[str, str] = {}
        self.outcomes: list[int] = []
        self.made: list[dict[str, Any]] = []
        self.posts = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/profile"):
            return self._profile_asked(request)
        if "/outcomes/" in path:
            status = self.outcomes.pop(0) if self.outcomes else 404
            return httpx.Response(status, json={"status": "applied"})
        return self._batch(request)

    def _profile_asked(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self.profile = json.loads(request.content)
            self.made.append(json.loads(request.content))
            return httpx.Response(201, json={})
        return httpx.Response(200, json=self.profile) if self.profile else httpx.Response(404, json={"code": "unknown-site"})

    def _batch(self, request: httpx.Request) -> httpx.Response:
        self.posts += 1
        failure = self.failures.pop(0) if self.failures else None
        items = json.loads(request.content)["events"]
        if failure is None or failure == "answer lost":
            for item in items:
                self.events.setdefault(item["key"], item)
        if failure == "answer lost":
            raise httpx.ReadError("gone")
        if isinstance(failure, Exception):
            raise failure
        if isinstance(failure, httpx.Response):
            return failure
        accepted = [{"index": index, "event": item["key"], **self._became(item["visit"])} for index, item in enumerate(items)]
        return httpx.Response(202, json={"accepted": accepted, "rejected": []})

    def _became(self, visit: str) -> dict[str, str]:
        status, _, reason = self.statuses.get(visit, "applied").partition(":")
        return {"status": status, **({"reason": reason} if reason else {})}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sender_module, target_site):
        monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)


def replayed(desk: LogDesk, folder: Path, found: Found, speed: float | None = None) -> tuple[Summary, list[str]]:
    said: list[str] = []

    async def run() -> Summary:
        async with httpx.AsyncClient(base_url="http://desk", transport=httpx.MockTransport(desk)) as client:
            return await Replay(client, "log", a_map(folder), speed, Clock(), said.append).run(found)

    return asyncio.run(run()), said


def test_every_event_arrives(tmp_path: Path) -> None:
    desk = LogDesk()
    summary, _ = replayed(desk, tmp_path, found_in(tmp_path))
    assert summary.line() == "6 rows: 5 events applied, 1 ignored by the map, 0 with activities the map doesn't name, 0 bad."
    assert summary.is_whole
    assert [item["type"] for item in desk.events.values()] == ["checked-in", "checked-in", "roomed", "provider-seen", "checked-out"]


def test_desk_that_comes_and_goes_gets_each_event_once(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.failures = [httpx.ConnectError("gone"), httpx.Response(503, json={}), "answer lost", httpx.ConnectError("gone")]
    summary, said = replayed(desk, tmp_path, found_in(tmp_path))
    assert (desk.posts, len(desk.events), summary.sent.applied) == (5, 5, 5)
    assert any("waiting" in words for words in said)


def test_log_replayed_twice_is_there_once(tmp_path: Path) -> None:
    desk = LogDesk()
    replayed(desk, tmp_path, found_in(tmp_path))
    replayed(desk, tmp_path, found_in(tmp_path, LOG + "v2,Bed,2026-03-02 09:50\n"))
    assert len(desk.events) == 6


def test_site_is_made_from_the_map(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.profile = None
    replayed(desk, tmp_path, found_in(tmp_path))
    assert [(made["site"], made["clock"]) for made in desk.made] == [("log", "log")]


def test_site_that_lives_now_takes_no_log(tmp_path: Path) -> None:
    desk = LogDesk(clock="wall")
    with pytest.raises(UnusableError, match="lives now"):
        replayed(desk, tmp_path, found_in(tmp_path))
    assert not desk.events


def test_refused_token_ends_it_in_the_desks_words(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.failures = [httpx.Response(403, json={"title": "Not allowed", "detail": "Please ask a colleague who may."})]
    with pytest.raises(UnusableError, match=r"Not allowed\. Please ask"):
        replayed(desk, tmp_path, found_in(tmp_path))


def test_row_replayed_before_under_another_map_is_listed(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.statuses = {"v2": "refused:key-reused"}
    summary, _ = replayed(desk, tmp_path, found_in(tmp_path))
    assert [(bad.line, "another map" in bad.reason) for bad in summary.bad_rows()] == [(3, True)]
    assert not summary.is_whole


def test_row_set_aside_is_listed(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.statuses = {"v2": "dead-lettered:visit-closed"}
    summary, _ = replayed(desk, tmp_path, found_in(tmp_path))
    assert [(bad.line, bad.reason) for bad in summary.bad_rows()] == [(3, "the system set it aside (visit-closed)")]


def test_outcome_that_comes_later_is_waited_for(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.statuses, desk.outcomes = {"v2": "kept"}, [404, 503, 200]
    summary, _ = replayed(desk, tmp_path, found_in(tmp_path))
    assert summary.is_whole
    assert summary.sent.applied == 5


def test_outcome_that_never_comes_is_said(tmp_path: Path) -> None:
    desk = LogDesk()
    desk.statuses = {"v2": "kept"}
    summary, _ = replayed(desk, tmp_path, found_in(tmp_path))
    assert not summary.is_whole
    assert "1 on the log but not applied yet" in summary.line()


def test_log_can_be_replayed_as_it_happened(tmp_path: Path) -> None:
    desk = LogDesk()
    clock = Clock()
    began = clock.monotonic()
    replayed(desk, tmp_path, found_in(tmp_path), speed=27_000)
    assert 0.1 <= clock.monotonic() - began < 5
    assert desk.posts == 5
