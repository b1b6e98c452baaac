"""What is to be done after a visit is shown until it is done, however long that takes: follow-ups, referrals, concerns."""

from datetime import timedelta
from typing import Any

from schemas.outcomes import Refusal
from services.flow.domain import show
from tests.builders import Clinic, Record
from tests.unit.flow.folding import Flow


def shown(flow: Flow, visit: str) -> list[dict[str, Any]]:
    found = show.field(flow.site, f"open:{visit}")
    return [] if found is None else found["items"]


def a_visit(**more: Any) -> Clinic:
    clinic = Clinic(retention_hours=24, **more)
    clinic.check_in("ann", "10:00", person="p1")
    clinic.check_out("ann", "10:30")
    return clinic


def follow_up(clinic: Clinic, at: str, due: str | None = "17:00") -> Record:
    due_at = clinic.moment(due) if due is not None else None
    return clinic.happens("visit.disposition-recorded", "ann", at, disposition="return", follow_up_due_at=due_at)


def referral(clinic: Clinic, at: str, state: str, **more: Any) -> Record:
    return clinic.happens("visit.referred", "ann", at, referral="ref-1", state=state, **more)


def test_a_follow_up_is_open_until_it_is_booked() -> None:
    clinic = a_visit()
    due = follow_up(clinic, "10:29")
    flow = Flow(clinic)
    assert shown(flow, "ann") == [
        {
            "kind": "follow-up", "item": due.id, "state": "due", "since_ms": clinic.ms("10:29"), "due_ms": clinic.ms("17:00"),
            "code": "return",
        }
    ]  # fmt: skip
    clinic.happens("visit.follow-up-closed", "ann", "11:00", outcome="booked")
    assert shown(flow.read(), "ann") == []


def test_a_disposition_without_a_follow_up_takes_back_what_was_due() -> None:
    clinic = a_visit()
    follow_up(clinic, "10:28")
    follow_up(clinic, "10:29", due=None)
    assert shown(Flow(clinic), "ann") == []


def test_a_referral_keeps_its_due_date_while_it_moves_on_and_ends_when_it_is_done() -> None:
    clinic = a_visit()
    referral(clinic, "10:20", "sent", due_at=clinic.moment("16:00"))
    referral(clinic, "10:25", "accepted")
    flow = Flow(clinic)
    assert [(item["state"], item["due_ms"], item["since_ms"]) for item in shown(flow, "ann")] == [
        ("accepted", clinic.ms("16:00"), clinic.ms("10:20"))
    ]
    referral(clinic, "10:40", "done")
    assert shown(flow.read(), "ann") == []


def test_a_concern_that_is_about_no_visit_has_an_id_of_its_own() -> None:
    clinic = Clinic()
    recorded = clinic.happens(
        "visit.concern-recorded", "con-1", "10:00", concern="con-1", state="open", person="p7", owner="user:ann"
    )
    flow = Flow(clinic)
    assert flow.applied(recorded)
    assert shown(flow, "con-1") == [
        {"kind": "concern", "item": "con-1", "state": "open", "since_ms": clinic.ms("10:00"), "person": "p7", "owner": "user:ann"}
    ]
    assert show.field(flow.site, "visit:con-1") is None


def test_an_answered_concern_is_open_until_it_is_closed() -> None:
    clinic = a_visit()
    for minute, state in enumerate(("open", "answered")):
        clinic.happens("visit.concern-recorded", "ann", f"11:0{minute}", concern="con-1", state=state)
    flow = Flow(clinic)
    assert [item["state"] for item in shown(flow, "ann")] == ["answered"]
    clinic.happens("visit.concern-recorded", "ann", "12:00", concern="con-1", state="closed")
    assert shown(flow.read(), "ann") == []


def test_a_visit_stays_for_as_long_as_something_is_to_be_done_about_it() -> None:
    clinic = a_visit()
    follow_up(clinic, "10:29")
    flow = Flow(clinic).tick(clinic.moment("10:30") + timedelta(days=60))
    assert shown(flow, "ann") != []
    month_later = clinic.moment("10:30") + timedelta(days=60)
    done = clinic.happens("visit.follow-up-closed", "ann", month_later, outcome="done")
    assert flow.read().applied(done)
    assert "ann" in flow.tick(month_later + timedelta(hours=23)).site.visits
    assert "ann" not in flow.tick(month_later + timedelta(hours=25)).site.visits


def test_an_undone_referral_was_none() -> None:
    clinic = a_visit()
    record = referral(clinic, "10:20", "sent")
    clinic.undo(record, "10:25")
    assert shown(Flow(clinic), "ann") == []


def test_a_visit_is_complete_once_it_is_over_and_its_summary_says_so() -> None:
    clinic = Clinic()
    clinic.check_in("ann", "10:00", person="p1")
    too_soon = clinic.happens("visit.completed", "ann", "10:10", reference="codes-1")
    clinic.check_off("ann", "10:11", "consent", "done")
    clinic.move("ann", "10:12", service="lab")
    clinic.check_out("ann", "10:30")
    clinic.happens("visit.completed", "ann", "10:35", reference="codes-1", id="done")
    flow = Flow(clinic)
    assert flow.refused(too_soon) == Refusal.NOT_ENDED
    view = flow.effects.summaries[-1].view
    assert (view.completed, view.person, view.service_seconds) == ((clinic.ms("10:35"), "done", "codes-1"), "p1", 18 * 60)
