"""The simulator at the front desk: a command is repeated under its key until its answer is final."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from schemas.live import LiveVisit
from schemas.summaries import Stage
from services.runtime.clock import Clock
from services.simulator import desk as desk_module
from services.simulator import reads as reads_module
from services.simulator.desk import Desk
from services.simulator.domain import commands
from services.simulator.domain.answers import Action, Answer
from services.simulator.domain.journal import Journal
from services.simulator.domain.sightings import Sightings
from services.simulator.reads import DeskError, Reads

APPLIED = {"status": "applied", "event": "e1", "visit": "ann", "ticket": "A01", "stage": "waiting", "room": None}


class Api:
    """The desk's API at the edge: answers in turn, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def keys(self) -> list[str | None]:
        return [request.headers.get("Idempotency-Key") for request in self.asked if request.method == "POST"]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "RETRY_SECONDS", 0.001)
    monkeypatch.setattr(reads_module, "RETRY_SECONDS", 0.001)


def at_the_desk(api: Api, story: Callable[[Desk], object]) -> Journal:
    journal = Journal(1, {})
    journal.adopt([LiveVisit(visit="ann", stage=Stage.WAITING)])

    async def run() -> None:
        async with httpx.AsyncClient(base_url="http://desk", transport=httpx.MockTransport(api)) as client:
            await story(Desk(Reads(client, "demo"), journal, Sightings(), Clock(), "run"))  # type: ignore[misc]  # a coroutine

    asyncio.run(run())
    return journal


def give(api: Api) -> tuple[Answer, Journal]:
    answers: list[Answer] = []

    async def story(desk: Desk) -> None:
        answers.append(await desk.give(commands.step("ann", Action.CALL, room="r1")))

    journal = at_the_desk(api, story)
    return answers[0], journal


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "title": "No", "detail": "No."}, headers=headers)


def test_applied_command_is_final() -> None:
    api = Api(httpx.Response(201, json=APPLIED))
    answer, journal = give(api)
    assert answer == Answer(True, "e1", "ann", "A01", "waiting", None)
    assert (api.asked[0].url.path, json.loads(api.asked[0].content)) == ("/v1/sites/demo/visits/ann/call", {"room": "r1"})
    assert journal.accepted == 1


def test_desk_that_cannot_record_is_asked_again_under_the_same_key() -> None:
    api = Api(problem(503, "not-recorded", **{"Retry-After": "0"}), httpx.ConnectError("gone"), httpx.Response(201, json=APPLIED))
    answer, journal = give(api)
    assert answer.applied
    assert len(api.keys) == 3
    assert len(set(api.keys)) == 1
    assert journal.accepted == 1


def test_kept_command_is_followed_until_its_outcome() -> None:
    kept = {"status": "kept", "event": "e1", "visit": "ann", "result": "/v1/sites/demo/outcomes/e1"}
    api = Api(httpx.Response(202, json=kept), problem(404, "not-known-yet"), problem(503, "live-view-away"),
              httpx.Response(200, json=APPLIED))  # fmt: skip
    answer, journal = give(api)
    assert answer.applied
    assert api.asked[-1].url.path == "/v1/sites/demo/outcomes/e1"
    assert journal.accepted == 1


def test_kept_command_may_be_refused_after_all() -> None:
    kept = {"status": "kept", "event": "e1", "visit": "ann", "result": "/v1/sites/demo/outcomes/e1"}
    refused = {**APPLIED, "status": "refused", "reason": "room-held"}
    answer, journal = give(Api(httpx.Response(202, json=kept), httpx.Response(200, json=refused)))
    assert (answer.applied, answer.reason) == (False, "room-held")
    assert (journal.accepted, journal.refused) == (0, 1)


def test_refused_command_is_final() -> None:
    answer, journal = give(Api(problem(409, "room-held")))
    assert (answer.applied, answer.reason) == (False, "room-held")
    assert journal.refused == 1


def test_wrong_token_ends_the_run_in_plain_words() -> None:
    with pytest.raises(DeskError, match="401"):
        give(Api(problem(401, "no-token")))


def test_two_commands_have_two_keys() -> None:
    api = Api(httpx.Response(201, json=APPLIED), httpx.Response(201, json=APPLIED))

    async def story(desk: Desk) -> None:
        await desk.give(commands.step("ann", Action.CALL))
        await desk.give(commands.step("ann", Action.RECALL))

    at_the_desk(api, story)
    assert len(set(api.keys)) == 2


def test_command_under_way_is_finished_though_its_giver_is_gone() -> None:
    api = Api(problem(503, "not-recorded", **{"Retry-After": "0"}), httpx.Response(201, json=APPLIED))
    unanswered: list[int] = []

    async def story(desk: Desk) -> None:
        giver = asyncio.create_task(desk.give(commands.step("ann", Action.CALL)))
        await asyncio.sleep(0)
        giver.cancel()
        await asyncio.wait({giver})
        unanswered.append(await desk.finish(5))

    journal = at_the_desk(api, story)
    assert unanswered == [0]
    assert journal.accepted == 1


def test_command_without_an_answer_is_given_up_at_the_end() -> None:
    api = Api(*[httpx.ConnectError("gone") for _ in range(1000)])
    unanswered: list[int] = []

    async def story(desk: Desk) -> None:
        giver = asyncio.create_task(desk.give(commands.step("ann", Action.CALL)))
        await asyncio.sleep(0)
        giver.cancel()
        await asyncio.wait({giver})
        unanswered.append(await desk.finish(0.05))

    assert at_the_desk(api, story).accepted == 0
    assert unanswered == [1]
