"""Names and numbers are planted wherever they can be, on the whole stack, and then looked for in all that it keeps and gives away."""

from collections import Counter
from collections.abc import Iterator

import pytest
import redis

from schemas.topics import ACCESS, VISITS
from services.stack.stack import Stack
from tests.planted import Marks
from tests.planting import CLINIC, Clinic, Planted, Traced, open_clinic, plant, plant_beside, plant_while_away, settle
from tests.scanning import SERVICES, by_desk, everywhere
from tests.waiting import wait_until

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def clinic(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic in which names were planted everywhere, also while Redis or Kafka was away."""
    clinic = open_clinic(stack, "planted")
    plant(clinic, tmp_path_factory.mktemp("replay"))
    for part in ("redis", "kafka"):
        plant_while_away(clinic, part)
    yield clinic
    clinic.desk.client.close()


@pytest.fixture(scope="module")
def beside(clinic: Clinic) -> Planted:
    """What another program has put on the log of visits; what could not be used was tried once more."""
    planted = plant_beside(clinic)
    wait_until(lambda: len(_set_aside(clinic)) >= 6)
    for record in _set_aside(clinic):
        clinic.desk.send("POST", f"set-aside/{record}/retry", {})
    settle(clinic)
    return planted


def _set_aside(clinic: Clinic) -> list[str]:
    answer = clinic.desk.client.get(f"/v1/sites/{clinic.desk.site}/set-aside", timeout=60)
    assert answer.status_code == 200, answer.text
    return [record["letter"] for record in answer.json()["records"]]


def test_what_was_planted_was_answered_clearly_and_repeated_in_no_error(clinic: Clinic) -> None:
    answered = Counter(clinic.planted.statuses.values())
    faults = [place for place, status in clinic.planted.statuses.items() if status >= 500 and "without" not in place]
    assert (faults, clinic.planted.echoes) == ([], [])
    assert answered[422] > 100
    assert answered[400] > 10
    assert answered[413]


def test_what_was_planted_is_found_nowhere(clinic: Clinic) -> None:
    marks = clinic.planted.marks
    assert (everywhere(clinic, marks), marks.found_from) == ([], set())


def test_what_another_program_put_on_the_log_goes_nowhere_from_there(clinic: Clinic, beside: Planted) -> None:
    log, marks = VISITS.name(clinic.stack.around.namespace), Traced(beside, with_number=False)
    found = everywhere(clinic, marks)
    there = [place for place in found if place.startswith((f"topic {log}/", f"file kafka/{log}-"))]
    assert there, "it is where it was put"
    assert [place for place in found if place not in there] == []


def test_the_name_of_a_member_of_staff_is_on_the_list_of_users_alone(clinic: Clinic) -> None:
    said = {"user": "planted-user", "name": "Zq-Staffmark (invented)", "role": "desk", "sites": [clinic.desk.site]}
    assert clinic.desk.client.post("/v1/users", json=said).status_code == 201
    found = everywhere(clinic, Marks("zq-staffmark"))
    access = ACCESS.name(clinic.stack.around.namespace)
    assert found
    assert [place for place in found if not place.startswith((f"topic {access}/", f"file kafka/{access}-"))] == []


def test_the_scan_finds_in_every_medium_what_may_be_there(clinic: Clinic) -> None:
    found = set(everywhere(clinic, Marks(CLINIC, "/v1/sites/{site}/check-ins", "clinicflow_", "Traceback")))
    assert {"topic", "redis", "file", "wall", "phone"} <= {place.partition(" ")[0] for place in found}
    assert {"file logs/checkin.log", *(f"/metrics of {service}" for service in SERVICES)} <= found


def test_one_address_that_can_be_read_tells_a_name_and_each_look_is_on_the_trail_after_a_wipe(clinic: Clinic) -> None:
    assert clinic.desk.send("POST", "people/names", {"people": [clinic.person]}).status_code == 200
    before = _trail(clinic)
    telling = [address for address, said in by_desk(clinic).items() if clinic.planted.marks.stand_in(said)]
    assert telling == [f"{clinic.stack.around.url('checkin')}/v1/sites/{clinic.desk.site}/people/{clinic.person}"]
    assert clinic.desk.send("POST", "people/names", {"people": [clinic.person]}).status_code == 200
    with redis.Redis.from_url(clinic.stack.around.redis_url) as shown:
        shown.flushall()
    trail = _trail(clinic)
    assert trail.count("viewed-person") == before.count("viewed-person") + 1
    assert before.count("viewed-name") >= 1
    assert trail.count("viewed-name") - before.count("viewed-name") <= 1, (
        "a look lasts a quarter of an hour, which may just be over"
    )


def _trail(clinic: Clinic) -> list[str]:
    """What was done or looked at of the patient."""
    asked = {"person": clinic.person, "limit": "10000"}
    answer = clinic.desk.client.get(f"/v1/sites/{clinic.desk.site}/audit", params=asked, timeout=60)
    assert answer.status_code == 200, answer.text
    return [record["action"] for record in answer.json()["records"] if record["outcome"] == "done"]
