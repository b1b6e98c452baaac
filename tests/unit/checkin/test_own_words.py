"""What a command may put on the log: nothing that could be a patient's name or number."""

import re
from uuid import uuid4

import pytest

from schemas.reasons import REASONS
from schemas.sites import ChecklistEntry, Provider, Room, ServicePoint, SiteClock
from services.checkin.domain.own_words import foreign
from services.checkin.pages import FOLDER
from tests.builders import a_profile

CLINIC = a_profile(
    "riverside", rooms=(Room(id="r1", name="Room 1"),), providers=(Provider(id="dr-test", name="Dr Test (invented)"),),
    service_points=(ServicePoint(id="lab", name="Lab"),), checklist=(ChecklistEntry(id="consent", name="Consent"),),
    codes=("blood-test",),
)  # fmt: skip
VISIT = str(uuid4())
NAME, NUMBER = "maria-planted", "5550100173"
IDS = ("visit", "person", "event", "undoes", "corrects", "into", "reference", "referral", "concern")
THINGS = ("room", "provider", "service", "item", "reason", "override", "visit_type", "disposition", "supply", "alert")


@pytest.mark.parametrize("field", [*IDS, *THINGS])
@pytest.mark.parametrize(
    "typed", [NAME, NUMBER, "wait-warning/maria/1790000000000", f"wait-warning/{NUMBER}", f"{VISIT}{NAME}"], ids=range(5)
)
def test_a_name_or_a_number_is_foreign_in_every_field(field: str, typed: str) -> None:
    [wrong] = foreign({field: typed}, CLINIC)
    assert wrong.field == field
    assert typed not in wrong.problem


@pytest.mark.parametrize("made", [VISIT, uuid4().hex, f"v-{uuid4().hex}", "0" * 64], ids=["uuid", "hex", "with-a-letter", "hmac"])
def test_what_a_program_made_may_stand_wherever_an_id_does(made: str) -> None:
    assert list(foreign(dict.fromkeys(IDS, made) | {"forgotten": {"visit": made}}, CLINIC)) == []


def test_what_the_clinic_has_may_be_named() -> None:
    said = {
        "room": "r1", "provider": "dr-test", "service": "lab", "item": "consent", "reason": "mis-click", "visit_type": "blood-test",
        "alert": f"wait-warning/{VISIT}/1790000000000", "priority": 3, "person": None,
    }  # fmt: skip
    assert list(foreign(said, CLINIC)) == []
    for alert in (
        "provider-running-late/dr-test/2026-03-02",
        "room-turnover-overdue/r1/1790000000000",
        "site-silent/riverside/1790000000000",
    ):
        assert list(foreign({"alert": alert}, CLINIC)) == []


def test_whoever_left_unnoticed_is_named_by_an_id_too() -> None:
    [wrong] = foreign({"forgotten": {"visit": NAME}}, CLINIC)
    assert wrong.field == "forgotten.visit"


def test_where_a_log_is_replayed_its_map_vouches_for_the_visits_and_for_nothing_else() -> None:
    log = CLINIC.model_copy(update={"clock": SiteClock.LOG})
    assert [wrong.field for wrong in foreign({"visit": "C17", "person": NAME, "room": NAME}, log)] == ["person", "room"]


def test_every_reason_that_the_desks_page_offers_is_on_the_list() -> None:
    page = "".join(path.read_text("utf-8") for part in ("desk", "kit") for path in (FOLDER / "static" / part).glob("*.js"))
    offered = {reason for found in re.findall(r"reasons=\$\{\[([^]]+)\]\}", page) for reason in re.findall(r'"([^"]+)"', found)}
    assert {"urgent", "wrong-time", "comes-later"} <= offered
    assert offered <= REASONS
