"""Whatever is sent to the API, within its description or beside it, the answer is never an error of the server's own."""

import contextlib
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from services.cli.operator import operator_token
from services.stack.stack import Stack
from tests.integration.front_desk import FrontDesk


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_makes_the_server_fail(stack: Stack, mode: GenerationMode) -> None:
    described: Any = schemathesis.openapi.from_url(f"{stack.around.url('checkin')}/openapi.json")
    headers = {"Authorization": f"Bearer {operator_token(stack)}"}
    with contextlib.closing(FrontDesk(stack, "fuzzed").open().client):
        answers = Counter(status for operation in described.get_all_operations() for status in sent(operation.ok(), mode, headers))
    assert answers.total() > 100
    assert {200, 201, 202} & answers.keys() if mode is GenerationMode.POSITIVE else 422 in answers


def sent(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> list[int]:
    """Send requests of one operation to a clinic that is there; returns what was answered."""
    answers = []

    @settings(max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if "site" in case.path_parameters:
            case.path_parameters["site"] = "fuzzed"
        answer = case.call(headers=headers, timeout=20)
        case.validate_response(answer, checks=[not_a_server_error])
        answers.append(answer.status_code)

    with contextlib.suppress(Unsatisfiable):  # what takes nothing and asks for nobody can't be asked wrongly
        send()
    return answers
